/** The last line of a process: why it ends, as JSON in the format of the log, whatever the log level. */
import { pino } from 'pino';

/** A mistake of ours, which a stack helps to find. What the operator can put right has a sentence instead. */
const isBug = (error: unknown): boolean =>
  !(error instanceof Error) ||
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof ReferenceError ||
  error instanceof SyntaxError;

export function fatal(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  pino({ level: 'fatal' }, pino.destination({ dest: 1, sync: true })).fatal(fields, message);
}

/** @param bug whether nothing that the operator did can be the cause */
export function fatalError(message: string, error: unknown, bug = isBug(error)): void {
  if (bug) {
    fatal(message, { err: error });
    return;
  }
  const { code, cause, message: reason } = error as Error & { readonly code?: unknown };
  const known = code ?? (cause as { readonly code?: unknown } | undefined)?.code;
  fatal(`${message}: ${reason}`, typeof known === 'string' ? { code: known } : {});
}

/** Whatever nobody caught ends the process, since nothing is known of its state any more. */
export function endOnUncaught(): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      fatalError('the server ends: nothing caught this error', error, true);
      process.exit(1);
    });
  }
}
