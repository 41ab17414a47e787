/** All rows that carry marks: scanned by the audit verification, and marked once when an earlier database is upgraded. */
import { changeRows } from '../db/rows.ts';
import { listStoredAdministrators, listStoredGrants } from '../directory/administrators.ts';
import type { Connection } from '../schema/schema.ts';
import { hasMark, type Marks, markOf } from './marks.ts';

/** What the rows of a table are called, and the column that names one, or the administrator it belongs to. */
const NAMED = [
  ['roles', 'role', 'name'],
  ['api_keys', 'api-key', 'name'],
  ['sessions', 'session', 'administrator_id'],
  ['stand_ins', 'stand-in', 'administrator_id'],
  ['second_approvals', 'second-approval', 'title'],
  ['jobs', 'job', 'name'],
  ['distribution_rules', 'rule', 'name'],
  ['identity_sources', 'source', 'name'],
  ['saved_reports', 'report', 'name'],
] as const;

/** Rows written outside the server, each with the name of whom or what it is about. */
export type Forgery =
  | {
      readonly kind: 'administrator' | 'passkey' | 'passkey-removed' | (typeof NAMED)[number][1];
      readonly name: string;
    }
  | { readonly kind: 'grant'; readonly name: string; readonly role: string };

export async function listForgeries(db: Connection, marks: Marks): Promise<Forgery[]> {
  const administrators = await listStoredAdministrators(db);
  const names = new Map(administrators.map((row) => [row.id, row.user_name]));
  const nameOf = (row: { readonly administrator_id: string }) =>
    names.get(row.administrator_id) ?? row.administrator_id;
  const grants = await listStoredGrants(db);
  const passkeys = await db.selectFrom('passkeys').selectAll().execute();
  const good = passkeys.filter((row) => hasMark('passkeys', marks, row));
  const byAdministrator = Map.groupBy(good, (row) => row.administrator_id);
  const others: Forgery[] = [];
  for (const [table, kind, column] of NAMED)
    for (const row of await listAltered(db, marks, table))
      others.push({ kind, name: column === 'administrator_id' ? nameOf(row) : row[column] });
  return [
    ...administrators.flatMap((row): Forgery[] => {
      if (!hasMark('administrators', marks, row)) return [{ kind: 'administrator', name: row.user_name }];
      const missing = row.passkey_count > (byAdministrator.get(row.id)?.length ?? 0);
      return missing ? [{ kind: 'passkey-removed', name: row.user_name }] : [];
    }),
    ...grants
      .filter((row) => !hasMark('role_grants', marks, row))
      .map((row): Forgery => ({ kind: 'grant', name: nameOf(row), role: row.role_name ?? row.role_id })),
    ...passkeys
      .filter((row) => !good.includes(row))
      .map((row): Forgery => ({ kind: 'passkey', name: nameOf(row) })),
    ...others,
  ];
}

type MarkedRow = Parameters<typeof hasMark>[2] &
  Readonly<Record<'id' | 'id_hash' | (typeof NAMED)[number][2], string>>;
const PAGE = 1_000;

/** Those without a right mark. There may be many rows. */
async function listAltered(db: Connection, marks: Marks, table: (typeof NAMED)[number][0]) {
  const altered: MarkedRow[] = [];
  const key = table === 'sessions' ? 'id_hash' : 'id';
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom(table as 'jobs')
      .selectAll()
      .$castTo<MarkedRow>()
      .where(key as 'id', '>', after)
      .orderBy(key as 'id')
      .limit(PAGE)
      .execute();
    altered.push(...rows.filter((row) => !hasMark(table, marks, row)));
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return altered;
    after = last[key];
  }
}

/**
 * Marks existing rows, regardless of who wrote them.
 * @returns how many rows
 */
export async function markAllRows(trx: Connection, marks: Marks): Promise<number> {
  const grants = await listStoredGrants(trx);
  for (const row of grants) {
    const { administrator_id, role_id, domain_id } = row;
    const mark = markOf('role_grants', marks, row);
    await changeRows(trx, 'role_grants', { administrator_id, role_id, domain_id }, { mark });
  }
  let count = grants.length;
  for (const table of ['administrators', 'roles', 'api_keys', 'passkeys', 'sessions'] as const) {
    const key = table === 'sessions' ? 'id_hash' : 'id';
    const rows = await trx
      .selectFrom(table as 'roles')
      .selectAll()
      .$castTo<MarkedRow>()
      .execute();
    for (const row of rows)
      await changeRows(trx, table as 'roles', { [key]: row[key] }, { mark: markOf(table, marks, row) });
    count += rows.length;
  }
  return count;
}
