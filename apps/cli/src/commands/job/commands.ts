/** `sower job …`: long-running work of the server. The job continues if the command that watches it ends. */
import type { Job, JobKindName, JobRow, JobState } from '@sower/api/jobs';
import { jobKinds, jobRowStates, jobStates } from '@sower/api/jobs';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame, type ServerCall } from '../../command.ts';
import { saveFile } from '../../files.ts';
import { type ListOptions, list, listOptions } from '../../listing.ts';
import { unchanged, yesOption } from '../../options.ts';
import type { Outcome } from '../../outcome.ts';
import { confirmByName } from '../../terminal/prompt.ts';
import { t } from '../../texts.ts';
import { addAssignManyCommand } from './assign.ts';
import { addDistributeManyCommand } from './distribute.ts';
import { shown, startJob, stateOf, watch } from './watch.ts';

export function addJobCommands(frame: Frame, program: Command): void {
  const job = program.command('job').description(t('job.summary'));
  addDistributeManyCommand(frame, job);
  addAssignManyCommand(frame, job);

  addJobLists(frame, job);

  addJobControls(frame, job);
  addJobFiles(frame, job);
}

function addJobLists(frame: Frame, job: Command): void {
  addServerCommand<ListOptions & { kind?: JobKindName; state?: JobState }>(
    frame,
    job,
    'list',
    t('job.list.summary'),
    (command) =>
      listOptions(command)
        .addOption(new Option('--kind <kind>', t('job.state')).choices([...jobKinds]))
        .addOption(new Option('--state <state>', t('job.state')).choices([...jobStates])),
    ({ api, options, terminal }) =>
      list<Job>(
        terminal,
        options,
        {
          name: t('job.list.name'),
          empty: t('job.list.none'),
          columns: [
            { title: 'field.id', value: (row) => row.id },
            { title: 'field.name', value: (row) => row.name },
            { title: 'field.kind', value: (row) => row.kind },
            { title: 'field.state', value: stateOf },
            { title: 'field.done', value: (row) => row.done, align: 'right' },
            { title: 'field.leftOut', value: (row) => row.leftOut, align: 'right' },
            { title: 'field.failed', value: (row) => row.failed, align: 'right' },
            { title: 'field.total', value: (row) => row.total, align: 'right' },
            { title: 'field.by', value: (row) => row.startedBy },
          ],
        },
        (query) =>
          api('listJobs', {
            query: {
              ...query,
              ...(options.kind === undefined ? {} : { kind: options.kind }),
              ...(options.state === undefined ? {} : { state: options.state }),
            },
          }),
      ),
  );

  addServerCommand(frame, job, 'show <id>', t('job.show.summary'), unchanged, async ({ api, args }) =>
    shown(await api('getJob', { params: { id: args[0] as string } })),
  );

  addServerCommand<ListOptions & { state?: JobRow['state'] }>(
    frame,
    job,
    'rows <id>',
    t('job.rows.summary'),
    (command) =>
      listOptions(command).addOption(
        new Option('--state <state>', t('job.state')).choices([...jobRowStates]),
      ),
    ({ api, args, options, terminal }) =>
      list<JobRow>(
        terminal,
        options,
        {
          name: t('job.rows.name'),
          empty: t('job.rows.none'),
          columns: [
            { title: 'field.number', value: (row) => row.line ?? row.number, align: 'right' },
            { title: 'field.subjectUser', value: (row) => row.subject },
            { title: 'field.serial', value: (row) => row.serial },
            { title: 'field.state', value: (row) => row.state },
            { title: 'field.distribution', value: (row) => row.distribution },
            { title: 'field.action', value: (row) => row.action },
            { title: 'field.changes', value: changesIn },
            { title: 'field.why', value: (row) => row.detail },
          ],
        },
        (query) =>
          api('listJobRows', {
            params: { id: args[0] as string },
            query: { ...query, ...(options.state === undefined ? {} : { state: options.state }) },
          }),
      ),
  );
}

function addJobControls(frame: Frame, job: Command): void {
  addServerCommand<{ yes?: boolean }>(
    frame,
    job,
    'start <id>',
    t('job.start.summary'),
    yesOption,
    async (call) => startJob(call, await call.api('getJob', { params: { id: call.args[0] as string } })),
  );
  addServerCommand(frame, job, 'watch <id>', t('job.watch.summary'), unchanged, watch);
  for (const name of ['pause', 'cancel'] as const) {
    const operation = `${name}Job` as const;
    const summary = t(`job.${name}.summary`);
    addServerCommand(frame, job, `${name} <id>`, summary, unchanged, async ({ api, args }) => {
      await api(operation, { params: { id: args[0] as string } });
      return shown(await api('getJob', { params: { id: args[0] as string } }));
    });
  }
  for (const name of ['resume', 'undo', 'remind'] as const) {
    addServerCommand<{ yes?: boolean }>(
      frame,
      job,
      `${name} <id>`,
      t(`job.${name}.summary`),
      name === 'undo' ? yesOption : unchanged,
      async (call) => {
        const id = call.args[0] as string;
        if (name === 'undo') {
          const about = await call.api('getJob', { params: { id } });
          const stop = await confirmByName(call.terminal, {
            name: about.name,
            consequence: t('job.undo.confirm', { job: about.name }),
            yes: call.options.yes,
          });
          if (stop !== undefined) return stop;
        }
        const made = await call.api(`${name}Job`, { params: { id } });
        return watch({ ...call, args: [made.id] });
      },
    );
  }
}

function addJobFiles(frame: Frame, job: Command): void {
  addServerCommand<{ out: string }>(
    frame,
    job,
    'result <id>',
    t('job.result.summary'),
    (command) => command.requiredOption('--out <file>', t('job.result.out')),
    (call) =>
      saveCodes(call, async (params) => {
        const { csv } = await call.api('takeJobResult', { params, query: { codes: 'keep' } });
        return csv;
      }),
  );
  addServerCommand<{ out: string; separate?: boolean }>(
    frame,
    job,
    'letters <id>',
    t('job.letters.summary'),
    (command) =>
      command
        .requiredOption('--out <file>', t('job.result.out'))
        .option('--separate', t('job.letters.separate')),
    (call) =>
      saveCodes(call, async (params) => {
        const body = { separate: call.options.separate ?? false };
        const { pdf } = await call.api('takeJobLetters', { params, query: { codes: 'keep' }, body });
        return Buffer.from(pdf, 'base64');
      }),
  );
}

/**
 * The server destroys the codes once they are on the disk: until then, an answer that was lost or did not fit on the disk can be fetched
 * again.
 */
async function saveCodes(
  { api, args, options }: ServerCall<{ out: string }>,
  take: (params: { id: string }) => Promise<string | Uint8Array>,
): Promise<Outcome> {
  const params = { id: args[0] as string };
  const saved = await saveFile(options.out, () => take(params));
  if (!saved.ok) return saved;
  try {
    await api('takeJobResult', { params, query: { codes: 'destroy' } });
  } catch (error) {
    const { message } = error as Error;
    return { ...saved, notes: [t('job.result.notDestroyed', { file: options.out, why: message })] };
  }
  return saved;
}

/** Field by field: what it was, and what it becomes. */
const changesIn = ({ changes }: JobRow): string | undefined =>
  changes?.map(({ field, before, after }) => `${field}: ${before} → ${after}`).join(', ');
