/** All rows that carry marks: scanned by the audit verification, and marked once when an earlier database is upgraded. */
import {
  listStoredAdministrators,
  listStoredApiKeys,
  listStoredGrants,
  listStoredRoles,
} from '../directory/administrators.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { hasMark, type Marks, markOf } from './marks.ts';

/** Rows written outside the server, each with the name of whom or what it is about. */
export type Forgery =
  | {
      readonly kind: 'administrator' | 'role' | 'api-key' | 'job' | 'rule' | 'source' | 'report';
      readonly name: string;
    }
  | {
      readonly kind: 'passkey' | 'passkey-removed' | 'session' | 'stand-in' | 'second-approval';
      readonly name: string;
    }
  | { readonly kind: 'grant'; readonly name: string; readonly role: string };

export async function listForgeries(db: Connection, marks: Marks): Promise<Forgery[]> {
  const administrators = await listStoredAdministrators(db);
  const names = new Map(administrators.map((row) => [row.id, row.user_name]));
  const nameOf = (row: { readonly administrator_id: string }) =>
    names.get(row.administrator_id) ?? row.administrator_id;
  const grants = await listStoredGrants(db);
  const roles = await listStoredRoles(db);
  const keys = await listStoredApiKeys(db);
  const passkeys = await db.selectFrom('passkeys').selectAll().execute();
  const good = passkeys.filter((row) => hasMark('passkeys', marks, row));
  const held = Map.groupBy(good, (row) => row.administrator_id);
  const sessions = await db.selectFrom('sessions').selectAll().execute();
  const standIns = await db.selectFrom('stand_ins').selectAll().execute();
  const approvals = await db.selectFrom('second_approvals').selectAll().execute();
  const work = {
    job: await altered(db, marks, 'jobs'),
    rule: await altered(db, marks, 'distribution_rules'),
    source: await altered(db, marks, 'identity_sources'),
    report: await altered(db, marks, 'saved_reports'),
  };
  return [
    ...administrators.flatMap((row): Forgery[] => {
      if (!hasMark('administrators', marks, row)) return [{ kind: 'administrator', name: row.user_name }];
      const missing = row.passkey_count > (held.get(row.id)?.length ?? 0);
      return missing ? [{ kind: 'passkey-removed', name: row.user_name }] : [];
    }),
    ...grants
      .filter((row) => !hasMark('role_grants', marks, row))
      .map((row): Forgery => ({ kind: 'grant', name: nameOf(row), role: row.role_name ?? row.role_id })),
    ...roles
      .filter((row) => !hasMark('roles', marks, row))
      .map((row): Forgery => ({ kind: 'role', name: row.name })),
    ...keys
      .filter((row) => !hasMark('api_keys', marks, row))
      .map((row): Forgery => ({ kind: 'api-key', name: row.name })),
    ...passkeys
      .filter((row) => !good.includes(row))
      .map((row): Forgery => ({ kind: 'passkey', name: nameOf(row) })),
    ...sessions
      .filter((row) => !hasMark('sessions', marks, row))
      .map((row): Forgery => ({ kind: 'session', name: nameOf(row) })),
    ...standIns
      .filter((row) => !hasMark('stand_ins', marks, row))
      .map((row): Forgery => ({ kind: 'stand-in', name: nameOf(row) })),
    ...approvals
      .filter((row) => !hasMark('second_approvals', marks, row))
      .map((row): Forgery => ({ kind: 'second-approval', name: row.title })),
    ...(Object.keys(work) as (keyof typeof work)[]).flatMap((kind) =>
      work[kind].map((name): Forgery => ({ kind, name })),
    ),
  ];
}

const PAGE = 1_000;

/** Rows that act with someone's rights; there may be many. @returns the names of those without a right mark */
async function altered(
  db: Connection,
  marks: Marks,
  table: 'jobs' | 'distribution_rules' | 'identity_sources' | 'saved_reports',
): Promise<string[]> {
  const names: string[] = [];
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom(table as 'jobs')
      .selectAll()
      .$castTo<Parameters<typeof hasMark>[2] & { readonly id: string; readonly name: string }>()
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    names.push(...rows.filter((row) => !hasMark(table, marks, row)).map(({ name }) => name));
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return names;
    after = last.id;
  }
}

/**
 * Marks existing rows, regardless of who wrote them.
 * @returns how many rows
 */
export async function markAllRows(trx: Connection, marks: Marks): Promise<number> {
  const administrators = await listStoredAdministrators(trx);
  const grants = await listStoredGrants(trx);
  const roles = await listStoredRoles(trx);
  const keys = await listStoredApiKeys(trx);
  const passkeys = await trx.selectFrom('passkeys').selectAll().execute();
  const sessions = await trx.selectFrom('sessions').selectAll().execute();
  const byId = async <T extends 'administrators' | 'roles' | 'api_keys' | 'passkeys'>(
    table: T,
    rows: readonly (Row<T> & { readonly id: string })[],
    mark: (row: Row<T>) => string,
  ): Promise<void> => {
    for (const row of rows)
      await trx
        .updateTable(table as 'roles')
        .set({ mark: mark(row) })
        .where('id', '=', row.id)
        .execute();
  };
  await byId('administrators', administrators, (row) => markOf('administrators', marks, row));
  await byId('roles', roles, (row) => markOf('roles', marks, row));
  await byId('api_keys', keys, (row) => markOf('api_keys', marks, row));
  await byId('passkeys', passkeys, (row) => markOf('passkeys', marks, row));
  for (const row of sessions)
    await trx
      .updateTable('sessions')
      .set({ mark: markOf('sessions', marks, row) })
      .where('id_hash', '=', row.id_hash)
      .execute();
  for (const row of grants)
    await trx
      .updateTable('role_grants')
      .set({ mark: markOf('role_grants', marks, row) })
      .where('administrator_id', '=', row.administrator_id)
      .where('role_id', '=', row.role_id)
      .where('domain_id', '=', row.domain_id)
      .execute();
  return [administrators, grants, roles, keys, passkeys, sessions].flat().length;
}
