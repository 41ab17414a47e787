/** Which database errors are outcomes: a unique constraint that refused a row. Each database names it its own way. */

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY, https://www.sqlite.org/rescode.html */
const SQLITE_UNIQUE = new Set<unknown>([2067, 1555]);
const POSTGRESQL_UNIQUE = '23505';

export function isUniqueViolation(error: unknown): boolean {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  return code === POSTGRESQL_UNIQUE || SQLITE_UNIQUE.has(errcode);
}
