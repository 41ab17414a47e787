/** Expected outcomes as values: a domain function returns what was requested, or one problem from the table. */

import type { Challenge, OpenChallenge } from '@sower/api/challenges';
import type { Permission } from '@sower/api/permissions';
import type { ProblemCode } from '@sower/api/problems';
import { type Text, text } from '@sower/texts/outcomes';

/** What is wrong with one field of the request. */
export type FieldProblem = { readonly path: string; readonly message: Text };

/** As it is sent, except that the reason why the last PIN was refused is not yet in words. */
export type Question =
  | Exclude<Challenge, { refused?: unknown }>
  | (Omit<Extract<Challenge, { refused?: unknown }>, 'refused'> & { readonly refused?: Text });
export type OpenQuestion = Omit<OpenChallenge, 'challenge' | 'prompt'> & { readonly challenge: Question };

export type Refused = {
  readonly ok: false;
  readonly problem: ProblemCode;
  /** What is wrong, and what to do. */
  readonly detail: Text;
  readonly errors?: readonly FieldProblem[];
  /** The permission that the caller lacks. */
  readonly permission?: Permission;
  /** What the caller must provide first. */
  readonly challenge?: OpenQuestion;
  /** A secret was compared and was wrong: it counts against the source. */
  readonly guess?: true;
  /** When to try again, in seconds. */
  readonly retryAfter?: number;
};
export type Outcome<T> = { readonly ok: true; readonly value: T } | Refused;

export const done = <T>(value: T): Outcome<T> => ({ ok: true, value });

/** The same outcome, with a view of what it was done with. */
export async function viewing<T, View>(
  outcome: Promise<Outcome<T>>,
  view: (value: T) => View,
): Promise<Outcome<View>> {
  const made = await outcome;
  return made.ok ? done(view(made.value)) : made;
}

export const refused = (problem: ProblemCode, detail: Text, errors?: readonly FieldProblem[]): Refused => ({
  ok: false,
  problem,
  detail,
  ...(errors ? { errors } : {}),
});

/** Refused because of one field of the request: the message belongs there. */
export const refusedAt = (path: string, problem: ProblemCode, detail: Text): Refused =>
  refused(problem, detail, [{ path, message: detail }]);

/** What a field of the request names does not exist: the message belongs there. Other refusals stay as they are. */
export const missingAt = (path: string, refusal: Refused): Refused =>
  refusal.problem === 'not-found' ? refusedAt(path, refusal.problem, refusal.detail) : refusal;

export const invalidAt = (path: string, detail: Text): Refused => refusedAt(path, 'invalid-request', detail);

/** Refused for lack of a permission. Who holds it can be looked up. */
export const refusedFor = (permission: Permission | undefined, detail: Text): Refused => ({
  ...refused('not-permitted', detail),
  ...(permission === undefined ? {} : { permission }),
});

/** Refused because a secret was wrong. */
export const wrongSecret = (refusal: Refused): Refused => ({ ...refusal, guess: true });

export const isGuess = (outcome: Outcome<unknown>): boolean =>
  !outcome.ok && (outcome.problem === 'log-on-failed' || outcome.guess === true);

/** Someone else was faster. At which version it is by now is left out: in a race it would be untrue, and the client reloads anyway. */
export const editedMeanwhile = () => refused('edited-meanwhile', text('request.edited-meanwhile'));

/** Thrown where no outcome can be returned: the reason is a text. */
export class TextError extends Error {
  readonly text: Text;
  constructor(why: Text) {
    super(why.code);
    this.text = why;
  }
}

/** More at once than is served. Nothing was done: the edges say so, and the caller tries again in a moment. */
export class Overload extends Error {}
