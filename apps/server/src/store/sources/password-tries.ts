/** Directory passwords that were tried, for each entry: claimed before the directory is queried, so that simultaneous attempts count too. */
import { sql } from 'kysely';
import { inTransaction } from '../db/transaction.ts';
import type { Connection, Database } from '../schema/schema.ts';

export type Entry = { readonly sourceId: string; readonly key: string };

type Bounds = {
  readonly now: number;
  readonly most: number;
  readonly milliseconds: number;
  /** Where it comes from: an address, or what a RADIUS client says of it. */
  readonly address: string;
};

/**
 * Claims one more attempt. They are counted as directories do, from the last one on, so there are never more within the period than
 * allowed; and one address never has all of them, so that wrong passwords from there do not keep the user from logging on elsewhere.
 * @returns false if there are none left
 */
export function claimTry(db: Database, entry: Entry, bounds: Bounds): Promise<boolean> {
  const { sourceId, key } = entry;
  const { now, most, milliseconds, address } = bounds;
  // Or it was set by a clock that was far ahead: the user could not log on until that time.
  const forgotten = (table: string) =>
    sql`(${sql.ref(`${table}.last_at`)} <= ${now - milliseconds} or ${sql.ref(`${table}.last_at`)} > ${now + milliseconds})`;
  return inTransaction(db, async (trx) => {
    // The whole entry first, so that two claims wait for each other.
    const ofAll = forgotten('directory_tries');
    await sql`update directory_tries set tries = 0 where source_id = ${sourceId} and source_key = ${key} and ${ofAll}`.execute(
      trx,
    );
    const ofOne = forgotten('directory_try_addresses');
    await sql`delete from directory_try_addresses where source_id = ${sourceId} and source_key = ${key} and ${ofOne}`.execute(
      trx,
    );
    const claimed = await sql`
      insert into directory_try_addresses (source_id, source_key, address, tries, last_at)
      values (${sourceId}, ${key}, ${address}, 1, ${now})
      on conflict (source_id, source_key, address) do update set tries = directory_try_addresses.tries + 1, last_at = ${now}
      where directory_try_addresses.tries < ${Math.max(1, most - 1)}
      returning tries`.execute(trx);
    if (claimed.rows.length === 0) return false;
    const { rows } = await sql`
      insert into directory_tries (source_id, source_key, tries, last_at) values (${sourceId}, ${key}, 1, ${now})
      on conflict (source_id, source_key) do update set tries = directory_tries.tries + 1, last_at = ${now}
      where directory_tries.tries < ${most}
      returning tries`.execute(trx);
    if (rows.length === 0) await giveAddressBack(trx, entry, address);
    return rows.length > 0;
  });
}

/** The directory was not asked after all. */
export async function giveTryBack(db: Connection, entry: Entry, address: string): Promise<void> {
  const { sourceId, key } = entry;
  await sql`update directory_tries set tries = tries - 1
    where source_id = ${sourceId} and source_key = ${key} and tries > 0`.execute(db);
  await giveAddressBack(db, entry, address);
}

async function giveAddressBack(db: Connection, { sourceId, key }: Entry, address: string): Promise<void> {
  const own = sql`source_id = ${sourceId} and source_key = ${key} and address = ${address}`;
  await sql`update directory_try_addresses set tries = tries - 1 where ${own}`.execute(db);
  await sql`delete from directory_try_addresses where ${own} and tries < 1`.execute(db);
}

/** The password was right: the directory counts from the start again, too. */
export async function forgetTries(db: Connection, { sourceId, key }: Entry): Promise<void> {
  for (const table of ['directory_tries', 'directory_try_addresses'] as const)
    await db.deleteFrom(table).where('source_id', '=', sourceId).where('source_key', '=', key).execute();
}
