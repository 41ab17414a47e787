/** The last line of a process: why it ends, as JSON in the format of the log, whatever the log level. */
import { type Logger, pino } from 'pino';

/** A mistake of ours, which a stack helps to find. What the operator can put right has a sentence instead. */
const isBug = (error: unknown): boolean =>
  !(error instanceof Error) ||
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof ReferenceError ||
  error instanceof SyntaxError;

/** The log and its last line take the same way, so that nothing written before comes after. */
const OUTPUT = pino.destination({ dest: 1, sync: false });
/** Whoever reads the log may not. */
const LONGEST_WRITE_MILLISECONDS = 1_000;

export const logOf = (level: string): Logger => pino({ level }, OUTPUT);

/** Resolves when it is written: then the process ends. */
export async function fatal(message: string, fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const written = new Promise<void>((resolve) => {
    OUTPUT.once('drain', resolve);
    timer = setTimeout(resolve, LONGEST_WRITE_MILLISECONDS);
  });
  logOf('fatal').fatal(fields, message);
  await written;
  clearTimeout(timer);
}

/** @param bug whether nothing that the operator did can be the cause */
export async function fatalError(message: string, error: unknown, bug = isBug(error)): Promise<void> {
  if (bug) return fatal(message, { err: error });
  const { code, cause, message: reason } = error as Error & { readonly code?: unknown };
  const known = code ?? (cause as { readonly code?: unknown } | undefined)?.code;
  return fatal(`${message}: ${reason}`, typeof known === 'string' ? { code: known } : {});
}

/** Whatever nobody caught ends the process, since nothing is known of its state any more. */
export function endOnUncaught(): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      void fatalError('the server ends: nothing caught this error', error, true).then(() => process.exit(1));
    });
  }
}
