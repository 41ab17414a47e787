/**
 * The directory of a run: who is in it, and how a node reads it. Each page is what is there when it is read, as servers of directories do
 * it: someone who comes or goes between two pages is seen or not.
 */
import { SOURCE_PRESETS, sourceInputSchema } from '@sower/api/identity-sources';
import type { LdapConnection, LdapEntry } from '@sower/server/ldap/connection';
import { LdapFailure } from '@sower/server/ldap/failure';
import type { LdapServers } from '@sower/server/ldap/servers';
import { isEnd } from './database.ts';

/** Keys of entries, in the order in which they are read. The last may come; the others are there, and may go. */
export const ENTRIES = ['e1', 'e2', 'e3', 'e4'] as const;
const COMES = 'e4';

export class Directory {
  /** Family names by key. */
  readonly people = new Map<string, string>(ENTRIES.filter((key) => key !== COMES).map((key) => [key, 'A']));
  /** How often it has changed. */
  version = 0;
  /** Who has been in it all the time. */
  readonly constant = new Set<string>(this.people.keys());

  change(number: number): string {
    const key = ENTRIES[number % ENTRIES.length] as string;
    const present = this.people.get(key);
    this.version += 1;
    if (present === undefined) this.people.set(key, 'A');
    else if (number >= 8) this.people.set(key, `${present}a`);
    else {
      this.people.delete(key);
      this.constant.delete(key);
    }
    return `${key} is ${this.people.get(key) ?? 'gone'}`;
  }
}

const PAGE = 2;
const MAPPING = SOURCE_PRESETS.openldap.mapping;
const entryOf = (key: string, lastName: string): LdapEntry => ({
  name: `uid=${key},ou=people`,
  attributes: new Map([
    [MAPPING.key.toLowerCase(), [key]],
    [MAPPING.userId.toLowerCase(), [key]],
    [MAPPING.lastName.toLowerCase(), [lastName]],
    ['modifytimestamp', ['20300317174650Z']],
  ]),
});

/** @param reach a point of the scheduler */
export function directoryServers(directory: Directory, reach: (what: string) => Promise<void>): LdapServers {
  const url = 'ldaps://directory.example.com';
  const reached = (): Promise<void> =>
    reach('directory').catch((error) => {
      throw isEnd(error) ? error : new LdapFailure('lost', url, 'lost');
    });
  const connection: LdapConnection = {
    url,
    chain: () => [],
    bind: reached,
    close: async () => {},
    async search() {
      await reached();
      return [];
    },
    async page(_, __, cookie) {
      await reached();
      const after = cookie?.toString() ?? '';
      const left = [...directory.people].filter(([key]) => key > after).sort(([a], [b]) => (a < b ? -1 : 1));
      const page = left.slice(0, PAGE);
      const last = page.at(-1)?.[0] ?? '';
      return {
        entries: page.map(([key, lastName]) => entryOf(key, lastName)),
        references: [],
        ...(left.length > PAGE ? { cookie: Buffer.from(last) } : {}),
      };
    },
  };
  return { connect: async () => connection, failed: () => {}, resting: () => [] };
}

const ANY = { percent: 100, atLeast: 1_000_000 };
/** A run of it stops for nothing, and it is due each quarter of an hour. */
export const DIRECTORY_INPUT = sourceInputSchema.parse({
  name: 'directory',
  kind: 'openldap',
  password: '',
  enabled: true,
  connection: { urls: ['ldaps://directory.example.com'], bindName: '' },
  search: { base: 'ou=people', ...SOURCE_PRESETS.openldap.search },
  mapping: MAPPING,
  schedule: { everyMinutes: 15 },
  stop: {
    ...ANY,
    changes: {
      ...{ returning: ANY, added: ANY, userIds: ANY, names: ANY, details: ANY },
      ...{ groups: ANY, domains: ANY, roles: ANY, rolesLost: ANY, conflicts: ANY },
    },
  },
});
