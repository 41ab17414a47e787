/** Which of the two databases a connection or transaction belongs to, where they do not understand the same SQL. */
import { PostgresAdapter, sql } from 'kysely';
import type { Connection } from '../schema/schema.ts';

export const isPostgresql = (db: Connection): boolean => db.getExecutor().adapter instanceof PostgresAdapter;

/**
 * Ends an `exists (…)` among the columns of a statement of few rows, so that PostgreSQL looks for each row along an index. It does not know
 * the limit there, and would first read every row of the inner table for each batch.
 */
export const FOR_EACH_ROW = sql`limit 1 offset 0`;
