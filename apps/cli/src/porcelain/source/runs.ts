/** `sower source run` and what belongs to it: previews, what they found, and applying it. */
import {
  entryActions,
  type SourceChangeKind,
  type SourceFinding,
  type SourceRun,
} from '@sower/api/identity-sources';
import { command, given, type OptionRow, type ServerCall } from '../../command.ts';
import { saveFile } from '../../files.ts';
import { LIST_OPTIONS, type ListOptions, list } from '../../listing.ts';
import { act, listing, named } from '../../operations.ts';
import { wholeNumber } from '../../options.ts';
import type { Outcome } from '../../outcome.ts';
import { type Column, fields, time } from '../../terminal/output.ts';
import { withProgress } from '../../terminal/progress.ts';
import { t } from '../../texts.ts';

export const source = named('listIdentitySources', 'source.notFound', 'sower source list');

const FINDINGS: readonly Column<SourceFinding>[] = [
  { title: 'field.number', value: ({ number }) => number, align: 'right' },
  'field.action',
  'field.userId',
  {
    title: 'field.changes',
    value: ({ changes }) =>
      changes.map(({ field, before, after }) => `${field}: ${before} → ${after}`).join('; '),
  },
  { title: 'field.choice', value: ({ chosen }) => chosen },
  { title: 'field.why', value: ({ detail }) => detail },
];

const LOOK_MILLISECONDS = 300;

/** Until no node works on it any more. */
async function settled(
  { api, terminal }: ServerCall<unknown>,
  params: { id: string; run: string },
): Promise<Outcome> {
  let run = await api('getSourceRun', { params });
  const words = (): string => t('source.run.progress', { count: run.read });
  await withProgress(terminal, { message: words() }, async (progress) => {
    while (run.state === 'queued' || run.state === 'running') {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
      run = await api('getSourceRun', { params });
      progress.report(words());
    }
  });
  return {
    ok: true,
    json: run,
    text: shown(run),
    // `done` with entries that could not be applied, and a stop, are no success for a script.
    ...(run.state === 'failed' ||
    (run.state === 'waiting' && run.stopped) ||
    (run.state === 'done' && run.counts.conflict > 0)
      ? { exit: 'refused' as const }
      : {}),
    notes: run.state === 'waiting' ? [next(run)] : [],
  };
}

const next = ({ stopped, exceeds, id }: SourceRun): string =>
  stopped
    ? t('source.run.stopped', { count: exceeds.reduce((sum, { count }) => sum + count, 0), run: id })
    : t('source.run.waiting', { run: id });

const shown = (run: SourceRun): string =>
  fields([
    [t('field.id'), run.id],
    [t('field.state'), t(`job-state.${run.state}`)],
    [t('field.why'), run.detail],
    [t('field.read'), run.read],
    ...entryActions.map((action) => [t(`source.action.${action}`), run.counts[action]] as const),
    ...Object.entries(run.changes).flatMap(([change, count]): [string, number][] =>
      count > 0 ? [[t(`source.change.${change as SourceChangeKind}`), count]] : [],
    ),
    [t('field.done'), run.done],
    [t('field.leftOut'), run.leftOut],
  ]);

const COUNT = { read: wholeNumber(0, 10_000_000) };
const ACTION: OptionRow = ['--action <action>', 'source.findings.action', { choices: entryActions }];

export const SOURCE_RUNS = [
  command<{ now?: boolean; delta?: boolean }>({
    usage: 'run <name>',
    options: [
      ['--now', 'source.run.now'],
      ['--delta', 'source.run.delta'],
    ],
    run: async (call) => {
      const { api, args, options } = call;
      const found = await source(api, args[0]!);
      if (!found.ok) return found;
      const { id } = found.value.item;
      const { id: run } = await api('startSourceRun', {
        params: { id },
        body: { mode: options.delta ? 'delta' : 'full', preview: options.now !== true },
      });
      return settled(call, { id, run });
    },
  }),
  command<{ disable?: number; exceeding?: number }>({
    usage: 'start <name> <run>',
    options: [
      ['--exceeding <n>', 'source.start.exceeding', COUNT],
      ['--disable <n>', 'source.start.disable', COUNT],
    ],
    run: async (call) => {
      const { api, args, options } = call;
      const found = await source(api, args[0]!);
      if (!found.ok) return found;
      const params = { id: found.value.item.id, run: args[1]! };
      const exceeding = options.exceeding ?? options.disable;
      await api('confirmSourceRun', { params, body: exceeding === undefined ? {} : { exceeding } });
      return settled(call, params);
    },
  }),
  act('cancelSourceRun', {
    usage: 'cancel <name> <run>',
    of: source,
    params: ({ args: [, run] }) => ({ run: run! }),
    done: shown,
  }),
  listing('listSourceRuns', {
    usage: 'runs <name>',
    of: source,
    reads: 'source.runs.name',
    empty: 'source.runs.none',
    columns: [
      'field.id',
      { title: 'field.at', value: ({ createdAt }) => time(createdAt) },
      { title: 'field.state', value: ({ state }) => t(`job-state.${state}`) },
      { title: 'field.read', value: ({ read }) => read, align: 'right' },
      { title: 'field.done', value: ({ done }) => done, align: 'right' },
      { title: 'field.disabled', value: ({ disables }) => disables, align: 'right' },
      { title: 'field.why', value: ({ detail }) => detail },
    ],
  }),
  command<ListOptions & { out?: string }>({
    usage: 'findings <name> <run>',
    options: [...LIST_OPTIONS, ACTION, ['--out <file>', 'source.findings.out']],
    columns: FINDINGS,
    run: async ({ api, args, options, terminal }) => {
      const found = await source(api, args[0]!);
      if (!found.ok) return found;
      const params = { id: found.value.item.id, run: args[1]! };
      if (options.out !== undefined)
        return saveFile(options.out, async () => (await api('getSourceRunFile', { params })).csv);
      const what = { columns: FINDINGS, name: t('source.findings.name'), empty: t('source.findings.none') };
      return list(terminal, options, what, (page) =>
        api('listSourceFindings', { params, query: { ...page, ...given([ACTION], options) } }),
      );
    },
  }),
];
