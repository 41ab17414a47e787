/** What the first user will get, shown before a distribution is started: by what writes it then, without a code. */

import { writeMail } from '../../mail/queue.ts';
import { type DistributionPlan, distributionMail } from '../../provisioning/distribution/distribute.ts';
import { type JobRow, listJobRows } from '../../store/work/jobs.ts';
import { readInput } from './input.ts';
import { type DistributionContext, planOf } from './plan.ts';

/** In place of an activation code, or the serial number of a token, that is made when the job runs. */
export const NO_CODE = '·'.repeat(12);

type Sample = { readonly plan: DistributionPlan; readonly address: string };

/** @returns undefined if the job is no distribution that waits to be started, or if it gives nothing */
export async function sampleOf(context: DistributionContext, job: JobRow): Promise<Sample | undefined> {
  if (job.kind !== 'distribute' || job.state !== 'waiting') return undefined;
  const [row] = await listJobRows(context.db, job.id, { state: 'ready' }, 1, 0);
  if (!row || row.target === null) return undefined;
  const planned = await planOf(context, readInput(job));
  if (!planned.ok) return undefined;
  const { token, input } = planned.value;
  return {
    plan: {
      ...planned.value,
      token: { ...token, serial: row.serial ?? NO_CODE, user_id: row.target },
      input: { ...input, nickname: row.nickname ?? '' },
    },
    address: row.address ?? '',
  };
}

/** @returns none while mail is off, and for a user without an address */
export async function sampleMail(
  context: DistributionContext,
  job: JobRow,
): Promise<{ readonly subject: string; readonly text: string }[]> {
  const sample = await sampleOf(context, job);
  if (!sample) return [];
  const written = await writeMail(context, context.db, distributionMail(sample.plan, NO_CODE));
  return written.map(({ subject, text }) => ({ subject, text }));
}
