/** One action on many tokens or users: confirmed by their number, done by a job on the server, and reported with those that failed. */
import type { Job } from '@sower/api/jobs';
import type { ServerCall } from '../../command.ts';
import { fail, type Outcome } from '../../outcome.ts';
import { table } from '../../terminal/output.ts';
import { confirmByName } from '../../terminal/prompt.ts';
import { t } from '../../texts.ts';
import { settled } from './watch.ts';

/** Of those that failed; the job has them all. */
const SHOWN = 200;

export async function doToMany(
  call: ServerCall<{ yes?: boolean }>,
  many: {
    readonly count: number;
    readonly consequence: string;
    readonly none: string;
    readonly done: (count: number) => string;
    readonly subject: 'serial' | 'userId' | 'id';
    /** Makes the job. */
    readonly start: () => Promise<Job>;
  },
): Promise<Outcome> {
  const { count, subject } = many;
  if (count === 0) return { ok: true, json: { count, done: 0, failures: [] }, text: many.none };
  const stop = await confirmByName(call.terminal, {
    name: String(count),
    consequence: many.consequence,
    yes: call.options.yes,
  });
  if (stop !== undefined) return stop;
  const { id } = await many.start();
  const { done, failed, total, state, detail } = await settled({ ...call, args: [id] });
  const { items } =
    failed === 0
      ? { items: [] }
      : await call.api('listJobRows', { params: { id }, query: { state: 'failed', limit: SHOWN } });
  const failures = items.map((row) => ({
    ...({ [subject]: row.subject } as { serial?: string; userId?: string; id?: string }),
    ...(row.reason === undefined ? {} : { reason: row.reason }),
    detail: row.detail ?? '',
  }));
  const json = { job: id, state, count: total, done, failures };
  if (state === 'done' && failed === 0) return { ok: true, json, text: many.done(done) };
  const list = table(
    [
      { title: `field.${subject}`, value: (failure) => failure[subject] },
      { title: 'field.why', value: (failure) => failure.detail },
    ],
    failures,
  );
  const more = failed > items.length ? t('job.many.more', { count: failed - items.length, job: id }) : '';
  const ended = state === 'done' ? '' : t('job.many.stopped', { state: t(`job-state.${state}`), job: id });
  const words = [ended, detail, t('token.bulk.failed', { done, failed }), list, more];
  const text = words.filter((part) => part !== undefined && part !== '').join('\n');
  return fail('refused', state === 'done' ? 'some-failed' : 'job-failed', text, { details: json });
}
