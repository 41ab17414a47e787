/** Token profiles. */
import type { Connection, Row } from '../schema/schema.ts';

export const profileNameKey = (name: string): string => name.trim().normalize('NFKC').toLowerCase();

export function findProfile(db: Connection, idOrName: string): Promise<Row<'token_profiles'> | undefined> {
  return db
    .selectFrom('token_profiles')
    .selectAll()
    .where(({ eb, or }) => or([eb('id', '=', idOrName), eb('name_key', '=', profileNameKey(idOrName))]))
    .executeTakeFirst();
}

export function listProfiles(
  db: Connection,
  filter: { name?: string | undefined },
  limit: number,
  after?: string,
): Promise<Row<'token_profiles'>[]> {
  let query = db.selectFrom('token_profiles').selectAll().orderBy('name_key').limit(limit);
  if (filter.name !== undefined) query = query.where('name_key', '=', profileNameKey(filter.name));
  if (after !== undefined) query = query.where('name_key', '>', after);
  return query.execute();
}

export async function countProfilesOf(db: Connection, deviceType: string): Promise<number> {
  const { count } = await db
    .selectFrom('token_profiles')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('device_type', '=', deviceType)
    .executeTakeFirstOrThrow();
  return Number(count);
}
