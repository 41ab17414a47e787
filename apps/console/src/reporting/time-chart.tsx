/**
 * Counts over time, stacked, drawn by uPlot: loaded when there is something to draw. The arrow keys go along the time and say what was
 * counted; the table beside it (chart-card.tsx) has the same for anyone who does not see it.
 */
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import { useConsole } from '../session/use-console.ts';
import 'uplot/dist/uPlot.min.css';
import { type TimeFigures, type TimeSeries, useFigureTimes } from './chart-data.ts';

const PRINTED_WIDTH = 640;

/** Colours of the page: they differ in the dark, and on paper. */
function colourOf(element: Element, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim() || 'currentColor';
}

/** Each series on top of those before it. What is drawn first is the sum of all; the others are drawn over it. */
function stacked(figures: TimeFigures): uPlot.AlignedData {
  const sums = figures.times.map(() => 0);
  const rows = figures.series.map(({ counts }) =>
    counts.map((count, index) => {
      sums[index] = (sums[index] ?? 0) + (count ?? 0);
      return count === null ? null : (sums[index] ?? 0);
    }),
  );
  return [figures.times.map((time) => Date.parse(time) / 1000), ...rows.reverse()];
}

/** Days without a neighbor, which a line would not show. */
const alone = (counts: ArrayLike<unknown>): number[] =>
  Array.from({ length: counts.length }, (_, index) => index).filter(
    (at) =>
      (counts[at] ?? null) !== null && (counts[at - 1] ?? null) === null && (counts[at + 1] ?? null) === null,
  );

const HOUR = 3600;
const DAY = 24 * HOUR;

const plain = (figures: TimeFigures): uPlot.AlignedData => [
  figures.times.map((time) => Date.parse(time) / 1000),
  ...figures.series.map(({ counts }) => [...counts]),
];

function draw(
  container: HTMLElement,
  figures: TimeFigures,
  width: number,
  height: number,
  words: { readonly count: (value: number) => string; readonly tick: (seconds: number) => string },
): uPlot {
  const text = colourOf(container, '--sower-chart-text');
  const line = colourOf(container, '--sower-chart-line');
  const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const series = figures.lines ? figures.series : [...figures.series].reverse();
  const step = figures.grain === 'day' ? DAY : HOUR;
  const bars = uPlot.paths.bars?.({ size: [0.85, 40] });
  return new uPlot(
    {
      width,
      height,
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        // Half a bar more at both ends.
        x: {
          time: true,
          range: (_, from, to) => (figures.lines ? [from, to] : [from - step / 2, to + step / 2]),
        },
        y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] },
      },
      ...(figures.grain === 'day'
        ? { tzDate: (time) => uPlot.tzDate(new Date(time * 1000), 'Etc/UTC') }
        : {}),
      axes: [
        {
          ...axis,
          values: (_, splits) => splits.map(words.tick),
          space: 70,
          // A day is named once.
          ...(figures.grain === 'day'
            ? { incrs: [1, 2, 3, 5, 7, 14, 30, 60, 90].map((days) => days * DAY) }
            : {}),
        },
        {
          ...axis,
          // Nothing was counted by halves.
          incrs: [1, 2, 5]
            .flatMap((one) => Array.from({ length: 10 }, (_, power) => one * 10 ** power))
            .sort((a, b) => a - b),
          values: (_, splits) => splits.map(words.count),
          size: 60,
        },
      ],
      series: [
        {},
        ...series.map(({ label, colour }) => {
          const stroke = colourOf(container, `--sower-chart-${colour}`);
          return figures.lines || !bars
            ? {
                label,
                stroke,
                width: 2,
                points: {
                  show: true,
                  size: 7,
                  fill: stroke,
                  filter: (plot: uPlot, index: number) => alone(plot.data[index] ?? []),
                },
                spanGaps: false,
              }
            : { label, stroke, fill: stroke, width: 0, paths: bars, points: { show: false } };
        }),
      ],
    },
    figures.lines ? plain(figures) : stacked(figures),
    container,
  );
}

export default function TimeChart({
  label,
  figures,
  height,
}: {
  label: string;
  figures: TimeFigures;
  height: number;
}) {
  const { t, count, compact } = useConsole();
  const { exact, tick } = useFigureTimes(figures.grain);
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const last = figures.times.length - 1;
  const [at, setAt] = useState<number>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words change with the language, for which the page is drawn again
  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const words = { count: compact, tick };
    let printing = false;
    const widthNow = (): number => (printing ? PRINTED_WIDTH : Math.max(200, element.clientWidth));
    const show = (): void => {
      chart.current?.destroy();
      chart.current = draw(element, figures, widthNow(), height, words);
      chart.current.over.addEventListener('mousemove', () => setAt(chart.current?.cursor.idx ?? undefined));
      chart.current.over.addEventListener('mouseleave', () => setAt(undefined));
    };
    show();
    const sizes = new ResizeObserver(() => {
      const width = widthNow();
      if (chart.current && chart.current.width !== width) chart.current.setSize({ width, height });
    });
    sizes.observe(element);
    const themes = new MutationObserver(show);
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] });
    const print = (event: Event): void => {
      printing = event.type === 'beforeprint';
      show();
    };
    window.addEventListener('beforeprint', print);
    window.addEventListener('afterprint', print);
    return () => {
      sizes.disconnect();
      themes.disconnect();
      window.removeEventListener('beforeprint', print);
      window.removeEventListener('afterprint', print);
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [figures, height]);
  const said = useMemo(() => {
    if (at === undefined) return undefined;
    const parts = figures.series.map(({ label: name, counts }) => {
      const value = counts[at] ?? null;
      return t('reporting.part', { name, number: value === null ? t('reporting.noFigure') : count(value) });
    });
    return t('reporting.at', { time: exact(figures.times[at] ?? ''), parts: parts.join(', ') });
  }, [at, figures, t, count, exact]);
  const move = (event: KeyboardEvent): void => {
    const now = at ?? last + 1;
    const next = {
      ArrowLeft: now - 1,
      ArrowDown: now - 1,
      ArrowRight: now + 1,
      ArrowUp: now + 1,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const to = Math.min(last, Math.max(0, next));
    setAt(to);
    const left = chart.current?.valToPos(Number(chart.current.data[0][to]), 'x') ?? -10;
    chart.current?.setCursor({ left, top: 0 }, false);
  };
  return (
    <div className="sower-chart">
      <div
        ref={container}
        className="sower-chart-place"
        role="slider"
        tabIndex={0}
        aria-label={t('reporting.chart', { title: label })}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={at ?? Math.max(0, last)}
        aria-valuetext={said ?? label}
        onKeyDown={move}
        onBlur={() => setAt(undefined)}
      />
      <ChartLegend series={figures.series} />
      <p className="sower-chart-said">{said ?? (figures.grain === 'day' ? t('reporting.utc') : '\u00a0')}</p>
    </div>
  );
}

/** The meaning of each color. */
function ChartLegend({ series }: { series: readonly TimeSeries[] }) {
  return (
    <ul className="sower-chart-legend">
      {series.map(({ label, colour }) => (
        <li key={label}>
          <span aria-hidden="true" className={`sower-chart-key sower-chart-key-${colour}`} />
          {label}
        </li>
      ))}
    </ul>
  );
}
