/** Users. The canonical form of a user ID identifies the user: two spellings are one user, with one set of counters. */

import { type Expression, type SqlBool, sql } from 'kysely';
import { countOf } from '../db/bounded-count.ts';
import { lockRow } from '../db/database-kind.ts';
import { type Change, changeRow, deleteRows, findOne, insertRow } from '../db/rows.ts';
import type { UserName, UserRow } from '../schema/brands.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';
import { foldWords } from './user-words.ts';

/** Unicode folds nothing of it but the case. */
const ASCII_WORD = /^[!-~]*$/;

/** Compatibility forms and case are folded (Unicode NFKC, then lower case). Names of all things that people type are found by it too. */
export function userIdKey(userId: UserName): string {
  if (ASCII_WORD.test(userId)) return userId.toLowerCase();
  // No user ID contains NUL (or any control character), and PostgreSQL refuses it, even in a search.
  return userId.trim().normalize('NFKC').toLowerCase().replaceAll('\u0000', '\ufffd');
}

export const findUser = (db: Connection, userId: UserName) =>
  findOne(db, 'users', { user_id_key: userIdKey(userId) });

export const findUserById = (db: Connection, id: UserRow) => findOne(db, 'users', { id });

/**
 * By the user ID, or by another name. Of several users with a name, the one whose directory protects it has it, and otherwise the one who
 * had it first: writing another user's mail address into one's own entry takes it from no one.
 */
export async function findUserByName(db: Connection, name: UserName): Promise<Row<'users'> | undefined> {
  const byId = await findUser(db, name);
  const [first, second] = await holdersOf(db, name);
  const isClear = first && !(second?.protected === first.protected && second.since === first.since);
  return byId ?? (isClear ? first : undefined);
}

/** By the user ID, or by a name that a single user has from an attribute that its owner cannot write. */
export async function findUserByProtectedName(
  db: Connection,
  name: string,
): Promise<Row<'users'> | undefined> {
  const byId = await findUser(db, name);
  const [first, second] = (await holdersOf(db, name)).filter((holder) => Number(holder.protected) === 1);
  return byId ?? (second ? undefined : first);
}

const holdersOf = (db: Connection, name: string) =>
  db
    .selectFrom('user_names')
    .innerJoin('users', 'users.id', 'user_names.user_id')
    .selectAll('users')
    .select(['user_names.protected', 'user_names.since'])
    .where('user_names.name_key', '=', userIdKey(name))
    .orderBy('user_names.protected', 'desc')
    .orderBy('user_names.since')
    .limit(2)
    .execute();

export async function insertUser(db: Connection, row: NewRow<'users'>): Promise<Row<'users'>> {
  const added = await insertRow(db, 'users', row);
  await foldWords(db, [added.id]);
  return added;
}

/** @returns undefined if the row has another version by now */
export async function updateUser(
  db: Connection,
  id: UserRow,
  version: number,
  change: Change<'users'>,
): Promise<Row<'users'> | undefined> {
  const changed = await changeRow(db, 'users', { id, version }, change);
  if (changed) await foldWords(db, [id]);
  return changed;
}

/** Whose time has come and who have not been ended for it. */
export function listLeaving(
  db: Connection,
  now: number,
  limit: number,
  after?: Pick<Row<'users'>, 'leaves_at' | 'id'>,
): Promise<Row<'users'>[]> {
  return db
    .selectFrom('users')
    .selectAll()
    .where('leaves_at', '<=', now)
    .where('left_at', 'is', null)
    .$if(after !== undefined, (query) =>
      query.where(sql<SqlBool>`(leaves_at, id) > (${after?.leaves_at}, ${after?.id})`),
    )
    .orderBy('leaves_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

export const deleteUser = (db: Connection, id: UserRow) => deleteRows(db, 'users', { id });

/**
 * A range of an index, and the input is matched literally: there is no wildcard to escape. The column must be ordered by octets (a `_key`),
 * and no character sorts after the last one.
 */
export function beginsWith(column: Expression<string | null>, start: string): Expression<SqlBool> {
  return sql<SqlBool>`(${column} >= ${start} and ${column} < ${`${start}\u{10ffff}`})`;
}

export const lockUser = (db: Connection, id: UserRow) => lockRow(db, 'users', id);

// User IDs that an entry of a directory has while another user has them here: a client that hands the name on cannot know whom it means.

/** As a run has found them. After a search for changes, what is known of other entries stays. */
export async function noteContested(
  db: Connection,
  run: { readonly job_id: string; readonly source_id: string; readonly mode: 'full' | 'delta' },
): Promise<void> {
  const { job_id: job, source_id: source } = run;
  const seen =
    run.mode === 'full'
      ? sql`1 = 1`
      : sql`source_key in (select source_key from source_entries where job_id = ${job} and source_key is not null)`;
  await sql`delete from contested_user_ids where source_id = ${source} and ${seen} and source_key not in (
    select source_key from source_entries where job_id = ${job} and action = 'conflict' and source_key is not null)`.execute(
    db,
  );
  await sql`insert into contested_user_ids (source_id, source_key, user_id, user_id_key)
    select ${source}, source_key, user_id, user_id_key from source_entries
    where job_id = ${job} and action = 'conflict' and source_key is not null
    on conflict (source_id, source_key) do update set user_id = excluded.user_id, user_id_key = excluded.user_id_key`.execute(
    db,
  );
}

/** How many of a source are contested, and some of them. */
export async function listContested(db: Connection, sourceId: string, limit: number) {
  const contested = db.selectFrom('contested_user_ids').select('user_id').where('source_id', '=', sourceId);
  const count = await countOf(db, contested);
  const some = await contested.orderBy('user_id_key').limit(limit).execute();
  return { count, some: some.map(({ user_id }) => user_id) };
}

/** What a file or a directory says of a user, as the columns of a statement for many. */
export const PERSON = {
  id: 'text',
  first_name: 'text',
  last_name: 'text',
  last_name_key: 'text',
  email: 'text',
  email_key: 'text',
  telephone: 'text',
} as const;
