/** Creating a job and its rows, which are fixed from then on. No one works on the job before its last row is stored. */

import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { MAX_JOB_ROWS } from '@sower/api/bulk';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { done, invalidAt, type Outcome } from '../core/outcome.ts';
import { inBatchTransaction, inTransaction } from '../store/db/transaction.ts';
import type { Connection } from '../store/schema/schema.ts';
import { changeJobState, claimJob, findJob, type JobRow } from '../store/work/jobs.ts';
import { addJob } from './jobs.ts';

type Pages<Row> = AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;
export type Rows<Row> = {
  readonly pages: Pages<Row>;
  /** @param first position of the first of them */
  insert(trx: Connection, jobId: string, rows: readonly Row[], first: number): Promise<void>;
  /** The field of the request that they come from. */
  readonly field: string;
  /** The refusal if there is none. */
  readonly ifNone?: Text;
};

/** Rows of a page. */
export const PAGE = 1_000;

/** Reads no further than the requested page: a long file is read between the turns of others. */
export function* inPages<Row>(rows: Iterable<Row>): Generator<readonly Row[]> {
  let page: Row[] = [];
  for (const row of rows) {
    page.push(row);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

export async function* paged<Row>(
  read: (after?: string) => Promise<{ readonly rows: readonly Row[]; readonly last: string | undefined }>,
): AsyncIterable<readonly Row[]> {
  for (let after: string | undefined; ; ) {
    const { rows, last } = await read(after);
    if (rows.length > 0) yield rows;
    if (last === undefined) return;
    after = last;
  }
}

/** Who works on a job with so few rows, before any node sees that it waits. @param now time of the database */
export type FirstClaim = { readonly lease: string; readonly rows: number; readonly now: () => number };

export async function collectJob<Row>(
  context: Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>,
  actor: Actor,
  job: Omit<Parameters<typeof addJob>[2], 'state'>,
  { pages, insert, field, ifNone }: Rows<Row>,
  claim?: FirstClaim,
): Promise<Outcome<JobRow>> {
  const added = await addJob(context, actor, { ...job, state: 'collecting' });
  if (!added.ok) return added;
  const { id } = added.value;
  const end = async (reason: Text): Promise<void> => {
    const endedAt = context.now();
    await changeJobState(context.db, id, ['collecting'], {
      state: 'cancelled',
      since: endedAt,
      reason,
      endedAt,
    });
  };
  const refuse = async (reason: Text) => {
    await end(reason);
    return invalidAt(field, reason);
  };
  let total = 0;
  try {
    for await (const page of pages) {
      const first = total;
      total += page.length;
      if (total > MAX_JOB_ROWS) return refuse(text('job.too-many-rows', { maximum: MAX_JOB_ROWS }));
      await inBatchTransaction(context.db, (trx) => insert(trx, id, page, first));
      // SQLite answers synchronously: a long file would block every other caller.
      await yieldToOthers();
    }
  } catch (error) {
    // If that fails too, the job is later found and ended like one that a dead server left behind.
    await end(text('job.not-stored')).catch(() => undefined);
    throw error;
  }
  if (total === 0 && ifNone) return refuse(ifNone);
  const now = { state: 'queued', since: context.now() } as const;
  const queued = await inTransaction(context.db, async (trx) => {
    const row = await changeJobState(trx, id, ['collecting'], now, { total });
    const claimed =
      row && claim && total <= claim.rows && (await claimJob(trx, claim.lease, claim.now(), { id }));
    return claimed || row;
  });
  // Or it was canceled meanwhile.
  return done(queued ?? (await findJob(context.db, id)) ?? added.value);
}
