/**
 * What each entry changes about a user: added, changed field by field, moved, disabled, returning, gone, in conflict, refused. Nothing is
 * changed here; applying it later does exactly what is recorded.
 */

import type { EntryAction } from '@sower/api/identity-sources';
import { text } from '@sower/texts/outcomes';
import { mailCertificateFacts } from '../../keys/x509/mail-certificate.ts';
import { listGroupsOf } from '../../store/directory/user-groups.ts';
import type { Flag } from '../../store/schema/brands.ts';
import type { Connection, Row } from '../../store/schema/schema.ts';
import {
  type Changes,
  readChanges,
  readGroups,
  readLogOnNames,
  readProtectedNames,
  readRefusalCode,
} from '../../store/sources/changes.ts';
import { type ChoiceRow, keysOf } from '../../store/sources/choices.ts';
import type { SourceRow } from '../../store/sources/identity-sources.ts';
import {
  type ComparedEntry,
  type EntryRow,
  listClaimed,
  listNamesOfUsers,
  listSourceMail,
  listTakenIds,
  listUsersAfter,
  listUsersByKeys,
  type ReadEntry,
  type StagedEntry,
  stageEntries,
} from '../../store/sources/runs.ts';
import type { SynchronizeContext } from './context.ts';
import { type Link, type LinkContext, linksOf, type Moves, movesOf } from './links.ts';
import { type RolesFound, ruleRoles } from './rule-roles.ts';

const TAKEN = JSON.stringify(text('source-entry.user-id-taken'));
const NOT_MOVED = JSON.stringify(text('source-entry.not-moved'));
const TWICE = JSON.stringify(text('source-entry.user-id-twice'));
const NOT_ACTIVE = {
  disabled: JSON.stringify(text('source-entry.disabled')),
  expired: JSON.stringify(text('source-entry.expired')),
};

const bars = (state: string): state is 'disabled' | 'expired' => state === 'disabled' || state === 'expired';

/**
 * Of entries that follow one another in a run, all before them being staged.
 * @param choices by the keys of the entries
 */
export async function compareEntries(
  context: LinkContext & Pick<SynchronizeContext, 'random'>,
  trx: Connection,
  jobId: string,
  source: SourceRow,
  entries: readonly ReadEntry[],
  choices: ReadonlyMap<string, ChoiceRow>,
): Promise<StagedEntry[]> {
  const keys = keysOf(entries);
  const users = new Map((await listUsersByKeys(trx, source.id, keys)).map((user) => [user.source_key, user]));
  const strangers = entries.filter(({ source_key }) => !users.has(source_key));
  const links = await linksOf(context, trx, source, strangers, choices);
  const known = [...users.values(), ...[...links.values()].map(({ user }) => user)];
  const knownIds = known.map(({ id }) => id);
  const names = await listNamesOfUsers(trx, knownIds);
  const groups = await listGroupsOf(trx, knownIds);
  const mail = await listSourceMail(trx, knownIds);
  const moves = await movesOf(context, trx, source, entries, known);
  const ruled = await ruleRoles(context, trx, source, keys);
  const ids = entries.map(({ user_id_key }) => user_id_key);
  const taken = await listTakenIds(trx, ids);
  const claimed = await listClaimed(trx, jobId, ids);
  const compared: StagedEntry[] = [];
  for (const entry of entries) {
    const key = entry.source_key ?? '';
    const user = users.get(key);
    const link = entry.text === null ? links.get(key) : undefined;
    const skip = choices.get(key)?.choice === 'skip';
    // As when it is applied: what is refused about a user ID that is the user's already says nothing about their roles.
    const accepted = user && isTheirs(entry, user) ? { ...entry, text: null } : entry;
    const others = { taken, claimed, skip, moves, roles: await ruled.of(accepted) };
    const standing = (of: Row<'users'>): Standing => ({
      names: names.get(of.id) ?? [],
      groups: groups.get(of.id) ?? [],
      language: mail.get(of.id)?.source_language ?? null,
      certificate: mail.get(of.id)?.source_certificate ?? null,
    });
    const result = user
      ? ofUser(entry, user, standing(user), others)
      : link
        ? ofLink(entry, link, standing(link.user), others)
        : ofStranger(entry, others);
    if (result?.claim) claimed.add(result.claim);
    const elsewhere = result?.action === 'added' && !mayBring(moves, entry);
    const placed = elsewhere ? { ...entry, domain: source.domain } : entry;
    compared.push({ ...placed, ...(result ?? nothing(entry)) });
  }
  return compared;
}

/** What a user has in tables of their own. */
type Standing = {
  readonly names: readonly Row<'user_names'>[];
  readonly groups: readonly string[];
  readonly language: string | null;
  readonly certificate: string | null;
};

const nothing = (entry: Pick<EntryRow, 'job_id' | 'position' | 'text'>): ComparedEntry => ({
  job_id: entry.job_id,
  position: Number(entry.position),
  ...{
    action: null,
    changes: null,
    claim: null,
    rank: null,
    circle: null,
    target: null,
    target_version: null,
  },
  disables: 0,
  text: entry.text,
});

/** Who has the user IDs, which of them others get in this run, and whether an administrator leaves this entry without one. */
type Others = {
  readonly taken: ReadonlySet<string>;
  readonly claimed: ReadonlySet<string>;
  readonly skip: boolean;
  readonly moves: Moves;
  readonly roles: RolesFound | undefined;
};

const mayBring = (moves: Moves, { domain }: ReadEntry): boolean => domain === null || moves.mayBring(domain);

function ofStranger(entry: ReadEntry, { taken, claimed, skip, moves, roles }: Others): ComparedEntry {
  const row = nothing(entry);
  if (entry.text !== null) return { ...row, action: 'refused' };
  // Someone who may not log on there is not added here until they may.
  if (bars(entry.state)) return { ...row, action: 'refused', text: NOT_ACTIVE[entry.state] };
  if (skip) return { ...row, action: 'skipped' };
  if (claimed.has(entry.user_id_key)) return { ...row, action: 'conflict', text: TWICE };
  const isFree = !taken.has(entry.user_id_key);
  const changes = roleChanges(roles);
  return {
    ...row,
    action: 'added',
    changes: Object.keys(changes).length === 0 ? null : JSON.stringify(changes),
    claim: entry.user_id_key,
    rank: isFree ? 0 : null,
    text: mayBring(moves, entry) ? whyOf(roles) : NOT_MOVED,
  };
}

/** A user who was here before is linked to the entry: all changes are recorded, as for a user from the directory. */
function ofLink(
  entry: ReadEntry,
  { user, against }: Link,
  standing: Standing,
  others: Others,
): ComparedEntry {
  if (against) return { ...nothing(entry), action: 'conflict', text: JSON.stringify(against) };
  const known = ofUser(entry, user, standing, {
    ...others,
    ...{ taken: new Set<string>(), claimed: new Set<string>(), skip: false },
  });
  const target = { target: user.id, target_version: user.version };
  return { ...nothing(entry), ...target, ...known, action: 'linked', rank: 0 };
}

/** A user ID that an earlier version took, and which is still the user's: nothing new is accepted. */
const isTheirs = (entry: ReadEntry, user: Row<'users'>): boolean =>
  entry.text !== null &&
  codeOf(entry.text) === 'source-entry.bad-user-id' &&
  entry.user_id_key === user.user_id_key;

function ofUser(
  entry: ReadEntry,
  user: Row<'users'>,
  { names, groups, language, certificate }: Standing,
  { taken, claimed, skip, moves, roles }: Others,
): ComparedEntry | undefined {
  const row = { ...nothing(entry), target: user.id, target_version: user.version };
  if (entry.text !== null && !isTheirs(entry, user)) {
    // Refused for what cannot be a user ID, and disabled all the same. Anyone who cannot be read stays as they are.
    const changes = codeOf(entry.text) === 'source-entry.no-state' ? {} : stateChanges(entry.state, user);
    const disables = changes.enabled?.[1] === false;
    return {
      ...row,
      action: 'refused',
      changes: disables ? JSON.stringify(changes) : null,
      rank: disables ? 0 : null,
      disables: disables ? 1 : 0,
    };
  }
  const changes: Record<string, readonly [unknown, unknown]> = {};
  const note = (field: string, before: unknown, after: unknown): void => {
    if (before !== after) changes[field] = [before, after];
  };
  const renamed = entry.user_id_key !== user.user_id_key;
  note('userId', user.user_id, entry.user_id);
  note('firstName', user.first_name, entry.first_name);
  note('lastName', user.last_name, entry.last_name);
  note('email', user.email, entry.email);
  note('telephone', user.telephone, entry.telephone);
  note('language', language ?? '', entry.language ?? '');
  if (entry.certificate !== certificate)
    note('certificate', fingerprintOf(certificate), fingerprintOf(entry.certificate));
  note('entry', user.source_name, entry.name);
  const before = names.map(({ name_key }) => name_key);
  if (entry.log_on_names !== JSON.stringify(before))
    changes.logOnNames = [before, readLogOnNames(entry.log_on_names)];
  const byOthersAlone = names.filter((name) => Number(name.protected) === 1).map(({ name_key }) => name_key);
  if (entry.protected_names !== JSON.stringify(byOthersAlone))
    changes.protectedNames = [byOthersAlone, readProtectedNames(entry.protected_names)];
  if (entry.in_groups !== JSON.stringify(groups)) changes.groups = [groups, readGroups(entry.in_groups)];
  Object.assign(changes, stateChanges(entry.state, user), roleChanges(roles));
  const moved = entry.domain !== null && entry.domain !== user.domain;
  const stays = moved && !moves.may(user, entry.domain ?? '');
  const staysText = stays ? NOT_MOVED : whyOf(roles);
  if (moved && !stays) changes.securityDomain = [user.domain, entry.domain];
  if (Object.keys(changes).length === 0)
    return staysText !== null
      ? { ...row, action: 'refused', text: staysText }
      : isTheirs(entry, user)
        ? { ...row, text: null }
        : undefined;
  const disables: Flag = changes.enabled?.[1] === false ? 1 : 0;
  const common = { ...row, changes: JSON.stringify(changes), disables, text: staysText };
  if (!renamed) return { ...common, action: actionOf(changes, user), rank: 0 };
  if (skip) return { ...common, action: 'skipped', rank: restRank(changes) };
  // The other changes are made, so that no one stays enabled because of a name.
  if (claimed.has(entry.user_id_key))
    return { ...common, action: 'conflict', rank: restRank(changes), text: TWICE };
  const isFree = !taken.has(entry.user_id_key);
  return { ...common, action: actionOf(changes, user), claim: entry.user_id_key, rank: isFree ? 0 : null };
}

/** Everything except the user ID is changed, if anything else differs. */
const restRank = (changes: Changes): number | null =>
  Object.keys(changes).some((field) => field !== 'userId') ? 0 : null;

/** An entry whose user ID belongs to someone else, who keeps it. */
export const conflictOf = (entry: EntryRow): ComparedEntry => ({
  ...nothing(entry),
  action: 'conflict',
  text: TAKEN,
  changes: entry.changes,
  rank: entry.target === null ? null : restRank(readChanges(entry.changes)),
  target: entry.target,
  target_version: entry.target_version,
  disables: entry.disables,
});

const fingerprintOf = (pem: string | null): string =>
  pem === null ? '' : mailCertificateFacts(pem).fingerprint;

const codeOf = (stored: string): string => readRefusalCode(stored).code;

const roleChanges = (roles: RolesFound | undefined): Changes =>
  roles && roles.before.join() !== roles.after.join() ? { roles: [roles.before, roles.after] } : {};

const whyOf = (roles: RolesFound | undefined): string | null =>
  roles?.against ? JSON.stringify(roles.against) : null;

function stateChanges(state: string, user: Row<'users'>): Changes {
  return {
    ...(user.source_state === state ? {} : { state: [user.source_state, state] as const }),
    ...(bars(state) && user.enabled === 1 ? { enabled: [true, false] as const } : {}),
    ...(!bars(state) && user.disabled_by_source === 1 ? { enabled: [false, true] as const } : {}),
  };
}

function actionOf(changes: Changes, user: Row<'users'>): EntryAction {
  if (changes.enabled?.[1] === false) return 'disabled';
  if (changes.enabled?.[1] === true || user.source_state === 'gone') return 'returning';
  return Object.keys(changes).join() === 'entry' ? 'moved' : 'changed';
}

/**
 * Users whom a complete search did not find.
 * @param from position of the next row of the run
 * @returns key of the last user that was looked at; undefined if there are no more
 */
export async function addAbsent(
  context: LinkContext & Pick<SynchronizeContext, 'random'>,
  source: SourceRow,
  trx: Connection,
  job: { readonly id: string; readonly sourceId: string; readonly from: number; readonly after: string },
  limit: number,
): Promise<{ readonly last: string | undefined; readonly added: number }> {
  const users = await listUsersAfter(trx, job.sourceId, job.id, job.after, limit);
  const gone = users.filter(({ found, source_state }) => Number(found) === 0 && source_state !== 'gone');
  const ids = gone.map(({ id }) => id);
  const groups = await listGroupsOf(trx, ids);
  const ruled = await ruleRoles(context, trx, source, keysOf(gone));
  const rows: StagedEntry[] = [];
  for (const [index, user] of gone.entries()) {
    const entry: ReadEntry = {
      job_id: job.id,
      position: job.from + index,
      source_key: user.source_key,
      name: user.source_name ?? '',
      user_id: user.user_id,
      user_id_key: user.user_id_key,
      first_name: user.first_name,
      last_name: user.last_name,
      email: user.email,
      telephone: user.telephone,
      language: null,
      certificate: null,
      log_on_names: '[]',
      protected_names: '[]',
      state: 'gone',
      text: null,
      domain: null,
      in_groups: '[]',
      mark: null,
    };
    const changes: Changes = {
      state: [user.source_state, 'gone'],
      ...(user.enabled === 1 ? { enabled: [true, false] as const } : {}),
      ...(groups.has(user.id) ? { groups: [groups.get(user.id), []] as const } : {}),
      ...roleChanges(await ruled.of(entry)),
    };
    rows.push({
      ...entry,
      ...nothing(entry),
      action: 'gone',
      changes: JSON.stringify(changes),
      rank: 0,
      target: user.id,
      target_version: user.version,
      disables: user.enabled,
    });
  }
  await stageEntries(trx, rows);
  return { last: users.at(-1)?.source_key ?? undefined, added: rows.length };
}
