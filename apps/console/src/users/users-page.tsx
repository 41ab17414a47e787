/** Identity > Users > Manage Existing. */
import { USER_BULK_ACTIONS, type UserBulkAction, type UserSearchInput } from '@sower/api/user-bulk';
import { USER_SORTS, type User } from '@sower/api/users';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useApi } from '../api/use-api.ts';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { keptSize, pageSize } from '../ui/cursor-paging.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Listing } from '../ui/listing.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { ExportUsers } from './many/export-users.tsx';
import { UserBulkDialog } from './many/user-bulk-dialog.tsx';
import { UserSearch, userSearchIn } from './many/user-search.tsx';
import { type Sorting, UsersTable } from './many/users-table.tsx';
import { useUserActions } from './use-user-actions.tsx';

export function Component() {
  const t = useTexts();
  const { can } = useSession();
  const add = can('users:edit') && (
    <LinkButton to="/users/new" variant="primary">
      {t('menu.addNew')}
    </LinkButton>
  );
  return (
    <Screen
      title={t('users.title')}
      crumb={t('menu.manageExisting')}
      trail={[{ label: t('menu.identity') }, { label: t('menu.users') }]}
      actions={
        can('users:edit') && (
          <>
            {add}
            <LinkButton to="/users/import">{t('userFiles.title')}</LinkButton>
          </>
        )
      }
    >
      <UserList add={add} />
    </Screen>
  );
}

const sortingIn = (parameters: URLSearchParams): Sorting => ({
  sort: USER_SORTS.find((name) => name === parameters.get('sort')) ?? 'userId',
  order: parameters.get('order') === 'desc' ? 'desc' : 'asc',
});

/** The search and whom it finds, with what can be done to many. */
function UserList({ add }: { add: React.ReactNode }) {
  const t = useTexts();
  const api = useApi();
  const { can } = useSession();
  const [parameters, setParameters] = useSearchParams();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  /** All users of the search, whatever page they are on. */
  const [whole, setWhole] = useState(false);
  const [bulk, setBulk] = useState<UserBulkAction>();
  const { menuFor, dialog } = useUserActions();
  const search = userSearchIn(parameters);
  const sorting = sortingIn(parameters);
  const limit = pageSize(parameters);
  const cursor = parameters.get('cursor') ?? undefined;
  const query = { ...search, ...sorting, limit, ...(cursor === undefined ? {} : { cursor }) };
  const users = useQuery({
    queryKey: ['users', query],
    queryFn: () => api('listUsers', { query }),
    placeholderData: keepPreviousData,
  });
  const select = (userIds: Iterable<string>): void => {
    setSelected(new Set(userIds));
    setWhole(false);
  };
  const go = (next: UserSearchInput, by: Sorting): void => {
    select([]);
    setParameters({
      ...(next as Record<string, string>),
      ...(by.sort === 'userId' && by.order === 'asc' ? {} : by),
      ...keptSize(parameters),
    });
  };
  const shown: readonly User[] = users.data?.items ?? [];
  const chosen = shown.filter(({ userId }) => selected.has(userId));
  const any = Object.keys(search).length === 0;
  const mayEdit = can('users:edit');
  return (
    <div className="sower-stack">
      <UserSearch values={search} error={users.error} onSearch={(next) => go(next, sorting)} />
      <Listing
        query={users}
        title={any ? t('users.none') : t('users.noneFound')}
        body={any ? t('users.noneBody') : t('users.noneFoundBody')}
        action={add}
        paged
      >
        {(items) => (
          <>
            <div className="sower-toolbar">
              <div className="sower-actions">
                {mayEdit && (
                  <ActionMenu
                    label={t('userFiles.bulk.menu')}
                    text={
                      whole
                        ? t('tokens.bulk.menuWhole')
                        : t('tokens.bulk.menuCount', { count: chosen.length })
                    }
                    disabled={chosen.length === 0 && !whole}
                    entries={USER_BULK_ACTIONS.map((name) => ({
                      label: t(`userFiles.bulk.${name}.label`),
                      danger: name === 'delete',
                      onSelect: () => setBulk(name),
                    }))}
                  />
                )}
              </div>
              <div className="sower-actions">
                <ExportUsers query={query} chosen={whole ? [] : chosen} />
              </div>
            </div>
            {mayEdit && (
              <div className="sower-actions">
                <span role="status">
                  {whole
                    ? t('userFiles.bulk.wholeChosen')
                    : chosen.length > 0 && t('userFiles.bulk.pageChosen', { count: chosen.length })}
                </span>
                <Button variant="link" isInline onClick={() => (whole ? select([]) : setWhole(true))}>
                  {t(whole ? 'tokens.bulk.clear' : 'userFiles.bulk.chooseWhole')}
                </Button>
              </div>
            )}
            <UsersTable
              items={items}
              chosen={mayEdit ? (whole ? new Set(items.map(({ userId }) => userId)) : selected) : undefined}
              onChoose={select}
              sorting={sorting}
              onSort={(next) => go(search, next)}
              menuFor={menuFor}
            />
          </>
        )}
      </Listing>
      {dialog}
      {bulk && (
        <UserBulkDialog
          action={bulk}
          target={whole ? { kind: 'search', search } : { kind: 'chosen', users: chosen }}
          onClose={(failed) => {
            setBulk(undefined);
            if (failed) select(failed);
          }}
        />
      )}
    </div>
  );
}
