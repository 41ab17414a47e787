/** `sower job …`: long work that the server does by itself. Whoever watches may leave; the job goes on. */
import type { Job, JobRow, JobState } from '@sower/api/jobs';
import { jobRowStates, jobStates } from '@sower/api/jobs';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { type ListOptions, list, listOptions } from '../../listing.ts';
import { unchanged, yesOption } from '../../options.ts';
import { confirmByName } from '../../terminal/prompt.ts';
import { addDistributeManyCommand } from './distribute.ts';
import { savePrivately } from './result.ts';
import { shown, startJob, stateOf, watch } from './watch.ts';

export function addJobCommands(frame: Frame, program: Command): void {
  const job = program
    .command('job')
    .description('Jobs: distribute many tokens, watch, pause, undo; see docs/operations.md');
  addDistributeManyCommand(frame, job);

  addServerCommand<ListOptions & { state?: JobState }>(
    frame,
    job,
    'list',
    'List jobs, latest first',
    (command) =>
      listOptions(command).addOption(new Option('--state <state>', 'only these').choices([...jobStates])),
    ({ api, options, terminal }) =>
      list<Job>(
        terminal,
        options,
        {
          name: 'jobs',
          empty: 'No jobs.',
          columns: [
            { title: 'Id', value: (row) => row.id },
            { title: 'Name', value: (row) => row.name },
            { title: 'Kind', value: (row) => row.kind },
            { title: 'State', value: stateOf },
            { title: 'Done', value: (row) => row.done, align: 'right' },
            { title: 'Left out', value: (row) => row.leftOut, align: 'right' },
            { title: 'Failed', value: (row) => row.failed, align: 'right' },
            { title: 'Total', value: (row) => row.total, align: 'right' },
            { title: 'By', value: (row) => row.startedBy },
          ],
        },
        (query) =>
          api('listJobs', {
            query: { ...query, ...(options.state === undefined ? {} : { state: options.state }) },
          }),
      ),
  );

  addServerCommand(frame, job, 'show <id>', 'Show a job', unchanged, async ({ api, args }) =>
    shown(await api('getJob', { params: { id: args[0] as string } })),
  );

  addServerCommand<ListOptions & { state?: JobRow['state'] }>(
    frame,
    job,
    'rows <id>',
    'List what a job does, row by row',
    (command) =>
      listOptions(command).addOption(new Option('--state <state>', 'only these').choices([...jobRowStates])),
    ({ api, args, options, terminal }) =>
      list<JobRow>(
        terminal,
        options,
        {
          name: 'rows',
          empty: 'No rows.',
          columns: [
            { title: 'No.', value: (row) => row.number, align: 'right' },
            { title: 'For', value: (row) => row.subject },
            { title: 'Serial', value: (row) => row.serial },
            { title: 'State', value: (row) => row.state },
            { title: 'Distribution', value: (row) => row.distribution },
            { title: 'Why', value: (row) => row.detail },
          ],
        },
        (query) =>
          api('listJobRows', {
            params: { id: args[0] as string },
            query: { ...query, ...(options.state === undefined ? {} : { state: options.state }) },
          }),
      ),
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    job,
    'start <id>',
    'Start a job that was checked, and watch it',
    yesOption,
    async (call) => startJob(call, await call.api('getJob', { params: { id: call.args[0] as string } })),
  );
  addServerCommand(frame, job, 'watch <id>', 'Watch a job until it ends', unchanged, watch);
  for (const [name, operation, summary] of [
    ['pause', 'pauseJob', 'Pause a job'],
    ['cancel', 'cancelJob', 'Cancel a job; what was done stays done'],
  ] as const) {
    addServerCommand(frame, job, `${name} <id>`, summary, unchanged, async ({ api, args }) => {
      await api(operation, { params: { id: args[0] as string } });
      return shown(await api('getJob', { params: { id: args[0] as string } }));
    });
  }
  for (const [name, operation, summary] of [
    ['resume', 'resumeJob', 'Go on with a job that was paused, cancelled or failed, and watch it'],
    ['undo', 'undoJob', 'Take back what a distribution gave and nobody has activated'],
    ['remind', 'remindJob', 'Mail those of a distribution who have not activated their token'],
  ] as const) {
    addServerCommand<{ yes?: boolean }>(
      frame,
      job,
      `${name} <id>`,
      summary,
      name === 'undo' ? yesOption : unchanged,
      async (call) => {
        const id = call.args[0] as string;
        if (name === 'undo') {
          const about = await call.api('getJob', { params: { id } });
          const stop = await confirmByName(call.terminal, {
            name: about.name,
            consequence: `This takes back what "${about.name}" distributed and nobody has activated.`,
            yes: call.options.yes,
          });
          if (stop !== undefined) return stop;
        }
        const made = await call.api(operation, { params: { id } });
        return watch({ ...call, args: [made.id] });
      },
    );
  }
  addServerCommand<{ out: string }>(
    frame,
    job,
    'result <id>',
    'Save the result as CSV. Where it holds activation codes: once, and then the server has destroyed them',
    (command) => command.requiredOption('--out <file>', 'a file that is not there yet'),
    async ({ api, args, options }) =>
      savePrivately(options.out, async () => {
        const { csv } = await api('takeJobResult', { params: { id: args[0] as string } });
        return csv;
      }),
  );
}
