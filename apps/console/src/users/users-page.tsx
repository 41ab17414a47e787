/** Identity > Users > Manage Existing. */
import { Label } from '@patternfly/react-core';
import { USER_BULK_ACTIONS, USER_BULK_PERMISSIONS, type UserSearchInput } from '@sower/api/user-bulk';
import { EXPORT_COLUMNS, exportRow } from '@sower/api/user-file';
import { USER_SORTS, type User, type UserSort } from '@sower/api/users';
import { visible } from '@sower/bytes/printable';
import { keepPreviousData } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { nameOf } from '../api/user-words.ts';
import { useBulk } from '../jobs/bulk-dialog.tsx';
import { useConsole } from '../session/use-console.ts';
import { Link, LinkButton } from '../ui/link.tsx';
import { keptSize, pageIn } from '../ui/lists/cursor-paging.tsx';
import { type Column, ItemTable, Listing, type Sorting } from '../ui/lists/listing.tsx';
import { useChosen } from '../ui/lists/use-chosen.tsx';
import { Button } from '../ui/patternfly.tsx';
import { CsvButton } from '../ui/save-file.tsx';
import { Screen } from '../ui/screen.tsx';
import { UserBulkDialog } from './many/user-bulk-dialog.tsx';
import { criteriaOf, UserSearch, userSearchIn } from './many/user-search.tsx';
import { useUserActions } from './use-user-actions.tsx';

export function Component() {
  const { t, can } = useConsole();
  const add = can('users:edit') && (
    <LinkButton to="/users/new" variant="primary">
      {t('users.add')}
    </LinkButton>
  );
  return (
    <Screen
      title={t('users.title')}
      actions={
        <>
          {add}
          <LinkButton to="/users/import">{t('userFiles.open')}</LinkButton>
        </>
      }
    >
      <UserList add={add} />
    </Screen>
  );
}

/** As was chosen; absent: the best match first, or by the user ID where nothing is searched for. */
function sortingIn(parameters: URLSearchParams): Sorting<UserSort> | undefined {
  const sort = USER_SORTS.find((name) => name === parameters.get('sort'));
  return sort && { sort, order: parameters.get('order') === 'desc' ? 'desc' : 'asc' };
}
const BY_USER_ID: Sorting<UserSort> = { sort: 'userId', order: 'asc' };

/** The search and whom it finds, with what can be done to many. */
function UserList({ add }: { add: React.ReactNode }) {
  const { t, api, can } = useConsole();
  const [parameters, setParameters] = useSearchParams();
  const { menuFor, dialog } = useUserActions();
  const search = userSearchIn(parameters);
  const sorted = sortingIn(parameters);
  const sorting = sorted ?? { ...BY_USER_ID, ...(search.search?.trim() ? { sort: 'match' as const } : {}) };
  const page = pageIn(parameters);
  const criteria = criteriaOf(search);
  const query = { ...criteria, ...sorting, ...page };
  const users = useAnswer('listUsers', { query }, { placeholderData: keepPreviousData });
  // By itself: counting ten thousand takes longer than finding twenty.
  const { data: counted } = useAnswer('listUsers', {
    query: { ...criteria, sort: 'match', limit: 1, total: 'true' },
  });
  const list = useChosen<User>({
    of: search,
    shown: users.data?.items ?? [],
    keyOf: ({ userId }) => userId,
    label: ({ userId }) => t('userFiles.select', { user: userId }),
    words: {
      page: (count) => t('userFiles.bulk.pageChosen', { count }),
      whole: t('userFiles.bulk.wholeChosen'),
      chooseWhole: t('userFiles.bulk.chooseWhole'),
    },
  });
  const { whole, chosen, select, choosing, said } = list;
  const actions = USER_BULK_ACTIONS.filter((action) => can(USER_BULK_PERMISSIONS[action]));
  const [bulkMenu, bulkWindow] = useBulk({
    list,
    search: criteria,
    label: t('userFiles.bulk.menu'),
    actions,
    labelOf: (action) => t(`userFiles.bulk.${action}.label`),
    Window: UserBulkDialog,
  });
  const go = (next: UserSearchInput, by: Sorting | undefined): void => {
    select([]);
    setParameters({ ...(next as Record<string, string>), ...by, ...keptSize(parameters) });
  };
  const any = Object.keys(search).length === 0;
  const mayAct = actions.length > 0;
  const columns: readonly Column<User>[] = [
    [
      t('users.person'),
      ({ userId, firstName, lastName }) =>
        `${firstName}${lastName}`.trim() === '' ? (
          '–'
        ) : (
          <Link to={`/users/${encodeURIComponent(userId)}`}>{nameOf({ userId, firstName, lastName })}</Link>
        ),
      { sort: 'lastName' },
    ],
    [
      t('users.userId'),
      ({ userId }) => <Link to={`/users/${encodeURIComponent(userId)}`}>{visible(userId)}</Link>,
      { sort: 'userId' },
    ],
    [t('users.email'), ({ email }) => email || '–', { sort: 'email' }],
    [t('domains.one'), ({ securityDomain }) => securityDomain],
    {
      label: t('users.state'),
      cell: ({ enabled, source }) => (
        <>
          <Label color={enabled ? 'green' : 'grey'}>{t(enabled ? 'users.enabled' : 'users.disabled')}</Label>
          {source?.state === 'gone' && <Label color="red">{t('userSource.states.gone')}</Label>}
        </>
      ),
    },
    { label: t('users.tokens'), cell: ({ tokens }) => tokens.length },
  ];
  return (
    <div className="sower-stack">
      <UserSearch values={search} error={users.error} onSearch={(next) => go(next, sorted)} />
      <Listing
        query={users}
        none={{
          title: any ? t('users.none') : t('users.noneFound'),
          body: any ? t('users.noneBody') : t('users.noneFoundBody'),
          action: add,
        }}
        paged
        total={counted?.total}
      >
        {(items) => (
          <>
            <div className="sower-toolbar">
              <div className="sower-actions">
                {bulkMenu}
                {mayAct && said}
              </div>
              <div className="sower-actions">
                <CsvButton
                  file="users"
                  read={async (from) => {
                    if (!whole && chosen.length > 0)
                      return { heading: EXPORT_COLUMNS, lines: chosen.map(exportRow) };
                    const page = await api('listUsers', {
                      query: {
                        ...criteria,
                        // The best end after some hundred.
                        ...(sorting.sort === 'match' ? BY_USER_ID : sorting),
                        limit: 1000,
                        cursor: from,
                      },
                    });
                    return { heading: EXPORT_COLUMNS, lines: page.items.map(exportRow), next: page.next };
                  }}
                />
              </div>
            </div>
            <ItemTable
              items={items}
              keyOf={({ userId }) => userId}
              columns={columns}
              choosing={mayAct ? choosing : undefined}
              sorting={sorting}
              onSort={(next) => go(search, next)}
              menu={(user) => ({ name: user.userId, entries: menuFor(user) })}
            />
            {sorting.sort === 'match' && (counted?.total?.count ?? 0) > items.length && (
              <p>
                {t('users.bestFirst')}{' '}
                <Button variant="link" isInline onClick={() => go(search, BY_USER_ID)}>
                  {t('users.allByUserId')}
                </Button>
              </p>
            )}
          </>
        )}
      </Listing>
      {dialog}
      {bulkWindow}
    </div>
  );
}
