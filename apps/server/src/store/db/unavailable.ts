/** Which database errors mean that it is unavailable (disk full, connection lost), rather than that the code is wrong. */
import { ConnectionLost } from './postgresql/connection.ts';
import { isOutOfReach } from './postgresql/silent-connections.ts';
import { sqliteResult } from './sqlite/writer.ts';

/**
 * https://www.postgresql.org/docs/current/errcodes-appendix.html: connection, rollback by the system (deadlock), resources, intervention (a
 * statement that took too long too), system errors; read-only, not in a state for it, no such database, lock not available, transaction idle.
 */
const POSTGRESQL = /^(08|40|53|57|58|25006|55000|3D000|55P03|25P03)/;
/** BUSY, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN: https://www.sqlite.org/rescode.html */
const SQLITE = new Set<number | undefined>([5, 7, 8, 10, 11, 13, 14]);

export function isUnavailable(error: unknown): boolean {
  if (error instanceof ConnectionLost || SQLITE.has(sqliteResult(error))) return true;
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return typeof severity === 'string' && typeof code === 'string' && POSTGRESQL.test(code);
}

/** Whether it may recover on its own in a moment: it does not listen yet, is starting, or has no connection left. */
export function isNotThereYet(error: unknown): boolean {
  if (!(error instanceof ConnectionLost)) return false;
  return isOutOfReach(error.cause) || (error.cause as { code?: unknown }).code === '53300';
}
