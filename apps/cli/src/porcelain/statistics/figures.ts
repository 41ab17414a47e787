/** `sower statistics log-ons|distributions|tokens|clients|health`: figures over time. */
import {
  DISTRIBUTION_STAGES,
  FIGURE_RANGE_NAMES,
  type HealthFigures,
  LOG_ON_OUTCOMES,
  LOG_ON_WAYS,
  type LogOnFigures,
  MAIL_FIGURES,
  RUN_FIGURES,
  TOKEN_FIGURES,
} from '@sower/api/figures';
import type { OptionRow } from '../../command.ts';
import { act } from '../../operations.ts';
import { table, time } from '../../terminal/output.ts';
import { type PlainKey, t } from '../../texts.ts';

const RANGE: OptionRow = [
  '--range <period>',
  'statistics.range',
  { choices: FIGURE_RANGE_NAMES, default: 'month' },
];
const OVER_TIME: readonly OptionRow[] = [RANGE, ['--over-time', 'statistics.overTime', { to: null }]];
const isOverTime = ({ options }: { readonly options: object }): boolean => 'overTime' in options;

const notesOf = ({ waiting }: { readonly waiting: number }): string[] =>
  waiting > MANY ? [t('statistics.waiting', { count: waiting })] : [];
/** A few rows are always waiting, because new ones are counted a moment later. */
const MANY = 1_000;

const sum = (counts: readonly number[] = []): number => counts.reduce((all, count) => all + count, 0);

/** A column of numbers for each of these. */
const countsOf = <Name extends string, Row>(
  names: readonly Name[],
  title: (name: Name) => PlainKey,
  value: (row: Row, name: Name, index: number) => number | undefined,
) =>
  names.map((name, index) => ({
    title: title(name),
    value: (row: Row) => value(row, name, index),
    align: 'right' as const,
  }));

/** A line for each hour or day. */
type Along = { readonly time: string; readonly values: readonly (number | null)[] };

const along = (
  times: readonly string[],
  series: readonly (readonly (number | null)[])[],
  titles: readonly PlainKey[],
): string =>
  table<Along>(
    [
      { title: 'field.time', value: (row) => time(row.time) },
      ...countsOf(
        titles,
        (title) => title,
        ({ values }: Along, _, index) => values[index] ?? undefined,
      ),
    ],
    times.map((at, index) => ({ time: at, values: series.map((counts) => counts[index] ?? null) })),
  );

const outcomeTitle = (outcome: (typeof LOG_ON_OUTCOMES)[number]) =>
  `figure-name.outcomes.${outcome}` as const;

function logOnText(figures: LogOnFigures, overTime: boolean): string {
  const { series, times, reasons } = figures;
  if (overTime) {
    const byOutcome = LOG_ON_OUTCOMES.map((outcome) =>
      times.map((_, index) =>
        series.reduce((sum, one) => sum + (one.outcome === outcome ? (one.counts[index] ?? 0) : 0), 0),
      ),
    );
    return along(times, byOutcome, LOG_ON_OUTCOMES.map(outcomeTitle));
  }
  type Way = (typeof LOG_ON_WAYS)[number];
  const ways = table(
    [
      { title: 'field.way', value: (way: Way) => t(`figure-name.ways.${way}`) },
      ...countsOf(LOG_ON_OUTCOMES, outcomeTitle, (way: Way, outcome) =>
        sum(series.flatMap((one) => (one.way === way && one.outcome === outcome ? one.counts : []))),
      ),
    ],
    LOG_ON_WAYS,
  );
  const why = table(
    [
      { title: 'field.reason', value: ({ reason }) => t(`figure-name.reasons.${reason}`) },
      { title: 'field.number', value: ({ count }) => count, align: 'right' },
    ],
    reasons,
  );
  return why === '' ? ways : `${ways}\n\n${why}`;
}

function healthText({ mail, sources, nodes, others }: HealthFigures): string {
  const sent = table(
    [
      { title: 'field.mail', value: (name: (typeof MAIL_FIGURES)[number]) => t(`figure-name.mail.${name}`) },
      {
        title: 'field.count',
        value: (name) => sum(mail.find((one) => one.name === name)?.counts),
        align: 'right',
      },
    ],
    MAIL_FIGURES,
  );
  type Source = (typeof sources)[number];
  const runs = table<Source>(
    [
      'field.name',
      ...countsOf(
        RUN_FIGURES,
        (outcome) => `figure-name.runs.${outcome}`,
        (source: Source, outcome) => sum(source.runs.find((one) => one.outcome === outcome)?.counts),
      ),
    ],
    sources,
  );
  type Line = Omit<HealthFigures['nodes'][number], 'seen'> & { readonly seen: readonly number[] };
  const hosts: Line[] = [
    ...nodes,
    ...(others.nodes === 0 ? [] : [{ ...others, host: t('statistics.others') }]),
  ];
  const minutes = table<Line>(
    [
      'field.host',
      { title: 'figure-name.nodes.seen', value: ({ seen }) => sum(seen), align: 'right' },
      { title: 'figure-name.nodes.not-ready', value: ({ notReady }) => notReady, align: 'right' },
      { title: 'figure-name.nodes.clock', value: ({ clock }) => clock, align: 'right' },
    ],
    hosts,
  );
  return [sent, runs, minutes].filter((part) => part !== '').join('\n\n');
}

const seconds = (median: number | null): string | undefined =>
  median === null ? undefined : t('output.seconds', { count: median });

export const FIGURES = [
  act('getLogOnFigures', {
    usage: 'log-ons',
    options: OVER_TIME,
    done: (figures, given) => ({
      text: logOnText(figures, isOverTime(given)),
      notes: notesOf(figures),
    }),
  }),
  act('getDistributionFigures', {
    usage: 'distributions',
    options: OVER_TIME,
    done: (figures, given) => {
      const { times, series, stages, medianSeconds } = figures;
      const whole = { stage: t('statistics.whole'), count: undefined, medianSeconds };
      const text = isOverTime(given)
        ? along(
            times,
            series.map(({ counts }) => counts),
            DISTRIBUTION_STAGES.map((stage) => `figure-name.stages.${stage}` as const),
          )
        : table<{ stage: string; count: number | undefined; medianSeconds: number | null }>(
            [
              'field.stage',
              { title: 'field.tokens', value: ({ count }) => count, align: 'right' },
              { title: 'field.median', value: (row) => seconds(row.medianSeconds), align: 'right' },
            ],
            [
              ...stages.map((row) => ({ ...row, stage: t(`figure-name.stages.${row.stage}`) })),
              ...(medianSeconds === null ? [] : [whole]),
            ],
          );
      return { text, notes: notesOf(figures) };
    },
  }),
  act('getTokenFigures', {
    usage: 'tokens',
    options: OVER_TIME,
    done: (figures, given) =>
      isOverTime(given)
        ? along(
            figures.times,
            figures.series.map(({ counts }) => counts),
            TOKEN_FIGURES.map((name) => `figure-name.tokens.${name}` as const),
          )
        : table(
            ['field.month', { title: 'field.tokens', value: ({ count }) => count, align: 'right' }],
            figures.expiry,
          ),
  }),
  act('getClientFigures', {
    usage: 'clients',
    options: [RANGE],
    done: (figures) => {
      const { clients, others } = figures;
      type Line = Omit<(typeof clients)[number], 'way'> & { readonly way: string };
      const lines: Line[] = clients.map((client) => ({
        ...client,
        way: t(`figure-name.ways.${client.way}`),
      }));
      if (others.clients > 0) lines.push({ ...others, way: t('statistics.others'), name: '' });
      const counts = countsOf(LOG_ON_OUTCOMES, outcomeTitle, (line: Line, outcome) => line[outcome]);
      const text = table<Line>(['field.way', 'field.name', ...counts], lines);
      return { text, notes: notesOf(figures) };
    },
  }),
  act('getHealthFigures', {
    usage: 'health',
    options: [RANGE],
    done: healthText,
  }),
];
