/** Expected outcomes as values: a domain function answers with what was asked for, or with one problem out of the table. */
import type { OpenChallenge } from '@sower/api/challenges';
import type { Permission } from '@sower/api/permissions';
import type { ProblemCode, ProblemDocument } from '@sower/api/problems';

export type Refused = {
  readonly ok: false;
  readonly problem: ProblemCode;
  /** A sentence for the person, saying what to do. */
  readonly detail: string;
  readonly errors?: ProblemDocument['errors'];
  /** What the caller lacks. */
  readonly permission?: Permission;
  /** What is asked before there is more. */
  readonly challenge?: OpenChallenge;
  /** A secret was compared and was wrong: it counts against where it came from. */
  readonly guess?: true;
  /** When to come back, in seconds. */
  readonly retryAfter?: number;
};
export type Outcome<T> = { readonly ok: true; readonly value: T } | Refused;

export const done = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const refused = (
  problem: ProblemCode,
  detail: string,
  errors?: ProblemDocument['errors'],
): Refused => ({
  ok: false,
  problem,
  detail,
  ...(errors ? { errors } : {}),
});

/** Refused for what one field of the request says: the sentence belongs there. */
export const refusedAt = (path: string, problem: ProblemCode, detail: string): Refused =>
  refused(problem, detail, [{ path, message: detail }]);

/** Refused for want of a permission; who holds it can be looked up. */
export const refusedFor = (permission: Permission | undefined, detail: string): Refused => ({
  ...refused('not-permitted', detail),
  ...(permission === undefined ? {} : { permission }),
});

/** Refused because a secret was wrong. */
export const wrongSecret = (refusal: Refused): Refused => ({ ...refusal, guess: true });

export const isGuess = (outcome: Outcome<unknown>): boolean =>
  !outcome.ok && (outcome.problem === 'log-on-failed' || outcome.guess === true);

/** Somebody else was faster; the present version says what to load again. */
export const editedMeanwhile = (version: number) =>
  refused('edited-meanwhile', `It is at version ${version} by now. Load it again and repeat your change.`);

/** Thrown inside a transaction to undo it, and caught by {@link undoable} just outside. Never leaves the domain. */
class Undo extends Error {
  readonly refusal: Refused;
  constructor(refusal: Refused) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** Leaves the transaction around it undone and answers with this refusal. */
export function undo(problem: ProblemCode, detail: string): never {
  undoWith(refused(problem, detail));
}

export function undoWith(refusal: Refused): never {
  throw new Undo(refusal);
}

export async function undoable<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return done(await work());
  } catch (error) {
    if (error instanceof Undo) return error.refusal;
    throw error;
  }
}
