/** Which database errors mean that it cannot be used now (disk full, connection lost), rather than that the code is wrong. */
import { sqliteResult } from './sqlite.ts';

const POSTGRESQL_CLASSES = /^(08|53|57P|58|25006|55000|3D000)/;
/** BUSY, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN: https://www.sqlite.org/rescode.html */
const SQLITE = new Set<number | undefined>([5, 7, 8, 10, 11, 13, 14]);
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOENT',
]);

export function isUnavailable(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (SQLITE.has(sqliteResult(error))) return true;
  if (typeof code === 'string' && (POSTGRESQL_CLASSES.test(code) || NETWORK.has(code))) return true;
  // The driver gives these no code.
  return (
    typeof message === 'string' &&
    /connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/i.test(
      message,
    )
  );
}
