/** The tokens of one page of a search, each with a box to choose it by and its context menu. */
import { Checkbox } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTexts } from '../texts/use-texts.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { type Column, TokenCell } from './token-columns.tsx';
import type { TokenRow } from './token-state.tsx';
import type { TokenMenu } from './use-token-menu.ts';

const CHECK = 'pf-v6-c-table__check';

export function TokensTable({
  label,
  items,
  columns,
  chosen,
  onChoose,
  menuFor,
}: {
  label: string;
  items: readonly TokenRow[];
  columns: readonly Column[];
  /** Serial numbers. */
  chosen: ReadonlySet<string>;
  onChoose: (serials: readonly string[]) => void;
  menuFor: TokenMenu;
}) {
  const t = useTexts();
  const serials = items.map(({ serial }) => serial);
  return (
    <Table aria-label={label} variant="compact" gridBreakPoint="grid-lg">
      <Thead>
        <Tr>
          {/* The library names its own checkboxes by row number, in English. */}
          <Th className={CHECK}>
            <Checkbox
              id="select-all"
              aria-label={t('ui.selectAll')}
              isChecked={serials.every((serial) => chosen.has(serial))}
              onChange={(_, all) => onChoose(all ? serials : [])}
            />
          </Th>
          {columns.map((column) => (
            <Th key={column}>{t(`tokens.columns.${column}`)}</Th>
          ))}
          <Th screenReaderText={t('ui.actions')} />
        </Tr>
      </Thead>
      <Tbody>
        {items.map((token) => (
          <Tr key={token.serial}>
            <Td className={CHECK}>
              <Checkbox
                id={`select-${token.serial}`}
                aria-label={t('tokens.select', { serial: token.serial })}
                isChecked={chosen.has(token.serial)}
                onChange={(_, on) =>
                  onChoose(
                    on ? [...chosen, token.serial] : [...chosen].filter((serial) => serial !== token.serial),
                  )
                }
              />
            </Td>
            {columns.map((column) => (
              <Td key={column} dataLabel={t(`tokens.columns.${column}`)} modifier="breakWord">
                <TokenCell token={token} column={column} />
              </Td>
            ))}
            <Td isActionCell>
              <ActionMenu label={t('tokens.menuOf', { serial: token.serial })} entries={menuFor(token)} />
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
