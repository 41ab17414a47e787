/** What goes wrong with a connection to PostgreSQL, and how long it may take. Imports no driver: SQLite's side knows these too. */

/** The connection failed, not the statement: whether a commit in progress happened is unknown. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super(
      `the connection to the database failed: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
  }
}

/** How long a statement may take that somebody waits to be let in by, and how long any statement may wait for a lock. */
export const HOT_MILLISECONDS = 4_000;

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: query canceled, which a time limit does too; lock not available. */
export const tookTooLong = (error: unknown): boolean =>
  ['57014', '55P03'].includes(String((error as { code?: unknown }).code));
