/** Quick search: any part of a name, an address or a number leads to the User Dashboard. */
import { List, ListItem, SearchInput } from '@patternfly/react-core';
import { visible } from '@sower/bytes/printable';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { nameOf } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { TitledCard } from '../ui/titled-card.tsx';

export function FindUser() {
  const { t, api } = useConsole();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim());
  const users = useQuery({
    queryKey: ['users', 'quick', search],
    queryFn: () => api('listUsers', { query: { search, sort: 'match', limit: 8 } }),
    enabled: search !== '',
    placeholderData: keepPreviousData,
  });
  const found = search === '' ? [] : (users.data?.items ?? []);
  const path = (userId: string): string => `/users/${encodeURIComponent(userId)}`;
  return (
    <TitledCard title={t('home.findUser')}>
      <div className="sower-stack">
        <SearchInput
          aria-label={t('home.findUser')}
          placeholder={t('users.findHelp')}
          value={typed}
          maxLength={128}
          onChange={(_, value) => setTyped(value)}
          onClear={() => setTyped('')}
          onSearch={() => {
            // Anyone who types fast must not land on somebody else: one of several is never opened.
            const [first] = found;
            if (found.length === 1 && first && typed.trim() === search && !users.isPlaceholderData)
              navigate(path(first.userId));
            else if (typed.trim() !== '') navigate(`/users?search=${encodeURIComponent(typed.trim())}`);
          }}
          submitSearchButtonLabel={t('ui.search')}
          resetButtonLabel={t('ui.clear')}
        />
        <ProblemAlert error={users.error} />
        {found.length > 0 && (
          <List isPlain aria-label={t('users.title')}>
            {found.map((user) => (
              <ListItem key={user.userId}>
                <Link to={path(user.userId)}>{nameOf(user)}</Link>{' '}
                {[nameOf(user) === visible(user.userId) ? '' : visible(user.userId), user.email]
                  .filter(Boolean)
                  .join(', ')}
              </ListItem>
            ))}
          </List>
        )}
        <p role="status">{search !== '' && users.data?.items.length === 0 ? t('users.noneFound') : ''}</p>
      </div>
    </TitledCard>
  );
}
