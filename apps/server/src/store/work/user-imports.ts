/** What a batch of an import reads and writes: one statement each for all rows of the batch. */

import { sql } from 'kysely';
import { lockRows } from '../db/database-kind.ts';
import { fromRows, listed, type RowOf } from '../db/parameter-rows.ts';
import { preparedBatch, preparedChange, preparedStatement } from '../db/prepared.ts';
import { findColumns } from '../db/rows.ts';
import { foldWords } from '../directory/user-words.ts';
import { PERSON } from '../directory/users.ts';
import type { UserRow } from '../schema/brands.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { resultWriter, rowWriter, type Slice, sliceOf } from './jobs.ts';

const GIVEN = { position: 'bigint', line: 'bigint', subject: 'text', key: 'text', fields: 'text' } as const;
export type GivenRow = RowOf<typeof GIVEN>;

export const insertImportRows = rowWriter(GIVEN);

/** A row of the file with the user who has its user ID now, if any. */
export type ImportFact = {
  readonly position: number;
  readonly fields: string;
  readonly target: string | null;
  readonly action: Row<'job_rows'>['action'];
  /** Whether an earlier row has the same user ID. */
  readonly doubled: number;
  readonly id: UserRow | null;
  readonly user_id: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly email: string;
  readonly telephone: string;
  readonly enabled: number;
  readonly disabled_by_source: number;
  readonly domain: string;
  readonly leaves_at: number | null;
  readonly left_at: number | null;
  readonly source_id: string | null;
  readonly language: string | null;
};

const facts = preparedStatement<Slice, ImportFact>(['jobId', 'state', 'from', 'limit'], (db, slice) =>
  // The first earlier row is enough: looking at all would be quadratic where many say the same.
  sql<ImportFact>`
    select r.position, r.fields, r.target, r.action,
      case when exists (select 1 from job_rows e
        where e.job_id = r.job_id and e.key = r.key and e.position < r.position) then 1 else 0 end as doubled,
      u.id, u.user_id, u.first_name, u.last_name, u.email, u.telephone, u.enabled, u.disabled_by_source, u.domain, u.leaves_at, u.left_at, u.source_id,
      (select m.language from user_mail m where m.user_id = u.id) as language
    from ${sliceOf(slice)} left join users u on u.user_id_key = r.key
    order by r.position`.compile(db),
);
export const listImportFacts = (db: Connection, slice: Slice): Promise<ImportFact[]> => facts(db, slice);

/** Before the facts are read for the last time. */
export async function lockImportFacts(db: Connection, slice: Slice): Promise<void> {
  await lockRows(
    db,
    sql`select 1 from ${sliceOf(slice)} join users u on u.user_id_key = r.key order by u.id`,
    ['u'],
  );
}

export const putImportResults = resultWriter({
  state: 'text',
  text: 'text',
  target: 'text',
  user_id: 'text',
  action: 'text',
  changes: 'text',
  fields: 'text',
});
export type ImportResult = Parameters<typeof putImportResults>[1][number];

const IMPORTED = {
  ...PERSON,
  enabled: 'bigint',
  disabled_by_source: 'bigint',
  domain: 'text',
  leaves_at: 'bigint',
  left_at: 'bigint',
} as const;
const NEW = { ...IMPORTED, user_id: 'text', user_id_key: 'text' } as const;
export type NewUser = RowOf<typeof NEW>;
type ChangedUser = RowOf<typeof IMPORTED>;

const insertNew = preparedBatch<{ v: typeof NEW; c: { at: 'bigint' } }, { id: UserRow }>(
  { v: NEW, c: { at: 'bigint' } },
  (db, { v, c }) =>
    sql<{ id: UserRow }>`with ${v}, ${c} insert into users (${listed(NEW)}, created_at, version)
      select ${listed(NEW, 'v')}, c.at, 1 from v, c where true
      on conflict (user_id_key) do nothing returning id`.compile(db),
);
/** @returns IDs of those that were added: anyone who has the user ID by now keeps it */
export async function insertNewUsers(db: Connection, rows: readonly NewUser[], at: number) {
  const added = await insertNew(db, { v: rows, c: [{ at }] });
  const ids = added.map(({ id }) => id);
  await foldWords(db, ids);
  return new Set(ids);
}

const update = preparedChange(
  IMPORTED,
  sql`update users set ${fromRows(IMPORTED, 'id')}, version = users.version + 1
    from v where users.id = v.id`,
);
/** Their rows are locked. */
export async function updateImportedUsers(db: Connection, rows: readonly ChangedUser[]): Promise<void> {
  await update(db, rows);
  const ids = rows.map(({ id }) => id as UserRow);
  await foldWords(db, ids);
}

const LANGUAGE = { user_id: 'text', language: 'text' } as const;
export const saveLanguages = preparedChange(
  LANGUAGE,
  sql`insert into user_mail (user_id, language) select v.user_id, v.language from v where true
    on conflict (user_id) do update set language = excluded.language`,
);

/** How many rows are, or will be, added and changed. */
export async function countImportActions(db: Connection, jobId: string) {
  const rows = await db
    .selectFrom('job_rows')
    .select(['action', ({ fn }) => fn.countAll<number>().as('count')])
    .where('job_id', '=', jobId)
    .where('state', 'in', ['ready', 'done'])
    .groupBy('action')
    .execute();
  const of = (name: string): number => Number(rows.find(({ action }) => action === name)?.count ?? 0);
  return { add: of('add'), change: of('change') };
}

/** Rows that were left out or failed, with what they say. @param from position of the first */
export const listRefusedRows = (db: Connection, jobId: string, limit: number, from: number) =>
  findColumns(
    db,
    'job_rows',
    ['position', 'line', 'state', 'text', 'fields'],
    { job_id: jobId, position: ['>=', from], state: ['in', ['left-out', 'failed']] },
    { order: ['position'], limit },
  );
