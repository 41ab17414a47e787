/** Administrators, their roles, and API keys, which are stored as keyed hashes only. */
import type { Connection, NewRow, Row } from './schema.ts';

export function findAdministrator(
  db: Connection,
  nameKey: string,
): Promise<Row<'administrators'> | undefined> {
  return db.selectFrom('administrators').selectAll().where('user_name_key', '=', nameKey).executeTakeFirst();
}

/** Who logs on with this user's token. */
export function findAdministratorWithTokenOf(
  db: Connection,
  userRow: string,
): Promise<Row<'administrators'> | undefined> {
  return db.selectFrom('administrators').selectAll().where('token_user_id', '=', userRow).executeTakeFirst();
}

export function listAdministrators(db: Connection): Promise<Row<'administrators'>[]> {
  return db.selectFrom('administrators').selectAll().orderBy('user_name_key').execute();
}

export function insertAdministrator(
  db: Connection,
  row: NewRow<'administrators'>,
): Promise<Row<'administrators'>> {
  return db.insertInto('administrators').values(row).returningAll().executeTakeFirstOrThrow();
}

/** @returns undefined when the row has another version by now */
export function updateAdministrator(
  db: Connection,
  id: string,
  version: number,
  change: Partial<
    Pick<
      Row<'administrators'>,
      'enabled' | 'password_hash' | 'must_change_password' | 'password_given_at' | 'token_user_id'
    >
  >,
): Promise<Row<'administrators'> | undefined> {
  return db
    .updateTable('administrators')
    .set({ ...change, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .returningAll()
    .executeTakeFirst();
}

export async function deleteAdministrator(db: Connection, id: string): Promise<void> {
  await db.deleteFrom('administrators').where('id', '=', id).execute();
}

/** A role that an administrator has, with the path of the domain it is held in and what a made role permits. */
export type GrantRow = Row<'role_grants'> & {
  readonly path: string;
  readonly domain_name: string;
  /** Null for the roles that ship. */
  readonly role_name: string | null;
  readonly permissions: string | null;
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
    ])
    .orderBy('security_domains.path')
    .orderBy('role_grants.role_id');

/** @param administratorId of everybody when left out */
export function listGrants(db: Connection, administratorId?: string): Promise<GrantRow[]> {
  const all = grants(db);
  return (
    administratorId === undefined ? all : all.where('administrator_id', '=', administratorId)
  ).execute();
}

/** The user whose token this administrator logs on with, and every administrator who logs on with one of that user. */
export async function listSamePerson(
  db: Connection,
  administratorId: string,
): Promise<
  {
    readonly id: string;
    readonly user_name: string;
    readonly user_row: string;
    readonly user_id: string;
  }[]
> {
  return db
    .selectFrom('administrators as own')
    .innerJoin('users', 'users.id', 'own.token_user_id')
    .innerJoin('administrators as other', 'other.token_user_id', 'own.token_user_id')
    .where('own.id', '=', administratorId)
    .select(['other.id', 'other.user_name', 'users.id as user_row', 'users.user_id'])
    .execute();
}

/** Of all administrators who log on with a token of this user. */
export function listGrantsWithTokenOf(db: Connection, userRow: string): Promise<GrantRow[]> {
  return grants(db)
    .innerJoin('administrators', 'administrators.id', 'role_grants.administrator_id')
    .where('administrators.token_user_id', '=', userRow)
    .execute();
}

export async function replaceGrants(
  db: Connection,
  administratorId: string,
  grants: readonly { readonly roleId: string; readonly domainId: string }[],
): Promise<void> {
  await db.deleteFrom('role_grants').where('administrator_id', '=', administratorId).execute();
  if (grants.length === 0) return;
  await db
    .insertInto('role_grants')
    .values(
      grants.map(({ roleId, domainId }) => ({
        administrator_id: administratorId,
        role_id: roleId,
        domain_id: domainId,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Enabled administrators with this role in this domain. Lock first, where the answer decides something. */
export async function countHolders(db: Connection, roleId: string, domainId: string): Promise<number> {
  const { count } = await db
    .selectFrom('role_grants')
    .innerJoin('administrators', 'administrators.id', 'role_grants.administrator_id')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('role_id', '=', roleId)
    .where('domain_id', '=', domainId)
    .where('administrators.enabled', '=', 1)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export function listRoles(db: Connection): Promise<Row<'roles'>[]> {
  return db.selectFrom('roles').selectAll().orderBy('name_key').execute();
}

export function findRole(db: Connection, idOrNameKey: string): Promise<Row<'roles'> | undefined> {
  return db
    .selectFrom('roles')
    .selectAll()
    .where(({ eb, or }) => or([eb('id', '=', idOrNameKey), eb('name_key', '=', idOrNameKey)]))
    .executeTakeFirst();
}

export function insertRole(db: Connection, row: NewRow<'roles'>): Promise<Row<'roles'>> {
  return db.insertInto('roles').values(row).returningAll().executeTakeFirstOrThrow();
}

/** @returns undefined when the row has another version by now */
export function updateRole(
  db: Connection,
  id: string,
  version: number,
  change: Partial<Pick<Row<'roles'>, 'name' | 'name_key' | 'description' | 'permissions'>>,
): Promise<Row<'roles'> | undefined> {
  return db
    .updateTable('roles')
    .set({ ...change, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .returningAll()
    .executeTakeFirst();
}

/** @returns false while somebody has it */
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

export async function insertApiKey(db: Connection, row: NewRow<'api_keys'>): Promise<Row<'api_keys'>> {
  return db.insertInto('api_keys').values(row).returningAll().executeTakeFirstOrThrow();
}

/** Expired ones too. */
export function findApiKey(db: Connection, keyHash: string): Promise<Row<'api_keys'> | undefined> {
  return db.selectFrom('api_keys').selectAll().where('key_hash', '=', keyHash).executeTakeFirst();
}

export function findApiKeyById(db: Connection, id: string): Promise<Row<'api_keys'> | undefined> {
  return db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst();
}

export type OwnerRow = Pick<Row<'administrators'>, 'id' | 'user_name' | 'enabled'>;

export async function listOwners(db: Connection, ids: readonly string[]): Promise<OwnerRow[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('administrators')
    .select(['id', 'user_name', 'enabled'])
    .where('id', 'in', ids)
    .execute();
}

export function updateApiKeyOwner(
  db: Connection,
  id: string,
  owner: { readonly id: string; readonly name: string },
): Promise<Row<'api_keys'> | undefined> {
  return db
    .updateTable('api_keys')
    .set({ owner_id: owner.id, owner_name: owner.name })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

export function listApiKeys(db: Connection): Promise<Row<'api_keys'>[]> {
  return db.selectFrom('api_keys').selectAll().orderBy('id').execute();
}

export async function deleteApiKey(db: Connection, id: string): Promise<Row<'api_keys'> | undefined> {
  return db.deleteFrom('api_keys').where('id', '=', id).returningAll().executeTakeFirst();
}
