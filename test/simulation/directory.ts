/**
 * The directory of a run: who is in it, in which groups, and how a node reads it. Each page is what is there when it is read, as servers of
 * directories do it: someone who comes or goes between two pages is seen or not. A server of an earlier version reads it too, so what fails here
 * is an error as sockets throw it, and no class of the server's.
 */
import { SOURCE_PRESETS, sourceInputSchema } from '@sower/api/identity-sources';
import type { LdapConnection, LdapEntry } from '@sower/server/ldap/connection';
import type { LdapServers } from '@sower/server/ldap/servers';
import { isEnd } from './database.ts';

/** Keys of entries, in the order in which they are read. The last may come; the others are there, and may go. */
export const ENTRIES = ['e1', 'e2', 'e3', 'e4'] as const;
const COMES = 'e4';

/** Its members get tokens by a rule; those of the second are in it through that one. */
export const STAFF = 'cn=staff,ou=groups';
const PART_OF_STAFF = 'cn=team,ou=groups';
/** Its members are administrators. */
export const ADMINS = 'cn=admins,ou=groups';
/** Recorded by runs, in the order of their names. */
export const RECORDED = [ADMINS, STAFF] as const;
const GROUPS = [STAFF, PART_OF_STAFF, ADMINS] as const;
type Group = (typeof GROUPS)[number];

export class Directory {
  /** Family names by key. */
  readonly people = new Map<string, string>(ENTRIES.filter((key) => key !== COMES).map((key) => [key, 'A']));
  /** Keys of those whom a group lists, whether they are in the directory or not. */
  readonly listed: Readonly<Record<Group, Set<string>>> = {
    [STAFF]: new Set(['e1', 'e3', COMES]),
    [PART_OF_STAFF]: new Set(['e2']),
    [ADMINS]: new Set(['e3']),
  };
  /** Who has ever been in a group. */
  readonly everIn: Readonly<Record<(typeof RECORDED)[number], Set<string>>> = {
    [STAFF]: new Set(this.membersOf(STAFF)),
    [ADMINS]: new Set(this.membersOf(ADMINS)),
  };
  /** When an entry was changed last. Runs that read changes alone do not find those that stayed as they were made. */
  readonly changedAt = new Map<string, number>([['e1', Date.UTC(2030, 2, 17, 17, 46)]]);
  /** How often it has changed. */
  version = 0;
  /** Who has been in it all the time. */
  readonly constant = new Set<string>(this.people.keys());

  membersOf(group: (typeof RECORDED)[number]): ReadonlySet<string> {
    return group === STAFF
      ? new Set([...this.listed[STAFF], ...this.listed[PART_OF_STAFF]])
      : new Set(this.listed[group]);
  }

  /** An entry is not changed when a group lists it, or does so no more. */
  regroup(number: number): string {
    const key = ENTRIES[number % ENTRIES.length] as string;
    const group = GROUPS[Math.floor(number / ENTRIES.length) % GROUPS.length] as Group;
    const joins = !this.listed[group].delete(key);
    if (joins) this.listed[group].add(key);
    this.version += 1;
    for (const recorded of RECORDED)
      for (const member of this.membersOf(recorded)) this.everIn[recorded].add(member);
    return `${key} ${joins ? 'joins' : 'leaves'} ${group}`;
  }

  change(number: number, time: number): string {
    const key = ENTRIES[number % ENTRIES.length] as string;
    const present = this.people.get(key);
    this.version += 1;
    this.changedAt.set(key, time);
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
const nameOf = (key: string): string => `uid=${key},ou=people`;
/** When the others were made. */
const MADE = '20300317120000Z';
const generalized = (time: number | undefined): string =>
  time === undefined ? MADE : new Date(time).toISOString().replace(/[-:T]|\.\d+/g, '');
const entryOf = ({ people, changedAt }: Directory, key: string): LdapEntry => ({
  name: nameOf(key),
  attributes: new Map([
    [MAPPING.key.toLowerCase(), [key]],
    [MAPPING.userId.toLowerCase(), [key]],
    [MAPPING.lastName.toLowerCase(), [people.get(key) ?? '']],
    ['modifytimestamp', [generalized(changedAt.get(key))]],
  ]),
});
/** What a group lists: people, and other groups. */
const groupEntry = ({ listed }: Directory, group: Group): LdapEntry => ({
  name: group,
  attributes: new Map([
    [
      MAPPING.groupMember.toLowerCase(),
      [...[...listed[group]].sort().map(nameOf), ...(group === STAFF ? [PART_OF_STAFF] : [])],
    ],
  ]),
});
const isGroup = (name: string): name is Group => (GROUPS as readonly string[]).includes(name);

/** @param reach a point of the scheduler */
export function directoryServers(directory: Directory, reach: (what: string) => Promise<void>): LdapServers {
  const url = 'ldaps://directory.example.com';
  const reached = (): Promise<void> =>
    reach('directory').catch((error) => {
      throw isEnd(error) ? error : Object.assign(new Error('lost'), { code: 'ECONNRESET' });
    });
  const connection: LdapConnection = {
    url,
    chain: () => [],
    bind: reached,
    close: async () => {},
    async search({ base, filter }) {
      await reached();
      if (isGroup(base)) return [groupEntry(directory, base)];
      // Those with one of these keys.
      return ENTRIES.filter(
        (key) => directory.people.has(key) && String(filter).includes(`(${MAPPING.key}=${key})`),
      ).map((key) => entryOf(directory, key));
    },
    async page({ filter, attributes }, _, cookie) {
      await reached();
      // The names of all groups.
      if (attributes.join() === '1.1')
        return { entries: GROUPS.map((name) => ({ name, attributes: new Map() })), references: [] };
      const after = cookie?.toString() ?? '';
      const since = /\(modifyTimestamp>=(\w+)\)/.exec(String(filter))?.[1] ?? '';
      const left = [...directory.people.keys()]
        .filter((key) => key > after && generalized(directory.changedAt.get(key)) >= since)
        .sort();
      const page = left.slice(0, PAGE);
      return {
        entries: page.map((key) => entryOf(directory, key)),
        references: [],
        ...(left.length > PAGE ? { cookie: Buffer.from(page.at(-1) ?? '') } : {}),
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
  groups: [
    { name: STAFF, roles: [] },
    { name: ADMINS, roles: [{ role: 'help-desk' }] },
  ],
  stop: {
    ...ANY,
    changes: {
      ...{ returning: ANY, added: ANY, userIds: ANY, names: ANY, details: ANY },
      ...{ groups: ANY, domains: ANY, roles: ANY, rolesLost: ANY, conflicts: ANY },
    },
  },
});
