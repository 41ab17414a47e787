/** Authentication > SecurID Tokens > Manage Existing. */
import { Checkbox, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useApi } from '../api/use-api.ts';
import { manyAddress } from '../jobs/chosen-tokens.ts';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { pageSize } from '../ui/cursor-paging.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Listing } from '../ui/listing.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import { BULK_ACTIONS, type BulkAction, bulkNeeds } from './bulk-run.ts';
import { ExportTokens } from './export-tokens.tsx';
import { ColumnChooser, TokenCell, useColumns } from './token-columns.tsx';
import { searchOf, TokenSearch, type TokenSearchValues } from './token-search.tsx';
import type { TokenRow } from './token-state.tsx';
import { useTokenActions } from './use-token-actions.tsx';

const CHECK = 'pf-v6-c-table__check';
/** Search fields that make sense for unassigned tokens. */
const UNASSIGNED_ACTIONS: ReadonlySet<BulkAction> = new Set(['move', 'delete']);

export function Component() {
  const t = useTexts();
  const api = useApi();
  const { can } = useSession();
  const [parameters, setParameters] = useSearchParams();
  const [columns, setColumns] = useColumns();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  /** All tokens of the search, whatever page they are on. */
  const [whole, setWhole] = useState(false);
  const [bulk, setBulk] = useState<BulkAction>();
  const navigate = useNavigate();
  const { menuFor, dialog } = useTokenActions();
  const assigned = parameters.get('tab') !== 'unassigned';
  const values = searchOf(parameters);
  const limit = pageSize(parameters);
  const cursor = parameters.get('cursor') ?? undefined;
  const wanted = { ...(values as object), assigned: String(assigned) as 'true' | 'false' };
  const query = {
    ...wanted,
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  };
  const tokens = useQuery({
    queryKey: ['tokens', query],
    queryFn: () => api('listTokens', { query }),
    placeholderData: keepPreviousData,
  });
  const select = (serials: Iterable<string>): void => {
    setSelected(new Set(serials));
    setWhole(false);
  };
  const search = (next: TokenSearchValues): void => {
    const changed = new URLSearchParams(next as Record<string, string>);
    if (!assigned) changed.set('tab', 'unassigned');
    if (limit !== 20) changed.set('limit', String(limit));
    select([]);
    setParameters(changed);
  };
  const shown = tokens.data?.items ?? [];
  const chosen: TokenRow[] = shown.filter(({ serial }) => selected.has(serial));
  const searching = Object.keys(values).length > 0;
  const columnsHere = columns.filter((column) => assigned || column !== 'userId');
  const nothing =
    searching || cursor !== undefined
      ? {
          title: t('tokens.noneFound'),
          body: t('tokens.noneFoundBody'),
          action: (
            <Button variant="link" onClick={() => search({})}>
              {t('ui.clearSearch')}
            </Button>
          ),
        }
      : assigned
        ? {
            title: t('tokens.noneAssigned'),
            body: t('tokens.noneAssignedBody'),
            action: <LinkButton to="/tokens?tab=unassigned">{t('tokens.tabs.unassigned')}</LinkButton>,
          }
        : {
            title: t('tokens.noneUnassigned'),
            body: t('tokens.noneUnassignedBody'),
            action: can('tokens:mint') && (
              <LinkButton to="/tokens/mint" variant="primary">
                {t('menu.mint')}
              </LinkButton>
            ),
          };
  const list = (
    <div className="sower-stack">
      <TokenSearch values={values} assigned={assigned} error={tokens.error} onSearch={search} />
      <Listing query={tokens} {...nothing} paged>
        {(items) => (
          <>
            <div className="sower-toolbar">
              <div className="sower-actions">
                <ActionMenu
                  label={t('tokens.bulk.menu')}
                  text={
                    whole ? t('tokens.bulk.menuWhole') : t('tokens.bulk.menuCount', { count: chosen.length })
                  }
                  disabled={chosen.length === 0 && !whole}
                  entries={[
                    ...(assigned && can('tokens:distribute')
                      ? [
                          {
                            label: t('tokens.bulk.distribute'),
                            onSelect: () =>
                              navigate(
                                manyAddress(
                                  whole
                                    ? { tokens: wanted }
                                    : { serials: chosen.map(({ serial }) => serial) },
                                ),
                              ),
                          },
                        ]
                      : []),
                    ...BULK_ACTIONS.filter((name) => can(bulkNeeds(name)))
                      .filter((name) => (assigned ? name !== 'delete' : UNASSIGNED_ACTIONS.has(name)))
                      .map((name) => ({
                        label: t(`tokens.bulk.${name}.label`),
                        danger: name === 'delete',
                        onSelect: () => setBulk(name),
                      })),
                  ]}
                />
              </div>
              <div className="sower-actions">
                <ColumnChooser columns={columns} onChange={setColumns} />
                <ExportTokens query={query} columns={columnsHere} />
              </div>
            </div>
            <div className="sower-actions">
              <span role="status">
                {whole
                  ? t('tokens.bulk.wholeChosen')
                  : chosen.length > 0 && t('tokens.bulk.pageChosen', { count: chosen.length })}
              </span>
              {whole ? (
                <Button variant="link" isInline onClick={() => select([])}>
                  {t('tokens.bulk.clear')}
                </Button>
              ) : (
                <Button variant="link" isInline onClick={() => setWhole(true)}>
                  {t('tokens.bulk.chooseWhole')}
                </Button>
              )}
            </div>
            <Table
              aria-label={assigned ? t('tokens.tabs.assigned') : t('tokens.tabs.unassigned')}
              variant="compact"
              gridBreakPoint="grid-lg"
            >
              <Thead>
                <Tr>
                  {/* The library names its own checkboxes by row number, in English. */}
                  <Th className={CHECK}>
                    <Checkbox
                      id="select-all"
                      aria-label={t('ui.selectAll')}
                      isChecked={whole || chosen.length === items.length}
                      onChange={(_, all) => select(all ? items.map(({ serial }) => serial) : [])}
                    />
                  </Th>
                  {columnsHere.map((column) => (
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
                        isChecked={whole || selected.has(token.serial)}
                        onChange={(_, on) =>
                          select(
                            on
                              ? [...selected, token.serial]
                              : (whole ? items.map(({ serial }) => serial) : [...selected]).filter(
                                  (serial) => serial !== token.serial,
                                ),
                          )
                        }
                      />
                    </Td>
                    {columnsHere.map((column) => (
                      <Td key={column} dataLabel={t(`tokens.columns.${column}`)} modifier="breakWord">
                        <TokenCell token={token} column={column} />
                      </Td>
                    ))}
                    <Td isActionCell>
                      <ActionMenu
                        label={t('tokens.menuOf', { serial: token.serial })}
                        entries={menuFor(token)}
                      />
                    </Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
          </>
        )}
      </Listing>
    </div>
  );
  return (
    <Screen
      title={t('tokens.title')}
      crumb={t('menu.manageExisting')}
      trail={[{ label: t('menu.authentication') }, { label: t('menu.tokens') }]}
      actions={can('tokens:mint') && <LinkButton to="/tokens/mint">{t('menu.mint')}</LinkButton>}
    >
      <Tabs
        activeKey={assigned ? 'assigned' : 'unassigned'}
        aria-label={t('menu.tokens')}
        onSelect={(_, key) => {
          const changed = new URLSearchParams(parameters);
          if (key === 'unassigned') {
            changed.set('tab', 'unassigned');
            changed.delete('userId');
            changed.delete('lastName');
            changed.delete('replacement');
          } else changed.delete('tab');
          changed.delete('cursor');
          select([]);
          setParameters(changed);
        }}
      >
        <Tab eventKey="assigned" title={<TabTitleText>{t('tokens.tabs.assigned')}</TabTitleText>}>
          {assigned && <div className="sower-tab">{list}</div>}
        </Tab>
        <Tab eventKey="unassigned" title={<TabTitleText>{t('tokens.tabs.unassigned')}</TabTitleText>}>
          {!assigned && <div className="sower-tab">{list}</div>}
        </Tab>
      </Tabs>
      {dialog}
      {bulk && (
        <BulkDialog
          action={bulk}
          target={whole ? { kind: 'search', search: wanted } : { kind: 'chosen', tokens: chosen }}
          onClose={(failed) => {
            setBulk(undefined);
            if (failed) select(failed);
          }}
        />
      )}
    </Screen>
  );
}
