/** Watching a job to its end, starting it, and showing its result. */
import { distributionStates } from '@sower/api/distributions';
import { type Job, type JobDetail, type JobState, MAX_LETTERS } from '@sower/api/jobs';
import type { ServerCall } from '../../command.ts';
import { fail, type Outcome } from '../../outcome.ts';
import { fields, printable, table, time } from '../../terminal/output.ts';
import { withProgress } from '../../terminal/progress.ts';
import { confirmByName } from '../../terminal/prompt.ts';
import { t } from '../../texts.ts';

export const stateOf = ({ state, phase }: Pick<Job, 'state' | 'phase'>): string =>
  t(`job-state.${state === 'running' && phase === 'check' ? 'checking' : state}`);

const CONFIRM = {
  import: 'user.import.confirm',
  assign: 'job.assign.confirm',
  'token-import': 'token.import.confirm',
} as const;

/** After its name was typed. */
export async function startJob(
  call: ServerCall<{ yes?: boolean; at?: string }>,
  { id, name, done, kind }: Pick<JobDetail, 'id' | 'name' | 'done' | 'kind'>,
): Promise<Outcome> {
  const stop = await confirmByName(call.terminal, {
    name,
    consequence: t(CONFIRM[kind as keyof typeof CONFIRM] ?? 'job.start.confirm', { count: done }),
    yes: call.options.yes,
  });
  if (stop !== undefined) return stop;
  const { at } = call.options;
  await call.api('startJob', { params: { id }, body: { name, ...(at === undefined ? {} : { at }) } });
  if (at !== undefined) return shown(await call.api('getJob', { params: { id } }));
  return watch({ ...call, args: [id] });
}

/**
 * Shows what the check says, and starts the job after its name was typed.
 * @param end what is made of the outcome; the job is the one that was not started
 */
export async function startChecked(
  call: ServerCall<{ dryRun?: boolean; yes?: boolean; at?: string }>,
  id: string,
  end = async (outcome: Outcome, _unstarted?: JobDetail) => outcome,
) {
  const { options } = call;
  const job = await settled({ ...call, args: [id] });
  const checked = shown(job);
  if (job.state !== 'waiting' || options.dryRun === true || job.done === 0) return end(checked, job);
  if (options.yes !== true && checked.ok) call.terminal.stderr.write(`${checked.text}\n`);
  return end(await startJob(call, job));
}

const LOOK_MILLISECONDS = 500;
const OPEN: readonly JobState[] = ['queued', 'running'];

/** Until no node works on it any more. */
export async function settled({ api, args, terminal }: ServerCall<unknown>): Promise<JobDetail> {
  const id = args[0] as string;
  let job = await api('getJob', { params: { id } });
  if (!OPEN.includes(job.state)) return job;
  const words = ({ position, total, secondsLeft, phase }: JobDetail): string => {
    const progress = t(phase === 'check' ? 'job.progress.check' : 'job.progress.run', { position, total });
    return secondsLeft === undefined ? progress : t('job.progress.left', { progress, seconds: secondsLeft });
  };
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

/** For scripts, a job that failed, or in which something failed, counts as a refusal. */
export function shown(job: JobDetail): Outcome {
  const isImport = job.kind === 'import' || job.kind === 'token-import';
  const facts = fields([
    [t('field.job'), job.id],
    [t('field.name'), job.name],
    [t('field.kind'), t(`job-kind.${job.kind}`)],
    [t('field.action'), job.action],
    [t('field.state'), stateOf(job)],
    [t('field.why'), job.detail],
    [t('field.profile'), job.profile],
    [t('field.tokens'), job.tokens],
    [t('field.replacedTokens'), job.replaced && t(`job.replaced.${job.replaced}`)],
    [t('field.codeExpires'), job.codeExpires],
    [t(job.phase === 'work' ? 'field.done' : isImport ? 'field.willBeDone' : 'field.willGetOne'), job.done],
    [t('field.usersAdded'), job.users?.add],
    [t('field.usersChanged'), job.users?.change],
    [t('field.notImported'), job.ignored?.map(printable).join(', ') || undefined],
    [t('field.leftOut'), job.leftOut],
    [t('field.failed'), job.failed],
    [t('field.total'), job.total],
    [t('field.begins'), time(job.beginAt)],
    [t('field.secondsLeft'), job.secondsLeft],
    [t('field.activationCodes'), job.codes === 'none' ? undefined : t(`job-codes.${job.codes}`)],
    [
      t('field.letters'),
      job.letters === 'too-many' ? t('job.tooManyLetters', { most: MAX_LETTERS }) : undefined,
    ],
    [t('field.startedBy'), job.startedBy],
    [t('field.made'), time(job.createdAt)],
    [t('field.ended'), time(job.endedAt)],
  ]);
  const reasons = table(
    [
      { title: 'field.count', value: (row) => row.count, align: 'right' },
      { title: 'field.state', value: (row) => t(`job-row-state.${row.state}`) },
      { title: 'field.why', value: (row) => row.detail },
    ],
    job.reasons,
  );
  const states = table<[string, number | undefined]>(
    [
      { title: 'field.distribution', value: ([state]) => state },
      { title: 'field.tokens', value: ([, count]) => count, align: 'right' },
    ],
    distributionStates.flatMap((state) =>
      job.states[state] === undefined ? [] : [[t(`distribution-state.${state}`), job.states[state]]],
    ),
  );
  const samples = isImport ? '' : sampleTable(job);
  const text = [facts, reasons, samples, states].filter((part) => part !== '').join('\n\n');
  if (job.state === 'failed' || (job.state === 'done' && job.failed > 0))
    return fail('refused', job.state === 'failed' ? 'job-failed' : 'some-failed', text, {
      details: { job },
    });
  return { ok: true, json: job, text };
}

const sampleTable = ({ samples }: JobDetail): string =>
  table(
    [
      { title: 'field.forExample', value: (row) => row.userId },
      { title: 'field.serial', value: (row) => row.serial },
      { title: 'field.nickname', value: (row) => row.nickname },
    ],
    samples,
  );
