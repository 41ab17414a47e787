/** A chart over time in a frame, with its table; the chart itself is loaded when it is shown. */
import { lazy, Suspense } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import { Loading } from '../ui/loaded.tsx';
import { isEmpty, type TimeFigures } from './chart-data.ts';
import { ChartTable } from './chart-table.tsx';

const TimeChart = lazy(() => import('./time-chart.tsx'));

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
