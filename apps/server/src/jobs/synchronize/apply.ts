/**
 * Applying what a run has found: to each user only if they are still as they were when compared, and a user ID only if it is still free.
 * Whatever is left out is found again by the next run.
 */

import { type Text, text } from '@sower/texts/outcomes';
import { starterOfRow } from '../../core/actor.ts';
import { type Recorded, record } from '../../core/record.ts';
import { type EntryDetails, keepDetails } from '../../directory/sources/details.ts';
import { fieldNames, movedTokens } from '../../directory/users.ts';
import { newId } from '../../store/db/ids.ts';
import { domainNames, holdDomains } from '../../store/directory/domains.ts';
import { userIdKey } from '../../store/directory/users.ts';
import { deletePasswords } from '../../store/log-on/self-service.ts';
import { NO_USER, type UserRow } from '../../store/schema/brands.ts';
import type { Connection, Row } from '../../store/schema/schema.ts';
import {
  type Changes,
  readChanges,
  readGroups,
  readLogOnNames,
  readProtectedNames,
} from '../../store/sources/changes.ts';
import { deleteChoices, findChoices, keysOf } from '../../store/sources/choices.ts';
import type { SourceRow } from '../../store/sources/identity-sources.ts';
import {
  type EntryRow,
  insertSourceUsers,
  linkUsers,
  listDue,
  listTakenIds,
  listUsersByKeys,
  putResults,
  updateSourceUsers,
  vacateUserIds,
} from '../../store/sources/runs.ts';
import { touchTokensOf } from '../../store/tokens/tokens.ts';
import type { JobRow } from '../../store/work/jobs.ts';
import type { Batch } from '../../work/runner.ts';
import type { SynchronizeContext } from './context.ts';
import { disableAdministratorsOf } from './leavers.ts';
import { type LinkContext, linksOf, movesOf } from './links.ts';
import { ruleRoles } from './rule-roles.ts';

const CHANGED_MEANWHILE = JSON.stringify(text('source-entry.changed-meanwhile'));

export async function applyEntries(
  context: LinkContext & Pick<SynchronizeContext, 'random'>,
  trx: Connection,
  job: JobRow,
  source: SourceRow,
  limit: number,
): Promise<Batch> {
  const due = await listDue(trx, job.id, limit);
  if (due.length === 0) return { position: job.position, done: 0, leftOut: 0, failed: 0, last: true };
  const claims = due.flatMap(({ claim }) => claim ?? []);
  const taken = await listTakenIds(trx, claims);
  const keys = keysOf(due);
  const users = new Map((await listUsersByKeys(trx, source.id, keys)).map((user) => [user.source_key, user]));
  const at = context.now();
  const isCircle = due[0]?.circle !== null;
  // In a circle, the IDs are held by the users who give them up. If anyone else has one by now, it cannot be exchanged.
  const free = due.filter(({ claim }) => claim === null || isCircle || !taken.has(claim));
  const ruled = await ruleRoles(context, trx, source, keys);
  const sameRoles = new Set<EntryRow['position']>();
  for (const entry of free) {
    const { roles } = changesOf(entry);
    // Why it was compared as it was stays with it, and says nothing about the entry itself.
    const now = roles && (await ruled.of({ ...entry, text: null }));
    if (!now || JSON.stringify([now.before, now.after]) === JSON.stringify(roles))
      sameRoles.add(entry.position);
  }
  const linking = free.filter(({ action, source_key }) => action === 'linked' && !users.has(source_key));
  const choices = await findChoices(trx, source.id, keysOf(linking));
  const links = await linksOf(context, trx, source, linking, choices);
  const userOf = (entry: EntryRow): Row<'users'> | undefined => {
    if (entry.action !== 'linked') return users.get(entry.source_key);
    const link = links.get(entry.source_key ?? '');
    return link?.against ? undefined : link?.user;
  };
  const moves = await movesOf(context, trx, source, free, [
    ...users.values(),
    ...[...links.values()].map(({ user }) => user),
  ]);
  const domains = await holdDomains(trx, [source.domain, ...free.flatMap(({ domain }) => domain ?? [])]);
  const added = free.filter(
    (entry) =>
      entry.target === null &&
      !users.has(entry.source_key) &&
      sameRoles.has(entry.position) &&
      domains.has(entry.domain ?? source.domain) &&
      moves.mayBring(entry.domain ?? source.domain),
  );
  const ids = new Map(added.map((entry) => [entry.position, newId(context)]));
  const persons = added.map((entry) => personOf(entry, ids.get(entry.position) ?? ''));
  await insertSourceUsers(trx, persons, { source_id: source.id, domain: source.domain, at });
  const same = free.flatMap((entry) => {
    const user = entry.target === null ? undefined : userOf(entry);
    const unchanged = user?.id === entry.target && user?.version === entry.target_version;
    const moved = changesOf(entry).securityDomain;
    const may = moved === undefined || (user !== undefined && moves.may(user, String(moved[1])));
    return user && unchanged && may && sameRoles.has(entry.position) ? [{ entry, user }] : [];
  });
  const changing = isCircle && !isWhole(same, due) ? [] : same;
  const vacated = isCircle ? changing.map(({ user }) => user.id) : [];
  await vacateUserIds(trx, vacated);
  const columns = changing.map(({ entry, user }) => changedUser(entry, user, at));
  const changed = await updateSourceUsers(trx, columns);
  if (isCircle && changed.size < changing.length) throw new Error('users of a circle changed meanwhile');
  const done = [...added, ...changing.flatMap(({ entry, user }) => (changed.has(user.id) ? entry : []))];
  const linked = done.filter(({ action }) => action === 'linked');
  await makeLinks(trx, source, linked);
  const details = done.map((entry) => detailsOf(entry, entry.target ?? ids.get(entry.position) ?? NO_USER));
  await keepDetails(trx, context, starterOfRow(job), details);
  await moveTokens(context, trx, job, done);
  // Given before others are taken: the last Super Admin may be one who has it from now on.
  const ruling = done.flatMap((entry) => {
    const to = changesOf(entry).roles?.[1] as string[] | undefined;
    return to ? [{ entry, to }] : [];
  });
  for (const { entry, to } of ruling.sort((a, b) => b.to.length - a.to.length))
    await ruled.grant(job, entry, to);
  await disableAdministratorsOf(context, trx, {
    job,
    source,
    keys: done.flatMap((entry) => (changesOf(entry).enabled?.[1] === false ? (entry.source_key ?? []) : [])),
  });
  const isDone = new Set(done.map(({ position }) => position));
  await putResults(
    trx,
    due.map((entry) => ({
      job_id: job.id,
      position: Number(entry.position),
      ...(isDone.has(entry.position)
        ? { result: 'done', text: null }
        : { result: 'left-out', text: CHANGED_MEANWHILE }),
    })),
  );
  await record(trx, context, starterOfRow(job), ...done.flatMap((entry) => recordedOf(entry, source)));
  const leftOut = due.length - done.length;
  return { position: job.position + due.length, done: done.length, leftOut, failed: 0, last: false };
}

/** Whether each has the user ID that another one of them gives up, and all are as they were compared. */
function isWhole(
  same: readonly { readonly entry: EntryRow; readonly user: Row<'users'> }[],
  due: readonly EntryRow[],
): boolean {
  const given = new Set(same.map(({ user }) => user.user_id_key));
  return same.length === due.length && due.every(({ claim }) => claim !== null && given.has(claim));
}

/** Tokens are where their holders are. */
async function moveTokens(
  context: LinkContext & Pick<SynchronizeContext, 'random'>,
  trx: Connection,
  job: JobRow,
  done: readonly EntryRow[],
): Promise<void> {
  const moved = done.filter((entry) => changesOf(entry).securityDomain !== undefined);
  const paths = moved.flatMap(({ domain }) => domain ?? []);
  const names = await domainNames(trx, paths);
  for (const entry of moved) {
    const serials = await touchTokensOf(trx, entry.target ?? NO_USER);
    const domain = names.get(entry.domain ?? '') ?? '';
    await record(trx, context, starterOfRow(job), ...movedTokens(serials, domain, entry.user_id));
  }
}

/** From now on, they are identified by the entry, and log on with the directory password. */
async function makeLinks(trx: Connection, source: SourceRow, linked: readonly EntryRow[]): Promise<void> {
  const made = linked.flatMap(({ target, source_key }) =>
    target === null || source_key === null ? [] : [{ id: target, source_id: source.id, source_key }],
  );
  await linkUsers(trx, made);
  const users = made.map(({ id }) => id);
  await deletePasswords(trx, users);
  await deleteChoices(trx, source.id, keysOf(made));
}

const personOf = (entry: EntryRow, id: string) => ({
  id,
  user_id: entry.user_id,
  user_id_key: entry.user_id_key,
  first_name: entry.first_name,
  last_name: entry.last_name,
  last_name_key: userIdKey(entry.last_name),
  email: entry.email,
  email_key: userIdKey(entry.email),
  telephone: entry.telephone,
  own_domain: entry.domain,
  source_key: entry.source_key,
  source_name: entry.name,
  source_state: entry.state,
});

export const changesOf = (entry: Pick<EntryRow, 'changes'>): Changes => readChanges(entry.changes);

/** If someone else has the new user ID, the user keeps the old one. */
const keepsUserId = ({ action }: EntryRow): boolean => action === 'conflict' || action === 'skipped';

/** The new values of the columns: what the finding says, and nothing else. */
function changedUser(entry: EntryRow, user: Row<'users'>, at: number) {
  const changes = changesOf(entry);
  const renames = !keepsUserId(entry) && 'userId' in changes;
  const to = (field: string, before: string | null): string | null =>
    field in changes ? String(changes[field]?.[1] ?? '') : before;
  const enabled = changes.enabled?.[1];
  const lastName = to('lastName', user.last_name) ?? '';
  const email = to('email', user.email) ?? '';
  return {
    id: user.id,
    version: user.version,
    user_id: renames ? entry.user_id : user.user_id,
    user_id_key: renames ? entry.user_id_key : user.user_id_key,
    first_name: to('firstName', user.first_name),
    last_name: lastName,
    last_name_key: userIdKey(lastName),
    email,
    email_key: userIdKey(email),
    telephone: to('telephone', user.telephone),
    source_key: user.source_key,
    source_name: to('entry', user.source_name),
    source_state: to('state', user.source_state),
    source_since: 'state' in changes ? at : user.source_since,
    enabled: enabled === undefined ? user.enabled : enabled ? 1 : 0,
    domain: 'securityDomain' in changes ? String(changes.securityDomain?.[1]) : user.domain,
    disabled_by_source: enabled === undefined ? user.disabled_by_source : enabled ? 0 : 1,
  };
}

function detailsOf(entry: EntryRow, user: UserRow): EntryDetails {
  const isNew = entry.target === null;
  const changes = changesOf(entry);
  const changed = (...fields: (keyof Changes)[]): boolean =>
    isNew || fields.some((field) => field in changes);
  return {
    ...{ user, userId: entry.user_id, isNew },
    names: changed('logOnNames', 'protectedNames')
      ? { all: readLogOnNames(entry.log_on_names), protected: readProtectedNames(entry.protected_names) }
      : undefined,
    groups: changed('groups') ? readGroups(entry.in_groups) : undefined,
    mail: changed('language', 'certificate') ? entry : undefined,
  };
}

function recordedOf(entry: EntryRow, source: SourceRow): Recorded[] {
  const changes = changesOf(entry);
  const before = String(changes.userId?.[0] ?? entry.user_id);
  const userId = keepsUserId(entry) ? before : entry.user_id;
  const event = (user: string, reason: Text): Recorded => ({
    action: 'user.edit',
    object: `user:${user}`,
    reason,
  });
  if (entry.target === null)
    return [{ ...event(userId, text('event.source-added', { source: source.name })), action: 'user.add' }];
  const changed = text('event.source-changed', {
    source: source.name,
    action: text(`source-action.${entry.action ?? 'changed'}`),
    fields: fieldNames(Object.keys(changes)),
  });
  // Under the earlier ID too, from which the trail leads to this one.
  const renamed = userId === before ? [] : [event(before, text('event.user-renamed', { user: userId }))];
  return [event(userId, changed), ...renamed];
}
