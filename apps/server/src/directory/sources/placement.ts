/**
 * Which security domain users of a directory are in, by groups and subtrees: the first rule that matches decides, or the domain of the
 * source if none does. The person who wrote the rules needs `users:edit` there, and no one is moved to a domain where the writer gains rights over
 * them.
 */

import { createHash } from 'node:crypto';
import type { SourceGroups, SourcePlacement } from '@sower/api/identity-sources';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, covers, gains } from '../../core/actor.ts';
import { done, invalidAt, type Outcome, refusedAt } from '../../core/outcome.ts';
import type { LdapConnection } from '../../ldap/connection.ts';
import { isAtOrBelow, isName, keptName, nameKey } from '../../ldap/names.ts';
import { listStoredRoles } from '../../store/directory/administrators.ts';
import { domainsByReference } from '../../store/directory/domains.ts';
import type { Connection } from '../../store/schema/schema.ts';
import type { SourceRow } from '../../store/sources/identity-sources.ts';
import { domainFor, type NamedDomain } from '../domains.ts';
import { cannotGrant, lacking, nameOfRole, resolveRole } from '../roles.ts';
import type { MappedEntry } from './entry.ts';
import { groupReader, isMember, type Members } from './group-members.ts';
import type { SourceSettings } from './settings.ts';

/** What a source stores with the IDs of domains, which do not change when a domain is renamed, and those domains. */
type Kept<Stored> = { readonly kept: Stored; readonly named: readonly NamedDomain[] };

/** Rules as stored. */
export async function placementFor(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  placement: SourcePlacement,
): Promise<Outcome<Kept<SourcePlacement>>> {
  const rules: SourcePlacement['rules'] = [];
  const named: NamedDomain[] = [];
  for (const [index, rule] of placement.rules.entries()) {
    if (!isName(rule.name)) return invalidAt(`placement.rules.${index}.name`, text('source.placement-name'));
    const domain = await domainFor(context, actor, 'users:edit', rule.securityDomain);
    const field = `placement.rules.${index}.securityDomain`;
    if (!domain.ok) return refusedAt(field, domain.problem, domain.detail);
    rules.push({ ...rule, securityDomain: domain.value.id });
    named.push([domain.value, field]);
  }
  return done({ kept: { rules }, named });
}

/** Groups as stored, with the IDs of roles too. No one can store a role that they do not hold. */
export async function groupsFor(
  context: Pick<ServerContext, 'db' | 'sealing' | 'onAlteredRow'>,
  actor: Actor,
  groups: SourceGroups,
): Promise<Outcome<Kept<SourceGroups>>> {
  const kept: SourceGroups = [];
  const named: NamedDomain[] = [];
  for (const [index, { name, roles }] of groups.entries()) {
    if (!isName(name)) return invalidAt(`groups.${index}.name`, text('source.placement-name'));
    const given: SourceGroups[number]['roles'] = [];
    for (const [at, { role: reference, securityDomain }] of roles.entries()) {
      const path = `groups.${index}.roles.${at}`;
      const domain = await domainFor(context, actor, 'administrators:edit', securityDomain);
      if (!domain.ok) return refusedAt(`${path}.securityDomain`, domain.problem, domain.detail);
      const role = await resolveRole(context.db, context, reference);
      if (!role) return refusedAt(`${path}.role`, 'not-found', text('role.not-found', { role: reference }));
      const missing = lacking(actor, role.permissions, domain.value.path);
      if (missing.length > 0) return cannotGrant(missing, `${path}.role`);
      given.push({ role: role.id, securityDomain: domain.value.id });
      named.push([domain.value, `${path}.securityDomain`]);
    }
    kept.push({ name, roles: given });
  }
  return done({ kept, named });
}

/** With names of roles and domains. */
export async function viewGroups(db: Connection, groups: SourceGroups): Promise<SourceGroups> {
  if (groups.every(({ roles }) => roles.length === 0)) return groups;
  const find = await domainsByReference(db);
  const names = new Map((await listStoredRoles(db)).map(({ id, name }) => [id, name]));
  return groups.map(({ name, roles }) => ({
    name,
    roles: roles.map(({ role, securityDomain = '' }) => ({
      role: nameOfRole({ role_id: role, role_name: names.get(role) ?? null }),
      securityDomain: find(securityDomain)?.name ?? securityDomain,
    })),
  }));
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

type Known = Pick<MappedEntry, 'name' | 'key'>;

export type Rules = {
  /** @returns path of the domain of an entry; null: nothing is decided here */
  domainOf(entry: Known): string | null;
  /** Those of the recorded groups that an entry is in, in their order. */
  groupsOf(entry: Known): readonly string[];
  /** The same as long as no one joins or leaves a group. */
  readonly digest: string;
};

/** Names of the groups whose members are recorded. */
export const keptGroups = ({ groups }: Pick<SourceSettings, 'groups'>): string[] =>
  [...new Set(groups.map(({ name }) => keptName(name)))].sort();

/** The same, with the groups that the rules for security domains name. */
export const groupsIn = (settings: Pick<SourceSettings, 'placement' | 'groups'>): string[] => [
  ...new Set([
    ...keptGroups(settings),
    ...settings.placement.rules.flatMap(({ kind, name }) => (kind === 'group' ? keptName(name) : [])),
  ]),
];

/**
 * Reads who is in which group, before the first page. If a group cannot be read, the run stops: no one counts as having left it.
 * @returns why the run must stop instead
 */
export async function readRules(
  connection: LdapConnection,
  db: Connection,
  source: SourceRow,
  settings: SourceSettings,
  now: number,
): Promise<Rules | Text> {
  const { rules } = settings.placement;
  const find = await domainsByReference(db);
  const reader = groupReader(connection, settings, now);
  const kept = keptGroups(settings);
  const groups = new Map<string, Members>();
  for (const name of groupsIn(settings)) {
    const members = await reader.members(name);
    if (!members) return text('source-run.no-group', { name });
    groups.set(name, members);
  }
  const tests: { readonly path: string; readonly fits: (entry: Known) => boolean }[] = [];
  for (const rule of rules) {
    const domain = find(rule.securityDomain);
    if (!domain) return text('source-run.no-domain', { name: rule.name });
    const { path } = domain;
    const under = nameKey(rule.name);
    const members = groups.get(keptName(rule.name));
    const fits =
      rule.kind === 'subtree'
        ? ({ name }: Known) => isAtOrBelow(nameKey(name), under)
        : (entry: Known) => members !== undefined && isMember(members, entry);
    tests.push({ path, fits });
  }
  return {
    domainOf: (entry) =>
      rules.length === 0 ? null : (tests.find(({ fits }) => fits(entry))?.path ?? source.domain),
    groupsOf: (entry) => kept.filter((name) => isMember(groups.get(name) as Members, entry)),
    digest: digestOf(groups),
  };
}

function digestOf(groups: ReadonlyMap<string, Members>): string {
  const hash = createHash('sha256');
  for (const [name, members] of groups) {
    hash.update(JSON.stringify([name, members.size]));
    for (const member of [...members].sort()) hash.update(`${member}\n`);
  }
  return hash.digest('base64url');
}

/** The same for one person whose groups the directory has returned. */
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
  const memberOf = new Set(groups.map(nameKey));
  const rule = rules.find((one) =>
    one.kind === 'group' ? memberOf.has(nameKey(one.name)) : isAtOrBelow(name, nameKey(one.name)),
  );
  return (rule && find(rule.securityDomain)?.path) ?? source.domain;
}

/** Whether a rule may bring a new user there: its writer could add them. Otherwise they are in the domain of the source. */
export const mayBring = (writer: Actor | undefined, source: Pick<SourceRow, 'domain'>, to: string): boolean =>
  to === source.domain || (writer !== undefined && covers(writer, 'users:edit', to));

/**
 * Whether someone may move a user from one domain to another by a rule. Whether they have more rights than the user is checked separately.
 */
export const mayMove = (writer: Actor | undefined, from: string, to: string): boolean =>
  writer !== undefined &&
  covers(writer, 'users:edit', from) &&
  covers(writer, 'users:edit', to) &&
  gains(writer, from, to).length === 0;
