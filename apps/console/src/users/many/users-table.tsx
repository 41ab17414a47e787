/** The users of one page of a search, each with a box to choose them by and their menu; three columns sort the list. */
import { Checkbox, Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, type ThProps, Tr } from '@patternfly/react-table';
import { USER_SORTS, type User, type UserSort } from '@sower/api/users';
import { Link } from 'react-router';
import { useTexts } from '../../texts/use-texts.ts';
import { ActionMenu, type MenuEntry } from '../../ui/action-menu.tsx';

const CHECK = 'pf-v6-c-table__check';

export type Sorting = { readonly sort: UserSort; readonly order: 'asc' | 'desc' };

export function UsersTable({
  items,
  chosen,
  onChoose,
  sorting,
  onSort,
  menuFor,
}: {
  items: readonly User[];
  /** User IDs; undefined: nobody can be chosen. */
  chosen: ReadonlySet<string> | undefined;
  onChoose: (userIds: readonly string[]) => void;
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
  menuFor: (user: User) => readonly MenuEntry[];
}) {
  const t = useTexts();
  const ids = items.map(({ userId }) => userId);
  const labels = { userId: t('users.userId'), lastName: t('users.person'), email: t('users.email') };
  const sortBy = (sort: UserSort): NonNullable<ThProps['sort']> => ({
    columnIndex: USER_SORTS.indexOf(sort),
    sortBy: { index: USER_SORTS.indexOf(sorting.sort), direction: sorting.order, defaultDirection: 'asc' },
    onSort: (_, __, order) => onSort({ sort, order }),
    'aria-label': t('userFiles.sortBy', { column: labels[sort] }),
  });
  return (
    <Table aria-label={t('users.title')} variant="compact" gridBreakPoint="grid-lg">
      <Thead>
        <Tr>
          {chosen && (
            // The library names its own checkboxes by row number, in English.
            <Th className={CHECK}>
              <Checkbox
                id="select-all"
                aria-label={t('ui.selectAll')}
                isChecked={ids.every((id) => chosen.has(id))}
                onChange={(_, all) => onChoose(all ? ids : [])}
              />
            </Th>
          )}
          {USER_SORTS.map((sort) => (
            <Th key={sort} sort={sortBy(sort)} modifier="wrap">
              {labels[sort]}
            </Th>
          ))}
          <Th>{t('domains.one')}</Th>
          <Th>{t('users.state')}</Th>
          <Th>{t('users.tokens')}</Th>
          <Th screenReaderText={t('ui.actions')} />
        </Tr>
      </Thead>
      <Tbody>
        {items.map((user) => (
          <Tr key={user.userId}>
            {chosen && (
              <Td className={CHECK}>
                <Checkbox
                  id={`select-${user.userId}`}
                  aria-label={t('userFiles.select', { user: user.userId })}
                  isChecked={chosen.has(user.userId)}
                  onChange={(_, on) =>
                    onChoose(on ? [...chosen, user.userId] : [...chosen].filter((id) => id !== user.userId))
                  }
                />
              </Td>
            )}
            <Td dataLabel={labels.userId} modifier="breakWord">
              <Link to={`/users/${encodeURIComponent(user.userId)}`}>{user.userId}</Link>
            </Td>
            <Td dataLabel={labels.lastName} modifier="breakWord">
              {`${user.firstName} ${user.lastName}`.trim() || '–'}
            </Td>
            <Td dataLabel={labels.email} modifier="breakWord">
              {user.email || '–'}
            </Td>
            <Td dataLabel={t('domains.one')} modifier="breakWord">
              {user.securityDomain}
            </Td>
            <Td dataLabel={t('users.state')}>
              <Label color={user.enabled ? 'green' : 'grey'}>
                {user.enabled ? t('users.enabled') : t('users.disabled')}
              </Label>
            </Td>
            <Td dataLabel={t('users.tokens')}>{user.tokens.length}</Td>
            <Td isActionCell>
              <ActionMenu label={t('ui.menuOf', { name: user.userId })} entries={menuFor(user)} />
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
