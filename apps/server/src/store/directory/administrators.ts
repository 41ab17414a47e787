/**
 * Administrators, their roles, and API keys, which are stored only as keyed hashes. All carry marks: functions for decisions accept only
 * rows with a valid one, and writing creates it. `stored` in a name means that the mark was not verified.
 */

import { type SqlBool, sql } from 'kysely';
import { lockRows } from '../db/database-kind.ts';
import { fewTexts } from '../db/parameter-rows.ts';
import { changeOne, claimRow, deleteRows, findAll, findNamed, findOne, listAll } from '../db/rows.ts';
import { hasMark, insertMarked, type Marks, markOf } from '../keys/marks.ts';
import { type KeyedHash, NO_USER, type UserRow } from '../schema/brands.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { userIdKey } from './users.ts';

/** @returns undefined also for one whose mark is wrong */
export async function findAdministrator(db: Connection, marks: Marks, nameKey: string) {
  const row = await findStoredAdministrator(db, nameKey);
  return row && hasMark('administrators', marks, row) ? row : undefined;
}

export const findStoredAdministrator = (db: Connection, nameKey: string) =>
  findOne(db, 'administrators', { user_name_key: nameKey });

/** What somebody who logs on has been compared with. */
export type LogOnRow = Pick<
  Row<'administrators'>,
  'id' | 'user_name' | 'password_hash' | 'token_user_id' | 'passkey_count'
>;

/**
 * Locks the row until the transaction ends.
 * @returns false if password, token or passkeys are others by now, or the administrator is disabled or gone
 */
export async function lockUnchanged(db: Connection, before: LogOnRow): Promise<boolean> {
  await lockRows(db, sql`select 1 from administrators where id = ${before.id}`, ['administrators']);
  const row = await findOne(db, 'administrators', { id: before.id });
  return (
    row?.enabled === 1 &&
    row.password_hash === before.password_hash &&
    row.token_user_id === before.token_user_id &&
    row.passkey_count === before.passkey_count
  );
}

/** Who logs on with this user's token, whatever their mark: these rows only forbid. */
export const findAdministratorWithTokenOf = (db: Connection, userRow: UserRow) =>
  findOne(db, 'administrators', { token_user_id: userRow });

export const listStoredAdministrators = (db: Connection) => listAll(db, 'administrators', 'user_name_key');

/** Enabled, and without a second factor, unless the row says otherwise. */
export function insertAdministrator(
  db: Connection,
  marks: Marks,
  given: Partial<Row<'administrators'>> &
    Pick<
      Row<'administrators'>,
      'id' | 'user_name' | 'password_hash' | 'must_change_password' | 'password_given_at' | 'created_at'
    >,
): Promise<Row<'administrators'>> {
  const row = {
    ...{ user_name_key: userIdKey(given.user_name), enabled: 1 as const, version: 1 },
    ...{ token_user_id: null, passkey_count: 0, source_id: null, source_key: null, mail: null },
    ...given,
  };
  return insertMarked(db, 'administrators', marks, row);
}

/** @returns undefined if the row has another version by now, or a wrong mark: an edit does not make a forged row valid */
export async function updateAdministrator(
  db: Connection,
  marks: Marks,
  id: string,
  version: number,
  change: Partial<
    Pick<
      Row<'administrators'>,
      'enabled' | 'password_hash' | 'must_change_password' | 'password_given_at' | 'token_user_id' | 'mail'
    >
  >,
): Promise<Row<'administrators'> | undefined> {
  const present = await findOne(db, 'administrators', { id, version });
  return present && replaceAdministrator(db, marks, present, { ...change, version: version + 1 });
}

/**
 * Keeps the count of an administrator's passkeys.
 * @param count of the count before
 * @returns undefined if the row was changed at the same time, or has a wrong mark
 */
export async function updatePasskeyCount(
  db: Connection,
  marks: Marks,
  id: string,
  count: (before: number) => number,
): Promise<Row<'administrators'> | undefined> {
  const present = await findOne(db, 'administrators', { id });
  return present && replaceAdministrator(db, marks, present, { passkey_count: count(present.passkey_count) });
}

async function replaceAdministrator(
  db: Connection,
  marks: Marks,
  present: Row<'administrators'>,
  change: Partial<Row<'administrators'>>,
): Promise<Row<'administrators'> | undefined> {
  if (!hasMark('administrators', marks, present)) return undefined;
  // Computed from what was verified, not from what is in the row by then.
  const mark = markOf('administrators', marks, { ...present, ...change });
  const { id, version } = present;
  return changeOne(db, 'administrators', { id, version, mark: present.mark }, { ...change, mark });
}

export const deleteAdministrator = (db: Connection, id: string) => deleteRows(db, 'administrators', { id });

/** A role of an administrator, with the path of the domain it is held in and, for a custom role, its permissions. */
export type GrantRow = Row<'role_grants'> & {
  readonly path: string;
  readonly domain_name: string;
  /** Null for built-in roles. */
  readonly role_name: string | null;
  readonly permissions: string | null;
  readonly role_name_key: string | null;
  readonly role_mark: string | null;
};

const grants = (db: Connection) =>
  db
    .selectFrom('role_grants')
    .innerJoin('security_domains', 'security_domains.id', 'role_grants.domain_id')
    .leftJoin('roles', 'roles.id', 'role_grants.role_id')
    .selectAll('role_grants')
    .select([
      'security_domains.path',
      'security_domains.name as domain_name',
      'roles.name as role_name',
      'roles.permissions',
      'roles.name_key as role_name_key',
      'roles.mark as role_mark',
    ])
    .orderBy('security_domains.path')
    .orderBy('role_grants.role_id');

/** Whether the server wrote both the grant and its role. */
const hasMarks = (marks: Marks, row: GrantRow): boolean =>
  hasMark('role_grants', marks, row) &&
  (row.role_name === null ||
    hasMark('roles', marks, {
      id: row.role_id,
      name: row.role_name,
      name_key: row.role_name_key,
      permissions: row.permissions,
      mark: row.role_mark,
    }));

/**
 * Those that count.
 * @param administrators their IDs; absent: of everyone
 */
export async function listGrants(db: Connection, marks: Marks, administrators?: readonly string[]) {
  return (await listStoredGrants(db, administrators)).filter((row) => hasMarks(marks, row));
}

export async function listStoredGrants(
  db: Connection,
  administrators?: readonly string[],
): Promise<GrantRow[]> {
  if (administrators?.length === 0) return [];
  const all = grants(db);
  return (administrators ? all.where('administrator_id', 'in', administrators) : all).execute();
}

/**
 * The users that an administrator is as well: whose token they log on with, and who the entry of the directory is whose password it is. And
 * every administrator who is one of them, or the same entry.
 */
export async function listSamePerson(
  db: Connection,
  administratorId: string,
): Promise<{
  readonly administrators: readonly Pick<Row<'administrators'>, 'id' | 'user_name'>[];
  readonly users: readonly Pick<Row<'users'>, 'id' | 'user_id'>[];
}> {
  const own = await findOne(db, 'administrators', { id: administratorId });
  if (!own) return { administrators: [], users: [] };
  const users = await db
    .selectFrom('users')
    .select(['id', 'user_id', 'source_id', 'source_key'])
    .where((eb) => eb.or([eb('id', '=', own.token_user_id ?? NO_USER), ...ofEntry(own)]))
    .execute();
  const administrators = await db
    .selectFrom('administrators')
    .select(['id', 'user_name'])
    .where((eb) =>
      eb.or([...users.map(({ id }) => eb('token_user_id', '=', id)), ...[own, ...users].flatMap(ofEntry)]),
    )
    .execute();
  return { administrators, users };
}

/** The row of an entry; anyone who is in no directory is none. */
const ofEntry = ({ source_id, source_key }: Pick<Row<'users'>, 'source_id' | 'source_key'>) =>
  source_id === null || source_key === null
    ? []
    : [sql<SqlBool>`(source_id = ${source_id} and source_key = ${source_key})`];

/** For all administrators who log on with a token of one of these users, whatever their marks: these rows only forbid. */
export function listGrantsWithTokensOf(db: Connection, userRows: readonly UserRow[]) {
  return grants(db)
    .innerJoin('administrators', 'administrators.id', 'role_grants.administrator_id')
    .select('administrators.token_user_id')
    .where('administrators.token_user_id', 'in', fewTexts(userRows))
    .execute();
}

/** Of administrators who log on with a password of this directory, or with a token of someone in it, whatever their mark. */
export function listGrantsThroughSource(db: Connection, sourceId: string): Promise<GrantRow[]> {
  return grants(db)
    .innerJoin('administrators', 'administrators.id', 'role_grants.administrator_id')
    .leftJoin('users', 'users.id', 'administrators.token_user_id')
    .where((eb) =>
      eb.or([eb('administrators.source_id', '=', sourceId), eb('users.source_id', '=', sourceId)]),
    )
    .execute();
}

/** In place of those that have come the same way. @param sourceId whose groups give them; null: by hand */
export async function replaceGrants(
  db: Connection,
  marks: Marks,
  administratorId: string,
  grants: readonly { readonly roleId: string; readonly domainId: string; readonly path: string }[],
  sourceId: string | null = null,
): Promise<void> {
  await deleteRows(db, 'role_grants', {
    administrator_id: administratorId,
    source_id: sourceId ?? ['is', null],
  });
  if (grants.length === 0) return;
  await db
    .insertInto('role_grants')
    .values(
      grants.map(({ roleId, domainId, path }) => {
        const row = {
          administrator_id: administratorId,
          role_id: roleId,
          domain_id: domainId,
          source_id: sourceId,
        };
        return { ...row, mark: markOf('role_grants', marks, { ...row, path }) };
      }),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Administrators whose password is that of one of these entries, whatever their mark. */
export const listStoredAdministratorsOf = (db: Connection, sourceId: string, keys: readonly string[]) =>
  findAll(db, 'administrators', { source_id: sourceId, source_key: ['in', keys] });

/** Of these administrators, whatever the marks: to be compared, and never to permit anything. */
export function listGrantsOfEntries(db: Connection, ids: readonly string[]): Promise<GrantRow[]> {
  return ids.length === 0
    ? Promise.resolve([])
    : grants(db).where('administrator_id', 'in', fewTexts(ids)).execute();
}

/** Enabled administrators with this role in this domain. Lock first if something depends on the answer. */
export async function countHolders(
  db: Connection,
  marks: Marks,
  roleId: string,
  domainId: string,
): Promise<number> {
  const holders = await grants(db)
    .where('role_grants.role_id', '=', roleId)
    .where('role_grants.domain_id', '=', domainId)
    .execute();
  const ids = holders.filter((row) => hasMarks(marks, row)).map((row) => row.administrator_id);
  const enabled = await findAll(db, 'administrators', { id: ['in', ids], enabled: 1 });
  return enabled.filter((row) => hasMark('administrators', marks, row)).length;
}

export const listStoredRoles = (db: Connection) => listAll(db, 'roles', 'name_key');

export const findStoredRole = (db: Connection, idOrNameKey: string): Promise<Row<'roles'> | undefined> =>
  findNamed(db, 'roles', idOrNameKey, idOrNameKey);

export const insertRole = (db: Connection, marks: Marks, row: Omit<Row<'roles'>, 'mark'>) =>
  insertMarked(db, 'roles', marks, row);

/** @returns undefined if the row has another version by now, or a wrong mark: an edit does not make a forged row valid */
export async function updateRole(
  db: Connection,
  marks: Marks,
  id: string,
  version: number,
  change: Partial<Pick<Row<'roles'>, 'name' | 'name_key' | 'description' | 'permissions'>>,
): Promise<Row<'roles'> | undefined> {
  const present = await findOne(db, 'roles', { id, version });
  if (!present || !hasMark('roles', marks, present)) return undefined;
  const changed = { ...change, version: version + 1 };
  const mark = markOf('roles', marks, { ...present, ...changed });
  return changeOne(db, 'roles', { id, version, mark: present.mark }, { ...changed, mark });
}

/** @returns false while someone has it */
export async function deleteRole(db: Connection, id: string): Promise<boolean> {
  const row = await db
    .deleteFrom('roles')
    .where('id', '=', id)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('role_grants').select('role_id').whereRef('role_id', '=', 'roles.id'))),
    )
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export const insertApiKey = (db: Connection, marks: Marks, row: Omit<Row<'api_keys'>, 'mark'>) =>
  insertMarked(db, 'api_keys', marks, row);

/** Including expired ones. */
export const findStoredApiKey = (db: Connection, keyHash: KeyedHash) =>
  findOne(db, 'api_keys', { key_hash: keyHash });

export const findStoredApiKeyById = (db: Connection, id: string) => findOne(db, 'api_keys', { id });

export type OwnerRow = Pick<Row<'administrators'>, 'id' | 'user_name' | 'enabled'>;

/** Those with a valid mark. */
export async function listOwners(db: Connection, marks: Marks, ids: readonly string[]): Promise<OwnerRow[]> {
  const rows = await findAll(db, 'administrators', { id: ['in', ids] });
  return rows.filter((row) => hasMark('administrators', marks, row));
}

/** @returns undefined if the row has changed, or has a wrong mark: a new owner does not make a forged key valid */
export async function updateApiKeyOwner(
  db: Connection,
  marks: Marks,
  present: Row<'api_keys'>,
  owner: { readonly id: string; readonly name: string },
): Promise<Row<'api_keys'> | undefined> {
  if (!hasMark('api_keys', marks, present)) return undefined;
  const change = { owner_id: owner.id, owner_name: owner.name };
  const mark = markOf('api_keys', marks, { ...present, ...change });
  return changeOne(db, 'api_keys', { id: present.id, mark: present.mark }, { ...change, mark });
}

export const listStoredApiKeys = (db: Connection) => listAll(db, 'api_keys', 'id');

export const deleteApiKey = (db: Connection, id: string) => claimRow(db, 'api_keys', { id });
