/** Identity > Users > Manage Existing. */

import { Form, Label } from '@patternfly/react-core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { fieldProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { keptSize, pageSize } from '../ui/cursor-paging.tsx';
import { TextField } from '../ui/field.tsx';
import { useDraft } from '../ui/forms/use-draft.ts';
import { ItemTable } from '../ui/item-table.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Listing } from '../ui/listing.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { useUserActions } from './use-user-actions.tsx';

export function Component() {
  const t = useTexts();
  const api = useApi();
  const { can } = useSession();
  const [parameters, setParameters] = useSearchParams();
  const search = parameters.get('search') ?? '';
  const [typed, setTyped, sending] = useDraft(search);
  const { menuFor, dialog } = useUserActions();
  const limit = pageSize(parameters);
  const cursor = parameters.get('cursor') ?? undefined;
  const query = {
    limit,
    ...(search === '' ? {} : { search }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  const users = useQuery({
    queryKey: ['users', query],
    queryFn: () => api('listUsers', { query }),
    placeholderData: keepPreviousData,
  });
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
      <div className="sower-stack">
        <search aria-label={t('users.find')}>
          <Form
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              sending(typed.trim());
              setParameters({
                ...(typed.trim() === '' ? {} : { search: typed.trim() }),
                ...keptSize(parameters),
              });
            }}
          >
            <div className="sower-form">
              <TextField
                label={t('users.find')}
                help={t('users.findHelp')}
                type="search"
                value={typed}
                onChange={setTyped}
                error={fieldProblem(users.error, 'search')}
              />
            </div>
            <div className="sower-actions">
              <Button type="submit">{t('ui.search')}</Button>
              {search !== '' && (
                <Button
                  variant="link"
                  onClick={() => {
                    setTyped('');
                    sending('');
                    setParameters(keptSize(parameters));
                  }}
                >
                  {t('ui.clearSearch')}
                </Button>
              )}
            </div>
          </Form>
        </search>
        <Listing
          query={users}
          title={search === '' ? t('users.none') : t('users.noneFound')}
          body={search === '' ? t('users.noneBody') : t('users.noneFoundBody')}
          action={add}
          paged
        >
          {(items) => (
            <ItemTable
              label={t('users.title')}
              items={items}
              keyOf={(user) => user.userId}
              columns={[
                {
                  label: t('users.userId'),
                  modifier: 'breakWord',
                  cell: (user) => <Link to={`/users/${encodeURIComponent(user.userId)}`}>{user.userId}</Link>,
                },
                {
                  label: t('users.person'),
                  modifier: 'breakWord',
                  cell: (user) => `${user.firstName} ${user.lastName}`.trim() || '–',
                },
                { label: t('users.email'), modifier: 'breakWord', cell: (user) => user.email || '–' },
                {
                  label: t('users.state'),
                  cell: (user) => (
                    <Label color={user.enabled ? 'green' : 'grey'}>
                      {user.enabled ? t('users.enabled') : t('users.disabled')}
                    </Label>
                  ),
                },
                { label: t('users.tokens'), cell: (user) => user.tokens.length },
              ]}
              actions={(user) => (
                <ActionMenu label={t('ui.menuOf', { name: user.userId })} entries={menuFor(user)} />
              )}
              breakAt="grid-md"
            />
          )}
        </Listing>
      </div>
      {dialog}
    </Screen>
  );
}
