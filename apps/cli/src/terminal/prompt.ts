/** Asking: secrets (from a pipe, or without echo), and the name of what is about to be lost. Questions go to stderr. */
import { isCancel, password, text } from '@clack/prompts';
import { type Failure, fail, type Result, success } from '../outcome.ts';
import { printable } from './output.ts';
import type { Terminal } from './terminal.ts';

const MAX_LINE = 4096;

/**
 * One secret: the first line of a pipe, or typed without echo. `what` names it, as in "PIN".
 */
export async function readSecret(terminal: Terminal, what: string): Promise<Result<string>> {
  if (terminal.stdin.isTTY === true) return askSecret(terminal, what);
  const line = await firstLine(terminal.stdin);
  if (line === undefined)
    return fail('usage', 'input-too-long', `The ${what} on standard input is too long.`);
  if (line === '') {
    return fail('usage', 'input-missing', `No ${what} on standard input.`, {
      next: `Pipe it in, or run this in a terminal to be asked. A ${what} is not taken as an option: others on this machine could read it there.`,
    });
  }
  return success(line);
}

/** A secret that is made up now: the first line of a pipe, or typed twice without echo. */
export async function readNewSecret(terminal: Terminal, what: string): Promise<Result<string>> {
  if (terminal.stdin.isTTY !== true) return readSecret(terminal, what);
  const typed = await askSecret(terminal, `New ${what}`);
  if (!typed.ok) return typed;
  const again = await askSecret(terminal, 'The same again');
  if (!again.ok) return again;
  return again.value === typed.value
    ? typed
    : fail('refused', `${what}s-differ`, `The two ${what}s differ; nothing was changed.`);
}

/** Typed, never from a pipe; undefined when there is nobody to ask. */
export async function askSecret(terminal: Terminal, what: string): Promise<Result<string>> {
  const answer = await password({
    message: `${what}:`,
    mask: '',
    input: terminal.stdin as never,
    output: terminal.stderr as never,
    validate: (value) => (value === undefined || value === '' ? `Type the ${what}` : undefined),
  });
  return isCancel(answer) ? interrupted() : success(answer);
}

export function interrupted(): Failure {
  return fail('interrupted', 'interrupted', 'Interrupted; nothing was changed.');
}

/**
 * Whether the user means it: `--yes`, or the name typed again.
 *
 * @returns undefined to go on
 */
export async function confirmByName(
  terminal: Terminal,
  { name, consequence, yes }: { name: string; consequence: string; yes: boolean | undefined },
): Promise<Failure | undefined> {
  if (yes === true) return undefined;
  if (terminal.stdin.isTTY !== true || terminal.stderr.isTTY !== true) {
    return fail('usage', 'confirmation-needed', consequence, { next: 'Add --yes if you mean it.' });
  }
  const answer = await text({
    message: `${printable(consequence)} Type ${printable(name)} to go on:`,
    input: terminal.stdin as never,
    output: terminal.stderr as never,
  });
  if (isCancel(answer)) return interrupted();
  return answer?.trim() === name
    ? undefined
    : fail('refused', 'not-confirmed', `That is not ${name}; nothing was changed.`);
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
