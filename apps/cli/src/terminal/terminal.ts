/** What the command line uses of its process, as a value, so that a test can bring its own. */
import type { Readable, Writable } from 'node:stream';

export type Input = Readable & { isTTY?: boolean };
export type Screen = Writable & { isTTY?: boolean; columns?: number };

export type Terminal = {
  readonly stdin: Input;
  readonly stdout: Screen;
  readonly stderr: Screen;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Of this build of Sower: in a checkout, git is run to find it. */
  readonly version: () => string;
};

/** On a screen, unless its person wants none (https://no-color.org) or it can show none. */
export const hasColors = ({ env }: Terminal, { isTTY }: Screen): boolean =>
  isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';

export function processTerminal(version: Terminal['version']): Terminal {
  // A terminal that does not know its size says 0, and the questions would be written a letter a line.
  if (process.stderr.isTTY && process.stderr.columns === 0) process.stderr.columns = 80;
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    now: Date.now,
    version,
  };
}
