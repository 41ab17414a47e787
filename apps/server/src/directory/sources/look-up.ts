/** One person in a directory: found by a name that they log on with, or by their key; and the groups they are in. */

import type { LdapConnection, LdapEntry } from '../../ldap/connection.ts';
import { groupsOf, withAnyValue, withValue } from '../../ldap/filter.ts';
import { attributesOf, guidOctets, type MappedEntry, mapEntry } from './entry.ts';
import type { SourceSettings } from './settings.ts';

type Where = Pick<SourceSettings, 'search' | 'mapping'>;
export type Found = { readonly entry: LdapEntry; readonly mapped: MappedEntry };

/** @returns undefined also if the name is that of several: it says nothing about which of them is meant */
export async function findByName(
  connection: LdapConnection,
  { search, mapping }: Where,
  name: string,
  now: number,
): Promise<Found | undefined> {
  const own = withoutDomain(name.trim(), mapping.domainName);
  if (own === '') return undefined;
  const filter = withAnyValue(search.filter, [mapping.userId, ...mapping.logOnNames], own);
  return onlyOne(connection, { search, mapping }, filter, now);
}

export async function findByKey(
  connection: LdapConnection,
  { search, mapping }: Where,
  key: string,
  now: number,
): Promise<Found | undefined> {
  // As octets: a GUID in words is not what the server compares with.
  const value = /guid$/i.test(mapping.key) ? guidOctets(key) : key;
  if (value === undefined) return undefined;
  const found = await onlyOne(
    connection,
    { search, mapping },
    withValue(search.filter, mapping.key, value),
    now,
  );
  return found?.mapped.key === key ? found : undefined;
}

async function onlyOne(
  connection: LdapConnection,
  { search, mapping }: Where,
  filter: Parameters<LdapConnection['search']>[0]['filter'],
  now: number,
): Promise<Found | undefined> {
  const found = await connection.search({
    base: search.base,
    filter,
    attributes: attributesOf(mapping),
    most: 2,
  });
  const [entry] = found;
  return entry && found.length === 1 ? { entry, mapped: mapEntry(entry, mapping, now) } : undefined;
}

/** `DOMAIN\name` of our domain is the name; of another one, it is nobody here. */
function withoutDomain(name: string, domainName: string): string {
  const [domain, own, ...rest] = name.split('\\');
  if (own === undefined) return name;
  if (rest.length > 0 || domainName === '' || domain?.toLowerCase() !== domainName.toLowerCase()) return '';
  return own;
}

const MOST_GROUPS = 1_000;

/** Names of the groups that someone is in. @param nested also through other groups, where the server can */
export async function groupNamesOf(
  connection: LdapConnection,
  { search, mapping }: Where,
  name: string,
): Promise<string[]> {
  if (mapping.groupMember === '') return [];
  const entries = await connection.search({
    base: search.groupBase === '' ? search.base : search.groupBase,
    filter: groupsOf(search.groupFilter, mapping.groupMember, name, mapping.nestedGroups),
    attributes: ['1.1'],
    most: MOST_GROUPS,
  });
  return entries.map((entry) => entry.name);
}
