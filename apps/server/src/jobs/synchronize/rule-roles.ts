/**
 * Roles that administrators have through groups of their directory, limited by the rights of the person who saved the source: these are checked in
 * each run, and again when it is applied. Roles given by hand are left alone; a role by a rule is removed by the run that no longer finds
 * the administrator in the group.
 */

import { type Text, text } from '@sower/texts/outcomes';
import { type Actor, covers, starterOfRow } from '../../core/actor.ts';
import { record } from '../../core/record.ts';
import { grantAbove, lacking, nameOfRole, resolveRole } from '../../directory/roles.ts';
import { settingsOf } from '../../directory/sources/settings.ts';
import { writerOf } from '../../directory/starter.ts';
import { keptName } from '../../ldap/names.ts';
import { newId } from '../../store/db/ids.ts';
import {
  countHolders,
  findStoredAdministrator,
  type GrantRow,
  insertAdministrator,
  listGrantsOfEntries,
  listStoredAdministratorsOf,
  replaceGrants,
} from '../../store/directory/administrators.ts';
import { domainsByReference, TOP_DOMAIN } from '../../store/directory/domains.ts';
import { userIdKey } from '../../store/directory/users.ts';
import { hasMark } from '../../store/keys/marks.ts';
import { deleteSessionsOf } from '../../store/log-on/sessions.ts';
import { lockInstallation } from '../../store/operations/installation.ts';
import type { Connection, Row } from '../../store/schema/schema.ts';
import { readGroups } from '../../store/sources/changes.ts';
import type { SourceRow } from '../../store/sources/identity-sources.ts';
import type { ReadEntry } from '../../store/sources/runs.ts';
import type { JobRow } from '../../store/work/jobs.ts';
import type { SynchronizeContext } from './context.ts';
import type { LinkContext } from './links.ts';

type RuleRole = {
  /** Role and domain, as a change names them. */
  readonly name: string;
  readonly roleId: string;
  readonly domainId: string;
  readonly path: string;
  readonly words: Text;
  /** The person who saved the source holds all of it. */
  readonly may: boolean;
};

export type RolesFound = {
  /** Those by rules. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Why some roles of the groups are not granted. */
  readonly against?: Text;
};

type RuleRoles = {
  /** @param entry as this server read it: an entry that someone else wrote into the database gives no role */
  of(entry: ReadEntry): Promise<RolesFound>;
  /** Grants and removes the roles that the comparison found. */
  grant(job: JobRow, entry: ReadEntry, to: readonly string[]): Promise<void>;
};

const NONE: RolesFound = { before: [], after: [] };
const SUPER_ADMIN = `super-admin ${TOP_DOMAIN.id}`;
export const roleName = (row: { readonly role_id: string; readonly domain_id: string }): string =>
  `${row.role_id} ${row.domain_id}`;

const entryText = (entry: Pick<ReadEntry, 'job_id' | 'source_key' | 'user_id' | 'state' | 'in_groups'>) =>
  JSON.stringify([
    'source_entries',
    entry.job_id,
    entry.source_key,
    entry.user_id,
    entry.state,
    entry.in_groups,
  ]);

/** Of an entry as it is read: whose groups may give roles. */
export const entryMark = (
  { sealing }: Pick<LinkContext, 'sealing'>,
  entry: Parameters<typeof entryText>[0],
): string => sealing.keyedHash('row-mark', entryText(entry));

/** Of a batch. */
export async function ruleRoles(
  context: LinkContext & Pick<SynchronizeContext, 'random'>,
  trx: Connection,
  source: SourceRow,
  keys: readonly string[],
): Promise<RuleRoles> {
  const administrators = new Map(
    (await listStoredAdministratorsOf(trx, source.id, keys)).map((row) => [row.source_key, row]),
  );
  const giving = settingsOf(source).groups.filter(({ roles }) => roles.length > 0);
  if (administrators.size === 0 && giving.length === 0)
    return { of: async () => NONE, grant: async () => undefined };
  const ids = [...administrators.values()].map(({ id }) => id);
  const granted = await listGrantsOfEntries(trx, ids);
  const grants = Map.groupBy(granted, ({ administrator_id }) => administrator_id);
  const writer = await writerOf(context, trx, source);
  const rules = await rulesOf(context, trx, giving, writer);
  const known = new Map([...rules.values()].flat().map((role) => [role.name, role]));

  const ofRule = (row: Row<'administrators'> | undefined): GrantRow[] =>
    (grants.get(row?.id ?? '') ?? []).filter(({ source_id }) => source_id === source.id);
  const byHand = (row: Row<'administrators'> | undefined): GrantRow[] =>
    (grants.get(row?.id ?? '') ?? []).filter(({ source_id }) => source_id !== source.id);

  async function of(entry: ReadEntry): Promise<RolesFound> {
    const row = administrators.get(entry.source_key);
    const before = ofRule(row).map(roleName).sort();
    const isActive = entry.text === null && (entry.state === 'active' || entry.state === 'locked');
    const isOurs = context.sealing.fits('row-mark', entryText(entry), entry.mark);
    const groups = isActive && isOurs ? readGroups(entry.in_groups) : [];
    const due = groups.flatMap((name) => rules.get(name) ?? []);
    const own = new Set(byHand(row).map(roleName));
    const may = new Set(due.filter((role) => role.may && !own.has(role.name)).map(({ name }) => name));
    const objection = await against(row, entry, [...may]);
    const after = [...may].filter((name) => !objection || before.includes(name)).sort();
    const why =
      objection ?? (due.some((role) => !role.may) ? text('source-entry.roles-not-held') : undefined);
    return { before, after, ...(why ? { against: why } : {}) };
  }

  async function against(
    row: Row<'administrators'> | undefined,
    entry: ReadEntry,
    names: readonly string[],
  ): Promise<Text | undefined> {
    if (names.length === 0) return undefined;
    if (!row)
      return (await findStoredAdministrator(trx, userIdKey(entry.user_id)))
        ? text('source-entry.administrator-exists')
        : undefined;
    if (!hasMark('administrators', context, row))
      return text('administrator.altered', { administrator: row.user_name });
    // An administrator with more rights than the person who saved the source is not changed.
    const byHandNow = byHand(row);
    const above = writer ? grantAbove(writer, byHandNow) : byHandNow[0];
    return above && text('source-entry.roles-above');
  }

  async function grant(job: JobRow, entry: ReadEntry, to: readonly string[]): Promise<void> {
    const present = administrators.get(entry.source_key);
    const row = present ?? (await added(context, trx, source, entry));
    const gone = ofRule(present).filter((one) => !to.includes(roleName(one)));
    // The last Super Admin stays, regardless of who has left whichever group.
    if (gone.some((one) => roleName(one) === SUPER_ADMIN)) await lockInstallation(trx);
    const put = async (names: readonly string[]): Promise<void> => {
      const roles = names.flatMap((name) => known.get(name) ?? grantedAs(ofRule(present), name));
      await replaceGrants(trx, context, row.id, roles, source.id);
    };
    await put(to);
    const isLast =
      gone.some((one) => roleName(one) === SUPER_ADMIN) &&
      (await countHolders(trx, context, 'super-admin', TOP_DOMAIN.id)) === 0;
    if (isLast) await put([...to, SUPER_ADMIN]);
    else if (gone.length > 0 && to.length === 0) await deleteSessionsOf(trx, 'sessions', row.id);
    const words = to.flatMap((name) => known.get(name)?.words ?? []);
    const roles = words.length === 0 ? [text('event.no-roles')] : words;
    const said = isLast ? [text('administrator.last-super-admin')] : roles;
    await record(trx, context, starterOfRow(job), {
      action: present ? 'administrator.edit' : 'administrator.add',
      object: `administrator:${row.user_name}`,
      reason: text('event.parts', {
        parts: [text('event.by-groups', { source: source.name }), ...said],
      }),
    });
  }

  return { of, grant };
}

const added = (
  context: Parameters<typeof ruleRoles>[0],
  trx: Connection,
  source: SourceRow,
  entry: ReadEntry,
): Promise<Row<'administrators'>> =>
  insertAdministrator(trx, context, {
    id: newId(context),
    user_name: entry.user_id,
    // A hash that belongs to no user: no password of ours fits it.
    password_hash: '',
    must_change_password: 0,
    password_given_at: null,
    source_id: source.id,
    source_key: entry.source_key,
    created_at: context.now(),
  });

const grantedAs = (grants: readonly GrantRow[], name: string) =>
  grants
    .filter((row) => roleName(row) === name)
    .map(({ role_id, domain_id, path }) => ({ roleId: role_id, domainId: domain_id, path }));

/** By the name of the group. */
async function rulesOf(
  context: LinkContext,
  trx: Connection,
  groups: ReturnType<typeof settingsOf>['groups'],
  writer: Actor | undefined,
): Promise<Map<string, RuleRole[]>> {
  const rules = new Map<string, RuleRole[]>();
  const find = await domainsByReference(trx);
  for (const group of groups)
    for (const given of group.roles) {
      const role = await resolveRole(trx, context, given.role);
      const domain = find(given.securityDomain ?? TOP_DOMAIN.id);
      // A role or a domain that is gone gives nothing.
      if (!role || !domain) continue;
      const may =
        writer !== undefined &&
        covers(writer, 'administrators:edit', domain.path) &&
        lacking(writer, role.permissions, domain.path).length === 0;
      const name = keptName(group.name);
      rules.set(name, [
        ...(rules.get(name) ?? []),
        {
          name: roleName({ role_id: role.id, domain_id: domain.id }),
          ...{ roleId: role.id, domainId: domain.id, path: domain.path, may },
          words: text('event.role-in', { role: role.name, domain: domain.name }),
        },
      ]);
    }
  return rules;
}

/** Of the roles in a change, what people call them. */
export async function wordsOfRoles(db: Connection, context: LinkContext, names: readonly string[]) {
  const find = await domainsByReference(db);
  const words = new Map<string, Text>();
  for (const name of names) {
    if (words.has(name)) continue;
    const [roleId = '', domainId = ''] = name.split(' ');
    const role = await resolveRole(db, context, roleId);
    words.set(
      name,
      text('event.role-in', {
        role: role?.name ?? nameOfRole({ role_id: roleId, role_name: null }),
        domain: find(domainId)?.name ?? domainId,
      }),
    );
  }
  return words;
}
