/**
 * Servers that a person has logged in to, by name: address, API key and authority, in a file that only this user can read. A key here is an
 * API key as the server made it; no password is ever kept.
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { unreadableFile, unwritableFile } from './files.ts';
import { type Failure, fail, type Result, success } from './outcome.ts';
import type { Terminal } from './terminal/terminal.ts';
import { t } from './texts.ts';

export type Context = { readonly url: string; readonly apiKey: string; readonly ca?: string };
export type Contexts = {
  /** Used unless another is named. */
  readonly current?: string;
  readonly contexts: Readonly<Record<string, Context>>;
};

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isContext = (value: unknown): value is Context =>
  isObject(value) &&
  isText(value.url) &&
  isText(value.apiKey) &&
  (value.ca === undefined || isText(value.ca));
const areContexts = (value: unknown): value is Contexts =>
  isObject(value) &&
  (value.current === undefined || isText(value.current)) &&
  isObject(value.contexts) &&
  Object.values(value.contexts).every(isContext);

/** Beside the other settings of this user. */
export function contextsFile({ env }: Pick<Terminal, 'env'>): string {
  const { XDG_CONFIG_HOME, HOME } = env;
  return join(XDG_CONFIG_HOME || join(HOME || homedir(), '.config'), 'sower', 'contexts.json');
}

export function readContexts(terminal: Pick<Terminal, 'env'>): Result<Contexts> {
  const file = contextsFile(terminal);
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return areContexts(read)
      ? success(read)
      : fail('usage', 'broken-contexts', t('context.broken', { file }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return success({ contexts: {} });
    return unreadableFile(file, error);
  }
}

/** Whole, or as it was: another command may read it meanwhile. */
export function writeContexts(terminal: Pick<Terminal, 'env'>, contexts: Contexts): Failure | undefined {
  const file = contextsFile(terminal);
  const made = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(made, `${JSON.stringify(contexts, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    chmodSync(made, 0o600);
    renameSync(made, file);
    return undefined;
  } catch (error) {
    rmSync(made, { force: true });
    return unwritableFile(file, error);
  }
}

/** @param name absent: the current one, if any */
export function contextNamed(terminal: Pick<Terminal, 'env'>, name: string | undefined) {
  const read = readContexts(terminal);
  if (!read.ok) return read;
  const { current, contexts } = read.value;
  const wanted = name ?? current;
  if (wanted === undefined) return success(undefined);
  const found = Object.hasOwn(contexts, wanted) ? contexts[wanted] : undefined;
  return found ? success({ ...found, name: wanted }) : noContext(wanted);
}

export const noContext = (name: string): Failure =>
  fail('usage', 'no-context', t('context.notFound', { name }), {
    next: t('usage.see', { command: 'sower context list' }),
  });
