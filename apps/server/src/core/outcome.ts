/** Expected outcomes as values: a domain function answers with what was asked for, or with one problem out of the table. */

import type { Challenge, OpenChallenge } from '@sower/api/challenges';
import type { Permission } from '@sower/api/permissions';
import type { ProblemCode } from '@sower/api/problems';
import { type Text, text } from '@sower/messages/outcomes';

/** What is wrong with one field of the request. */
export type FieldProblem = { readonly path: string; readonly message: Text };

/** As it goes out, except that what was wrong with the PIN before is not in words yet. */
export type Question =
  | Exclude<Challenge, { refused?: unknown }>
  | (Omit<Extract<Challenge, { refused?: unknown }>, 'refused'> & { readonly refused?: Text });
export type OpenQuestion = Omit<OpenChallenge, 'challenge'> & { readonly challenge: Question };

export type Refused = {
  readonly ok: false;
  readonly problem: ProblemCode;
  /** What is wrong, and what to do. */
  readonly detail: Text;
  readonly errors?: readonly FieldProblem[];
  /** What the caller lacks. */
  readonly permission?: Permission;
  /** What is asked before there is more. */
  readonly challenge?: OpenQuestion;
  /** A secret was compared and was wrong: it counts against where it came from. */
  readonly guess?: true;
  /** When to come back, in seconds. */
  readonly retryAfter?: number;
};
export type Outcome<T> = { readonly ok: true; readonly value: T } | Refused;

export const done = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const refused = (problem: ProblemCode, detail: Text, errors?: readonly FieldProblem[]): Refused => ({
  ok: false,
  problem,
  detail,
  ...(errors ? { errors } : {}),
});

/** Refused for what one field of the request says: the sentence belongs there. */
export const refusedAt = (path: string, problem: ProblemCode, detail: Text): Refused =>
  refused(problem, detail, [{ path, message: detail }]);

/** Refused for want of a permission; who holds it can be looked up. */
export const refusedFor = (permission: Permission | undefined, detail: Text): Refused => ({
  ...refused('not-permitted', detail),
  ...(permission === undefined ? {} : { permission }),
});

/** Refused because a secret was wrong. */
export const wrongSecret = (refusal: Refused): Refused => ({ ...refusal, guess: true });

export const isGuess = (outcome: Outcome<unknown>): boolean =>
  !outcome.ok && (outcome.problem === 'log-on-failed' || outcome.guess === true);

/** Somebody else was faster; the present version says what to load again. */
export const editedMeanwhile = (version: number) =>
  refused('edited-meanwhile', text('request.edited-meanwhile', { version }));
