/**
 * Who is in a group, directly or through nested groups: Active Directory resolves these itself; on other servers, they are followed from
 * group to group. Each group is visited once, so a group that contains itself does no harm.
 */

import { entryNamed, type LdapConnection } from '../../ldap/connection.ts';
import { failureOf, LdapFailure } from '../../ldap/failure.ts';
import { memberOf, withPresent } from '../../ldap/filter.ts';
import { nameKey } from '../../ldap/names.ts';
import { type MappedEntry, mapEntry } from './entry.ts';
import type { SourceSettings } from './settings.ts';

/** Keys of names, or of entries if the server resolves nested groups. */
export type Members = ReadonlySet<string>;

export const isMember = (members: Members, { name, key }: Pick<MappedEntry, 'name' | 'key'>): boolean =>
  members.has(nameKey(name)) || members.has(`key ${key}`);

type Where = Pick<SourceSettings, 'search' | 'mapping' | 'connection'>;

type GroupReader = {
  /** @returns undefined if there is no such group */
  members(group: string): Promise<Members | undefined>;
};

/** On one connection; nested groups that several groups share are read once. */
export function groupReader(connection: LdapConnection, settings: Where, now: number): GroupReader {
  const { mapping } = settings;
  let names: Promise<ReadonlyMap<string, string>> | undefined;
  const read = new Map<string, Promise<readonly string[] | undefined>>();

  /** Keys of the names that a group lists. */
  function listed(group: string): Promise<readonly string[] | undefined> {
    const key = nameKey(group);
    const known = read.get(key) ?? membersListed(connection, group, mapping.groupMember);
    read.set(key, known);
    return known;
  }

  async function walk(group: string): Promise<Members | undefined> {
    const first = await listed(group);
    if (!first) return undefined;
    names ??= groupNames(connection, settings);
    const groups = await names;
    const members = new Set<string>();
    const seen = new Set([nameKey(group)]);
    const waiting = [first];
    for (let values = waiting.pop(); values; values = waiting.pop())
      for (const key of values) {
        const inner = groups.get(key);
        if (inner === undefined) members.add(key);
        else if (!seen.has(key)) {
          seen.add(key);
          const more = await listed(inner);
          if (more) waiting.push(more);
        }
      }
    return members;
  }

  return {
    async members(group) {
      if (!mapping.nestedGroups) return walk(group);
      return (await entryAt(connection, group, '1.1')) && resolved(connection, settings, group, now);
    },
  };
}

async function membersListed(
  connection: LdapConnection,
  group: string,
  attribute: string,
): Promise<readonly string[] | undefined> {
  const entry = await entryAt(connection, group, attribute || '1.1');
  return (
    entry?.attributes
      .get(attribute.toLowerCase())
      ?.flatMap((value) => (typeof value === 'string' ? nameKey(value) : [])) ??
    (entry && [])
  );
}

/** All groups that list anybody, by the keys of their names. */
async function groupNames(
  connection: LdapConnection,
  { search, mapping, connection: { pageSize, maxEntries } }: Where,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  if (mapping.groupMember === '') return names;
  const base = search.groupBase === '' ? search.base : search.groupBase;
  const filter = withPresent(search.groupFilter, mapping.groupMember);
  for (let cookie: Buffer | undefined, first = true; first || cookie; first = false) {
    const page = await connection.page({ base, filter, attributes: ['1.1'] }, pageSize, cookie);
    for (const { name } of page.entries) names.set(nameKey(name), name);
    mostOf(names, maxEntries, connection);
    cookie = page.cookie;
  }
  return names;
}

/** Active Directory returns 1,500 values of an attribute at a time, and resolves nested groups. */
async function resolved(
  connection: LdapConnection,
  { search, mapping, connection: { pageSize, maxEntries } }: Where,
  group: string,
  now: number,
): Promise<Members> {
  const members = new Set<string>();
  for (let cookie: Buffer | undefined, first = true; first || cookie; first = false) {
    const page = await connection.page(
      { base: search.base, filter: memberOf(search.filter, group), attributes: [mapping.key] },
      pageSize,
      cookie,
    );
    for (const one of page.entries) {
      const { key } = mapEntry(one, mapping, now);
      if (key !== undefined) members.add(`key ${key}`);
    }
    mostOf(members, maxEntries, connection);
    cookie = page.cookie;
  }
  return members;
}

/** They are kept in memory. */
function mostOf({ size }: { readonly size: number }, maximum: number, { url }: LdapConnection): void {
  if (size > maximum) throw new LdapFailure('endless', url, `more than ${maximum} groups or members`);
}

async function entryAt(connection: LdapConnection, group: string, attribute: string) {
  try {
    return await entryNamed(connection, group, attribute);
  } catch (error) {
    if (failureOf(error, '').kind === 'base') return undefined;
    throw error;
  }
}
