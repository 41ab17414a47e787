/** How a command ends: a result to print, or a failure with an exit code, a reason for scripts and a next step for people. */

import type { Rendering } from './terminal/output.ts';

/** What scripts may rely on; the help prints this table, with what each means. */
export const EXIT_CODES = {
  done: 0,
  refused: 1,
  usage: 2,
  unreachable: 3,
  untrusted: 4,
  ctkip: 5,
  mac: 6,
  internal: 70,
  interrupted: 130,
} as const;

export type Exit = keyof typeof EXIT_CODES;

export type Failure = {
  readonly ok: false;
  readonly exit: Exit;
  /** A word for scripts, such as `not-found`; never changes its meaning. */
  readonly reason: string;
  readonly message: string;
  /** What to do now. */
  readonly next?: string;
  readonly details?: Readonly<Record<string, unknown>>;
};

export type Result<T> = { readonly ok: true; readonly value: T } | Failure;

export type Outcome =
  | {
      readonly ok: true;
      /** The one document of `--json`. */
      readonly json: unknown;
      /** The same for people; empty prints nothing. */
      readonly text: string;
      /** Of a list, the text in other columns or as CSV. */
      readonly rendered?: Rendering;
      /** For stderr, also with `--json`. */
      readonly notes?: readonly string[];
      /** When the answer itself is a no, as of `verify`. */
      readonly exit?: Exit;
    }
  | Failure;

export function fail(
  exit: Exit,
  reason: string,
  message: string,
  more: { next?: string; details?: Record<string, unknown> } = {},
): Failure {
  return { ok: false, exit, reason, message, ...more };
}

export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}
