/** Which database errors mean that it cannot be used now (disk full, connection lost), rather than that the code is wrong. */
const POSTGRESQL_CLASSES = /^(08|53|57P|58|25006|55000|3D000)/;
const SQLITE = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|BUSY|NOMEM|CORRUPT)/;
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
  if (typeof code === 'string' && (POSTGRESQL_CLASSES.test(code) || SQLITE.test(code) || NETWORK.has(code))) {
    return true;
  }
  // The driver gives these no code.
  return (
    typeof message === 'string' &&
    /connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/i.test(
      message,
    )
  );
}
