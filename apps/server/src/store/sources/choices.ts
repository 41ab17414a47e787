/** What administrators have chosen for entries that are in conflict, and who has the user IDs that those entries want. */

import type { ConflictKind } from '@sower/api/source-conflicts';
import { type Expression, sql } from 'kysely';
import { fewTexts } from '../db/parameter-rows.ts';
import { claimRows, findAll, putRow } from '../db/rows.ts';
import type { UserRow } from '../schema/brands.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';
import type { EntryRow } from './runs.ts';

export type ChoiceRow = Row<'source_choices'>;

/** Those of the entries that have one. */
export const keysOf = (entries: readonly { readonly source_key: string | null }[]): string[] =>
  entries.flatMap(({ source_key }) => source_key ?? []);

/** By the key of the entry. */
export async function findChoices(db: Connection, sourceId: string, keys: readonly string[]) {
  const rows = await findAll(db, 'source_choices', { source_id: sourceId, source_key: ['in', keys] });
  return new Map(rows.map((row) => [row.source_key, row]));
}

/** The user ID of an entry, for which an administrator may have chosen a suffix. */
export const qualifiedId = (userId: string, choice: Pick<ChoiceRow, 'suffix'> | undefined): string =>
  `${userId}${choice?.suffix ?? ''}`;

/** In the order of keys. @param after key of the last row before */
export const listChoices = (db: Connection, sourceId: string, limit: number, after: string) =>
  findAll(
    db,
    'source_choices',
    { source_id: sourceId, source_key: ['>', after] },
    { order: ['source_key'], limit },
  );

/** Violates a unique index if the user is promised to another entry. */
export const putChoice = (db: Connection, row: NewRow<'source_choices'>) =>
  putRow(db, 'source_choices', row, 'source_id', 'source_key');

/** @returns those that were there */
export const deleteChoices = (db: Connection, sourceId: string, keys: readonly string[]) =>
  claimRows(db, 'source_choices', { source_id: sourceId, source_key: ['in', keys] });

/** Which other entry each of these users is promised to. */
export const listPromised = (db: Connection, userRows: readonly UserRow[]) =>
  findAll(db, 'source_choices', { user_row: ['in', userRows] });

/** An entry, and the user who has the user ID that it wants. */
export type ConflictEntry = EntryRow & {
  readonly kind: ConflictKind;
  readonly holder: UserRow | null;
  readonly holder_user_id: string | null;
  readonly holder_first_name: string | null;
  readonly holder_last_name: string | null;
  readonly holder_email: string | null;
  readonly holder_domain: string | null;
  readonly holder_source: string | null;
};

const KIND: Expression<ConflictKind> = sql`case when h.id is null then 'entry' when h.source_id is null then 'internal'
  when h.source_state = 'gone' then 'gone' else 'source' end`;
const HELD = sql`source_entries e left join users h on h.user_id_key = e.user_id_key
  and (e.target is null or e.target <> h.id)`;

/** Entries of a run with the users who have their user IDs, in order. */
export async function listConflictEntries(
  db: Connection,
  jobId: string,
  which: { readonly positions: readonly number[] } | { readonly after: number; readonly limit: number },
): Promise<ConflictEntry[]> {
  if ('positions' in which && which.positions.length === 0) return [];
  const bounds =
    'positions' in which
      ? sql`e.position in (${sql.join(fewTexts(which.positions))}) order by e.position`
      : sql`e.action = 'conflict' and e.position > ${which.after} order by e.position limit ${which.limit}`;
  const { rows } = await sql<ConflictEntry>`
    select e.*, ${KIND} as kind, h.id as holder, h.user_id as holder_user_id, h.first_name as holder_first_name,
      h.last_name as holder_last_name, h.email as holder_email, h.domain as holder_domain, h.source_id as holder_source
    from ${HELD} where e.job_id = ${jobId} and ${bounds}`.execute(db);
  return rows;
}

/** Conflicts of a run for which nothing has been chosen. */
export async function countConflicts(
  db: Connection,
  jobId: string,
  sourceId: string,
): Promise<Record<ConflictKind, number>> {
  const { rows } = await sql<{ kind: ConflictKind; count: number }>`
    select kind, count(*) as count from (select ${KIND} as kind from ${HELD}
      where e.job_id = ${jobId} and e.action = 'conflict' and not exists (select 1 from source_choices c
        where c.source_id = ${sourceId} and c.source_key = e.source_key)) as conflicts
    group by kind`.execute(db);
  const counts = { internal: 0, gone: 0, source: 0, entry: 0 };
  for (const { kind, count } of rows) counts[kind] = Number(count);
  return counts;
}
