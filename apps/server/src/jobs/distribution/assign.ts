/** Assigning to many, without distributing: checked and given like a distribution from stock, those that expire last first. */

import type { AssignMany } from '@sower/api/jobs';
import { text } from '@sower/texts/outcomes';
import { type Actor, denied } from '../../core/actor.ts';
import { done, invalidAt, type Outcome } from '../../core/outcome.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { putResults } from '../../store/work/distribution-batches.ts';
import { insertJobRows, type JobRow } from '../../store/work/jobs.ts';
import { collectJob } from '../../work/collect.ts';
import { permissionsToGive } from '../../work/rights.ts';
import { type Batch, batchOf, type JobKind } from '../../work/runner.ts';
import { check, type Giving, give, prepareGiving, resultOf } from './give.ts';
import { chosenBy, readGiving, stockOf } from './input.ts';
import type { DistributionContext, StoredGiving } from './plan.ts';

export async function assignMany(
  context: DistributionContext,
  actor: Actor,
  { name, choose, again }: AssignMany,
): Promise<Outcome<JobRow>> {
  const denial = denied(actor, 'tokens:assign');
  if (denial) return denial;
  const chosen = await chosenBy(context, actor, choose, 'tokens:assign');
  if (!chosen.ok) return chosen;
  const { by, pages } = chosen.value;
  if (by === 'token') return invalidAt('choose.file', text('job.people-chosen'));
  const stored: StoredGiving = {
    ...{ by, tokens: 'stock', binding: 'class', nickname: '', again },
    stock: await stockOf(context, actor),
  };
  const input = JSON.stringify(stored);
  return collectJob(
    context,
    actor,
    { kind: 'assign', name, input, phase: 'check' },
    { pages, insert: insertJobRows, field: 'choose' },
  );
}

export const assignJobs = (context: DistributionContext): JobKind => ({
  needs: (job) => permissionsToGive(readGiving(job)),
  prepare: async (actor, job) => {
    const giving = await prepareGiving(context, actor, job, readGiving(job));
    if (!giving.ok) return giving;
    const batch = job.phase === 'check' ? check : work;
    return done((trx, locked, limit) => batch(trx, context, { ...giving.value, job: locked }, limit));
  },
  end: (job) => (job.phase === 'work' ? 'done' : 'waiting'),
});

async function work(
  trx: Connection,
  context: DistributionContext,
  giving: Giving,
  rows: number,
): Promise<Batch> {
  const { job } = giving;
  const { decided, given, refused } = await give(trx, context, giving, rows);
  await putResults(trx, [
    ...refused,
    ...given.map((fact) => ({
      ...resultOf(job.id, fact, 'done', null),
      ...{ token_id: fact.token_id, origin: 'stock', domain_before: fact.domain_before },
    })),
  ]);
  return batchOf(job, decided, rows, { done: given.length, leftOut: 0, failed: refused.length });
}
