/**
 * What an error of the database means: that it (disk full, connection lost), or a key to what it has, is unavailable; that a constraint refused
 * a row, which is an outcome; or else that the code is wrong.
 */

import { DataKeyMissing } from '../../keys/seal/sealing.ts';
import type { Unavailability } from './meter.ts';
import { ConnectionLost } from './postgresql/failures.ts';
import { isOutOfReach } from './postgresql/silent-connections.ts';
import { sqliteResult } from './sqlite/writer.ts';

/**
 * https://www.postgresql.org/docs/current/errcodes-appendix.html: connection, rollback by the system (deadlock), resources, intervention (a
 * statement that took too long too), system errors; read-only, not in a state for it, no such database, lock not available, transaction idle.
 */
const POSTGRESQL: readonly (readonly [RegExp, Unavailability])[] = [
  [/^(08|57P)/, 'connection'],
  [/^(40|55P03)/, 'lock'],
  [/^(57014|25P03)/, 'time'],
  [/^53/, 'resources'],
  [/^(25006|55000)/, 'read-only'],
  [/^(57|58|3D000)/, 'other'],
];
/** BUSY, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN: https://www.sqlite.org/rescode.html */
const SQLITE = new Map<number | undefined, Unavailability>([
  [5, 'lock'],
  [7, 'resources'],
  [8, 'read-only'],
  [10, 'other'],
  [11, 'other'],
  [13, 'resources'],
  [14, 'other'],
]);

/** @returns undefined for an error of the statement, such as a row that is there already */
export function unavailabilityOf(error: unknown): Unavailability | undefined {
  if (error instanceof ConnectionLost) return 'connection';
  if (error instanceof DataKeyMissing) return 'other';
  const ofSqlite = SQLITE.get(sqliteResult(error));
  if (ofSqlite !== undefined) return ofSqlite;
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  if (typeof severity !== 'string' || typeof code !== 'string') return undefined;
  return POSTGRESQL.find(([pattern]) => pattern.test(code))?.[1];
}

export const isUnavailable = (error: unknown): boolean => unavailabilityOf(error) !== undefined;

/** Whether it may recover on its own in a moment: it does not listen yet, is starting, or has no connection left. */
export function isNotThereYet(error: unknown): boolean {
  if (!(error instanceof ConnectionLost)) return false;
  return isOutOfReach(error.cause) || (error.cause as { code?: unknown }).code === '53300';
}

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
