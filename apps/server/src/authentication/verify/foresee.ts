/**
 * What a passcode that was shown elsewhere would have come to here, by the rules of authenticate.ts. Counts nothing, uses up nothing, writes
 * nothing; so it is an oracle, and is for those who have the master key and the database anyway.
 */

import type { Policies } from '@sower/api/policies';
import type { TokenMode } from '@sower/api/token-access';
import { splitPasscode } from '@sower/otp/pin';
import { type Text, text } from '@sower/texts/outcomes';
import type { Sealing } from '../../keys/seal/sealing.ts';
import { openedPin } from '../../provisioning/tokens/stored-pin.ts';
import { userIdKey } from '../../store/directory/users.ts';
import { lastingBar, type VerifiableRow } from '../../store/tokens/seeds.ts';
import type { RequestingClient } from '../challenge/attempt.ts';
import { inNextTokencodeMode, newPinReasonOf } from '../challenge/question.ts';
import { heldBackUntil, lockedUntil } from '../limits/hold-back.ts';
import { rejectionReason } from './authenticate.ts';
import { findEmergencyMatch } from './emergency-match.ts';
import { findMatch, isRight, positionOf, tokencodePosition, withoutSpaces } from './match.ts';
import { type Subject, type SubjectContext, subjectOf } from './subject.ts';
import { acceptanceWindow, intervalNow } from './window.ts';

export type Foreseen =
  | { readonly verdict: 'accepted' }
  /** Right, and a question follows. */
  | { readonly verdict: 'asked'; readonly question: 'next-tokencode' | 'new-pin' }
  | { readonly verdict: 'refused'; readonly reason: Text | string };

export type Shown = Pick<RequestingClient, 'within' | 'onlyGroups' | 'handsOn'> & {
  readonly userId: string;
  readonly passcode: string;
  /** When it was shown, epoch milliseconds. All but the tokencode is judged as it is now. */
  readonly at: number;
};

/** How far off a clock is looked for: a wrong time zone is the most likely reason. */
const FAR_SECONDS = 14 * 3_600;

export async function foresee(context: SubjectContext, shown: Shown): Promise<Foreseen> {
  const subject = await subjectOf(context, userIdKey(shown.userId), shown);
  const { candidates, settings, policies, rows, now } = subject;
  const match = findMatch(candidates, shown.passcode, settings, shown.at);
  if (isRight(match)) {
    const of = rows.filter((row) => row.token_id === match.candidate.tokenId);
    const mode = match.near ? tokenMode(context, of, policies, now) : 'next-tokencode';
    return mode === 'next-tokencode' || mode === 'new-pin'
      ? { verdict: 'asked', question: mode }
      : { verdict: 'accepted' };
  }
  const emergency = await findEmergencyMatch(context, subject, shown.passcode);
  if (emergency && !emergency.oldPin) return { verdict: 'accepted' };
  const reason = rejectionReason(subject, match);
  const isWrong = typeof reason !== 'string' && reason.code === 'event.wrong-passcode';
  return { verdict: 'refused', reason: (isWrong && whyWrong(subject, shown)) || reason };
}

/** A wrong passcode whose tokencode is that of a token, or was, or will be. */
function whyWrong({ candidates, settings }: Subject, { passcode, at }: Shown): Text | undefined {
  for (const candidate of candidates) {
    const { serial, digits, intervalSeconds, algorithm } = candidate;
    const code = splitPasscode(withoutSpaces(passcode), digits)?.tokencode;
    if (code !== undefined && /^\d+$/.test(code)) {
      const near = tokencodePosition(candidate, code, acceptanceWindow(candidate, settings, at));
      if (near !== undefined) return text('rehearsal.wrong-pin', { serial });
    }
    if (algorithm === 'hotp') continue;
    const expected = intervalNow(candidate, at);
    const far = Math.ceil(FAR_SECONDS / intervalSeconds);
    const position = positionOf(candidate, passcode, { from: expected - far, to: expected + far, expected });
    if (position === undefined) continue;
    const minutes = Math.round((Math.abs(position - expected) * intervalSeconds) / 60);
    return text(position > expected ? 'rehearsal.clock-ahead' : 'rehearsal.clock-behind', {
      serial,
      minutes,
    });
  }
  return undefined;
}

const BARRED = {
  'user-disabled': 'disabled',
  'token-disabled': 'disabled',
  'token-lost': 'lost',
  'token-expired': 'expired',
} as const;

/**
 * The mode of a token, for people to see: what would happen to a right passcode now. Decides nothing.
 * @param rows of one token, one row per seed
 */
export function tokenMode(
  context: { readonly sealing: Sealing },
  rows: readonly VerifiableRow[],
  policies: Policies,
  now: number,
): TokenMode {
  const [row] = rows;
  if (!row) return 'disabled';
  const lasting = lastingBar(row, now);
  if (lasting) return BARRED[lasting];
  if (lockedUntil(row, policies, now) > now) return 'locked';
  const { token } = policies;
  if (heldBackUntil(row, policies, now) > now) return 'held-back';
  if (rows.every(({ seed_id }) => seed_id === null)) return 'not-provisioned';
  if (inNextTokencodeMode({ failures: row.failures ?? 0 }, token)) return 'next-tokencode';
  const pin = row.token_id === null ? undefined : openedPin(context, row.token_id, row.pin);
  const facts = { pin, pinChange: row.pin_change === 1, pinSetAt: row.pin_set_at };
  const waitsForPin = rows.some(
    ({ authentication_type: authenticationType }) =>
      authenticationType !== null &&
      newPinReasonOf({ ...facts, authenticationType }, token, now) !== undefined,
  );
  return waitsForPin ? 'new-pin' : 'normal';
}
