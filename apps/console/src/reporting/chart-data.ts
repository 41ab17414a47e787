/** What a chart over time shows, and how it comes from the server's figures. */
import {
  LOG_ON_OUTCOMES,
  LOG_ON_WAYS,
  type LogOnFigures,
  TOKEN_FIGURES,
  type TokenFigures,
} from '@sower/api/figures';
import type { ConsoleTexts } from '../texts/use-texts.ts';

export type TimeSeries = {
  readonly label: string;
  /** Of console.css. */
  readonly colour: 1 | 2 | 3 | 4 | 5;
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

const COLOURS = [1, 2, 3, 4, 5] as const;

/** Added over all series for which it holds. */
const added = ({ series, times }: LogOnFigures, holds: (one: LogOnFigures['series'][0]) => boolean) =>
  times.map((_, index) => series.reduce((sum, one) => sum + (holds(one) ? (one.counts[index] ?? 0) : 0), 0));

export const byOutcome = (t: ConsoleTexts, figures: LogOnFigures): TimeFigures => ({
  grain: figures.grain,
  times: figures.times,
  series: LOG_ON_OUTCOMES.map((outcome, index) => ({
    label: t(`figureNames.outcomes.${outcome}`),
    colour: COLOURS[index] ?? 1,
    counts: added(figures, (one) => one.outcome === outcome),
  })),
});

/** Questions are left out: one logon would count twice. */
export const byWay = (t: ConsoleTexts, figures: LogOnFigures): TimeFigures => ({
  grain: figures.grain,
  times: figures.times,
  series: LOG_ON_WAYS.map((way, index) => ({
    label: t(`figureNames.ways.${way}`),
    colour: COLOURS[index] ?? 1,
    counts: added(figures, (one) => one.way === way && one.outcome !== 'asked'),
  })),
});

export const byState = (t: ConsoleTexts, figures: TokenFigures): TimeFigures => ({
  grain: figures.grain,
  times: figures.times,
  series: TOKEN_FIGURES.map((name, index) => ({
    label: t(`figureNames.tokens.${name}`),
    colour: COLOURS[index] ?? 1,
    counts: figures.series.find((one) => one.name === name)?.counts ?? [],
  })),
  lines: true,
});

export const isEmpty = ({ series }: TimeFigures): boolean =>
  series.every(({ counts }) => counts.every((count) => count === null || count === 0));
