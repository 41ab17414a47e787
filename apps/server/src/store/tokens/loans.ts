/** Tokens that are lent: whose last day has passed, and whose is near. Along the index of those that are lent. */

import { sql } from 'kysely';
import type { TokenKey, UserRow } from '../schema/brands.ts';
import type { Connection } from '../schema/schema.ts';

export type LentToken = {
  readonly id: TokenKey;
  readonly serial: string;
  readonly user_id: UserRow;
  readonly lent_until: string;
};

/** Lent until a day before this one. */
export async function listEndedLoans(
  db: Connection,
  before: string,
  limit: number,
  after: Pick<LentToken, 'lent_until' | 'serial'> = { lent_until: '', serial: '' },
): Promise<LentToken[]> {
  const { rows } = await sql<LentToken>`
    select id, serial, user_id, lent_until from tokens
    where lent_until is not null and lent_until < ${before} and user_id is not null
      and (lent_until, serial) > (${after.lent_until}, ${after.serial})
    order by lent_until, serial limit ${limit}`.execute(db);
  return rows;
}

/** Not announced yet. Users without an address are left out: they would be found again and again. */
export async function listEndingLoans(db: Connection, until: string, limit: number): Promise<LentToken[]> {
  const { rows } = await sql<LentToken>`
    select t.id, t.serial, t.user_id, t.lent_until
    from tokens t join users u on u.id = t.user_id and u.enabled = 1 and u.email <> ''
    where t.lent_until is not null and t.lent_until <= ${until}
      and not exists (select 1 from mail m where m.once_key = 'loan-ending:' || t.id || ':' || t.lent_until)
    order by t.lent_until, t.serial limit ${limit}`.execute(db);
  return rows;
}
