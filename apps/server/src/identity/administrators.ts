/**
 * Administrators: add, edit, delete.
 *
 * Nobody grants what they do not hold, nobody touches an administrator who holds more than they do, and the last Super Admin stays.
 */
import type { Administrator, AdministratorInput, AdministratorPatch } from '@sower/api/resources';
import type { Floor } from '../floor.ts';
import { done, editedMeanwhile, type Outcome, type Refused, refused, undo, undoable } from '../outcome.ts';
import { isoTime } from '../provisioning/distribution-view.ts';
import {
  countHolders,
  deleteAdministrator,
  deleteSessionsOf,
  findAdministrator,
  type GrantRow,
  insertAdministrator,
  listAdministrators,
  listGrants,
  replaceGrants,
  updateAdministrator,
} from '../store/administrators.ts';
import { insertAudit } from '../store/audit.ts';
import { findDomain, TOP_DOMAIN } from '../store/domains.ts';
import { newId } from '../store/ids.ts';
import { lockInstallation } from '../store/installation.ts';
import type { Connection, Row } from '../store/schema.ts';
import { userIdKey } from '../store/users.ts';
import { isUniqueViolation } from '../store/violation.ts';
import { type Actor, actorName, denied } from './actor.ts';
import { hashPassword } from './password.ts';
import { cannotGrant, grantOf, lacking, nameOfRole, resolveRole } from './roles.ts';

type Uses = Pick<Floor, 'db' | 'now' | 'random'>;

const MIN_PASSWORD_LENGTH = 12;

function view(row: Row<'administrators'>, grants: readonly GrantRow[]): Administrator {
  return {
    userName: row.user_name,
    enabled: row.enabled === 1,
    grants: grants.map((grant) => ({
      role: grant.role_id,
      roleName: nameOfRole(grant),
      securityDomain: grant.domain_id,
      securityDomainName: grant.domain_name,
    })),
    createdAt: isoTime(row.created_at),
    version: row.version,
  };
}

export async function showAdministrators(
  uses: Pick<Floor, 'db'>,
  actor: Actor,
): Promise<Outcome<{ items: Administrator[] }>> {
  const denial = denied(actor, 'administrators:view');
  if (denial) return denial;
  const grants = Map.groupBy(await listGrants(uses.db), (row) => row.administrator_id);
  const rows = await listAdministrators(uses.db);
  return done({ items: rows.map((row) => view(row, grants.get(row.id) ?? [])) });
}

type ResolvedGrant = { readonly roleId: string; readonly domainId: string; readonly text: string };

async function resolveGrants(
  db: Connection,
  actor: Actor,
  grants: AdministratorInput['grants'],
): Promise<Outcome<ResolvedGrant[]>> {
  const resolved: ResolvedGrant[] = [];
  for (const grant of grants) {
    const role = await resolveRole(db, grant.role);
    if (!role) return refused('not-found', `There is no role "${grant.role}".`);
    const domain = await findDomain(db, grant.securityDomain ?? TOP_DOMAIN.id);
    if (!domain) return refused('not-found', `There is no security domain "${grant.securityDomain}".`);
    const missing = lacking(actor, role.permissions, domain.path);
    if (missing.length > 0) return cannotGrant(missing);
    resolved.push({ roleId: role.id, domainId: domain.id, text: `${role.name} in ${domain.name}` });
  }
  return done(resolved);
}

export async function addAdministrator(
  uses: Uses,
  actor: Actor,
  input: AdministratorInput,
): Promise<Outcome<Administrator>> {
  const denial = denied(actor, 'administrators:edit');
  if (denial) return denial;
  const problem = passwordProblem(input.password, input.userName);
  if (problem) return problem;
  const grants = await resolveGrants(uses.db, actor, input.grants);
  if (!grants.ok) return grants;
  const passwordHash = await hashPassword(input.password);
  try {
    return await uses.db.transaction().execute(async (trx) => {
      const row = await insertAdministrator(trx, {
        id: newId(uses),
        user_name: input.userName,
        user_name_key: userIdKey(input.userName),
        password_hash: passwordHash,
        enabled: 1,
        created_at: uses.now(),
        version: 1,
      });
      await replaceGrants(trx, row.id, grants.value);
      await audit(trx, uses, actor, 'administrator.add', row.user_name, textOf(grants.value));
      return done(view(row, await listGrants(trx, row.id)));
    });
  } catch (error) {
    if (isUniqueViolation(error)) {
      return refused('already-exists', `There is an administrator "${input.userName}" already.`);
    }
    throw error;
  }
}

export async function editAdministrator(
  uses: Uses,
  actor: Actor,
  input: { readonly userName: string; readonly version: number; readonly change: AdministratorPatch },
): Promise<Outcome<Administrator>> {
  const present = await administratorFor(uses, actor, input.userName);
  if (!present.ok) return present;
  const { row } = present.value;
  const grants = input.change.grants ? await resolveGrants(uses.db, actor, input.change.grants) : undefined;
  if (grants && !grants.ok) return grants;
  const enabled = input.change.enabled === undefined ? row.enabled : input.change.enabled ? 1 : 0;
  return undoable(() =>
    uses.db.transaction().execute(async (trx) => {
      await lockInstallation(trx);
      const updated = await updateAdministrator(trx, row.id, input.version, { enabled });
      if (!updated) {
        const { detail } = editedMeanwhile(row.version);
        undo('edited-meanwhile', detail);
      }
      if (grants?.ok) await replaceGrants(trx, row.id, grants.value);
      if (enabled === 0) await deleteSessionsOf(trx, row.id);
      await keepSuperAdmin(trx);
      const changes = [
        ...(input.change.enabled === undefined ? [] : [enabled ? 'enabled' : 'disabled']),
        ...(grants?.ok ? [textOf(grants.value)] : []),
      ];
      await audit(trx, uses, actor, 'administrator.edit', row.user_name, changes.join('; '));
      return view(updated, await listGrants(trx, row.id));
    }),
  );
}

/** Ends the sessions of the administrator: whoever knew the old password is out. */
export async function setPassword(
  uses: Uses,
  actor: Actor,
  input: { readonly userName: string; readonly password: string },
): Promise<Outcome<undefined>> {
  const present = await administratorFor(uses, actor, input.userName);
  if (!present.ok) return present;
  const { row } = present.value;
  const problem = passwordProblem(input.password, row.user_name);
  if (problem) return problem;
  const passwordHash = await hashPassword(input.password);
  return uses.db.transaction().execute(async (trx) => {
    if (!(await updateAdministrator(trx, row.id, row.version, { password_hash: passwordHash }))) {
      return editedMeanwhile(row.version);
    }
    await deleteSessionsOf(trx, row.id);
    await audit(trx, uses, actor, 'administrator.password', row.user_name);
    return done(undefined);
  });
}

export async function removeAdministrator(
  uses: Uses,
  actor: Actor,
  userName: string,
): Promise<Outcome<undefined>> {
  const present = await administratorFor(uses, actor, userName);
  if (!present.ok) return present;
  const { row } = present.value;
  return undoable(() =>
    uses.db.transaction().execute(async (trx) => {
      await lockInstallation(trx);
      await deleteAdministrator(trx, row.id);
      await keepSuperAdmin(trx);
      await audit(trx, uses, actor, 'administrator.delete', row.user_name);
      return undefined;
    }),
  );
}

/** Whom the actor may touch: who holds no more than they do. */
async function administratorFor(
  uses: Pick<Floor, 'db'>,
  actor: Actor,
  userName: string,
): Promise<Outcome<{ row: Row<'administrators'> }>> {
  const denial = denied(actor, 'administrators:edit');
  if (denial) return denial;
  const row = await findAdministrator(uses.db, userIdKey(userName));
  if (!row) return refused('not-found', `There is no administrator "${userName}".`);
  for (const grant of await listGrants(uses.db, row.id)) {
    const { permissions, domain } = grantOf(grant);
    if (lacking(actor, permissions, domain).length > 0) {
      return refused(
        'not-permitted',
        `${row.user_name} holds more than you do: ${nameOfRole(grant)} in ${grant.domain_name}.`,
      );
    }
  }
  return done({ row });
}

/** Inside the transaction that may have removed one, with the installation locked. */
async function keepSuperAdmin(trx: Connection): Promise<void> {
  if ((await countHolders(trx, 'super-admin', TOP_DOMAIN.id)) === 0) {
    undo(
      'last-super-admin',
      'There would be no enabled Super Admin left. Give the role to somebody else first.',
    );
  }
}

export function passwordProblem(password: string, userName: string): Refused | undefined {
  const refuse = (detail: string) =>
    refused('password-refused', detail, [{ path: 'password', message: detail }]);
  if ([...password].length < MIN_PASSWORD_LENGTH)
    return refuse(`A password has at least ${MIN_PASSWORD_LENGTH} characters.`);
  if (new Set(password).size < 5) return refuse('The password repeats too few different characters.');
  if (password.toLowerCase().includes(userName.toLowerCase()))
    return refuse('The password contains the user name.');
  return undefined;
}

const textOf = (grants: readonly ResolvedGrant[]): string =>
  grants.map(({ text }) => text).join(', ') || 'no roles';

function audit(
  trx: Connection,
  uses: Uses,
  actor: Actor,
  action: 'administrator.add' | 'administrator.edit' | 'administrator.password' | 'administrator.delete',
  name: string,
  reason?: string,
): Promise<void> {
  return insertAudit(trx, uses, {
    actor: actorName(actor),
    action,
    object: `administrator:${name}`,
    result: 'success',
    reason,
    source: actor.source,
  });
}
