/** `sower source run` and what belongs to it: previews, what they found, and applying it. */

import type { ApiClient } from '@sower/api/client';
import {
  entryActions,
  type SourceChangeKind,
  type SourceFinding,
  type SourceRun,
} from '@sower/api/identity-sources';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame, type ServerCall } from '../../command.ts';
import { saveFile } from '../../files.ts';
import { type ListOptions, list, listOptions } from '../../listing.ts';
import { unchanged, wholeNumber } from '../../options.ts';
import type { Outcome } from '../../outcome.ts';
import { type Column, fields, time } from '../../terminal/output.ts';
import { withProgress } from '../../terminal/progress.ts';
import { t } from '../../texts.ts';
import { findSource } from './find.ts';

const RUNS: readonly Column<SourceRun>[] = [
  { title: 'field.id', value: ({ id }) => id },
  { title: 'field.at', value: ({ createdAt }) => time(createdAt) },
  { title: 'field.state', value: ({ state }) => state },
  { title: 'field.read', value: ({ read }) => read, align: 'right' },
  { title: 'field.done', value: ({ done }) => done, align: 'right' },
  { title: 'field.disabled', value: ({ disables }) => disables, align: 'right' },
  { title: 'field.why', value: ({ detail }) => detail },
];
const FINDINGS: readonly Column<SourceFinding>[] = [
  { title: 'field.number', value: ({ number }) => number, align: 'right' },
  { title: 'field.action', value: ({ action }) => action },
  { title: 'field.userId', value: ({ userId }) => userId },
  {
    title: 'field.changes',
    value: ({ changes }) =>
      changes.map(({ field, before, after }) => `${field}: ${before} → ${after}`).join('; '),
  },
  { title: 'field.choice', value: ({ chosen }) => chosen },
  { title: 'field.why', value: ({ detail }) => detail },
];

export function addSourceRunCommands(frame: Frame, source: Command): void {
  addServerCommand<{ now?: boolean; delta?: boolean }>(
    frame,
    source,
    'run <name>',
    t('source.run.summary'),
    (command) => command.option('--now', t('source.run.now')).option('--delta', t('source.run.delta')),
    async (call) => {
      const { api, args, options } = call;
      const found = await findSource(api, args[0]!);
      if (!found.ok) return found;
      const { id } = found.value;
      const body = {
        mode: options.delta ? ('delta' as const) : ('full' as const),
        preview: options.now !== true,
      };
      const { id: run } = await api('startSourceRun', { params: { id }, body });
      return settled(call, { id, run });
    },
  );

  addServerCommand<{ disable?: number; exceeding?: number }>(
    frame,
    source,
    'start <name> <run>',
    t('source.start.summary'),
    (command) =>
      command
        .option('--exceeding <n>', t('source.start.exceeding'), wholeNumber(0, 10_000_000))
        .option('--disable <n>', t('source.start.disable'), wholeNumber(0, 10_000_000)),
    async (call) => {
      const { api, args, options } = call;
      const found = await findSource(api, args[0]!);
      if (!found.ok) return found;
      const params = { id: found.value.id, run: args[1]! };
      const exceeding = options.exceeding ?? options.disable;
      const body = exceeding === undefined ? {} : { exceeding };
      await api('confirmSourceRun', { params, body });
      return settled(call, params);
    },
  );

  addServerCommand(
    frame,
    source,
    'cancel <name> <run>',
    t('source.cancel.summary'),
    unchanged,
    async ({ api, args }) => {
      const found = await findSource(api, args[0]!);
      if (!found.ok) return found;
      const run = await api('cancelSourceRun', { params: { id: found.value.id, run: args[1]! } });
      return { ok: true, json: run, text: shown(run) };
    },
  );

  addServerCommand<ListOptions>(
    frame,
    source,
    'runs <name>',
    t('source.runs.summary'),
    listOptions,
    async ({ api, args, options, terminal }) => {
      const found = await findSource(api, args[0]!);
      if (!found.ok) return found;
      const params = { id: found.value.id };
      const what = { columns: RUNS, name: t('source.runs.name'), empty: t('source.runs.none') };
      return list(terminal, options, what, (query) => api('listSourceRuns', { params, query }));
    },
  );

  addServerCommand<ListOptions & { action?: SourceFinding['action']; out?: string }>(
    frame,
    source,
    'findings <name> <run>',
    t('source.findings.summary'),
    (command) =>
      listOptions(command)
        .addOption(new Option('--action <action>', t('source.findings.action')).choices(entryActions))
        .option('--out <file>', t('source.findings.out')),
    async ({ api, args, options, terminal }) => {
      const found = await findSource(api, args[0]!);
      if (!found.ok) return found;
      const params = { id: found.value.id, run: args[1]! };
      if (options.out !== undefined) return saved(api, params, options.out);
      const { action } = options;
      const what = { columns: FINDINGS, name: t('source.findings.name'), empty: t('source.findings.none') };
      return list(terminal, options, what, (query) =>
        api('listSourceFindings', {
          params,
          query: { ...query, ...(action === undefined ? {} : { action }) },
        }),
      );
    },
  );
}

const saved = (api: ApiClient, params: { id: string; run: string }, file: string): Promise<Outcome> =>
  saveFile(file, async () => (await api('getSourceRunFile', { params })).csv);

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

function shown(run: SourceRun): string {
  const { counts } = run;
  return fields([
    [t('field.id'), run.id],
    [t('field.state'), run.state],
    [t('field.why'), run.detail],
    [t('field.read'), run.read],
    [t('source.action.added'), counts.added],
    [t('source.action.linked'), counts.linked],
    [t('source.action.changed'), counts.changed],
    [t('source.action.moved'), counts.moved],
    [t('source.action.disabled'), counts.disabled],
    [t('source.action.returning'), counts.returning],
    [t('source.action.gone'), counts.gone],
    [t('source.action.conflict'), counts.conflict],
    [t('source.action.skipped'), counts.skipped],
    [t('source.action.refused'), counts.refused],
    ...Object.entries(run.changes).flatMap(([change, count]): [string, number][] =>
      count > 0 ? [[t(`source.change.${change as SourceChangeKind}`), count]] : [],
    ),
    [t('field.done'), run.done],
    [t('field.leftOut'), run.leftOut],
  ]);
}
