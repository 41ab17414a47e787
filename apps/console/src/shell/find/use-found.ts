/** Pages by their names in the menu; people, tokens and what tokens need by the server, within what the administrator may see. */
import type { ApiClient } from '@sower/api/client';
import type { Permission } from '@sower/api/permissions';
import { keepPreviousData, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../../api/use-api.ts';
import { useSession } from '../../session/use-session.ts';
import { useTexts } from '../../texts/use-texts.ts';
import { menuOf } from '../menu.ts';
import { lackedFor } from '../page-needs.ts';

export type FoundKind = 'users' | 'tokens' | 'profiles' | 'radiusClients' | 'agents' | 'pages';
export type FoundItem = { readonly to: string; readonly label: string; readonly says: string };
export type FoundGroup = {
  readonly kind: FoundKind;
  readonly items: readonly FoundItem[];
  /** There are others. */
  readonly more: boolean;
};

const MOST = 6;
const MAX_DIGITS = 12;
const PAUSE_MILLISECONDS = 150;
/** Lists that come whole are those of their pages, and are not fetched for every letter. */
const FRESH_MILLISECONDS = 60_000;

const kept = <T>(queries: QueryClient, name: string, queryFn: () => Promise<T>): Promise<T> =>
  queries.fetchQuery({ queryKey: [name], queryFn, staleTime: FRESH_MILLISECONDS });

const SEARCHES: readonly {
  readonly kind: Exclude<FoundKind, 'pages'>;
  readonly needs: Permission;
  /** @returns one more than are shown, if there are so many; undefined if it cannot be anything of the kind */
  search(api: ApiClient, wanted: string, queries: QueryClient): Promise<FoundItem[]> | undefined;
}[] = [
  {
    kind: 'users',
    needs: 'users:view',
    search: async (api, wanted) =>
      (await api('listUsers', { query: { search: wanted, limit: MOST + 1 } })).items.map(
        ({ userId, firstName, lastName, email }) => ({
          to: `/users/${encodeURIComponent(userId)}`,
          label: userId,
          says: [[firstName, lastName].filter(Boolean).join(' '), email].filter(Boolean).join(', '),
        }),
      ),
  },
  {
    kind: 'tokens',
    needs: 'tokens:view',
    search: (api, wanted) => {
      // Serial numbers are read out and written in groups.
      const digits = wanted.replaceAll(/[\s-]/g, '');
      if (!/^\d{3,}$/.test(digits) || digits.length > MAX_DIGITS) return undefined;
      return api('listTokens', { query: { serialContains: digits, limit: MOST + 1 } }).then(({ items }) =>
        items.map(({ serial, userId }) => ({ to: `/tokens/${serial}`, label: serial, says: userId ?? '' })),
      );
    },
  },
  {
    kind: 'profiles',
    needs: 'profiles:view',
    search: async (api, wanted) =>
      (await api('listProfiles', { query: { name: wanted, limit: MOST + 1 } })).items.map(
        ({ id, name, deviceType }) => ({ to: `/profiles/${id}`, label: name, says: deviceType }),
      ),
  },
  {
    kind: 'radiusClients',
    needs: 'agents:view',
    search: async (api, wanted, queries) =>
      matching(
        (await kept(queries, 'radiusClients', () => api('listRadiusClients', {}))).items,
        wanted,
        ({ name, network }) => [name, network],
      ).map(({ name, network }) => ({ to: '/radius-clients', label: name, says: network })),
  },
  {
    kind: 'agents',
    needs: 'agents:view',
    search: async (api, wanted, queries) =>
      matching((await kept(queries, 'agents', () => api('listAgents', {}))).items, wanted, ({ name }) => [
        name,
      ]).map(({ name }) => ({
        to: '/agents',
        label: name,
        says: '',
      })),
  },
];

const plain = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Those in which each word is somewhere. */
export function matching<T>(
  items: readonly T[],
  wanted: string,
  textsOf: (item: T) => readonly string[],
): T[] {
  const words = plain(wanted).split(/\s+/).filter(Boolean);
  return items.filter((item) => {
    const texts = plain(textsOf(item).join(' '));
    return words.every((word) => texts.includes(word));
  });
}

export function useFound(wanted: string) {
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
        searches.map(async ({ kind, search }) => ({
          kind,
          items: (await search(api, wanted, queries)) ?? [],
        })),
      );
    },
    enabled: wanted !== '',
    placeholderData: keepPreviousData,
  });
  const pages = menuOf(t).flatMap(({ label: group, entries }) =>
    entries.flatMap((entry) =>
      'pages' in entry
        ? entry.pages.map(({ to, label }) => ({ to, label: `${entry.label}: ${label}`, says: group }))
        : [{ to: entry.to, label: entry.label, says: group }],
    ),
  );
  const offered = matching(
    pages.filter(({ to }) => lackedFor(to, can) === undefined),
    wanted,
    ({ label, says }) => [label, says],
  );
  const groups: { readonly kind: FoundKind; readonly items: readonly FoundItem[] }[] =
    wanted === '' ? [] : [...(answered.data ?? []), { kind: 'pages', items: offered }];
  return {
    groups: groups
      .filter(({ items }) => items.length > 0)
      .map(
        ({ kind, items }): FoundGroup => ({ kind, items: items.slice(0, MOST), more: items.length > MOST }),
      ),
    isPending: wanted !== '' && (answered.isPending || answered.isPlaceholderData),
    error: answered.error,
  };
}
