/** How a command ends: a result to print, or a failure with an exit code, a reason for scripts and a next step for people. */

/** What scripts may rely on; the help prints this table. */
export const EXIT_CODES = {
  done: { code: 0, meaning: 'done; the passcode was accepted' },
  refused: { code: 1, meaning: 'rejected or refused: by the server, or by the authenticator' },
  usage: { code: 2, meaning: 'wrong use: options, files or settings' },
  unreachable: { code: 3, meaning: 'the server cannot be reached, or cannot answer' },
  untrusted: { code: 4, meaning: 'the certificate of the server is not trusted' },
  ctkip: { code: 5, meaning: 'CT-KIP failed; "reason" says how' },
  mac: { code: 6, meaning: 'the MAC is wrong: somebody may be between you and the server' },
  internal: { code: 70, meaning: 'a defect in sower' },
  interrupted: { code: 130, meaning: 'interrupted' },
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
