/** The meaning of each color. */
import type { TimeSeries } from './chart-data.ts';

export function ChartLegend({ series }: { series: readonly TimeSeries[] }) {
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
