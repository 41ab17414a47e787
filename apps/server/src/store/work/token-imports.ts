/** What a batch of an import of tokens reads and writes: one statement each for all rows of the batch. */

import { sql } from 'kysely';
import { fewTexts, listed, type RowOf } from '../db/parameter-rows.ts';
import { preparedBatch } from '../db/prepared.ts';
import { lockRows } from '../db/row-locks.ts';
import type { TokenKey } from '../schema/brands.ts';
import type { Connection, Row } from '../schema/schema.ts';

const GIVEN = {
  position: 'bigint',
  line: 'bigint',
  subject: 'text',
  key: 'text',
  fields: 'text',
  sealed: 'text',
} as const;
export type GivenTokenRow = RowOf<typeof GIVEN>;

const insertGiven = preparedBatch({ v: GIVEN, c: { job_id: 'text' } }, (db, { v, c }) =>
  sql`with ${v}, ${c} insert into job_rows (job_id, ${listed(GIVEN)}, state)
    select c.job_id, ${listed(GIVEN, 'v')}, 'new' from v, c`.compile(db),
);
export async function insertTokenRows(
  db: Connection,
  jobId: string,
  rows: readonly GivenTokenRow[],
): Promise<void> {
  await insertGiven(db, { v: rows, c: [{ job_id: jobId }] });
}

/** Serial numbers that several rows of the job have. */
export async function listDoubledKeys(
  db: Connection,
  jobId: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const rows = await db
    .selectFrom('job_rows')
    .select('key')
    .where('job_id', '=', jobId)
    .where('key', 'in', fewTexts(keys))
    .groupBy('key')
    .having(({ fn }) => fn.countAll(), '>', 1)
    .execute();
  return new Set(rows.map(({ key }) => key));
}

export type TokenImportRow = Pick<
  Row<'job_rows'>,
  'position' | 'line' | 'subject' | 'key' | 'fields' | 'sealed'
>;

export function listTokenRows(
  db: Connection,
  { jobId, state, from, limit }: { jobId: string; state: 'new' | 'ready'; from: number; limit: number },
): Promise<TokenImportRow[]> {
  return db
    .selectFrom('job_rows')
    .select(['position', 'line', 'subject', 'key', 'fields', 'sealed'])
    .where('job_id', '=', jobId)
    .where('state', '=', state)
    .where('position', '>=', from)
    .orderBy('position')
    .limit(limit)
    .execute();
}

export type PresentToken = Pick<Row<'tokens'>, 'id' | 'serial' | 'domain' | 'user_id'>;

/** The tokens that have these serial numbers now. @param lock until the transaction ends */
export async function listPresent(
  db: Connection,
  serials: readonly string[],
  lock: boolean,
): Promise<ReadonlyMap<string, PresentToken>> {
  if (serials.length === 0) return new Map();
  if (lock)
    await lockRows(
      db,
      sql`select 1 from tokens t where t.serial in (${sql.join(fewTexts(serials))}) order by t.id`,
      ['t'],
    );
  const rows = await db
    .selectFrom('tokens')
    .select(['id', 'serial', 'domain', 'user_id'])
    .where('serial', 'in', fewTexts(serials))
    .execute();
  return new Map(rows.map((row) => [row.serial, row]));
}

export type Owner = Pick<Row<'users'>, 'id' | 'user_id' | 'user_id_key' | 'domain' | 'enabled'> & {
  /** Tokens of the user, without those waiting to replace another. */
  readonly held: number;
  /** Whether an administrator logs on with a token of the user. */
  readonly above: number;
};

/** @param lock until the transaction ends: no one moves, disables or assigns meanwhile */
export async function listOwners(
  db: Connection,
  keys: readonly string[],
  lock: boolean,
): Promise<ReadonlyMap<string, Owner>> {
  if (keys.length === 0) return new Map();
  if (lock)
    await lockRows(
      db,
      sql`select 1 from users u where u.user_id_key in (${sql.join(fewTexts(keys))}) order by u.id`,
      ['u'],
    );
  const { rows } = await sql<Owner>`
    select u.id, u.user_id, u.user_id_key, u.domain, u.enabled,
      (select count(*) from tokens o where o.user_id = u.id
        and o.id not in (select token_id from replacements)) as held,
      case when u.id in (select token_user_id from administrators) then 1 else 0 end as above
    from users u where u.user_id_key in (${sql.join(fewTexts(keys))})`.execute(db);
  return new Map(rows.map((row) => [row.user_id_key, { ...row, held: Number(row.held) }]));
}

export type ImportedToken = Pick<Row<'job_rows'>, 'position'> & {
  readonly token_id: TokenKey;
  readonly serial: string;
  /** Null: it is gone. */
  readonly domain: string | null;
  readonly holder: string | null;
  /** Whether it is as the import left it. */
  readonly untouched: number;
};

/** What an import brought, from a position on. */
export async function listImported(
  db: Connection,
  { jobId, from, limit }: { readonly jobId: string; readonly from: number; readonly limit: number },
): Promise<ImportedToken[]> {
  const rows = sql`(select position, token_id, serial from job_rows
    where job_id = ${jobId} and position >= ${from} and state = 'done' and origin = 'mint' order by position limit ${limit})`;
  await lockRows(db, sql`select 1 from ${rows} as r join tokens t on t.id = r.token_id order by t.id`, ['t']);
  const found = await sql<ImportedToken>`
    select r.position, r.token_id, r.serial, t.domain, u.user_id as holder,
      case when t.version = 1 and t.failures = 0 and t.distributed = 0
        and not exists (select 1 from seeds s where s.token_id = t.id and (s.last_accepted_at is not null or s.state = 'pending'))
        then 1 else 0 end as untouched
    from ${rows} as r left join tokens t on t.id = r.token_id left join users u on u.id = t.user_id
    order by r.position`.execute(db);
  return found.rows;
}

/** The seeds of imports that will not be continued. @param before epoch milliseconds: one that failed since can be resumed */
export async function destroyImportedSeeds(db: Connection, before: number): Promise<void> {
  await db
    .updateTable('job_rows')
    .set({ sealed: null })
    .where('sealed', 'is not', null)
    .where('job_id', 'in', ({ selectFrom }) =>
      selectFrom('jobs')
        .select('id')
        .where('kind', '=', 'token-import')
        .where(({ eb, or, and }) =>
          or([
            eb('state', 'in', ['cancelled', 'done']),
            and([eb('state', '=', 'failed'), eb('ended_at', '<', before)]),
          ]),
        ),
    )
    .execute();
}
