/**
 * Administrators: add, edit, delete.
 *
 * No one can grant what they do not hold, no one can change an administrator with more rights than theirs, and the last Super Admin cannot
 * be removed.
 */

import type { Administrator, AdministratorInput, AdministratorPatch } from '@sower/api/administrators';
import { isoTime } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, denied } from '../core/actor.ts';
import {
  done,
  editedMeanwhile,
  invalidAt,
  missingAt,
  type Outcome,
  refused,
  refusedAt,
} from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { itemsFor } from '../core/recorded.ts';
import { allOrNothing, undo } from '../core/transaction.ts';
import { newId } from '../store/db/ids.ts';
import {
  countHolders,
  deleteAdministrator,
  findStoredAdministrator,
  type GrantRow,
  insertAdministrator,
  listStoredAdministrators,
  listStoredGrants,
  replaceGrants,
  updateAdministrator,
} from '../store/directory/administrators.ts';
import { findDomain, TOP_DOMAIN } from '../store/directory/domains.ts';
import { findUserById, userIdKey } from '../store/directory/users.ts';
import { hasMark } from '../store/keys/marks.ts';
import { countPasskeys, listStoredPasskeys } from '../store/log-on/passkeys.ts';
import { deleteSessionsOf } from '../store/log-on/sessions.ts';
import { lockInstallation } from '../store/operations/installation.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { sourceNamesOf } from '../store/sources/identity-sources.ts';
import { findVerifiable, lastingBar } from '../store/tokens/seeds.ts';
import { holdDomain, noDomainAt } from './domains.ts';
import { passwordProblem } from './password.ts';
import { cannotGrant, grantAbove, lacking, nameOfRole, resolveRole } from './roles.ts';
import { userFor } from './users.ts';

type Context = Pick<
  ServerContext,
  'db' | 'passwords' | 'now' | 'random' | 'sealing' | 'strength' | 'publicUrl'
>;

/** What a view needs besides the row. */
type Standing = {
  readonly grants: readonly GrantRow[];
  readonly passkeys: number;
  readonly tokenOf: string | undefined;
  readonly source: string | undefined;
};

async function standingOf(db: Connection, row: Row<'administrators'>): Promise<Standing> {
  const user = row.token_user_id === null ? undefined : await findUserById(db, row.token_user_id);
  return {
    grants: await listStoredGrants(db, [row.id]),
    passkeys: (await listStoredPasskeys(db, row.id)).length,
    tokenOf: user?.user_id,
    source: (await sourceNamesOf(db, [row])).get(row.source_id ?? ''),
  };
}

function view(row: Row<'administrators'>, { grants, passkeys, tokenOf, source }: Standing): Administrator {
  return {
    userName: row.user_name,
    enabled: row.enabled === 1,
    passkeys,
    ...(row.mail === null ? {} : { mail: row.mail }),
    mustChangePassword: row.must_change_password === 1,
    ...(tokenOf === undefined ? {} : { tokenOf }),
    ...(source === undefined ? {} : { directory: source }),
    grants: grants.map((grant) => ({
      role: grant.role_id,
      roleName: nameOfRole(grant),
      securityDomain: grant.domain_id,
      securityDomainName: grant.domain_name,
      ...(grant.source_id === null ? {} : { byDirectory: true }),
    })),
    createdAt: isoTime(row.created_at),
    version: row.version,
  };
}

export const showAdministrators = (context: Pick<ServerContext, 'db'>, actor: Actor) =>
  itemsFor(actor, 'administrators:view', async () => {
    const grants = Map.groupBy(await listStoredGrants(context.db), (row) => row.administrator_id);
    const rows = await listStoredAdministrators(context.db);
    const passkeys = await countPasskeys(context.db);
    const sources = await sourceNamesOf(context.db, rows);
    const items: Administrator[] = [];
    for (const row of rows) {
      // Few administrators are linked to a user, so a query for each of those costs less than a join for all.
      const user = row.token_user_id === null ? undefined : await findUserById(context.db, row.token_user_id);
      items.push(
        view(row, {
          grants: grants.get(row.id) ?? [],
          passkeys: passkeys.get(row.id) ?? 0,
          tokenOf: user?.user_id,
          source: sources.get(row.source_id ?? ''),
        }),
      );
    }
    return items;
  });

type ResolvedGrant = {
  readonly roleId: string;
  readonly domainId: string;
  readonly path: string;
  /** Of the domain. */
  readonly name: string;
  readonly words: Text;
};

async function resolveGrants(
  context: Context,
  actor: Actor,
  grants: AdministratorInput['grants'],
): Promise<Outcome<ResolvedGrant[]>> {
  const resolved: ResolvedGrant[] = [];
  for (const [index, grant] of grants.entries()) {
    const role = await resolveRole(context.db, context, grant.role);
    if (!role)
      return refusedAt(`grants.${index}.role`, 'not-found', text('role.not-found', { role: grant.role }));
    const domain = await findDomain(context.db, grant.securityDomain ?? TOP_DOMAIN.id);
    if (!domain) {
      return noDomainAt(`grants.${index}.securityDomain`, grant.securityDomain);
    }
    const missing = lacking(actor, role.permissions, domain.path);
    if (missing.length > 0) return cannotGrant(missing, `grants.${index}.role`);
    resolved.push({
      roleId: role.id,
      domainId: domain.id,
      path: domain.path,
      name: domain.name,
      words: text('event.role-in', { role: role.name, domain: domain.name }),
    });
  }
  return done(resolved);
}

/** In the transaction: a domain that has been deleted since gives no role. */
async function putGrants(
  trx: Connection,
  context: Context,
  administratorId: string,
  grants: readonly ResolvedGrant[],
): Promise<void> {
  for (const [index, grant] of grants.entries())
    await holdDomain(trx, grant, `grants.${index}.securityDomain`);
  await replaceGrants(trx, context, administratorId, grants);
}

export async function addAdministrator(
  context: Context,
  actor: Actor,
  input: AdministratorInput,
): Promise<Outcome<Administrator>> {
  const denial = denied(actor, 'administrators:edit');
  if (denial) return denial;
  const proof = await proofOf(context, actor, input);
  if (!proof.ok) return proof;
  const grants = await resolveGrants(context, actor, input.grants);
  if (!grants.ok) return grants;
  const { password, ...entry } = proof.value;
  const hashed =
    password === undefined
      ? // A hash that belongs to no user: no password of ours fits it.
        { password_hash: '', must_change_password: 0 as const, password_given_at: null }
      : { password_hash: await context.passwords.hash(password, actor.source), ...given(context) };
  return allOrNothing(
    context.db,
    async (trx) => {
      const row = await insertAdministrator(trx, context, {
        id: newId(context),
        user_name: input.userName,
        ...hashed,
        ...entry,
        mail: input.mail === '' ? null : (input.mail ?? null),
        created_at: context.now(),
      });
      await putGrants(trx, context, row.id, grants.value);
      await audit(trx, context, actor, 'administrator.add', row.user_name, wordsOf(grants.value));
      return done(view(row, await standingOf(trx, row)));
    },
    () =>
      refusedAt(
        'userName',
        'already-exists',
        text('administrator.exists', { administrator: input.userName }),
      ),
  );
}

/** A password stored here, or the directory entry whose password it is. */
async function proofOf(
  context: Context,
  actor: Actor,
  { userName, password, directoryUser }: AdministratorInput,
): Promise<Outcome<{ password?: string; source_id?: string; source_key?: string }>> {
  if ((password === undefined) === (directoryUser === undefined))
    return invalidAt('password', text('administrator.password-or-directory'));
  if (password !== undefined)
    return (await passwordProblem(context, password, [userName])) ?? done({ password });
  const found = await userFor(context, actor, 'users:view', directoryUser ?? '');
  if (!found.ok) return missingAt('directoryUser', found);
  const { source_id, source_key, user_id } = found.value;
  return source_id === null || source_key === null
    ? refusedAt('directoryUser', 'wrong-state', text('administrator.not-of-directory', { user: user_id }))
    : done({ source_id, source_key });
}

export async function editAdministrator(
  context: Context,
  actor: Actor,
  input: { readonly userName: string; readonly version: number; readonly change: AdministratorPatch },
): Promise<Outcome<Administrator>> {
  const present = await administratorFor(context, actor, input.userName);
  if (!present.ok) return present;
  const { row } = present.value;
  const grants = input.change.grants ? await resolveGrants(context, actor, input.change.grants) : undefined;
  if (grants && !grants.ok) return grants;
  const enabled = input.change.enabled === undefined ? row.enabled : input.change.enabled ? 1 : 0;
  const { tokenOf, mail } = input.change;
  const holder = tokenOf == null ? undefined : await tokenHolder(context, actor, tokenOf);
  if (holder && !holder.ok) return holder;
  const tokenUserId = tokenOf === undefined ? row.token_user_id : (holder?.value.id ?? null);
  return allOrNothing(context.db, async (trx) => {
    await lockInstallation(trx);
    const updated = await updateAdministrator(trx, context, row.id, input.version, {
      enabled,
      token_user_id: tokenUserId,
      mail: mail === undefined ? row.mail : mail === '' ? null : mail,
    });
    if (!updated) return editedMeanwhile();
    if (grants?.ok) await putGrants(trx, context, row.id, grants.value);
    // Sessions opened without the factor that is now required end; the current session has proved it or will be asked to.
    if (enabled === 0) await deleteSessionsOf(trx, 'sessions', row.id);
    else if (tokenUserId !== row.token_user_id)
      await deleteSessionsOf(trx, 'sessions', row.id, actor.session);
    await keepSuperAdmin(trx, context);
    const changes = [
      ...(input.change.enabled === undefined
        ? []
        : [enabled ? text('event.enabled') : text('event.disabled')]),
      ...(grants?.ok ? wordsOf(grants.value) : []),
      ...(tokenOf === undefined
        ? []
        : [tokenOf === null ? text('event.without-token') : text('event.with-token-of', { user: tokenOf })]),
      ...(mail === undefined
        ? []
        : [mail === '' ? text('event.without-mail') : text('event.mail-to', { address: mail })]),
    ];
    await audit(trx, context, actor, 'administrator.edit', row.user_name, changes);
    return done(view(updated, await standingOf(trx, updated)));
  });
}

/**
 * For someone else: for one's own, the current one is required, see own-log-on.ts. Ends the administrator's sessions, so that anyone who knew
 * the old password is logged off.
 */
export async function setPassword(
  context: Context,
  actor: Actor,
  input: { readonly userName: string; readonly password: string },
): Promise<Outcome<undefined>> {
  const present = await administratorFor(context, actor, input.userName);
  if (!present.ok) return present;
  const { row } = present.value;
  if (actor.kind === 'administrator' && userIdKey(actor.name) === row.user_name_key) {
    return refused('wrong-state', text('password.own-elsewhere'));
  }
  if (row.source_id !== null) return refused('wrong-state', text('password.in-directory'));
  const problem = await passwordProblem(context, input.password, [row.user_name]);
  if (problem) return problem;
  const passwordHash = await context.passwords.hash(input.password, actor.source);
  return storePassword(context, actor, row, { password_hash: passwordHash, ...given(context) });
}

/** @param keeping this session does not end */
export const storePassword = (
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>,
  actor: Actor,
  { id, version, user_name }: Row<'administrators'>,
  change: Pick<Row<'administrators'>, 'password_hash' | 'must_change_password' | 'password_given_at'>,
  keeping?: string,
) =>
  allOrNothing(context.db, async (trx): Promise<Outcome<undefined>> => {
    if (!(await updateAdministrator(trx, context, id, version, change))) return editedMeanwhile();
    await deleteSessionsOf(trx, 'sessions', id, keeping);
    await audit(trx, context, actor, 'administrator.password', user_name);
    return done(undefined);
  });

/** Someone else chose it, so it must be changed at the first logon. */
const given = (context: Pick<ServerContext, 'now'>) => ({
  must_change_password: 1 as const,
  password_given_at: context.now(),
});

export async function removeAdministrator(context: Context, actor: Actor, userName: string) {
  const present = await storedAdministratorFor(context, actor, userName);
  if (!present.ok) return present;
  const { row } = present.value;
  return allOrNothing(context.db, async (trx) => {
    await lockInstallation(trx);
    await deleteAdministrator(trx, row.id);
    await keepSuperAdmin(trx, context);
    await audit(trx, context, actor, 'administrator.delete', row.user_name);
    return done(undefined);
  });
}

/** Whose token an administrator can be required to use: one that already works, or no one could log on with it. */
async function tokenHolder(context: Pick<ServerContext, 'db' | 'now'>, actor: Actor, userId: string) {
  const found = await userFor(context, actor, 'users:view', userId);
  if (!found.ok) return missingAt('tokenOf', found);
  const verifiable = await findVerifiable(context.db, found.value.user_id_key);
  if (!verifiable.some((row) => row.state === 'current' && !lastingBar(row, context.now()))) {
    const detail = text('administrator.no-confirmed-token', { user: found.value.user_id });
    return refusedAt('tokenOf', 'wrong-state', detail);
  }
  return found;
}

/** Whom the actor may change: those with no more rights than the actor. */
export async function administratorFor(
  context: Pick<ServerContext, 'db' | 'sealing'>,
  actor: Actor,
  userName: string,
): Promise<Outcome<{ row: Row<'administrators'> }>> {
  const found = await storedAdministratorFor(context, actor, userName);
  if (!found.ok || hasMark('administrators', context, found.value.row)) return found;
  return refused('wrong-state', text('administrator.altered', { administrator: found.value.row.user_name }));
}

/** Whether or not its mark is valid: a forged row can be deleted. */
async function storedAdministratorFor(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  userName: string,
): Promise<Outcome<{ row: Row<'administrators'> }>> {
  const denial = denied(actor, 'administrators:edit');
  if (denial) return denial;
  const row = await findStoredAdministrator(context.db, userIdKey(userName));
  if (!row) return refused('not-found', text('administrator.not-found', { administrator: userName }));
  // Including rows without a valid mark: they only forbid, and invalidating someone's role must not open a way to more rights.
  const above = grantAbove(actor, await listStoredGrants(context.db, [row.id]));
  if (!above) return done({ row });
  return refused(
    'not-permitted',
    text('administrator.above-you', {
      administrator: row.user_name,
      role: nameOfRole(above),
      domain: above.domain_name,
    }),
  );
}

/** Inside the transaction that may have removed one, with the installation row locked. */
async function keepSuperAdmin(trx: Connection, context: Context): Promise<void> {
  if ((await countHolders(trx, context, 'super-admin', TOP_DOMAIN.id)) === 0) {
    undo('last-super-admin', text('administrator.last-super-admin'));
  }
}

const wordsOf = (grants: readonly ResolvedGrant[]): Text[] =>
  grants.length === 0 ? [text('event.no-roles')] : grants.map(({ words }) => words);

function audit(
  trx: Connection,
  context: Pick<Context, 'now' | 'random' | 'sealing'>,
  actor: Actor,
  action: 'administrator.add' | 'administrator.edit' | 'administrator.password' | 'administrator.delete',
  name: string,
  parts: readonly Text[] = [],
): Promise<void> {
  const reason = parts.length === 0 ? undefined : text('event.parts', { parts });
  return record(trx, context, actor, { action, object: `administrator:${name}`, reason });
}
