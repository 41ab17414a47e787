/** Many users, and tokens that they hold or that nobody holds, written past the API because that is quicker. */
import { randomBytes } from 'node:crypto';
import { newId } from '@sower/server/store/db/ids';
import { preparedBatch } from '@sower/server/store/db/prepared';
import { claimSerials } from '@sower/server/store/operations/installation';
import type { Database } from '@sower/server/store/schema/schema';
import { sql } from 'kysely';

const ids = { now: () => Date.now(), random: (length: number) => new Uint8Array(randomBytes(length)) };
/** On a busy machine, PostgreSQL ends a transaction of the same process for which nothing is done while SQLite writes more. */
const STEP = 1_000;
const COMMON = { domain: 'text', now: 'bigint', enabled: 'bigint' } as const;
const insertUsers = preparedBatch({ v: { id: 'text', user_id: 'text' }, c: COMMON }, (db, { v, c }) =>
  sql`with ${v}, ${c} insert into users (id, user_id, user_id_key, first_name, last_name, email, last_name_key, email_key,
      domain, enabled, created_at, version)
    select v.id, v.user_id, v.user_id, 'Some', 'Body', v.user_id || '@example.com', 'body', v.user_id || '@example.com',
      c.domain, c.enabled, c.now, 1 from v, c`.compile(db),
);
const insertTokens = preparedBatch(
  { v: { id: 'text', serial: 'text', user_id: 'text' }, c: COMMON },
  (db, { v, c }) =>
    sql`with ${v}, ${c} insert into tokens (id, serial, domain, user_id, enabled, lost, expires_on, failures, distributed,
      created_at, version)
    select v.id, v.serial, c.domain, v.user_id, c.enabled, 0, '2037-12-31', 0, 0, c.now, 1 from v, c`.compile(
      db,
    ),
);

/** @param prefix of the user ids; numbers follow it */
export async function addPeople(
  db: Database,
  prefix: string,
  count: number,
  { tokens = 'held', domain = '/' }: { tokens?: 'held' | 'free' | 'none'; domain?: string } = {},
): Promise<{ readonly userIds: string[]; readonly serials: string[] }> {
  const made = { userIds: [] as string[], serials: [] as string[] };
  for (let from = 0; from < count; from += STEP) {
    const size = Math.min(STEP, count - from);
    const users = Array.from({ length: size }, (_, index) => ({
      id: newId(ids),
      user_id: `${prefix}${String(from + index).padStart(6, '0')}`,
    }));
    const now = Date.now();
    await db.transaction().execute(async (trx) => {
      await insertUsers(trx, { v: users, c: [{ domain, now, enabled: 1 }] });
      if (tokens === 'none') return;
      const first = await claimSerials(trx, size);
      const records = users.map(({ id }, index) => ({
        id: newId(ids),
        serial: String(first + index).padStart(12, '0'),
        user_id: tokens === 'held' ? id : null,
      }));
      const enabled = tokens === 'held' ? 1 : 0;
      await insertTokens(trx, { v: records, c: [{ domain, now, enabled }] });
      made.serials.push(...records.map(({ serial }) => serial));
    });
    made.userIds.push(...users.map(({ user_id }) => user_id));
  }
  return made;
}
