/** Watching a job to its end, starting it, and showing what became of it. */
import type { Job, JobDetail, JobState } from '@sower/api/jobs';
import type { ServerCall } from '../../command.ts';
import { fail, type Outcome } from '../../outcome.ts';
import { fields, table, time } from '../../terminal/output.ts';
import { withProgress } from '../../terminal/progress.ts';
import { confirmByName } from '../../terminal/prompt.ts';

export const stateOf = ({ state, phase }: Job): string =>
  state === 'running' && phase === 'check' ? 'checking' : state;

/** After its name was typed. */
export async function startJob(
  call: ServerCall<{ yes?: boolean }>,
  { id, name, done }: Pick<JobDetail, 'id' | 'name' | 'done'>,
): Promise<Outcome> {
  const stop = await confirmByName(call.terminal, {
    name,
    consequence: `This distributes ${done} token${done === 1 ? '' : 's'}.`,
    yes: call.options.yes,
  });
  if (stop !== undefined) return stop;
  await call.api('startJob', { params: { id }, body: { name } });
  return watch({ ...call, args: [id] });
}

const LOOK_MILLISECONDS = 500;
const OPEN: readonly JobState[] = ['queued', 'running'];

/** Until nobody works on it any more. */
export async function settled({ api, args, terminal }: ServerCall<unknown>): Promise<JobDetail> {
  const id = args[0] as string;
  let job = await api('getJob', { params: { id } });
  if (!OPEN.includes(job.state)) return job;
  const words = ({ position, total, secondsLeft, phase }: JobDetail): string =>
    `${phase === 'check' ? 'Checking' : 'At'} ${position} of ${total}${secondsLeft === undefined ? '' : `, ${secondsLeft} s left`}`;
  return withProgress(terminal, { message: words(job), total: Math.max(1, job.total) }, async (progress) => {
    while (OPEN.includes(job.state)) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
      job = await api('getJob', { params: { id } });
      progress.report(words(job), job.position);
    }
    return job;
  });
}

export async function watch(call: ServerCall<unknown>): Promise<Outcome> {
  return shown(await settled(call));
}

/** One that failed, or in which something failed, is a no to a script. */
export function shown(job: JobDetail): Outcome {
  const facts = fields([
    ['Job', job.id],
    ['Name', job.name],
    ['Kind', job.kind],
    ['State', stateOf(job)],
    ['Why', job.detail],
    ['Profile', job.profile],
    ['Tokens', job.tokens],
    [job.phase === 'check' ? 'Will get one' : 'Done', job.done],
    ['Left out', job.leftOut],
    ['Failed', job.failed],
    ['Total', job.total],
    ['Seconds left', job.secondsLeft],
    ['Activation codes', job.codes === 'none' ? undefined : job.codes],
    ['Started by', job.startedBy],
    ['Made', time(job.createdAt)],
    ['Ended', time(job.endedAt)],
  ]);
  const reasons = table(
    [
      { title: 'Count', value: (row) => row.count, align: 'right' },
      { title: 'State', value: (row) => row.state },
      { title: 'Why', value: (row) => row.detail },
    ],
    job.reasons,
  );
  const states = table<[string, number | undefined]>(
    [
      { title: 'Distribution', value: ([state]) => state },
      { title: 'Tokens', value: ([, count]) => count, align: 'right' },
    ],
    Object.entries(job.states),
  );
  const samples = table(
    [
      { title: 'For example', value: (row) => row.userId },
      { title: 'Serial', value: (row) => row.serial },
      { title: 'Nickname', value: (row) => row.nickname },
    ],
    job.samples,
  );
  const text = [facts, reasons, samples, states].filter((part) => part !== '').join('\n\n');
  if (job.state === 'failed' || (job.state === 'done' && job.failed > 0))
    return fail('refused', job.state === 'failed' ? 'job-failed' : 'some-failed', text, {
      details: { job },
    });
  return { ok: true, json: job, text };
}
