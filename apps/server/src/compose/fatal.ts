/** The last line of a process: why it ends, as JSON in the format of the log, whatever the log level. */
import { inEnglish, type Text, text } from '@sower/texts/outcomes';
import { type Logger, pino } from 'pino';
import { currentRequestId } from '../store/audit/request-id.ts';
import { sqliteResult } from '../store/db/sqlite/writer.ts';

/** A bug of ours, for which a stack trace helps. For what the operator can correct, there is a sentence instead. */
const isBug = (error: unknown): boolean =>
  !(error instanceof Error) ||
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof ReferenceError ||
  error instanceof SyntaxError;

/** Of the log, while it cannot be written. */
const MAX_UNWRITTEN_OCTETS = 4 * 2 ** 20;

/** The log and its last line take the same path, so nothing written before comes after it. */
const OUTPUT = pino.destination({ dest: 1, sync: false, maxLength: MAX_UNWRITTEN_OCTETS });
// A full disk that the log is written to, or a reader that has gone, ends no server. What is kept is written once there is room.
let unwritable = false;
OUTPUT.on('error', () => {
  unwritable = true;
});
OUTPUT.on('drain', () => {
  unwritable = false;
});
process.stdout.on('error', () => {});
// At the end of the process the library would try to write the rest for ever.
const flush = OUTPUT.flushSync.bind(OUTPUT);
OUTPUT.flushSync = () => {
  if (!unwritable) flush();
};
/** The reader of the log may have gone. */
const LONGEST_WRITE_MILLISECONDS = 5_000;

/** Lines that a request leads to have its ID. */
export const logOf = (level: string): Logger =>
  pino(
    {
      level,
      mixin: () => {
        const requestId = currentRequestId();
        return requestId === undefined ? {} : { requestId };
      },
    },
    OUTPUT,
  );

let lastLine: Promise<void> | undefined;

/** Resolves when it is written: then the process ends. What goes wrong until then adds nothing to the reason, and no line. */
export function fatal(message: string, fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
  lastLine ??= write(message, fields);
  return lastLine;
}

async function write(message: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const written = new Promise<void>((resolve) => {
    OUTPUT.once('drain', resolve);
    timer = setTimeout(resolve, LONGEST_WRITE_MILLISECONDS);
  });
  logOf('fatal').fatal(fields, message);
  await written;
  clearTimeout(timer);
}

/** A disk that is full or read-only, or a folder of someone else: Node.js names a code and the call, and SQLite not even the file. */
function diskTrouble(error: unknown): Text | undefined {
  const { code, path } = error as { readonly code?: unknown; readonly path?: unknown };
  const file = typeof path === 'string' ? path : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return file === undefined ? text('start.full') : text('start.full-at', { path: file });
  if (code === 'EROFS' && file !== undefined) return text('start.read-only', { path: file });
  if ((code === 'EACCES' || code === 'EPERM') && file !== undefined)
    return text('start.not-permitted', { path: file });
  const ofSqlite = sqliteResult(error);
  if (ofSqlite === FULL) return text('start.full');
  // Where the index of the write-ahead log has no room.
  if (ofSqlite === IO_ERROR) return text('start.database-io');
  return ofSqlite === READ_ONLY || ofSqlite === CANNOT_OPEN ? text('start.database-closed') : undefined;
}
/** https://www.sqlite.org/rescode.html */
const [READ_ONLY, IO_ERROR, FULL, CANNOT_OPEN] = [8, 10, 13, 14];

/** @param bug whether nothing the operator did can be the cause */
export async function fatalError(message: string, error: unknown, bug = isBug(error)): Promise<void> {
  if (bug) return fatal(message, { err: error });
  const { code, cause, message: reason } = error as Error & { readonly code?: unknown };
  const known = code ?? (cause as { readonly code?: unknown } | undefined)?.code;
  const disk = diskTrouble(error);
  return fatal(
    `${message}: ${disk ? inEnglish(disk) : reason}`,
    typeof known === 'string' ? { code: known } : {},
  );
}

/** An uncaught exception ends the process, since nothing is known about its state any more. */
export function endOnUncaught(): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      void fatalError('the server ends: nothing caught this error', error, true).then(() => process.exit(1));
    });
  }
}
