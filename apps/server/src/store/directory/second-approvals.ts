/**
 * What needs a second administrator. A decision carries a mark, so only the server can approve. Whether it was used is not covered by the
 * mark, and is set by one statement.
 */
import { DAY } from '@sower/api/time';
import { changeOne, findColumns, setRow } from '../db/rows.ts';
import { hasMark, insertMarked, type Marks, markOf } from '../keys/marks.ts';
import type { Connection, Row } from '../schema/schema.ts';

export type SecondApprovalRow = Row<'second_approvals'>;

export const insertSecondApproval = (db: Connection, marks: Marks, row: Omit<SecondApprovalRow, 'mark'>) =>
  insertMarked(db, 'second_approvals', marks, row);

export const VALID_MILLISECONDS = DAY;
/** Clocks of nodes may differ by so much. */
const CLOCKS_APART = 300_000;

/**
 * Those that have not expired and carry a right mark, latest first. What ends later than anything asked for now was asked for by a clock that was
 * ahead: it does not count until then, so that none counts for longer than it may.
 */
export async function listSecondApprovals(db: Connection, marks: Marks, now: number, most: number) {
  const rows = await db
    .selectFrom('second_approvals')
    .selectAll()
    .where('expires_at', '>', now)
    .where('expires_at', '<=', now + VALID_MILLISECONDS + CLOCKS_APART)
    .orderBy('id', 'desc')
    .limit(most)
    .execute();
  return rows.filter((row) => hasMark('second_approvals', marks, row));
}

/** @returns the row as it is then; undefined if someone was faster, or it has expired */
export async function decideSecondApproval(
  db: Connection,
  marks: Marks,
  row: SecondApprovalRow,
  decision: Pick<SecondApprovalRow, 'decision' | 'decided_by' | 'decided_person'> & {
    readonly decided_at: number;
  },
): Promise<SecondApprovalRow | undefined> {
  const decided = { ...row, ...decision };
  return changeOne(
    db,
    'second_approvals',
    { id: row.id, decision: ['is', null], expires_at: ['>', decision.decided_at] },
    { ...decision, mark: markOf('second_approvals', marks, decided) },
  );
}

/** At most one caller ever gets it. */
export const claimSecondApproval = (db: Connection, id: string, now: number) =>
  setRow(
    db,
    'second_approvals',
    { id, used_at: ['is', null], decision: 'approved', expires_at: ['>', now] },
    { used_at: now },
  );

/** When one of these people last used an approval of this kind. */
export async function lastUseOfApproval(
  db: Connection,
  action: Row<'second_approvals'>['action'],
  people: readonly string[],
): Promise<number | undefined> {
  const used = { action, person: ['in', people], used_at: ['is not', null] } as const;
  const last = { order: ['used_at'], descending: true, limit: 1 } as const;
  const [row] = await findColumns(db, 'second_approvals', ['used_at'], used, last);
  return row?.used_at ?? undefined;
}
