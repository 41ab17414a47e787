/** Asking: secrets (from a pipe, or without echo), and the name of what is about to be lost. Questions go to stderr. */
import { isCancel, password, text } from '@clack/prompts';
import { type Failure, fail, type Result, success } from '../outcome.ts';
import { type NamesBelow, t } from '../texts.ts';
import { printable } from './output.ts';
import type { Terminal } from './terminal.ts';

const MAX_LINE = 4096;
/** Of all lines together. */
const MAX_LINES = 65_536;

export type Secret = NamesBelow<'prompt.secret'>;
type NewSecret = NamesBelow<'prompt.newSecret'>;

/** One secret: the first line of a pipe, or typed without echo. */
export async function readSecret(terminal: Terminal, secret: Secret): Promise<Result<string>> {
  const what = t(`prompt.secret.${secret}`);
  if (terminal.stdin.isTTY === true) return askSecret(terminal, what);
  const line = await firstLine(terminal.stdin);
  if (line === undefined) return fail('usage', 'input-too-long', t('prompt.tooLong', { what }));
  if (line === '') {
    return fail('usage', 'input-missing', t('prompt.missing', { what }), { next: t('prompt.pipe') });
  }
  return success(line);
}

/** Several secrets, one after the other: a line of a pipe each, or typed without echo. */
export function secretReader(terminal: Terminal): (what: string) => Promise<Result<string>> {
  const { stdin } = terminal;
  if (stdin.isTTY === true) return (what) => askSecret(terminal, what);
  let lines: string[] | undefined;
  return async (what) => {
    lines ??= await linesOf(stdin);
    const line = lines.shift();
    if (line !== undefined && line !== '' && line.length <= MAX_LINE) return success(line);
    return line !== undefined && line.length > MAX_LINE
      ? fail('usage', 'input-too-long', t('prompt.tooLong', { what }))
      : fail('usage', 'input-missing', t('prompt.missing', { what }), { next: t('prompt.pipe') });
  };
}

async function linesOf(input: NodeJS.ReadableStream): Promise<string[]> {
  let text = '';
  for await (const chunk of input) {
    text += String(chunk);
    if (text.length > MAX_LINES) break;
  }
  return text.split(/\r?\n/);
}

/** A new secret: the first line of a pipe, or typed twice without echo. */
export async function readNewSecret(terminal: Terminal, secret: NewSecret): Promise<Result<string>> {
  return terminal.stdin.isTTY === true ? askNewSecret(terminal, secret) : readSecret(terminal, secret);
}

/** Typed twice, never from a pipe. */
export async function askNewSecret(terminal: Terminal, secret: NewSecret): Promise<Result<string>> {
  const typed = await askSecret(terminal, t(`prompt.newSecret.${secret}`));
  if (!typed.ok) return typed;
  const again = await askSecret(terminal, t('prompt.again'));
  if (!again.ok) return again;
  return again.value === typed.value
    ? typed
    : fail('refused', `${secret}s-differ`, t(`prompt.differ.${secret}`));
}

/** Typed, never from a pipe. */
export async function askSecret(terminal: Terminal, what: string): Promise<Result<string>> {
  const answer = await password({
    message: t('prompt.ask', { what }),
    mask: '',
    input: terminal.stdin,
    output: terminal.stderr,
    validate: (value) => (value === undefined || value === '' ? t('prompt.empty') : undefined),
  });
  return isCancel(answer) ? interrupted() : success(answer);
}

export function interrupted(): Failure {
  return fail('interrupted', 'interrupted', t('prompt.interrupted'));
}

/**
 * Whether the user means it: `--yes`, or the name typed again.
 *
 * @returns undefined to continue
 */
export async function confirmByName(
  terminal: Terminal,
  { name, consequence, yes }: { name: string; consequence: string; yes: boolean | undefined },
): Promise<Failure | undefined> {
  if (yes === true) return undefined;
  if (terminal.stdin.isTTY !== true || terminal.stderr.isTTY !== true) {
    return fail('usage', 'confirmation-needed', consequence, { next: t('prompt.addYes') });
  }
  const answer = await text({
    message: t('prompt.typeName', { consequence: printable(consequence), name: printable(name) }),
    input: terminal.stdin,
    output: terminal.stderr,
  });
  if (isCancel(answer)) return interrupted();
  return answer?.trim() === name
    ? undefined
    : fail('refused', 'not-confirmed', t('prompt.notConfirmed', { name }));
}

async function firstLine(input: NodeJS.ReadableStream): Promise<string | undefined> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of input) {
    bytes = Buffer.concat([bytes, typeof chunk === 'string' ? Buffer.from(chunk) : chunk]);
    if (bytes.includes(0x0a) || bytes.length > MAX_LINE) break;
  }
  const end = bytes.indexOf(0x0a);
  const line = end < 0 ? bytes : bytes.subarray(0, end);
  if (line.length > MAX_LINE) return undefined;
  return line.toString('utf8').replace(/\r$/, '');
}
