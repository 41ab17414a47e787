/** The items of a list as a table: a row each, with its actions at the end. On a narrow screen each row becomes a block. */
import { Table, Tbody, Td, Th, Thead, type ThProps, Tr } from '@patternfly/react-table';
import type { ReactNode } from 'react';
import { useTexts } from '../texts/use-texts.ts';

export type Column<T> = {
  readonly label: string;
  readonly cell: (item: T) => ReactNode;
  /** What people have typed may be one long word; times and addresses stay on one line. */
  readonly modifier?: 'breakWord' | 'nowrap';
  readonly width?: ThProps['width'];
};

export function ItemTable<T>({
  label,
  items,
  keyOf,
  columns,
  actions,
  breakAt = 'grid-lg',
}: {
  label: string;
  items: readonly T[];
  keyOf: (item: T) => string;
  columns: readonly Column<T>[];
  /** Undefined: there is no column for them. */
  actions?: ((item: T) => ReactNode) | undefined;
  breakAt?: 'grid-md' | 'grid-lg';
}) {
  const t = useTexts();
  return (
    <Table aria-label={label} variant="compact" gridBreakPoint={breakAt}>
      <Thead>
        <Tr>
          {columns.map((column) => (
            <Th key={column.label} {...(column.width === undefined ? {} : { width: column.width })}>
              {column.label}
            </Th>
          ))}
          {actions && <Th screenReaderText={t('ui.actions')} />}
        </Tr>
      </Thead>
      <Tbody>
        {items.map((item) => (
          <Tr key={keyOf(item)}>
            {columns.map(({ label, modifier, cell }) => (
              <Td key={label} dataLabel={label} {...(modifier === undefined ? {} : { modifier })}>
                {cell(item)}
              </Td>
            ))}
            {actions && <Td isActionCell>{actions(item)}</Td>}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
