/** One person in a directory: found by a name that they log on with, or by their key; and the groups they are in. */

import type { ServerContext } from '../../context.ts';
import type { LdapConnection, LdapEntry } from '../../ldap/connection.ts';
import { failureOf, type LdapFailure } from '../../ldap/failure.ts';
import { groupsOf, withAnyValue, withValue } from '../../ldap/filter.ts';
import { nameKey } from '../../ldap/names.ts';
import { attributesOf, type MappedEntry, mapEntry, passwordAttributesOf, valueOfKey } from './entry.ts';
import { type SourceSettings, serverOf } from './settings.ts';

type Where = Pick<SourceSettings, 'search' | 'mapping'>;
export type Found = { readonly entry: LdapEntry; readonly mapped: MappedEntry };

/**
 * Over a connection to the directory of a source. A server that did not answer is avoided for a while.
 * @returns the failure if it could not be done
 */
export async function inDirectory<T>(
  context: Pick<ServerContext, 'sealing' | 'onAlteredRow' | 'ldapServers'>,
  source: Parameters<typeof serverOf>[1],
  work: (connection: LdapConnection) => Promise<T>,
): Promise<T | LdapFailure> {
  let url = '';
  try {
    const connection = await context.ldapServers.connect(serverOf(context, source));
    url = connection.url;
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  } catch (error) {
    const failure = failureOf(error, url);
    if (failure.kind === 'lost' || failure.kind === 'timeout') context.ldapServers.failed(failure.url);
    return failure;
  }
}

/** @returns undefined also if several entries have the name, because it is unclear which one is meant */
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
  const value = valueOfKey(mapping, key);
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
    attributes: [...attributesOf(mapping), ...passwordAttributesOf(mapping)],
    most: 2,
  });
  const [entry] = found;
  return entry && found.length === 1 ? { entry, mapped: mapEntry(entry, mapping, now) } : undefined;
}

/** `DOMAIN\name` with our domain means the name; with any other domain, it matches no one here. */
function withoutDomain(name: string, domainName: string): string {
  const [domain, own, ...rest] = name.split('\\');
  if (own === undefined) return name;
  if (rest.length > 0 || domainName === '' || domain?.toLowerCase() !== domainName.toLowerCase()) return '';
  return own;
}

const MAX_GROUPS = 1_000;

/** Names of the groups that someone is in, directly or through nested groups: the server resolves these, or each group is queried once. */
export async function groupNamesOf(
  connection: LdapConnection,
  { search, mapping }: Where,
  name: string,
): Promise<string[]> {
  if (mapping.groupMember === '') return [];
  const groups = new Map<string, string>();
  const waiting = [name];
  for (let one = waiting.pop(); one !== undefined && groups.size < MAX_GROUPS; one = waiting.pop()) {
    const entries = await connection.search({
      base: search.groupBase === '' ? search.base : search.groupBase,
      filter: groupsOf(search.groupFilter, mapping.groupMember, one, mapping.nestedGroups),
      attributes: ['1.1'],
      most: MAX_GROUPS,
    });
    for (const entry of entries) {
      const key = nameKey(entry.name);
      if (groups.has(key)) continue;
      groups.set(key, entry.name);
      if (!mapping.nestedGroups) waiting.push(entry.name);
    }
  }
  return [...groups.values()];
}
