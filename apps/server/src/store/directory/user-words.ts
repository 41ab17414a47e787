/**
 * What users are found by: any part of their names, addresses and numbers, folded (packages/api/src/search-words.ts). The database forgets
 * the words of a user whose names change, and what changed them folds them again in the same transaction; what an earlier version of the
 * server wrote meanwhile, or a backup brought, is folded soon after.
 */
import { wordsOf } from '@sower/api/search-words';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { isPostgresql } from '../db/database-kind.ts';
import { fewTexts } from '../db/parameter-rows.ts';
import { preparedChange } from '../db/prepared.ts';
import { findAll, hasRow } from '../db/rows.ts';
import { inTransaction } from '../db/transaction.ts';
import type { UserRow } from '../schema/brands.ts';
import type { Connection, Database } from '../schema/schema.ts';

const save = preparedChange(
  { user_id: 'text', user_id_key: 'text', words: 'text' },
  sql`update user_words set words = v.words, user_id_key = v.user_id_key from v where user_words.user_id = v.user_id`,
);

/** In the transaction of what changed their names. */
export async function foldWords(db: Connection, ids: readonly UserRow[]): Promise<void> {
  if (ids.length === 0) return;
  const due = await db
    .selectFrom('user_words')
    .innerJoin('users', 'users.id', 'user_words.user_id')
    .select([
      'users.id',
      'users.user_id',
      'users.user_id_key',
      'first_name',
      'last_name',
      'email',
      'telephone',
    ])
    .where('user_words.user_id', 'in', fewTexts(ids))
    .where('words', 'is', null)
    .execute();
  if (due.length === 0) return;
  const named = await findAll(db, 'user_names', { user_id: ['in', due.map(({ id }) => id)] });
  const names = Map.groupBy(named, ({ user_id }) => user_id);
  await save(
    db,
    due.map((row) => ({
      user_id: row.id,
      user_id_key: row.user_id_key,
      words: wordsOf({
        userId: row.user_id,
        names: [
          row.first_name,
          row.last_name,
          ...(names.get(row.id) ?? []).map(({ name_key }) => name_key),
          row.email,
        ],
        telephone: row.telephone,
      }),
    })),
  );
}

/** As many in one transaction: others that write users wait no longer than for this. */
const ROWS = 500;

/** @returns whether there may be more */
export const foldDueWords = (db: Database): Promise<boolean> =>
  inTransaction(db, async (trx) => {
    let due = trx.selectFrom('user_words').select('user_id').where('words', 'is', null).limit(ROWS);
    // What another node folds, or a transaction changes, is not ours.
    if (isPostgresql(trx)) due = due.forUpdate().skipLocked();
    const ids = (await due.execute()).map(({ user_id }) => user_id);
    await foldWords(trx, ids);
    return ids.length === ROWS;
  });

/** Whether a round at a quiet time would find something to fold. */
export const hasDueWords = (db: Connection) => hasRow(db, 'user_words', { words: ['is', null] });

/** After all rows were loaded past the triggers of the database. */
export async function forgetAllWords(db: Connection): Promise<void> {
  await sql`delete from user_words`.execute(db);
  await sql`insert into user_words (user_id) select id from users`.execute(db);
}

/** What a search asks for: all of them, each in one of the ways in which it may be written. */
export type Wanted = readonly (readonly string[])[];

const lettersOf = (text: string): number => [...text].length;
/** Of one or two letters, only the beginning of a word. */
const indexedForm = (way: string): string => (lettersOf(way) < 3 && !way.startsWith(' ') ? ` ${way}` : way);

/** Every three letters in a row. */
function gramsOf(way: string): string[] {
  const letters = [...indexedForm(way)];
  return [...new Set(letters.slice(2).map((_, index) => letters.slice(index, index + 3).join('')))];
}

/** Those that the index can look up. */
const indexed = (wanted: Wanted): Wanted =>
  wanted.filter((ways) => ways.every((way) => gramsOf(way).length > 0));

const hasText = (db: Connection, words: RawBuilder<unknown>, part: string): RawBuilder<boolean> =>
  isPostgresql(db) ? sql`strpos(${words}, ${part}) > 0` : sql`instr(${words}, ${part}) > 0`;

const anyOf = <T>(parts: readonly RawBuilder<T>[]): RawBuilder<SqlBool> =>
  sql`(${sql.join([...parts], sql` or `)})`;
const allOf = <T>(parts: readonly RawBuilder<T>[]): RawBuilder<SqlBool> =>
  sql`(${sql.join([...parts], sql` and `)})`;

/** Whether each is somewhere in the words. */
export const inWords = (db: Connection, words: RawBuilder<unknown>, wanted: Wanted): RawBuilder<SqlBool> =>
  allOf(wanted.map((ways) => anyOf(ways.map((way) => hasText(db, words, indexedForm(way))))));

/** The smaller, the better, of something wanted: a whole word before its beginning, that before a part of it. */
export function badness(db: Connection, words: RawBuilder<unknown>, wanted: Wanted): RawBuilder<number> {
  const each = wanted.map((ways) => {
    const whole = anyOf(ways.map((way) => hasText(db, words, ` ${way} `)));
    const begins = anyOf(ways.map((way) => hasText(db, words, ` ${way}`)));
    return sql`case when ${whole} then 0 when ${begins} then 1 when ${inWords(db, words, [ways])} then 2 else 3 end`;
  });
  const phrase = ` ${wanted.map((ways) => ways[0]).join(' ')} `;
  // The user ID is the first of the words.
  const isUserId = isPostgresql(db)
    ? sql`starts_with(${words}, ${phrase})`
    : sql`substr(${words}, 1, ${lettersOf(phrase)}) = ${phrase}`;
  const exact = sql`case when ${isUserId} then 0 when ${hasText(db, words, phrase)} then 1 else 2 end`;
  return sql<number>`(10 * (${sql.join(each, sql` + `)}) + ${exact})`;
}

/** The same as whole words, and as the beginnings of words: what is better than any part. */
export const betterThan = (wanted: Wanted): readonly Wanted[] => [
  wanted.map((ways) => ways.map((way) => ` ${way} `)),
  wanted.map((ways) => ways.map((way) => ` ${way}`)),
];

const SAMPLE = 500;

/** By a sample that is spread over all users: how large a part of them has each, and about how many they are. */
export async function sharesOf(db: Connection, each: readonly Wanted[]) {
  const ends = await sql<{ low: number | null; high: number | null }>`
    select (select min(id) from user_words) as low, (select max(id) from user_words) as high`.execute(db);
  const [low, high] = [Number(ends.rows[0]?.low ?? 0), Number(ends.rows[0]?.high ?? 0)];
  const step = Math.max(1, Math.floor((high - low) / SAMPLE));
  const ids = Array.from({ length: Math.min(SAMPLE, high - low + 1) }, (_, index) => low + index * step);
  const sample = isPostgresql(db)
    ? sql`unnest(cast(${ids} as bigint[])) as sample (value)`
    : sql`json_each(${JSON.stringify(ids)}) as sample`;
  const isIn = each.map(
    (wanted) => sql`avg(case when ${inWords(db, sql`w.words`, wanted)} then 1.0 else 0.0 end)`,
  );
  const { rows } = await sql<Record<string, number | null>>`
    select ${sql.join(isIn.map((share, at) => sql`${share} as ${sql.ref(String(at))}`))}, count(*) as met
    from ${sample} cross join user_words w where w.id = sample.value`.execute(db);
  return {
    shares: each.map((_, at) => Number(rows[0]?.[at] ?? 0)),
    users: (Number(rows[0]?.met ?? 0) / ids.length) * (high - low + 1),
  };
}

/** Whether it has enough letters for the index. */
export const isIndexed = (wanted: Wanted): boolean => indexed(wanted).length > 0;

/**
 * PostgreSQL reads an index like this to its end: from this share on, reading the words is faster. Where some are enough, they are found
 * soon among the words.
 */
const COMMON = { all: 0.05, some: 0.02 } as const;

/**
 * Those in whose words all of it is: `id` and, to be sorted by, `key`.
 * @param share of all users that have it
 * @param enough whether all of them are read, or some hundred
 */
export function foundInWords(
  db: Connection,
  wanted: Wanted,
  share: number,
  enough: keyof typeof COMMON = 'all',
): RawBuilder<unknown> {
  const terms = indexed(wanted);
  const exactly = inWords(db, sql`w.words`, wanted);
  const columns = sql`select w.user_id as id, w.user_id_key as key`;
  if (isPostgresql(db)) {
    if (share >= COMMON[enough]) return sql`${columns} from user_words w where ${exactly}`;
    const grams = (way: string) => sql`sower_grams(w.words) @> cast(${gramsOf(way)} as text[])`;
    return sql`${columns} from user_words w
      where ${allOf(terms.map((ways) => anyOf(ways.map(grams))))} and ${exactly}`;
  }
  const quoted = (gram: string): string => `"${gram.replaceAll('"', '""')}"`;
  const match = terms
    .map((ways) => `(${ways.map((way) => `(${gramsOf(way).map(quoted).join(' AND ')})`).join(' OR ')})`)
    .join(' AND ');
  return sql`${columns} from user_words_fts f cross join user_words w
    where user_words_fts match ${match} and w.id = f.rowid and ${exactly}`;
}
