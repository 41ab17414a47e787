/** Authentication > SecurID Tokens > Manage Existing. */
import { BULK_ACTIONS, BULK_PERMISSIONS, type BulkAction } from '@sower/api/bulk';
import { keepPreviousData } from '@tanstack/react-query';
import { useNavigate, useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { useBulk } from '../jobs/bulk-dialog.tsx';
import { manyAddress } from '../jobs/chosen-tokens.ts';
import { SEARCH_FIELDS } from '../jobs/search-words.tsx';
import { useConsole } from '../session/use-console.ts';
import { LinkButton } from '../ui/link.tsx';
import { pageIn, parametersNow } from '../ui/lists/cursor-paging.tsx';
import { ItemTable, Listing, type Sorting } from '../ui/lists/listing.tsx';
import { valuesIn } from '../ui/lists/search-form.tsx';
import { useChosen } from '../ui/lists/use-chosen.tsx';
import { Button } from '../ui/patternfly.tsx';
import { CsvButton } from '../ui/save-file.tsx';
import { Screen } from '../ui/screen.tsx';
import { TabBar } from '../ui/tab-bar.tsx';
import { TokenBulkDialog } from './bulk-dialog.tsx';
import { ColumnChooser, cellTexts, TokenCell, useColumns } from './token-columns.tsx';
import { TokenSearch, type TokenSearchValues } from './token-search.tsx';
import type { TokenRow } from './token-state.tsx';
import { useTokenActions } from './use-token-actions.tsx';

/** Search fields that make sense for unassigned tokens. */
const UNASSIGNED_ACTIONS: ReadonlySet<BulkAction> = new Set(['move', 'delete']);
/** What of the search has no meaning there. */
const ASSIGNED_ONLY = ['userId', 'lastName', 'replacement', 'lent'] as const;

const sortingIn = (parameters: URLSearchParams): Sorting<'serial'> => ({
  sort: 'serial',
  order: parameters.get('order') === 'desc' ? 'desc' : 'asc',
});

export function Component() {
  const { t } = useConsole();
  const [parameters, setParameters] = useSearchParams();
  const assigned = parameters.get('tab') !== 'unassigned';
  const show = (key: string): void => {
    const changed = parametersNow();
    if (key === 'unassigned') {
      changed.set('tab', 'unassigned');
      for (const name of ASSIGNED_ONLY) changed.delete(name);
    } else changed.delete('tab');
    changed.delete('cursor');
    setParameters(changed);
  };
  return (
    <Screen title={t('tokens.title')} actions={<LinkButton to="/tokens/mint">{t('mint.open')}</LinkButton>}>
      <TabBar
        label={t('menu.tokens')}
        tabs={['assigned', 'unassigned']}
        nameOf={(tab) => t(`tokens.tabs.${tab}`)}
        shown={assigned ? 'assigned' : 'unassigned'}
        onShow={show}
      >
        <TokenList assigned={assigned} />
      </TabBar>
    </Screen>
  );
}

/** The search and what it finds, with what can be done to many. */
function TokenList({ assigned }: { assigned: boolean }) {
  const { t, api, can } = useConsole();
  const [parameters, setParameters] = useSearchParams();
  const [columns, setColumns] = useColumns();
  const navigate = useNavigate();
  const { menuFor, dialog } = useTokenActions();
  const values = valuesIn(parameters, SEARCH_FIELDS);
  const page = pageIn(parameters);
  const wanted = { ...(values as object), assigned: String(assigned) as 'true' | 'false' };
  const sorting = sortingIn(parameters);
  const query = { ...wanted, order: sorting.order, ...page };
  const tokens = useAnswer(
    'listTokens',
    { query: { ...query, total: 'true' } },
    { placeholderData: keepPreviousData },
  );
  const list = useChosen<TokenRow>({
    of: wanted,
    shown: tokens.data?.items ?? [],
    keyOf: ({ serial }) => serial,
    label: ({ serial }) => t('tokens.select', { serial }),
    words: {
      page: (count) => t('tokens.bulk.pageChosen', { count }),
      whole: t('tokens.bulk.wholeChosen'),
      chooseWhole: t('tokens.bulk.chooseWhole'),
    },
  });
  const { whole, chosen, select, choosing, said } = list;
  const [bulkMenu, bulkWindow] = useBulk({
    list,
    search: wanted,
    label: t('tokens.bulk.menu'),
    first: assigned &&
      can('tokens:distribute') && {
        label: t('tokens.bulk.distribute'),
        onSelect: () =>
          navigate(manyAddress(whole ? { tokens: wanted } : { serials: chosen.map(({ serial }) => serial) })),
      },
    actions: BULK_ACTIONS.filter((name) => can(BULK_PERMISSIONS[name])).filter((name) =>
      assigned ? name !== 'delete' : UNASSIGNED_ACTIONS.has(name),
    ),
    labelOf: (action) => t(`tokens.bulk.${action}.label`),
    Window: TokenBulkDialog,
  });
  const search = (next: TokenSearchValues, by: Sorting = sorting): void => {
    const changed = new URLSearchParams({
      ...(next as Record<string, string>),
      ...(by.order === 'asc' ? {} : { order: by.order }),
    });
    if (!assigned) changed.set('tab', 'unassigned');
    if (page.limit !== 20) changed.set('limit', String(page.limit));
    select([]);
    setParameters(changed);
  };
  const columnsHere = columns.filter((column) => assigned || column !== 'userId');
  const nothing = useNothing(
    Object.keys(values).length > 0 || page.cursor !== undefined
      ? 'found'
      : assigned
        ? 'assigned'
        : 'unassigned',
    () => search({}),
  );
  return (
    <div className="sower-stack">
      <TokenSearch
        values={values}
        assigned={assigned}
        error={tokens.error}
        onSearch={(next) => search(next)}
      />
      <Listing query={tokens} none={nothing} paged>
        {(items) => (
          <>
            <div className="sower-toolbar">
              <div className="sower-actions">
                {bulkMenu}
                {said}
              </div>
              <div className="sower-actions">
                <ColumnChooser columns={columns} onChange={setColumns} />
                <CsvButton
                  file="tokens"
                  read={async (from) => {
                    const page = await api('listTokens', {
                      query: {
                        ...wanted,
                        order: sorting.order,
                        limit: 1000,
                        cursor: from,
                      },
                    });
                    // A file has the ID where the list shows the name as well.
                    const heading = columnsHere.map((column) =>
                      t(column === 'userId' ? 'tokens.search.userId' : `tokens.columns.${column}`),
                    );
                    const lines = page.items.map((token) => {
                      const texts = cellTexts(token);
                      return columnsHere.map((column) => texts[column]);
                    });
                    return { heading, lines, next: page.next };
                  }}
                />
              </div>
            </div>
            <ItemTable<TokenRow>
              label={t(assigned ? 'tokens.tabs.assigned' : 'tokens.tabs.unassigned')}
              items={items}
              keyOf={({ serial }) => serial}
              columns={columnsHere.map((column) => ({
                label: t(`tokens.columns.${column}`),
                modifier: 'breakWord',
                ...(column === 'serial' ? { sort: column } : {}),
                cell: (token) => <TokenCell token={token} column={column} />,
              }))}
              choosing={choosing}
              sorting={sorting}
              onSort={(next) => search(values, next)}
              menu={(token) => ({
                label: t('tokens.menuOf', { serial: token.serial }),
                entries: menuFor(token),
              })}
            />
          </>
        )}
      </Listing>
      {dialog}
      {bulkWindow}
    </div>
  );
}

/** What an empty list says, and what to do about it. */
function useNothing(what: 'found' | 'assigned' | 'unassigned', onClear: () => void) {
  const { t, can } = useConsole();
  return {
    found: {
      title: t('tokens.noneFound'),
      body: t('tokens.noneFoundBody'),
      action: (
        <Button variant="link" onClick={onClear}>
          {t('ui.clearSearch')}
        </Button>
      ),
    },
    assigned: {
      title: t('tokens.noneAssigned'),
      body: t('tokens.noneAssignedBody'),
      action: <LinkButton to="/tokens?tab=unassigned">{t('tokens.showUnassigned')}</LinkButton>,
    },
    unassigned: {
      title: t('tokens.noneUnassigned'),
      body: t('tokens.noneUnassignedBody'),
      action: can('tokens:mint') && (
        <LinkButton to="/tokens/mint" variant="primary">
          {t('mint.open')}
        </LinkButton>
      ),
    },
  }[what];
}
