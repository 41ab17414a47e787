/** Which database errors are outcomes: a constraint that refused a row. Each database names it its own way. */

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY, https://www.sqlite.org/rescode.html */
const SQLITE_UNIQUE = new Set<unknown>([2067, 1555]);
const POSTGRESQL_UNIQUE = '23505';
/** SQLITE_CONSTRAINT_FOREIGNKEY */
const SQLITE_FOREIGN_KEY = 787;
const POSTGRESQL_FOREIGN_KEY = '23503';

const codesOf = (error: unknown) => (error ?? {}) as { code?: unknown; errcode?: unknown };

export function isUniqueViolation(error: unknown): boolean {
  const { code, errcode } = codesOf(error);
  return code === POSTGRESQL_UNIQUE || SQLITE_UNIQUE.has(errcode);
}

/** What a row belongs to was deleted meanwhile, or got something that belongs to it. */
export function isForeignKeyViolation(error: unknown): boolean {
  const { code, errcode } = codesOf(error);
  return code === POSTGRESQL_FOREIGN_KEY || errcode === SQLITE_FOREIGN_KEY;
}
