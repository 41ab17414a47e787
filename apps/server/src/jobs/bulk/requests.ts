/**
 * Many requests approved or rejected in one act. Each is decided by the function for a single one: who may decide on it, whether it has
 * changed since it was listed, and what follows from it.
 */

import { REQUEST_ACTIONS, type RequestDecisions } from '@sower/api/requests';
import { z } from 'zod';
import type { Actor } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import { approveRequest, rejectRequest } from '../../requests/decide.ts';
import { deniedOrLent } from '../../requests/deciders.ts';
import type { FulfilContext } from '../../requests/fulfil.ts';
import { storedJson } from '../../store/schema/stored-json.ts';
import { insertJobRows, type JobRow, listJobRows } from '../../store/work/jobs.ts';
import { inPages } from '../../work/collect.ts';
import { collectAndDo, type JobKind } from '../../work/runner.ts';
import { type BulkContext, doEach } from './kind.ts';

type Context = FulfilContext & BulkContext;
const DECISIONS = { approve: approveRequest, reject: rejectRequest } as const;
const readInput = storedJson(
  'jobs.input',
  z.object({ action: z.enum(REQUEST_ACTIONS), comment: z.string() }),
);

export const requestJobs = (context: Context): JobKind => ({
  // The right may be that of somebody who is away, which is looked up with each batch, and again for each request.
  needs: () => [],
  async prepare(actor, job) {
    const denial = await deniedOrLent(context, actor, 'requests:decide');
    if (denial) return denial;
    const { action, comment } = readInput(job.input);
    // Read before: with SQLite, a read outside the transaction would wait for it forever.
    const settings = await context.settings.current();
    return done(async (trx, { id, position, total }, limit) => {
      const rows = await listJobRows(trx, id, { state: 'new' }, limit, position);
      const inBatch = {
        ...context,
        db: trx,
        settings: { ...context.settings, current: async () => settings },
      };
      return doEach(trx, { id, total }, rows, limit, async ({ key }) => {
        const [request = '', version = ''] = key.split(' ');
        const decided = await DECISIONS[action](inBatch, actor, {
          id: request,
          version: Number(version),
          comment,
        });
        return decided.ok ? undefined : decided.detail;
      });
    });
  },
  end: () => 'done',
});

/** A few are decided by the time of the answer. The version of each is kept with it: what was changed since is not decided. */
export async function doToRequests(
  context: Context,
  actor: Actor,
  { action, items, comment, name = action }: RequestDecisions,
): Promise<Outcome<JobRow>> {
  const denial = await deniedOrLent(context, actor, 'requests:decide');
  if (denial) return denial;
  const versions = new Map(items.map(({ id, version }) => [id, version]));
  return collectAndDo(
    context,
    requestJobs(context),
    actor,
    { kind: 'requests', name, input: JSON.stringify({ action, comment }), phase: 'work' },
    {
      pages: inPages([...versions].map(([id, version]) => ({ subject: id, key: `${id} ${version}` }))),
      insert: insertJobRows,
      field: 'items',
    },
  );
}
