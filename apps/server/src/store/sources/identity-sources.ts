/** Directories that users come from, in their order. */

import { DAY } from '@sower/api/time';
import { sql } from 'kysely';
import { lockRow, skipLocked } from '../db/database-kind.ts';
import { changeRows, findAll, findOne, hasRow, listAll, textsByKey } from '../db/rows.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { isDue } from '../work/due.ts';

export type SourceRow = Row<'identity_sources'>;
/** What runs leave behind. */
type Noted = 'due_at' | 'full_at' | 'watermark' | 'good_at' | 'trouble' | 'trouble_at' | 'certificate_until';
export const listSources = (db: Connection) => listAll(db, 'identity_sources', 'position', 'id');

export const findSource = (db: Connection, id: string) => findOne(db, 'identity_sources', { id });

export type SourceUsers = { readonly all: number; readonly disabled: number; readonly gone: number };

export async function countSourceUsers(db: Connection): Promise<Map<string, SourceUsers>> {
  const { rows } = await sql<{ source_id: string; all: number; disabled: number; gone: number }>`
    select source_id, count(*) as "all", sum(disabled_by_source) as disabled,
      sum(case when source_state = 'gone' then 1 else 0 end) as gone
    from users where source_id is not null group by source_id`.execute(db);
  return new Map(
    rows.map((row) => [
      row.source_id,
      { all: Number(row.all), disabled: Number(row.disabled), gone: Number(row.gone) },
    ]),
  );
}

export const hasSourceUsers = (db: Connection, id: string) => hasRow(db, 'users', { source_id: id });

/** Names of those that users or administrators come from. */
export function sourceNamesOf(db: Connection, rows: readonly { readonly source_id: string | null }[]) {
  const ids = rows.flatMap(({ source_id }) => source_id ?? []);
  return textsByKey(db, 'identity_sources', 'id', 'name', ids);
}

export const lockSource = (db: Connection, id: string) => lockRow(db, 'identity_sources', id);

/** What a run leaves behind; not a change of what an administrator has set. */
export const noteRun = (db: Connection, id: string, note: Partial<Pick<SourceRow, Noted>>) =>
  changeRows(db, 'identity_sources', { id }, note);

/** Of those that are switched on, for metrics. */
export async function sourceAges(db: Connection) {
  const rows = await findAll(db, 'identity_sources', { enabled: 1 });
  return rows.map(({ name, good_at, trouble }) => ({
    name,
    goodAt: good_at === null ? null : Number(good_at),
    stopped: trouble !== null,
  }));
}

/** None waits for longer than a week. */
const FARTHEST_MILLISECONDS = 8 * DAY;

/** At most one node gets the source that is due. @param next when it is due again if that node dies */
export async function claimDueSource(db: Connection, now: number, next: number) {
  const due = isDue('due_at', now, FARTHEST_MILLISECONDS);
  const { rows } = await sql<SourceRow>`
    with next as materialized (select id from identity_sources
      where enabled = 1 and due_at is not null and ${due}
      order by due_at limit 1 ${skipLocked(db)})
    update identity_sources set due_at = ${next}
    where id in (select id from next) and enabled = 1 and ${due}
    returning *`.execute(db);
  return rows[0];
}
