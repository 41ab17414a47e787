/** Numbers by name, each with a bar: a chart and its table in one. */
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTimes } from '../ui/times.ts';

export type Bar = {
  readonly key: string;
  readonly name: string;
  readonly count: number;
  /** Cells after the bar. */
  readonly more?: readonly string[];
};

export function BarTable({
  label,
  columns: [name, number, ...more],
  bars,
}: {
  label: string;
  columns: readonly [name: string, number: string, ...more: string[]];
  bars: readonly Bar[];
}) {
  const { count } = useTimes();
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  return (
    <Table aria-label={label} variant="compact" gridBreakPoint={more.length === 0 ? '' : 'grid-md'}>
      <Thead>
        <Tr>
          <Th width={30}>{name}</Th>
          <Th>{number}</Th>
          {more.map((title) => (
            <Th key={title}>{title}</Th>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {bars.map((bar) => (
          <Tr key={bar.key}>
            <Td dataLabel={name} className="sower-bar-name">
              {bar.name}
            </Td>
            <Td dataLabel={number}>
              <span className="sower-bar-cell">
                <span className="sower-bar-number">{count(bar.count)}</span>
                <span aria-hidden="true" className="sower-bar-room">
                  <span className="sower-bar" style={{ inlineSize: `${(bar.count / most) * 100}%` }} />
                </span>
              </span>
            </Td>
            {more.map((title, index) => (
              <Td key={title} dataLabel={title}>
                {bar.more?.[index] ?? ''}
              </Td>
            ))}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
