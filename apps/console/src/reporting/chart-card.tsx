/** Figures in a frame, and a chart over time with its table; the chart itself is loaded when it is shown. */
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { UseQueryResult } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Loaded, Loading } from '../ui/loaded.tsx';
import { TitledCard } from '../ui/titled-card.tsx';
import { isEmpty, type TimeFigures, useFigureTimes } from './chart-data.ts';

const TimeChart = lazy(() => import('./time-chart.tsx'));

export function FigureCard<Figures>({
  title,
  says,
  query,
  children,
}: {
  title: string;
  says?: string;
  query: UseQueryResult<Figures>;
  /** @param title is that of the chart too */
  children: (figures: Figures, title: string) => ReactNode;
}) {
  return (
    <TitledCard title={title}>
      {says !== undefined && <p>{says}</p>}
      <Loaded query={query}>{(figures) => children(figures, title)}</Loaded>
    </TitledCard>
  );
}

export function Chart({
  title,
  figures,
  height = 240,
  none,
}: {
  title: string;
  figures: TimeFigures;
  height?: number;
  /** What would be there. */
  none?: string;
}) {
  const t = useTexts();
  if (isEmpty(figures)) return <p>{none ?? t('reporting.none')}</p>;
  return (
    <>
      <Suspense fallback={<Loading lines={4} />}>
        <TimeChart label={title} figures={figures} height={height} />
      </Suspense>
      <ChartTable label={title} figures={figures} />
    </>
  );
}

/** The figures of a chart as a table, made when it is opened. */
function ChartTable({ label, figures }: { label: string; figures: TimeFigures }) {
  const t = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <details className="sower-chart-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('reporting.asTable')}</summary>
      {open && <Rows label={label} figures={figures} />}
    </details>
  );
}

function Rows({ label, figures }: { label: string; figures: TimeFigures }) {
  const { t, count } = useConsole();
  const { exact } = useFigureTimes(figures.grain);
  const time = t('reporting.column.time');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable without a mouse
    <section className="sower-chart-rows" tabIndex={0} aria-label={label}>
      <Table aria-label={label} variant="compact" gridBreakPoint="">
        <Thead>
          <Tr>
            <Th>{time}</Th>
            {figures.series.map((one) => (
              <Th key={one.label}>{one.label}</Th>
            ))}
          </Tr>
        </Thead>
        <Tbody>
          {figures.times
            .map((at, index) => (
              <Tr key={at}>
                <Td dataLabel={time} modifier="nowrap">
                  {exact(at)}
                </Td>
                {figures.series.map((one) => {
                  const value = one.counts[index] ?? null;
                  return (
                    <Td key={one.label} dataLabel={one.label}>
                      {value === null ? t('reporting.noFigure') : count(value)}
                    </Td>
                  );
                })}
              </Tr>
            ))
            .reverse()}
        </Tbody>
      </Table>
    </section>
  );
}
