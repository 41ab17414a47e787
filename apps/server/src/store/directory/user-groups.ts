/** Directory groups whose members are recorded, and who was in them at the last run of the source. */

import { sql } from 'kysely';
import type { RowOf } from '../db/parameter-rows.ts';
import { preparedChange } from '../db/prepared.ts';
import { deleteRows, findAll, findColumns } from '../db/rows.ts';
import type { UserRow } from '../schema/brands.ts';
import type { Connection } from '../schema/schema.ts';

/** By the row of the user; those who are in none are left out. */
export async function listGroupsOf(db: Connection, ids: readonly UserRow[]): Promise<Map<string, string[]>> {
  const rows = await findAll(db, 'user_groups', { user_id: ['in', ids] });
  const groups = Map.groupBy(rows, ({ user_id }) => user_id as string);
  return new Map([...groups].map(([id, memberships]) => [id, memberships.map(({ name }) => name).sort()]));
}

/** Users of a source in the order of their keys, with their groups as JSON. @param after key of the last one */
export async function listMembersAfter(db: Connection, sourceId: string, after: string, limit: number) {
  const users = await findColumns(
    db,
    'users',
    ['id', 'source_key', 'source_name', 'domain'],
    { source_id: sourceId, source_key: ['>', after], source_state: ['!=', 'gone'] },
    { order: ['source_key'], limit },
  );
  const last = users.at(-1);
  if (!last) return [];
  const rows = await db
    .selectFrom('user_groups')
    .innerJoin('users', 'users.id', 'user_groups.user_id')
    .select(['user_groups.user_id', 'user_groups.name'])
    .where('users.source_id', '=', sourceId)
    .where('users.source_key', '>', after)
    .where('users.source_key', '<=', last.source_key)
    .execute();
  const groups = Map.groupBy(rows, ({ user_id }) => user_id);
  return users.map(({ id, source_key, source_name, domain }) => ({
    source_key: source_key ?? '',
    source_name,
    domain,
    in_groups: JSON.stringify((groups.get(id) ?? []).map(({ name }) => name).sort()),
  }));
}

const ROW = { user_id: 'text', name: 'text' } as const;
const insertRows = preparedChange(
  ROW,
  sql`insert into user_groups (user_id, name) select v.user_id, v.name from v`,
);

/** All groups of these users. */
export async function replaceGroups(
  db: Connection,
  ids: readonly UserRow[],
  rows: readonly RowOf<typeof ROW>[],
): Promise<void> {
  await deleteRows(db, 'user_groups', { user_id: ['in', ids] });
  await insertRows(db, rows);
}

/** Groups of a user, or an empty list. @param userKey canonical user ID */
export async function listGroupsOfUser(db: Connection, userKey: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('users')
    .innerJoin('user_groups', 'user_groups.user_id', 'users.id')
    .select('user_groups.name')
    .where('users.user_id_key', '=', userKey)
    .execute();
  return new Set(rows.map(({ name }) => name));
}
