/** What a batch of an import of tokens reads and writes: one statement each for all rows of the batch. */

import { type RawBuilder, sql } from 'kysely';
import { lockRows } from '../db/database-kind.ts';
import { fewTexts, listed, type RowOf } from '../db/parameter-rows.ts';
import { preparedChange, preparedStatement } from '../db/prepared.ts';
import { findColumns } from '../db/rows.ts';
import type { TokenKey, UserRow } from '../schema/brands.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';
import { type NewSeed, SEED } from '../tokens/seeds.ts';
import { tokensAssignedTo } from '../tokens/tokens.ts';
import { rowWriter } from './jobs.ts';

const GIVEN = {
  position: 'bigint',
  line: 'bigint',
  subject: 'text',
  key: 'text',
  fields: 'text',
  sealed: 'text',
} as const;
export type GivenTokenRow = RowOf<typeof GIVEN>;

export const insertTokenRows = rowWriter(GIVEN);

export type PresentToken = Pick<Row<'tokens'>, 'id' | 'serial' | 'domain' | 'user_id'>;
export type TokenImportRow = Pick<Row<'job_rows'>, 'position' | 'key' | 'fields' | 'sealed'> & {
  /** 1: another row of the job has the same serial number. */
  readonly doubled: number;
  /** Of the token that has the serial number now; null if there is none. */
  readonly present_id: TokenKey | null;
  readonly present_domain: string | null;
  readonly present_user: UserRow | null;
};
type TokenSlice = { readonly jobId: string; readonly from: number; readonly limit: number };

/** @param doubled what says whether another row has the serial number */
const tokenRows = (state: 'new' | 'ready', doubled: RawBuilder<unknown>) =>
  preparedStatement<TokenSlice, TokenImportRow>(['jobId', 'from', 'limit'], (db, { jobId, from, limit }) =>
    sql<TokenImportRow>`select r.position, r.key, r.fields, r.sealed, ${doubled} as doubled,
        t.id as present_id, t.domain as present_domain, t.user_id as present_user
      from (select job_id, position, key, fields, sealed from job_rows
        where job_id = ${jobId} and position >= ${from} and state = ${sql.lit(state)} order by position limit ${limit}) as r
      left join tokens t on t.serial = r.key order by r.position`.compile(db),
  );
const TOKEN_ROWS = {
  new: tokenRows(
    'new',
    sql`case when exists (select 1 from job_rows o where o.job_id = r.job_id and o.key = r.key
      and o.position <> r.position limit 1 offset 0) then 1 else 0 end`,
  ),
  // Rows are fixed when a job is checked, and doubled ones are left out by then.
  ready: tokenRows('ready', sql`0`),
};

export const listTokenRows = (
  db: Connection,
  { state, ...slice }: TokenSlice & { readonly state: 'new' | 'ready' },
): Promise<TokenImportRow[]> => TOKEN_ROWS[state](db, slice);

/** Locks the tokens that have these serial numbers until the transaction ends, and reads them then. */
export async function holdPresent(
  db: Connection,
  serials: readonly string[],
): Promise<ReadonlyMap<string, PresentToken>> {
  if (serials.length === 0) return new Map();
  await lockRows(
    db,
    sql`select 1 from tokens t where t.serial in (${sql.join(fewTexts(serials))}) order by t.id`,
    ['t'],
  );
  const columns = ['id', 'serial', 'domain', 'user_id'] as const;
  const rows = await findColumns(db, 'tokens', columns, { serial: ['in', serials] });
  return new Map(rows.map((row) => [row.serial, row]));
}

export type Owner = Pick<Row<'users'>, 'id' | 'user_id' | 'user_id_key' | 'domain' | 'enabled'> & {
  /** Tokens of the user, without those waiting to replace another. */
  readonly assigned: number;
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
      ${tokensAssignedTo(sql.ref('u.id'))} as assigned
    from users u where u.user_id_key in (${sql.join(fewTexts(keys))})`.execute(db);
  return new Map(rows.map((row) => [row.user_id_key, { ...row, assigned: Number(row.assigned) }]));
}

const TOKEN = {
  id: 'text',
  serial: 'text',
  domain: 'text',
  user_id: 'text',
  enabled: 'bigint',
  expires_on: 'text',
  pin: 'text',
  pin_set_at: 'bigint',
  pin_change: 'bigint',
  kind: 'text',
  maker: 'text',
  form_factor: 'text',
  label: 'text',
  batch: 'text',
  created_at: 'bigint',
} as const;
const insertTokens = preparedChange(
  TOKEN,
  sql`insert into tokens (${listed(TOKEN)}, lost, failures, version) select ${listed(TOKEN)}, 0, 0, 1 from v`,
);
const insertSeeds = preparedChange(
  SEED,
  sql`insert into seeds (${listed(SEED)}) select ${listed(SEED)} from v`,
);
export type NewImportedToken = Pick<NewRow<'tokens'>, keyof typeof TOKEN> & RowOf<typeof TOKEN>;

export async function insertImported(
  db: Connection,
  tokens: readonly NewImportedToken[],
  seeds: readonly NewSeed[],
): Promise<void> {
  await insertTokens(db, tokens);
  await insertSeeds(db, seeds);
}

const RESULT = {
  job_id: 'text',
  position: 'bigint',
  state: 'text',
  text: 'text',
  target: 'text',
  user_id: 'text',
  token_id: 'text',
  serial: 'text',
  origin: 'text',
} as const;
export type TokenResult = RowOf<typeof RESULT>;
/** What became of rows. A seed that is not imported, or is stored with its token, is not kept with its row. */
export const putTokenResults = preparedChange(
  RESULT,
  sql`update job_rows set state = v.state, text = v.text, target = v.target, user_id = v.user_id, token_id = v.token_id,
      serial = v.serial, origin = v.origin, sealed = case when v.state = 'ready' then job_rows.sealed end
    from v where job_rows.job_id = v.job_id and job_rows.position = v.position`,
);

type ImportedToken = Pick<Row<'job_rows'>, 'position'> & {
  readonly token_id: TokenKey;
  readonly serial: string;
  /** Null: it is gone. */
  readonly domain: string | null;
  readonly holder_row: UserRow | null;
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
    select r.position, r.token_id, r.serial, t.domain, t.user_id as holder_row,
      case when t.version = 1 and t.failures = 0 and t.distributed = 0
        and not exists (select 1 from seeds s where s.token_id = t.id and (s.last_accepted_at is not null or s.state = 'pending'))
        then 1 else 0 end as untouched
    from ${rows} as r left join tokens t on t.id = r.token_id
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
