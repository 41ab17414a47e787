/** Users: add and edit. Deleting one unassigns their tokens, so it is in provisioning/tokens/remove-user.ts. */

import { isDeepStrictEqual } from 'node:util';
import type { Permission } from '@sower/api/permissions';
import { isoTime } from '@sower/api/time';
import type { User, UserInput, UserPatch } from '@sower/api/users';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, covers, denied, gains } from '../core/actor.ts';
import {
  done,
  editedMeanwhile,
  invalidAt,
  type Outcome,
  type Refused,
  refused,
  refusedAt,
  refusedFor,
} from '../core/outcome.ts';
import { type Recorded, record } from '../core/record.ts';
import { allOrNothing, undoWith } from '../core/transaction.ts';
import { newId } from '../store/db/ids.ts';
import { domainNamesOf } from '../store/directory/domains.ts';
import { findUser, insertUser, lockUser, updateUser, userIdKey } from '../store/directory/users.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { findSource, sourceNamesOf } from '../store/sources/identity-sources.ts';
import { listTokensOf, touchTokensOf } from '../store/tokens/tokens.ts';
import { domainFor, holdDomain } from './domains.ts';
import { refusalAbove } from './roles.ts';
import { settingsOf } from './sources/settings.ts';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>;

export async function viewUsers(db: Connection, rows: readonly Row<'users'>[]): Promise<User[]> {
  const ids = rows.map(({ id }) => id);
  const tokens = Map.groupBy(await listTokensOf(db, ids), ({ user_id }) => user_id);
  const domains = await domainNamesOf(db, rows);
  const sources = await sourceNamesOf(db, rows);
  return rows.map((row) => ({
    userId: row.user_id,
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email,
    enabled: row.enabled === 1,
    telephone: row.telephone,
    ...(row.source_id === null
      ? {}
      : {
          source: {
            id: row.source_id,
            name: sources.get(row.source_id) ?? '',
            state: row.source_state ?? 'active',
            since: isoTime(row.source_since ?? row.created_at),
            entry: row.source_name ?? '',
          },
        }),
    securityDomain: domains.get(row.domain) ?? '',
    ...leavingOf(row),
    tokens: (tokens.get(row.id) ?? []).map((token) => token.serial),
    createdAt: isoTime(row.created_at),
    version: row.version,
  }));
}

/** A date that was carried out is shown only as long as it is what the user is disabled for. */
const leavingOf = ({ enabled, leaves_at, left_at }: Row<'users'>): Pick<User, 'leaving'> =>
  leaves_at === null || (left_at !== null && enabled === 1)
    ? {}
    : { leaving: { at: isoTime(leaves_at), left: left_at !== null } };

/** Who disables a user decides more than the date did; who enables one, that the date that has passed does not count. */
const withoutPastDate = (
  { left_at }: Pick<Row<'users'>, 'left_at'>,
  enabled: boolean,
): { leaves_at?: null; left_at?: null } =>
  enabled && left_at === null ? {} : { leaves_at: null, left_at: null };

/** What an administrator decides about the access of a user: a directory that has disabled the user does not enable them again. */
export const decisionOf = (present: Pick<Row<'users'>, 'left_at'>, enabled: boolean) => ({
  enabled: enabled ? (1 as const) : (0 as const),
  disabled_by_source: 0 as const,
  ...withoutPastDate(present, enabled),
});

export type Access = Pick<Row<'users'>, 'enabled' | 'disabled_by_source' | 'leaves_at' | 'left_at'>;

/** Whether that would change nothing. */
export const isDecided = (present: Access, enabled: boolean): boolean =>
  isDeepStrictEqual({ ...present, ...decisionOf(present, enabled) }, { ...present });

/** The user that an actor means, if they may do this to them; outside the scope, the user does not exist. */
export async function userFor(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  permission: Permission,
  userId: string,
): Promise<Outcome<Row<'users'>>> {
  const denial = denied(actor, permission);
  if (denial) return denial;
  const row = await findUser(context.db, userId);
  if (!row || !covers(actor, permission, row.domain)) return noSuchUser(userId);
  return (await refusalAbove(context.db, actor, permission, row.id)) ?? done(row);
}

/** Changes something of a user: found in the actor's scope, checked again with the row locked, then all or nothing. */
export async function changingUser<T>(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  permission: Permission,
  userId: string,
  change: (trx: Connection, user: Row<'users'>) => Promise<T>,
): Promise<Outcome<T>> {
  const found = await userFor(context, actor, permission, userId);
  if (!found.ok) return found;
  return allOrNothing(context.db, async (trx) =>
    done(await change(trx, await lockUserFor(trx, actor, permission, found.value))),
  );
}

/** Locks the row of a user that was found before. Undoes the transaction if the actor may no longer change the user. */
async function lockUserFor(
  trx: Connection,
  actor: Actor,
  permission: Permission,
  found: Pick<Row<'users'>, 'id' | 'user_id'>,
): Promise<Row<'users'>> {
  const user = await lockUser(trx, found.id);
  if (!user || !covers(actor, permission, user.domain)) undoWith(noSuchUser(found.user_id));
  const above = await refusalAbove(trx, actor, permission, user.id);
  if (above) undoWith(above);
  return user;
}

export async function showUser(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  userId: string,
): Promise<Outcome<User>> {
  const found = await userFor(context, actor, 'users:view', userId);
  if (!found.ok) return found;
  const [view] = await viewUsers(context.db, [found.value]);
  return done(view as User);
}

export async function addUser(
  context: Context,
  actor: Actor,
  input: Omit<UserInput, 'telephone'> & Partial<Pick<UserInput, 'telephone'>>,
): Promise<Outcome<User>> {
  const domain = await domainFor(context, actor, 'users:edit', input.securityDomain);
  if (!domain.ok) return domain;
  const key = userIdKey(input.userId);
  // Folding may leave nothing of an exotic ID, and an empty key must never stand for anyone.
  if (key === '') return invalidAt('userId', text('user.id-unusable'));
  return allOrNothing(
    context.db,
    async (trx) => {
      await holdDomain(trx, domain.value);
      const row = await insertUser(trx, {
        id: newId(context),
        user_id: input.userId,
        user_id_key: key,
        first_name: input.firstName,
        last_name: input.lastName,
        email: input.email,
        telephone: input.telephone ?? '',
        last_name_key: userIdKey(input.lastName),
        email_key: userIdKey(input.email),
        enabled: 1,
        domain: domain.value.path,
        created_at: context.now(),
        version: 1,
      });
      await record(trx, context, actor, { action: 'user.add', object: `user:${row.user_id}` });
      const [view] = await viewUsers(trx, [row]);
      return done(view as User);
    },
    () => refusedAt('userId', 'already-exists', text('user.exists', { user: input.userId })),
  );
}

export async function editUser(
  context: Context,
  actor: Actor,
  input: { readonly userId: string; readonly version: number; readonly change: UserPatch },
): Promise<Outcome<User>> {
  const found = await userFor(context, actor, 'users:edit', input.userId);
  if (!found.ok) return found;
  const present = found.value;
  const { userId, firstName, lastName, email, telephone, enabled, securityDomain } = input.change;
  const key = userIdKey(userId ?? present.user_id);
  if (key === '') return invalidAt('userId', text('user.id-unusable'));
  const owned = ownedByDirectory(present, input.change);
  if (owned) return owned;
  const domain =
    securityDomain === undefined ? undefined : await domainFor(context, actor, 'users:edit', securityDomain);
  if (domain && !domain.ok) return domain;
  const moved = domain !== undefined && domain.value.path !== present.domain;
  if (moved && present.source_id !== null && (await hasPlacement(context.db, present.source_id)))
    return refusedAt('securityDomain', 'wrong-state', text('user.domain-by-directory'));
  // Otherwise someone with more rights in the other domain could move the user, and what the user holds, to where they have those rights.
  const gained = moved ? gains(actor, present.domain, domain.value.path) : [];
  if (gained.length > 0) {
    const detail = text('user.move-gains', { permissions: gained });
    return { ...refusedFor(gained[0], detail), errors: [{ path: 'securityDomain', message: detail }] };
  }
  const change = async (trx: Connection): Promise<Outcome<User>> => {
    if (moved) await holdDomain(trx, domain.value);
    const row = await updateUser(trx, present.id, input.version, {
      user_id: userId ?? present.user_id,
      user_id_key: key,
      first_name: firstName ?? present.first_name,
      last_name: lastName ?? present.last_name,
      last_name_key: userIdKey(lastName ?? present.last_name),
      email: email ?? present.email,
      email_key: userIdKey(email ?? present.email),
      telephone: telephone ?? present.telephone,
      enabled: present.enabled,
      ...(enabled === undefined ? {} : decisionOf(present, enabled)),
      domain: domain?.value.path ?? present.domain,
    });
    if (!row) return editedMeanwhile();
    const changed = text('event.fields-changed', { fields: fieldNames(Object.keys(input.change)) });
    const along = moved ? await touchTokensOf(trx, row.id) : [];
    await record(
      trx,
      context,
      actor,
      { action: 'user.edit', object: `user:${row.user_id}`, reason: changed },
      // Under the earlier ID too, from which the trail leads to this one.
      ...(row.user_id === present.user_id
        ? []
        : [
            {
              action: 'user.edit' as const,
              object: `user:${present.user_id}`,
              reason: text('event.user-renamed', { user: row.user_id }),
            },
          ]),
      ...movedTokens(along, domain?.value.name ?? '', row.user_id),
    );
    const [view] = await viewUsers(trx, [row]);
    return done(view as User);
  };
  return allOrNothing(context.db, change, () =>
    refusedAt('userId', 'already-exists', text('user.exists', { user: userId ?? '' })),
  );
}

/** What the audit trail says of tokens that moved with their user. */
export const movedTokens = (serials: readonly string[], domain: string, user: string): Recorded[] =>
  serials.map((serial) => ({
    action: 'token.move',
    object: `token:${serial}`,
    reason: text('event.user-moved', { domain, user }),
  }));

const DIRECTORY_TEXTS = {
  disabled: text('user.directory-disabled'),
  expired: text('user.directory-expired'),
  gone: text('user.directory-gone'),
};

/** Whether the directory that the user comes from says that the user has no access. */
export const isBarredBySource = ({ source_state: state }: Pick<Row<'users'>, 'source_state'>): boolean =>
  state === 'disabled' || state === 'expired' || state === 'gone';

/** What comes from the directory is changed there: the next run would undo a change here. */
function ownedByDirectory(
  row: Row<'users'>,
  { userId, firstName, lastName, email, telephone, enabled }: UserPatch,
): Refused | undefined {
  if (row.source_id === null) return undefined;
  const owned = [
    ['userId', userId, row.user_id],
    ['firstName', firstName, row.first_name],
    ['lastName', lastName, row.last_name],
    ['email', email, row.email],
    ['telephone', telephone, row.telephone],
  ] as const;
  const changed = owned.find(([, now, before]) => now !== undefined && now !== before);
  if (changed) return refusedAt(changed[0], 'wrong-state', text('user.owned-by-directory'));
  return enabled === true && isBarredBySource(row)
    ? refusedAt('enabled', 'wrong-state', DIRECTORY_TEXTS[row.source_state as keyof typeof DIRECTORY_TEXTS])
    : undefined;
}

/** The rules of the source decide where its users are: the next run would undo a change here. */
async function hasPlacement(db: Connection, sourceId: string): Promise<boolean> {
  const source = await findSource(db, sourceId);
  return source !== undefined && settingsOf(source).placement.rules.length > 0;
}

const noSuchUser = (userId: string) => refused('not-found', text('user.not-found', { user: userId }));

/** The names of a user's fields, for the audit trail: shown in the reader's language. */
const FIELDS = [
  ...(['userId', 'firstName', 'lastName', 'email', 'telephone', 'language', 'enabled'] as const),
  ...([
    'certificate',
    'securityDomain',
    'logOnNames',
    'protectedNames',
    'entry',
    'state',
    'groups',
    'roles',
  ] as const),
];

/** @param fields those of a user, as the API names them; others stay as they are */
export const fieldNames = (fields: readonly string[]): (Text | string)[] =>
  fields.map((field) => {
    const known = FIELDS.find((name) => name === field);
    return known === undefined ? field : text(`user-field.${known}`);
  });
