/** Which of the two databases a connection or transaction belongs to, where they do not understand the same SQL. */
import { PostgresAdapter } from 'kysely';
import type { Connection } from '../tables/schema.ts';

export const isPostgresql = (db: Connection): boolean => db.getExecutor().adapter instanceof PostgresAdapter;
