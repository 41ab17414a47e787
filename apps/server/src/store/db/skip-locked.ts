/** `for update skip locked`, where several processes claim rows at once; SQLite has one writer at a time and does not know it. */
import { PostgresAdapter, type RawBuilder, sql } from 'kysely';
import type { Connection } from '../tables/schema.ts';

export function skipLocked(db: Connection): RawBuilder<unknown> {
  return db.getExecutor().adapter instanceof PostgresAdapter ? sql`for update skip locked` : sql``;
}
