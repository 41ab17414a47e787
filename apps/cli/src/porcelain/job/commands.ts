/** `sower job …`: long-running work of the server. The job continues if the command that watches it ends. */

import { type JobRow, jobKinds, jobRowStates, jobStates } from '@sower/api/jobs';
import { command, group, type ServerCall, YES } from '../../command.ts';
import { saveFile } from '../../files.ts';
import { act, listing } from '../../operations.ts';
import { AT } from '../../options.ts';
import type { Outcome } from '../../outcome.ts';
import { confirmByName } from '../../terminal/prompt.ts';
import { t } from '../../texts.ts';
import { ASSIGN_MANY, DISTRIBUTE_MANY } from './distribute.ts';
import { shown, startJob, stateOf, watch } from './watch.ts';

/** Field by field: what it was, and what it becomes. */
const changesIn = ({ changes }: JobRow): string | undefined =>
  changes?.map(({ field, before, after }) => `${field}: ${before} → ${after}`).join(', ');

/**
 * The server destroys the codes once they are on the disk: until then, an answer that was lost or did not fit on the disk can be fetched
 * again.
 */
async function saveCodes(
  { api, args, options }: ServerCall<{ out: string }>,
  take: (params: { id: string }) => Promise<string | Uint8Array>,
): Promise<Outcome> {
  const params = { id: args[0]! };
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

export const JOB = group('job', [
  DISTRIBUTE_MANY,
  ASSIGN_MANY,
  listing('listJobs', {
    reads: 'job.list.name',
    empty: 'job.list.none',
    options: [
      ['--kind <kind>', 'job.kind', { choices: jobKinds }],
      ['--state <state>', 'job.state', { choices: jobStates }],
    ],
    columns: [
      'field.id',
      'field.name',
      { title: 'field.kind', value: ({ kind }) => t(`job-kind.${kind}`) },
      { title: 'field.state', value: stateOf },
      { title: 'field.done', value: ({ done }) => done, align: 'right' },
      { title: 'field.leftOut', value: ({ leftOut }) => leftOut, align: 'right' },
      { title: 'field.failed', value: ({ failed }) => failed, align: 'right' },
      { title: 'field.total', value: ({ total }) => total, align: 'right' },
      { title: 'field.by', value: ({ startedBy }) => startedBy },
    ],
  }),
  act('getJob', { usage: 'show <id>', done: shown }),
  listing('listJobRows', {
    usage: 'rows <id>',
    reads: 'job.rows.name',
    empty: 'job.rows.none',
    options: [['--state <state>', 'job.state', { choices: jobRowStates }]],
    columns: [
      { title: 'field.number', value: ({ line, number }) => line ?? number, align: 'right' },
      { title: 'field.subjectUser', value: ({ subject }) => subject },
      'field.serial',
      { title: 'field.state', value: ({ state }) => t(`job-row-state.${state}`) },
      {
        title: 'field.distribution',
        value: ({ distribution }) => distribution && t(`distribution-state.${distribution}`),
      },
      'field.action',
      { title: 'field.changes', value: changesIn },
      { title: 'field.why', value: ({ detail }) => detail },
    ],
  }),
  command<{ yes?: boolean; at?: string }>({
    usage: 'start <id>',
    options: [AT, YES],
    run: async (call) => startJob(call, await call.api('getJob', { params: { id: call.args[0]! } })),
  }),
  command({ usage: 'watch <id>', run: watch }),
  ...(['pause', 'cancel'] as const).map((name) =>
    command({
      usage: `${name} <id>`,
      run: async ({ api, args: [id] }) => {
        await api(`${name}Job`, { params: { id: id! } });
        return shown(await api('getJob', { params: { id: id! } }));
      },
    }),
  ),
  ...(['resume', 'undo', 'remind'] as const).map((name) =>
    command<{ yes?: boolean; tell?: boolean }>({
      usage: `${name} <id>`,
      options: name === 'undo' ? [['--tell', 'job.undo.tell'], YES] : [],
      run: async (call) => {
        const id = call.args[0]!;
        if (name === 'undo') {
          const about = await call.api('getJob', { params: { id } });
          const imported = about.kind === 'token-import';
          const consequence = t(imported ? 'job.undo.confirmImport' : 'job.undo.confirm', {
            job: about.name,
          });
          const { yes } = call.options;
          const stop = await confirmByName(call.terminal, { name: about.name, consequence, yes });
          if (stop !== undefined) return stop;
        }
        const tell = call.options.tell === true;
        const made = tell
          ? await call.api('undoJob', { params: { id }, query: { tell: 'true' } })
          : await call.api(`${name}Job`, { params: { id } });
        return watch({ ...call, args: [made.id] });
      },
    }),
  ),
  command<{ out: string }>({
    usage: 'result <id>',
    options: [['--out <file>', 'job.result.out', { required: true }]],
    run: (call) =>
      saveCodes(call, async (params) => {
        const { csv } = await call.api('takeJobResult', { params, query: { codes: 'keep' } });
        return csv;
      }),
  }),
  command<{ out: string; separate?: boolean; sample?: boolean }>({
    usage: 'letters <id>',
    options: [
      ['--out <file>', 'job.result.out', { required: true }],
      ['--separate', 'job.letters.separate'],
      ['--sample', 'job.letters.sample'],
    ],
    run: (call) => {
      const { out, separate = false, sample = false } = call.options;
      const take = async (params: { id: string }) => {
        const body = { separate, ...(sample ? { sample } : {}) };
        const { pdf } = await call.api('takeJobLetters', { params, query: { codes: 'keep' }, body });
        return Buffer.from(pdf, 'base64');
      };
      return sample ? saveFile(out, () => take({ id: call.args[0]! })) : saveCodes(call, take);
    },
  }),
]);
