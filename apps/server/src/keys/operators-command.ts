/** Commands of the operator's, by the shell: they get no secret of the server's, and whatever they start ends with them. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/** Of what it says on standard error, for the person who looks for the reason. */
const WORDS = 500;
const MOST_PRINTED = 4_096;

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

export type RunningCommand = {
  readonly stdin: Writable;
  /** What it printed, a few kilobytes at most. @throws CommandFailed unless it ends with 0 */
  readonly ended: Promise<Buffer>;
  /** Ends it and what it started. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
};

/** @param env besides the server's own; `signal` ends it */
export function runCommand(
  command: string,
  {
    env,
    milliseconds,
    signal,
  }: { env?: Record<string, string>; milliseconds?: number; signal?: AbortSignal } = {},
): RunningCommand {
  const child = spawn('/bin/sh', ['-c', command], {
    stdio: 'pipe',
    // A group of its own, since a shell that is killed leaves behind what it started.
    detached: true,
    env: { ...process.env, ...env, SOWER_MASTER_KEY: '', SOWER_DATABASE: '' },
  });
  const kill: RunningCommand['kill'] = (name) => killGroup(child, name);
  const abort = (): void => kill('SIGKILL');
  let words = '';
  let printed = Buffer.alloc(0);
  let late = false;
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-WORDS);
  });
  child.stdout.on('data', (chunk: Buffer) => {
    printed = Buffer.concat([printed, chunk]);
    if (printed.length > MOST_PRINTED) abort();
  });
  // One that reads no further has ended, or ends: its exit says why.
  child.stdin.on('error', () => {});
  const timer =
    milliseconds === undefined
      ? undefined
      : setTimeout(() => {
          late = true;
          abort();
        }, milliseconds);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  const ended = new Promise<Buffer>((resolve, reject) => {
    const failed = (how: string): void => reject(new CommandFailed(how, words.trim(), late));
    child.once('error', (error) => failed(error.message));
    child.once('close', (code, name) => (code === 0 ? resolve(printed) : failed(String(code ?? name))));
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
  ended.catch(() => {});
  return { stdin: child.stdin, ended, kill };
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended a moment ago.
  }
}

const SECRET_MILLISECONDS = 60_000;

/** Of a command that prints a secret. */
export function printedBy(command: string): Promise<Buffer> {
  const running = runCommand(command, { milliseconds: SECRET_MILLISECONDS });
  running.stdin.end();
  return running.ended;
}

/** The end of a sentence. */
export const whyFailed = (error: unknown): string =>
  error instanceof CommandFailed && error.late
    ? 'did not end within a minute'
    : `failed (${error instanceof CommandFailed ? error.how : String(error)})`;
