/** Files that were named on the command line: read, or made for this user only. */
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { type Failure, fail, type Outcome, type Result, success } from './outcome.ts';
import { t } from './texts.ts';

/** @param reason for scripts */
export function unreadableFile(file: string, error: unknown, reason = 'unreadable-file'): Failure {
  return fail(
    'usage',
    reason,
    error instanceof SyntaxError
      ? t('file.notJson', { file })
      : t('file.unreadable', { file, code: codeOf(error) }),
  );
}

let inputIsRead = false;

/**
 * @param file `-`: standard input, for one file of a command
 * @param reason for scripts
 */
export function fileOctets(file: string, reason?: string): Result<Buffer> {
  if (file === '-' && inputIsRead) return fail('usage', 'input-used', t('file.inputUsed'));
  inputIsRead ||= file === '-';
  try {
    return success(readFileSync(file === '-' ? 0 : file));
  } catch (error) {
    return unreadableFile(file, error, reason);
  }
}

/** @param reason for scripts */
export function fileText(file: string, reason?: string): Result<string> {
  const read = fileOctets(file, reason);
  return read.ok ? success(read.value.toString('utf8')) : read;
}

/** @param reason for scripts */
export function unwritableFile(file: string, error: unknown, reason = 'unwritable-file'): Failure {
  const code = codeOf(error);
  return fail(
    'usage',
    reason,
    code === 'EEXIST' ? t('file.exists', { file }) : t('file.unwritable', { file, code }),
  );
}

/**
 * Checks beforehand whether a file can be created that is written only after long work, or after something that cannot be undone.
 *
 * @returns why not
 */
export function whyNotMade(path: string, reason = 'file'): Failure | undefined {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    rmSync(path);
    return undefined;
  } catch (error) {
    return unwritableFile(path, error, reason);
  }
}

class WriteFailed extends Error {}

/**
 * Creates a file that only this user can read. An existing file is left alone, and an incomplete one is not left behind, even after Ctrl-C.
 *
 * @param fill gets what appends to the file
 * @param reason for scripts
 */
export async function makeFile(
  path: string,
  fill: (append: (content: string | Uint8Array) => void) => Promise<Outcome>,
  reason = 'file',
): Promise<Outcome> {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    return unwritableFile(path, error, reason);
  }
  let complete = false;
  const remove = (): void => {
    if (!complete) rmSync(path, { force: true });
  };
  process.once('exit', remove);
  for (const signal of SIGNALS) process.once(signal, leave);
  try {
    const outcome = await fill((content) => {
      const octets = typeof content === 'string' ? Buffer.from(content) : content;
      try {
        for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at);
      } catch (error) {
        throw new WriteFailed('', { cause: error });
      }
    });
    if (outcome.ok) toDisk(file);
    complete = outcome.ok;
    return outcome;
  } catch (error) {
    if (error instanceof WriteFailed) return unwritableFile(path, error.cause, reason);
    throw error;
  } finally {
    closeSync(file);
    remove();
    process.removeListener('exit', remove);
    for (const signal of SIGNALS) process.removeListener(signal, leave);
  }
}

/** Some disks say only now that they are full. */
function toDisk(file: number): void {
  try {
    fsyncSync(file);
  } catch (error) {
    throw new WriteFailed('', { cause: error });
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** The shell's exit code for a process that was ended by a signal. */
const leave = (signal: (typeof SIGNALS)[number]): void => process.exit(128 + constants.signals[signal]);

/** The file is created before the request to the server: a result that cannot be written anywhere need not be produced. */
export const saveFile = (path: string, take: () => Promise<string | Uint8Array>): Promise<Outcome> =>
  makeFile(path, async (append) => {
    append(await take());
    return { ok: true, json: { file: path }, text: t('file.saved', { file: path }) };
  });

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? (error as Error).message;
