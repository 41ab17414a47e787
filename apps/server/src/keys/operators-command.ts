/** Runs the operator's shell commands: they get none of the server's secrets, and whatever they start ends with them. */

import { type ChildProcess, spawn } from 'node:child_process';
import { Writable } from 'node:stream';
import { MINUTE } from '@sower/api/time';

/** The last of its standard error, for anyone who looks for the reason. */
const WORDS = 500;
const MAX_PRINTED = 4_096;
/** For what it said last to be read. */
const REST_MILLISECONDS = 1_000;

export class CommandFailed extends Error {
  /** Its exit code, the signal that ended it, or why it could not be started. */
  readonly how: string;
  /** What it said last. */
  readonly words: string;
  /** It was ended because it took too long. */
  readonly late: boolean;
  constructor(how: string, words: string, late = false) {
    super(`it ended with ${how}: ${words}`);
    this.how = how;
    this.words = words;
    this.late = late;
  }
}

type RunningCommand = {
  readonly stdin: Writable;
  /** What it printed, a few kilobytes at most. @throws CommandFailed unless it ends with 0 */
  readonly ended: Promise<Buffer>;
  /** Ends it and what it started. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
};

/** @param env besides the server's own; `prints`: what it prints is wanted, and is little; `signal` ends it */
export function runCommand(
  command: string,
  {
    env,
    prints = false,
    milliseconds,
    signal,
  }: {
    env?: Record<string, string>;
    prints?: boolean;
    milliseconds?: number;
    signal?: AbortSignal;
  } = {},
): RunningCommand {
  const child = spawn('/bin/sh', ['-c', command], {
    // What no one asked for may be as long as it likes, such as the progress of a copy.
    stdio: ['pipe', prints ? 'pipe' : 'ignore', 'pipe'],
    // A group of its own, since a shell that is killed leaves behind what it started.
    detached: true,
    env: { ...process.env, ...env, SOWER_MASTER_KEY: '', SOWER_DATABASE: '' },
  });
  let over = false;
  const kill: RunningCommand['kill'] = (name) => {
    if (!over) killGroup(child, name);
  };
  const abort = (): void => kill('SIGKILL');
  let words = '';
  let printed = Buffer.alloc(0);
  let late = false;
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-WORDS);
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    printed = Buffer.concat([printed, chunk]);
    if (printed.length > MAX_PRINTED) abort();
  });
  // Where no file descriptor is left it has none, and its error comes in a moment.
  const stdin: Writable = child.stdin ?? new Writable().destroy();
  // One that reads no further has ended, or ends: its exit says why.
  stdin.on('error', () => {});
  const timer =
    milliseconds === undefined
      ? undefined
      : setTimeout(() => {
          late = true;
          abort();
        }, milliseconds);
  let rest: NodeJS.Timeout | undefined;
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  const ended = new Promise<Buffer>((resolve, reject) => {
    const failed = (how: string): void => reject(new CommandFailed(how, words.trim(), late));
    child.once('error', (error) => failed(error.message));
    const end = (code: number | null, name: string | null): void =>
      code === 0 && !late ? resolve(printed) : failed(String(code ?? name));
    child.once('close', end);
    // What it left in the background may hold on to its output for ever.
    child.once('exit', (code, name) => {
      rest = setTimeout(end, REST_MILLISECONDS, code, name);
    });
  }).finally(() => {
    over = true;
    clearTimeout(rest);
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
  ended.catch(() => {});
  return { stdin, ended, kill };
}

function killGroup({ pid }: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended a moment ago.
  }
}

const SECRET_MILLISECONDS = MINUTE;

/** Of a command that prints a secret. */
export function printedBy(command: string): Promise<Buffer> {
  const running = runCommand(command, { prints: true, milliseconds: SECRET_MILLISECONDS });
  running.stdin.end();
  return running.ended;
}

/** The end of a sentence. */
export const whyFailed = (error: unknown): string =>
  error instanceof CommandFailed && error.late
    ? 'did not end within a minute'
    : `failed (${error instanceof CommandFailed ? error.how : String(error)})`;
