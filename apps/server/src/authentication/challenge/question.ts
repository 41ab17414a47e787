/**
 * The mode of a token, and the question it puts to a user who has shown a right passcode.
 *
 * A mode is not stored: it follows from the facts (wrong passcodes counted, whether there is a PIN, its age, a change required) and from
 * the current policy, so nothing has to be kept in sync. docs/authentication.md has the table of modes.
 */

import type { TokenPolicy } from '@sower/api/policies';
import { DAY, MINUTE } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import type { Reason } from '../../store/db/reason.ts';
import type { KeyedHash } from '../../store/schema/brands.ts';
import type { NewRow, Row } from '../../store/schema/schema.ts';
import { makePin, type PinStyle, pinRules } from '../pin/pin-rules.ts';
import { type Candidate, hasPinOfFob } from '../verify/candidate.ts';
import type { Match } from '../verify/match.ts';
import type { AttemptStep, Challenge, PinRules, RequestingClient } from './attempt.ts';

/** What was right so far: the passcode alone, the next tokencode after it, or a passcode with the PIN just set. */
export type Shown = 'passcode' | 'next-tokencode' | 'new-pin';

export type ChallengeKind = Row<'attempts'>['challenge'];
type Context = Pick<ServerContext, 'sealing' | 'now' | 'random'>;
type Asking = {
  readonly kind: ChallengeKind;
  readonly client: string;
  readonly binding: string;
  readonly userKey: string;
  readonly candidate: Candidate;
  readonly position: number;
  readonly policy: TokenPolicy;
  readonly tries: number;
  readonly refused?: Text;
  readonly newAttempt?: RequestingClient['newAttempt'];
};
type Question = { readonly row: NewRow<'attempts'>; readonly step: AttemptStep };
type Due = { readonly kind: ChallengeKind; readonly reason: Reason };

const ATTEMPT_MILLISECONDS = 5 * MINUTE;

export const styleOf = (candidate: Candidate): PinStyle => ({
  pinpad: candidate.authenticationType === 'pinpad',
  digits: candidate.digits,
});

/** Undefined if no question follows. */
export function questionFor(
  { candidate, near }: Pick<Match, 'candidate' | 'near'>,
  policy: TokenPolicy,
  shown: Shown,
  now: number,
): Due | undefined {
  if (shown === 'passcode' && inNextTokencodeMode(candidate, policy)) {
    return {
      kind: 'next-tokencode',
      reason: text('event.next-tokencode-asked', { number: candidate.failures }),
    };
  }
  if (shown !== 'next-tokencode' && !near) {
    return {
      kind: 'next-tokencode',
      reason: text('event.next-tokencode-strayed'),
    };
  }
  const why = newPinReasonOf(candidate, policy, now);
  return why === undefined
    ? undefined
    : { kind: newPinChallenge(policy), reason: text('event.new-pin-asked', { why }) };
}

export const inNextTokencodeMode = (token: { readonly failures: number }, policy: TokenPolicy): boolean =>
  policy.wrongBeforeNextTokencode > 0 && token.failures >= policy.wrongBeforeNextTokencode;

/** Why the token is in New PIN mode; undefined if it is not. */
export function newPinReasonOf(
  token: Pick<Candidate, 'authenticationType' | 'pinChange' | 'pinSetAt' | 'pin'>,
  policy: TokenPolicy,
  now: number,
): Text | undefined {
  if (token.authenticationType === 'tokencode') return undefined;
  if (token.pinChange) return text('event.pin-required');
  if (token.pin === undefined) return policy.pinRequired ? text('event.pin-none') : undefined;
  if (
    policy.pinMaxAgeDays > 0 &&
    token.pinSetAt !== null &&
    now - token.pinSetAt > policy.pinMaxAgeDays * DAY
  ) {
    return text('event.pin-old', { days: policy.pinMaxAgeDays });
  }
  return hasPinOfFob(token) ? text('event.pin-of-fob') : undefined;
}

function newPinChallenge(policy: TokenPolicy): ChallengeKind {
  return ({ user: 'new-pin', either: 'new-pin-or-system', system: 'system-pin' } as const)[
    policy.pinChosenBy
  ];
}

/**
 * An open question as a row to store, and as the client sees it.
 * @returns undefined if it needs a PIN made by the system, and none was found that the policy allows
 */
export function openQuestion(
  context: Context,
  input: Asking & { readonly kind: Exclude<ChallengeKind, 'system-pin'> },
): Question;
export function openQuestion(context: Context, input: Asking): Question | undefined;
export function openQuestion(context: Context, input: Asking): Question | undefined {
  const { kind, candidate, policy } = input;
  const now = context.now();
  const attempt = input.newAttempt?.() ?? Buffer.from(context.random(32)).toString('base64url');
  const idHash = attemptHash(context, attempt);
  const pin = kind === 'system-pin' ? makePin(policy, styleOf(candidate), context.random) : undefined;
  if (kind === 'system-pin' && pin === undefined) return undefined;
  return {
    row: {
      id_hash: idHash,
      client: input.client,
      binding: input.binding,
      user_key: input.userKey,
      token_id: candidate.tokenId,
      seed_id: candidate.seedId,
      challenge: kind,
      position: input.position,
      sealed_pin:
        pin === undefined
          ? null
          : context.sealing.seal(aadOf('attempts.sealed_pin', idHash), Buffer.from(pin)),
      tries: input.tries,
      created_at: now,
      expires_at: now + ATTEMPT_MILLISECONDS,
    },
    step: {
      state: 'challenge',
      attempt,
      challenge: challengeOf(kind, candidate, policy, pin, input.refused),
      expiresAt: now + ATTEMPT_MILLISECONDS,
    },
  };
}

export const attemptHash = (context: Pick<ServerContext, 'sealing'>, attempt: string): KeyedHash =>
  context.sealing.keyedHash('attempt', attempt);

function challengeOf(
  kind: ChallengeKind,
  candidate: Candidate,
  policy: TokenPolicy,
  pin: string | undefined,
  refused: Text | undefined,
): Challenge {
  switch (kind) {
    case 'new-pin':
    case 'new-pin-or-system':
      return {
        kind,
        rules: pinRules(policy, styleOf(candidate)),
        ...(refused === undefined ? {} : { refused }),
      };
    case 'system-pin':
      return { kind, pin: pin ?? '' };
    default:
      return { kind };
  }
}

/** Why an authentication ended without the PIN that the system had to make. */
export const noPinMade = ({ serial }: Candidate): Text =>
  text('event.token', { serial, reason: text('event.pin-none-found') });

/** What a user reads at a challenge where the client shows the words that it is sent, as over RADIUS and from agents. */
export function promptOf(challenge: Challenge): Text {
  switch (challenge.kind) {
    case 'new-pin':
    case 'new-pin-or-system': {
      const prompt = text(`prompt.${challenge.kind}`, rulesOf(challenge.rules));
      return challenge.refused === undefined
        ? prompt
        : text('prompt.after-refusal', { sentences: [challenge.refused, prompt] });
    }
    case 'system-pin':
      return text('prompt.system-pin', { pin: challenge.pin });
    default:
      return text(`prompt.${challenge.kind}`);
  }
}

const rulesOf = (rules: PinRules) => ({
  least: rules.minLength,
  most: rules.maxLength,
  characters: charactersOf(rules),
});

export const charactersOf = ({ alphanumeric }: PinRules): Text =>
  text(alphanumeric ? 'prompt.letters-and-digits' : 'prompt.digits');
