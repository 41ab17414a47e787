/**
 * Which security domain users of a directory are in, by groups and subtrees: the first rule that fits decides, and the domain of the source where
 * none does. Whoever wrote the rules needs `users:edit` there, and nobody is moved to where the writer gains rights over them.
 */

import type { SourcePlacement } from '@sower/api/identity-sources';
import { type Text, text } from '@sower/messages/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, covers, gains } from '../../core/actor.ts';
import { done, type Outcome, refusedAt } from '../../core/outcome.ts';
import type { LdapConnection, LdapEntry } from '../../ldap/connection.ts';
import { failureOf } from '../../ldap/failure.ts';
import { memberOf } from '../../ldap/filter.ts';
import { isAtOrBelow, isName, nameKey } from '../../ldap/names.ts';
import { domainsByReference } from '../../store/tables/domains.ts';
import type { SourceRow } from '../../store/tables/identity-sources.ts';
import type { Connection } from '../../store/tables/schema.ts';
import { domainFor } from '../domains.ts';
import { type MappedEntry, mapEntry } from './entry.ts';
import type { SourceSettings } from './settings.ts';

/** Rules as they are stored: with IDs of domains, which are not renamed. */
export async function placementFor(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  placement: SourcePlacement,
): Promise<Outcome<SourcePlacement>> {
  const rules: SourcePlacement['rules'] = [];
  for (const [index, rule] of placement.rules.entries()) {
    if (!isName(rule.name))
      return refusedAt(`placement.rules.${index}.name`, 'invalid-request', text('source.placement-name'));
    const domain = await domainFor(context, actor, 'users:edit', rule.securityDomain);
    if (!domain.ok)
      return refusedAt(`placement.rules.${index}.securityDomain`, domain.problem, domain.detail);
    rules.push({ ...rule, securityDomain: domain.value.id });
  }
  return done({ rules });
}

/** With names of domains. */
export async function viewPlacement(db: Connection, placement: SourcePlacement): Promise<SourcePlacement> {
  if (placement.rules.length === 0) return placement;
  const find = await domainsByReference(db);
  return {
    rules: placement.rules.map((rule) => ({
      ...rule,
      securityDomain: find(rule.securityDomain)?.name ?? rule.securityDomain,
    })),
  };
}

/** @returns path of the domain of an entry; null: nothing is decided here */
export type Place = (entry: MappedEntry) => string | null;

/**
 * Reads who is in which group, before the first page. A group that cannot be read ends the run: nobody has left it.
 * @returns why the run must end instead
 */
export async function readPlacement(
  connection: LdapConnection,
  db: Connection,
  source: SourceRow,
  settings: SourceSettings,
  now: number,
): Promise<Place | Text> {
  const { rules } = settings.placement;
  if (rules.length === 0) return () => null;
  const find = await domainsByReference(db);
  const tests: { readonly path: string; readonly fits: (entry: MappedEntry) => boolean }[] = [];
  for (const rule of rules) {
    const domain = find(rule.securityDomain);
    if (!domain) return text('source-run.no-domain', { name: rule.name });
    const { path } = domain;
    if (rule.kind === 'subtree') {
      const place = nameKey(rule.name);
      tests.push({ path, fits: ({ name }) => isAtOrBelow(nameKey(name), place) });
      continue;
    }
    const members = await membersOf(connection, settings, rule.name, now);
    if (!members) return text('source-run.no-group', { name: rule.name });
    tests.push({ path, fits: ({ name, key }) => members.has(nameKey(name)) || members.has(`key ${key}`) });
  }
  return (entry) => tests.find(({ fits }) => fits(entry))?.path ?? source.domain;
}

/** The same for one person, of whom the directory says in which groups they are. */
export async function placeByGroups(
  db: Connection,
  source: SourceRow,
  { placement: { rules } }: SourceSettings,
  entry: Pick<MappedEntry, 'name'>,
  groups: readonly string[],
): Promise<string | null> {
  if (rules.length === 0) return null;
  const find = await domainsByReference(db);
  const name = nameKey(entry.name);
  const held = new Set(groups.map(nameKey));
  const rule = rules.find((one) =>
    one.kind === 'group' ? held.has(nameKey(one.name)) : isAtOrBelow(name, nameKey(one.name)),
  );
  return (rule && find(rule.securityDomain)?.path) ?? source.domain;
}

/** @returns undefined if there is no such group */
async function membersOf(
  connection: LdapConnection,
  { search, mapping, connection: { pageSize } }: SourceSettings,
  group: string,
  now: number,
): Promise<Set<string> | undefined> {
  const attributes = mapping.nestedGroups || mapping.groupMember === '' ? ['1.1'] : [mapping.groupMember];
  const entry = await groupAt(connection, group, attributes);
  if (!entry) return undefined;
  const members = new Set<string>();
  if (!mapping.nestedGroups) {
    for (const value of entry.attributes.get(mapping.groupMember.toLowerCase()) ?? [])
      if (typeof value === 'string') members.add(nameKey(value));
    return members;
  }
  // Active Directory gives out 1,500 values of an attribute at once, and resolves groups in groups.
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
    cookie = page.cookie;
  }
  return members;
}

async function groupAt(
  connection: LdapConnection,
  group: string,
  attributes: readonly string[],
): Promise<LdapEntry | undefined> {
  try {
    const [entry] = await connection.search({
      base: group,
      filter: '(objectClass=*)',
      scope: 'base',
      attributes,
    });
    return entry;
  } catch (error) {
    if (failureOf(error, '').kind === 'base') return undefined;
    throw error;
  }
}

/** Whether somebody may move a user from one domain to another by a rule. Above whom they stand is asked beside it. */
export const mayMove = (writer: Actor | undefined, from: string, to: string): boolean =>
  writer !== undefined &&
  covers(writer, 'users:edit', from) &&
  covers(writer, 'users:edit', to) &&
  gains(writer, from, to).length === 0;
