/** What a chart over time shows, and how it comes from the server's figures. */

import {
  type HealthFigures,
  LOG_ON_OUTCOMES,
  LOG_ON_WAYS,
  type LogOnFigures,
  MAIL_FIGURES,
  RUN_FIGURES,
  TOKEN_FIGURES,
  type TokenFigures,
} from '@sower/api/figures';
import { useLanguage } from '../texts/language.ts';
import type { ConsoleTexts } from '../texts/use-texts.ts';

export type TimeSeries = {
  readonly label: string;
  /** Of console.css. */
  readonly colour: 1 | 2 | 3 | 4 | 5 | 'failed';
  /** Null: nothing is known. */
  readonly counts: readonly (number | null)[];
};

export type TimeFigures = {
  readonly grain: 'hour' | 'day';
  readonly times: readonly string[];
  readonly series: readonly TimeSeries[];
  /** Beside each other rather than on top of each other: they are parts of different things. */
  readonly lines?: boolean;
};

/** Things beside each other, none of them a failure. */
const COLOURS = [1, 2, 3, 4, 5] as const;
/** What went well, what is between, what failed. */
const WELL_TO_FAILED = [1, 3, 'failed'] as const;
const OUTCOMES = { accepted: 1, refused: 'failed', asked: 3 } as const;

/** Added over all series for which it holds. */
const added = ({ series, times }: LogOnFigures, holds: (one: LogOnFigures['series'][0]) => boolean) =>
  times.map((_, index) => series.reduce((sum, one) => sum + (holds(one) ? (one.counts[index] ?? 0) : 0), 0));

/** A series for each of these. */
const seriesOf = <Name>(
  { grain, times }: Pick<TimeFigures, 'grain' | 'times'>,
  names: readonly Name[],
  of: (name: Name, index: number) => TimeSeries,
): TimeFigures => ({ grain, times, series: names.map(of) });

export const byOutcome = (t: ConsoleTexts, figures: LogOnFigures) =>
  seriesOf(figures, LOG_ON_OUTCOMES, (outcome) => ({
    label: t(`figure-name.outcomes.${outcome}`),
    colour: OUTCOMES[outcome],
    counts: added(figures, (one) => one.outcome === outcome),
  }));

/** Questions are left out: one logon would count twice. */
export const byWay = (t: ConsoleTexts, figures: LogOnFigures) =>
  seriesOf(figures, LOG_ON_WAYS, (way, index) => ({
    label: t(`figure-name.ways.${way}`),
    colour: COLOURS[index] ?? 1,
    counts: added(figures, (one) => one.way === way && one.outcome !== 'asked'),
  }));

export const byState = (t: ConsoleTexts, figures: TokenFigures): TimeFigures => ({
  ...seriesOf(figures, TOKEN_FIGURES, (name, index) => ({
    label: t(`figure-name.tokens.${name}`),
    colour: COLOURS[index] ?? 1,
    counts: figures.series.find((one) => one.name === name)?.counts ?? [],
  })),
  lines: true,
});

export const byMail = (t: ConsoleTexts, figures: HealthFigures) =>
  seriesOf(figures, MAIL_FIGURES, (name, index) => ({
    label: t(`figure-name.mail.${name}`),
    colour: WELL_TO_FAILED[index] ?? 1,
    counts: figures.mail.find((one) => one.name === name)?.counts ?? figures.times.map(() => 0),
  }));

/** Over all sources. */
export const byRun = (t: ConsoleTexts, figures: HealthFigures) =>
  seriesOf(figures, RUN_FIGURES, (outcome, index) => ({
    label: t(`figure-name.runs.${outcome}`),
    colour: WELL_TO_FAILED[index] ?? 1,
    counts: figures.times.map((_, at) =>
      figures.sources
        .flatMap(({ runs }) => runs.filter((one) => one.outcome === outcome))
        .reduce((sum, { counts }) => sum + (counts[at] ?? 0), 0),
    ),
  }));

/** As many hosts as there are colors: the last one is for all that are left. */
export function byNode(t: ConsoleTexts, { grain, times, nodes, others }: HealthFigures): TimeFigures {
  const shown =
    nodes.length <= COLOURS.length && others.nodes === 0 ? nodes : nodes.slice(0, COLOURS.length - 1);
  const rest = nodes.slice(shown.length);
  const left = rest.length + others.nodes;
  const series = shown.map(({ host, seen }) => ({ label: host, counts: seen }));
  if (left > 0)
    series.push({
      label: t('reporting.others', { count: left }),
      counts: times.map((_, at) =>
        rest.reduce((sum, { seen }) => sum + (seen[at] ?? 0), others.seen[at] ?? 0),
      ),
    });
  return { grain, times, series: series.map((one, index) => ({ ...one, colour: COLOURS[index] ?? 1 })) };
}

export const isEmpty = ({ series }: TimeFigures): boolean =>
  series.every(({ counts }) => counts.every((count) => count === null || count === 0));

/** Hours in the time zone of the person who looks, days as the server counts them: in UTC. */
export function useFigureTimes(grain: 'hour' | 'day') {
  const shown = useLanguage();
  const language = navigator.languages.find((tag) => tag.startsWith(shown)) ?? shown;
  const zone = grain === 'day' ? ({ timeZone: 'UTC' } as const) : {};
  const exact = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    ...(grain === 'hour' ? { timeStyle: 'short' } : {}),
    ...zone,
  });
  const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', ...zone });
  const hour = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit', ...zone });
  const month = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return {
    exact: (iso: string) => exact.format(new Date(iso)),
    /** @param seconds since 1970 */
    tick: (seconds: number) => {
      const date = new Date(seconds * 1000);
      const midnight = grain === 'day' || (date.getHours() === 0 && date.getMinutes() === 0);
      return (midnight ? day : hour).format(date);
    },
    /** For `YYYY-MM`. */
    month: (name: string) => month.format(new Date(`${name}-01T00:00:00Z`)),
  };
}
