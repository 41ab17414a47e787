/** What each migration is: one step from the schema before, on either database. */
import { type Kysely, PostgresAdapter, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
export type Step = (db: Kysely<any>) => Promise<void>;
/** By the name under which a database records that it ran, which therefore never changes. */
export type Steps = Readonly<Record<string, Step>>;

export const onPostgresql = (db: Parameters<Step>[0]): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter;

/** Keys are ordered by their octets on both databases, so that "begins with" is a range of the index on both. */
export const keyType = (db: Parameters<Step>[0]) => (onPostgresql(db) ? sql`text collate "C"` : 'text');
