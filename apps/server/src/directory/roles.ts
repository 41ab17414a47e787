/**
 * Roles: named sets of permissions. Built-in ones are part of the API's data; custom ones consist of permissions that their author holds.
 * And who is above whom by them.
 */

import { PERMISSION_NAMES, type Permission } from '@sower/api/permissions';
import {
  BUILT_IN_ROLES,
  type BuiltInRoleId,
  isBuiltInRole,
  type Role,
  type RoleInput,
  type RolePatch,
} from '@sower/api/roles';
import { type Text, text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { ServerContext } from '../context.ts';
import { type Actor, covers, denied, type Grant } from '../core/actor.ts';
import {
  done,
  editedMeanwhile,
  type Outcome,
  type Refused,
  refused,
  refusedAt,
  refusedFor,
} from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { itemsFor } from '../core/recorded.ts';
import { allOrNothing } from '../core/transaction.ts';
import { newId } from '../store/db/ids.ts';
import {
  deleteRole,
  findStoredRole,
  type GrantRow,
  insertRole,
  listGrants,
  listGrantsWithTokensOf,
  listOwners,
  listStoredRoles,
  updateRole,
} from '../store/directory/administrators.ts';
import { TOP_DOMAIN } from '../store/directory/domains.ts';
import { userIdKey } from '../store/directory/users.ts';
import { hasMark, type Marks } from '../store/keys/marks.ts';
import type { UserRow } from '../store/schema/brands.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { storedJson } from '../store/schema/stored-json.ts';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>;

export const isPermission = (name: unknown): name is Permission =>
  (PERMISSION_NAMES as readonly unknown[]).includes(name);

const readPermissions = storedJson('roles.permissions', z.array(z.unknown()));

/** Permissions as stored; names that this version does not know permit nothing. */
export function permissionSet(stored: string): ReadonlySet<Permission> {
  try {
    return new Set(readPermissions(stored).filter(isPermission));
  } catch {
    // Not written by the server: it counts for nothing, but lists show it.
    return new Set();
  }
}

export const permissionsOfRole = (roleId: string, stored: string | null): ReadonlySet<Permission> =>
  isBuiltInRole(roleId) ? new Set(BUILT_IN_ROLES[roleId].permissions) : permissionSet(stored ?? '[]');

export const nameOfRole = (row: Pick<GrantRow, 'role_id' | 'role_name'>): string =>
  isBuiltInRole(row.role_id) ? BUILT_IN_ROLES[row.role_id].name : (row.role_name ?? row.role_id);

export const grantOf = (row: GrantRow): Grant => ({
  permissions: permissionsOfRole(row.role_id, row.permissions),
  domain: row.path,
  role: row.role_id,
});

/** Of these administrators, by ID, those who are enabled and have a valid mark, with the rights that they have now. */
export async function administratorsNow(
  db: Connection,
  marks: Marks,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Actor>> {
  const enabled = (await listOwners(db, marks, ids)).filter((row) => row.enabled === 1);
  const rows = await listGrants(
    db,
    marks,
    enabled.map(({ id }) => id),
  );
  const grants = Map.groupBy(rows, (row) => row.administrator_id);
  return new Map(
    enabled.map(({ id, user_name: name }) => [
      id,
      { kind: 'administrator', name, principal: id, grants: (grants.get(id) ?? []).map(grantOf) },
    ]),
  );
}

const view = (row: Row<'roles'>): Role => ({
  id: row.id,
  name: row.name,
  description: row.description,
  permissions: [...permissionSet(row.permissions)],
  builtIn: false,
  version: row.version,
});

export const showRoles = (context: Pick<ServerContext, 'db'>, actor: Actor) =>
  itemsFor(actor, 'administrators:view', async () => {
    const builtIn = Object.entries(BUILT_IN_ROLES).map(([id, role]) => ({
      id,
      name: role.name,
      description: text(`role-description.${id as BuiltInRoleId}`),
      permissions: [...role.permissions],
      builtIn: true,
      version: 1,
    }));
    return [...builtIn, ...(await listStoredRoles(context.db)).map(view)];
  });

/** The role by ID or name, with its permissions; undefined if there is none. */
export async function resolveRole(
  db: Connection,
  marks: Marks,
  idOrName: string,
): Promise<
  { readonly id: string; readonly name: string; readonly permissions: ReadonlySet<Permission> } | undefined
> {
  const key = userIdKey(idOrName);
  for (const [id, role] of Object.entries(BUILT_IN_ROLES)) {
    if (id === idOrName || userIdKey(role.name) === key) {
      return { id, name: role.name, permissions: new Set(role.permissions) };
    }
  }
  const row = (await findStoredRole(db, idOrName)) ?? (await findStoredRole(db, key));
  if (!row || !hasMark('roles', marks, row)) return undefined;
  return { id: row.id, name: row.name, permissions: permissionSet(row.permissions) };
}

/** Which of these the actor does not hold there. The one exception exists to be given to a portal by a person. */
export function lacking(actor: Actor, permissions: Iterable<Permission>, path: string): Permission[] {
  return [...permissions].filter(
    (permission) =>
      !covers(actor, permission, path) &&
      !(
        permission === 'activations:open' &&
        actor.kind === 'administrator' &&
        covers(actor, 'keys:edit', TOP_DOMAIN.path)
      ),
  );
}

/** @param path the field of the request that grants them */
export function cannotGrant(permissions: readonly Permission[], path: string): Refused {
  const detail = text('permission.not-held', { permissions });
  return { ...refusedFor(permissions[0], detail), errors: [{ path, message: detail }] };
}

export async function addRole(context: Context, actor: Actor, input: RoleInput): Promise<Outcome<Role>> {
  const denial = denied(actor, 'administrators:edit');
  if (denial) return denial;
  const missing = lacking(actor, input.permissions, TOP_DOMAIN.path);
  if (missing.length > 0) return cannotGrant(missing, 'permissions');
  if (await resolveRole(context.db, context, input.name)) return nameTaken(input.name);
  return allOrNothing(
    context.db,
    async (trx) => {
      const row = await insertRole(trx, context, {
        id: newId(context),
        name: input.name,
        name_key: userIdKey(input.name),
        description: input.description,
        permissions: JSON.stringify(input.permissions),
        created_at: context.now(),
        version: 1,
      });
      await audit(trx, context, actor, 'role.add', row.name, input.permissions.join(' '));
      return done(view(row));
    },
    () => nameTaken(input.name),
  );
}

export async function editRole(
  context: Context,
  actor: Actor,
  input: { readonly id: string; readonly version: number; readonly change: RolePatch },
): Promise<Outcome<Role>> {
  const denial = denied(actor, 'administrators:edit');
  if (denial) return denial;
  if (isBuiltInRole(input.id)) return refused('wrong-state', text('role.built-in'));
  const present = await findStoredRole(context.db, input.id);
  if (!present) return noSuchRole(input.id);
  if (!hasMark('roles', context, present))
    return refused('wrong-state', text('role.altered', { role: present.name }));
  const permissions = input.change.permissions ?? [...permissionSet(present.permissions)];
  // Revoking is checked too: no one can take rights away from those who have more.
  const missing = lacking(actor, [...permissions, ...permissionSet(present.permissions)], TOP_DOMAIN.path);
  if (missing.length > 0) return cannotGrant([...new Set(missing)], 'permissions');
  const name = input.change.name ?? present.name;
  const other =
    (await resolveRole(context.db, context, name)) ?? (await findStoredRole(context.db, userIdKey(name)));
  if (other && other.id !== present.id) return nameTaken(name);
  return allOrNothing(context.db, async (trx) => {
    const row = await updateRole(trx, context, present.id, input.version, {
      name,
      name_key: userIdKey(name),
      description: input.change.description ?? present.description,
      permissions: JSON.stringify(permissions),
    });
    if (!row) return editedMeanwhile();
    await audit(trx, context, actor, 'role.edit', row.name, permissions.join(' '));
    return done(view(row));
  });
}

export async function removeRole(context: Context, actor: Actor, id: string): Promise<Outcome<undefined>> {
  const denial = denied(actor, 'administrators:edit');
  if (denial) return denial;
  if (isBuiltInRole(id)) return refused('wrong-state', text('role.built-in-kept'));
  const present = await findStoredRole(context.db, id);
  if (!present) return noSuchRole(id);
  return allOrNothing(context.db, async (trx) => {
    if (!(await deleteRole(trx, present.id))) {
      return refused('in-use', text('role.in-use'));
    }
    await audit(trx, context, actor, 'role.delete', present.name);
    return done(undefined);
  });
}

const noSuchRole = (id: string) => refused('not-found', text('role.not-found', { role: id }));
const nameTaken = (name: string) => refusedAt('name', 'already-exists', text('role.exists', { role: name }));

function audit(
  trx: Connection,
  context: Context,
  actor: Actor,
  action: 'role.add' | 'role.edit' | 'role.delete',
  name: string,
  reason?: string,
): Promise<void> {
  return record(trx, context, actor, { action, object: `role:${name}`, reason });
}

/**
 * No one can act on someone with more rights: a token of an administrator's user is that administrator's second factor.
 *
 * Why the actor may not change this user, or what the user holds: an administrator with more rights than the actor logs on with a token of
 * the user. Viewing is allowed. Disabled administrators count, since they can be enabled again.
 */
export async function refusalAbove(
  db: Connection,
  actor: Actor,
  permission: Permission,
  userRow: UserRow | null,
): Promise<Refused | undefined> {
  if (onlyViews(permission)) return undefined;
  const above = (await whyAboveAny(db, [userRow], (row) => row))(actor, permission, userRow);
  return above && refused('not-permitted', above);
}

/** The rule of `refusalAbove` for a batch. @returns why the actor may not change the user of one of these rows; nothing if they may */
export async function whyAbove<Each>(
  db: Connection,
  actor: Actor,
  rows: Iterable<Each>,
  userOf: (row: Each) => UserRow | null,
): Promise<(row: Each) => Text | undefined> {
  const above = await whyAboveAny(db, rows, userOf);
  return (row) => above(actor, 'users:edit', row);
}

/** Of an actor and one of the rows: why the actor may not do to its user what the permission is for. */
export type WhyAbove<Each> = (actor: Actor, permission: Permission, row: Each) => Text | undefined;

const onlyViews = (permission: Permission): boolean => permission.endsWith(':view');

/** The same where several actors come into question for each row. */
export async function whyAboveAny<Each>(
  db: Connection,
  rows: Iterable<Each>,
  userOf: (row: Each) => UserRow | null,
): Promise<WhyAbove<Each>> {
  const ids = [...new Set(Array.from(rows, userOf))].filter((id) => id !== null);
  const grants = Map.groupBy(
    ids.length === 0 ? [] : await listGrantsWithTokensOf(db, ids),
    ({ token_user_id }) => token_user_id,
  );
  return (actor, permission, row) =>
    !onlyViews(permission) && grantAbove(actor, grants.get(userOf(row)) ?? [])
      ? text('administrator.token-above-you')
      : undefined;
}

/** The first of these grants that gives a right which the actor does not have there. */
export const grantAbove = <Each extends GrantRow>(actor: Actor, grants: readonly Each[]): Each | undefined =>
  grants.find((grant) => {
    const { permissions, domain } = grantOf(grant);
    return lacking(actor, permissions, domain).length > 0;
  });
