/**
 * What was found while typing, by kind. The arrow keys choose, and Enter opens what is chosen, or the only one: never one of several.
 */

import { TextInput } from '@patternfly/react-core';
import type { ApiClient } from '@sower/api/client';
import { LIMITS } from '@sower/api/limits';
import type { Permission } from '@sower/api/permissions';
import { matching } from '@sower/api/search-words';
import { typedSerialPart } from '@sower/api/serial';
import { MINUTE } from '@sower/api/time';
import {
  keepPreviousData,
  type QueryClient,
  type QueryKey,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useDeferredValue, useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { useApi } from '../api/connection.ts';
import { answerOf } from '../api/use-answer.ts';
import { nameOf } from '../api/user-words.ts';
import { useSession } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { pagesOf } from './menu.ts';
import { lackedFor } from './page-needs.ts';

/** As the server takes them. */
const MOST_LETTERS = 128;

const keyOf = ({ to, label }: FoundItem): string => `${to} ${label}`;

export default function FindWindow({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const id = useId();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  /** By what it is: its place changes while answers arrive. */
  const [chosenKey, setChosenKey] = useState<string>();
  const wanted = useDeferredValue(typed.trim());
  const { groups, isPending, error } = useFound(wanted);
  const found = groups.flatMap(({ items }) => items);
  const index = found.findIndex((item) => keyOf(item) === chosenKey);
  const chosen = index === -1 ? undefined : index;
  const choose = (next: number): void => setChosenKey(found[next] && keyOf(found[next]));
  const open = (to: string): void => {
    onClose();
    void navigate(to);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (found.length === 0) return;
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const next =
        chosen === undefined
          ? step > 0
            ? 0
            : found.length - 1
          : (chosen + step + found.length) % found.length;
      choose(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (chosen !== undefined) open((found[chosen] as FoundItem).to);
      else if (found.length > 1) choose(0);
      // The only one so far may be one of several, and belong to what was typed before.
      else if (found[0] && !isPending && typed.trim() === wanted) open(found[0].to);
    }
  };
  return (
    <Dialog title={t('find.title')} size="medium" atTop leave="close" onClose={onClose}>
      <TextInput
        type="search"
        role="combobox"
        aria-label={t('find.title')}
        aria-expanded={found.length > 0}
        aria-autocomplete="list"
        {...(found.length === 0 ? {} : { 'aria-controls': `${id}-found` })}
        {...(chosen === undefined ? {} : { 'aria-activedescendant': `${id}-${chosen}` })}
        placeholder={t('find.help')}
        autoComplete="off"
        maxLength={MOST_LETTERS}
        value={typed}
        onChange={(_, value) => {
          setTyped(value);
          setChosenKey(undefined);
        }}
        onKeyDown={onKeyDown}
      />
      <ProblemAlert error={error} />
      <div className="sower-found-frame">
        {found.length > 0 && (
          <div role="listbox" id={`${id}-found`} aria-label={t('find.found')} className="sower-found">
            {groups.map(({ kind, items, more }) => (
              // biome-ignore lint/a11y/useSemanticElements: a list box has groups, not field sets
              <div key={kind} role="group" aria-labelledby={`${id}-${kind}`}>
                <div id={`${id}-${kind}`} className="sower-found-kind" role="presentation">
                  {t(`find.kinds.${kind}`)}
                </div>
                {items.map((item) => {
                  const { to, label, says } = item;
                  const own = found.findIndex((each) => keyOf(each) === keyOf(item));
                  return (
                    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the combobox
                    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the combobox
                    <div
                      key={keyOf(item)}
                      role="option"
                      id={`${id}-${own}`}
                      aria-selected={own === chosen}
                      className="sower-found-item"
                      onMouseMove={() => choose(own)}
                      onClick={() => open(to)}
                    >
                      <span>{label}</span>
                      {says !== '' && <span className="sower-found-says">{says}</span>}
                    </div>
                  );
                })}
                {more && (
                  <div className="sower-found-says" role="presentation">
                    {t('find.more')}
                  </div>
                )}
              </div>
            ))}
          </div>
        )}
      </div>
      <p role="status" className="sower-line">
        {wanted === '' || isPending
          ? ''
          : found.length === 0
            ? t('find.nothing')
            : t('find.count', { count: found.length })}
      </p>
    </Dialog>
  );
}

/** Pages by their names and by what is done there; people, tokens and what tokens need by the server, within what the administrator may see. */
type FoundKind = 'users' | 'tokens' | 'profiles' | 'radiusClients' | 'agents' | 'pages';
type FoundItem = { readonly to: string; readonly label: string; readonly says: string };

const MOST = 6;
/** Characters of a serial number that are looked for. */
const LEAST = 3;
const PAUSE_MILLISECONDS = 150;
/** Lists that come whole are those of their pages, and are not fetched for every letter. */
const FRESH_MILLISECONDS = MINUTE;

const kept = <T,>(
  queries: QueryClient,
  answer: { queryKey: QueryKey; queryFn: () => Promise<T> },
): Promise<T> => queries.fetchQuery({ ...answer, staleTime: FRESH_MILLISECONDS });

const SEARCHES: readonly {
  readonly kind: Exclude<FoundKind, 'pages'>;
  readonly needs: Permission;
  /** @returns one more than are shown, if there are so many; undefined if it cannot be anything of the kind */
  search(api: ApiClient, wanted: string, queries: QueryClient): Promise<FoundItem[]> | undefined;
  all?(wanted: string): string;
}[] = [
  {
    kind: 'users',
    needs: 'users:view',
    search: async (api, wanted) =>
      (await api('listUsers', { query: { search: wanted, sort: 'match', limit: MOST + 1 } })).items.map(
        (user) => ({
          to: `/users/${encodeURIComponent(user.userId)}`,
          label: nameOf(user),
          says: [user.userId, user.email].filter((text) => text !== '' && text !== nameOf(user)).join(', '),
        }),
      ),
    all: (wanted) => `/users?search=${encodeURIComponent(wanted)}`,
  },
  {
    kind: 'tokens',
    needs: 'tokens:view',
    search: (api, wanted) => {
      const serialContains = typedSerialPart(wanted);
      // Names of people have no digits.
      if (
        !/\d/.test(serialContains) ||
        serialContains.length < LEAST ||
        serialContains.length > LIMITS.serial
      )
        return undefined;
      return api('listTokens', { query: { serialContains, limit: MOST + 1 } }).then(({ items }) =>
        items.map(({ serial, userId }) => ({ to: `/tokens/${serial}`, label: serial, says: userId ?? '' })),
      );
    },
    all: (wanted) => `/tokens?serialContains=${encodeURIComponent(wanted)}`,
  },
  {
    kind: 'profiles',
    needs: 'profiles:view',
    search: async (api, wanted, queries) =>
      matching(
        (await kept(queries, answerOf(api, 'listProfiles', { query: { limit: 1000 } }))).items,
        wanted,
        ({ name, deviceType }) => [name, deviceType],
      ).map(({ id, name, deviceType }) => ({ to: `/profiles/${id}`, label: name, says: deviceType })),
  },
  {
    kind: 'radiusClients',
    needs: 'agents:view',
    search: async (api, wanted, queries) =>
      matching(
        (await kept(queries, answerOf(api, 'listRadiusClients', {}))).items,
        wanted,
        ({ name, network }) => [name, network],
      ).map(({ id, name, network }) => ({ to: `/radius-clients?id=${id}`, label: name, says: network })),
  },
  {
    kind: 'agents',
    needs: 'agents:view',
    search: async (api, wanted, queries) =>
      matching((await kept(queries, answerOf(api, 'listAgents', {}))).items, wanted, ({ name }) => [
        name,
      ]).map(({ id, name }) => ({
        to: `/agents?id=${id}`,
        label: name,
        says: '',
      })),
  },
];

function useFound(wanted: string) {
  const t = useTexts();
  const api = useApi();
  const { can } = useSession();
  const queries = useQueryClient();
  const searches = SEARCHES.filter(({ needs }) => can(needs));
  const answered = useQuery({
    queryKey: ['find', wanted],
    queryFn: async ({ signal }) => {
      // Nothing is requested while the person is still typing.
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
      signal.throwIfAborted();
      return Promise.all(
        searches.map(async ({ kind, search, all }) => ({
          kind,
          items: (await search(api, wanted, queries)) ?? [],
          all: all?.(wanted),
        })),
      );
    },
    enabled: wanted !== '',
    placeholderData: keepPreviousData,
  });
  const pages = pagesOf(t).map(({ to, label, section, group }) => ({
    to,
    label: section === undefined ? label : `${section.label}: ${label}`,
    says: group,
  }));
  const offered = matching(
    pages.filter(({ to }) => lackedFor(to, can) === undefined),
    wanted,
    ({ to, label, says }) => [label, says, t(`find.words.${to}`)],
  );
  const groups =
    wanted === ''
      ? []
      : [...(answered.data ?? []), { kind: 'pages' as const, items: offered, all: undefined }];
  return {
    groups: groups
      .filter(({ items }) => items.length > 0)
      .map(({ kind, items, all }) => {
        const shown: readonly FoundItem[] = items.slice(0, MOST);
        const more = items.length > MOST;
        return more && all !== undefined
          ? { kind, items: [...shown, { to: all, label: t('find.all'), says: '' }], more: false }
          : { kind, items: shown, more };
      }),
    isPending: wanted !== '' && (answered.isPending || answered.isPlaceholderData),
    error: answered.error,
  };
}
