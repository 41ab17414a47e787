/** Emergency access: tokencodes that replace, for a few days, a token that is not at hand. */

import { mayHavePin } from '@sower/api/device-types';
import type { EmergencyPolicy } from '@sower/api/policies';
import { DAY, isoTime } from '@sower/api/time';
import type { EmergencyCodes, EmergencyInput } from '@sower/api/token-access';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { done, type Outcome, type Refused, refused } from '../../core/outcome.ts';
import { undo, undoWith } from '../../core/transaction.ts';
import { barToToken, barWords, refusalOf } from '../../provisioning/tokens/eligibility.ts';
import { TOP_PATH } from '../../store/authentication/policies.ts';
import { newId } from '../../store/db/ids.ts';
import { findUserById } from '../../store/directory/users.ts';
import { deleteEmergencyCodes, insertEmergencyCodes } from '../../store/tokens/emergency-codes.ts';
import { listSeeds } from '../../store/tokens/seeds.ts';
import { changeToken, type TokenRow } from '../../store/tokens/tokens.ts';
import { pick } from '../pin/pin-rules.ts';
import { emergencyHash } from '../verify/emergency-match.ts';
import { type ActorOrUser, assignedTokenFor, changingAssigned } from './assigned-token.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'policies' | 'now' | 'random'>;

const DIGITS = '0123456789';
/** Without characters that look alike. */
const ALPHANUMERIC = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** Issues codes; earlier ones end. Only this answer contains the codes in the clear. */
export async function giveEmergencyAccess(
  context: Context,
  who: ActorOrUser,
  input: EmergencyInput & { readonly serial: string },
): Promise<Outcome<EmergencyCodes>> {
  const found = await assignedTokenFor(context, who, 'tokens:edit', input.serial);
  if (!found.ok) return found;
  const token = found.value;
  const bar = refusalToGive(token, context.now());
  if (bar) return bar;
  const user = await findUserById(context.db, token.user_id);
  const policy = (await context.policies.current(user?.domain ?? TOP_PATH)).emergency;
  if (!(input.kind === 'fixed' ? policy.fixedAllowed : policy.setAllowed)) {
    return refused(
      'wrong-state',
      input.kind === 'fixed' ? text('emergency.fixed-not-allowed') : text('emergency.set-not-allowed'),
    );
  }
  const codes = makeCodes(policy, input.kind === 'fixed' ? 1 : policy.setSize, context.random);
  const until = context.now() + (input.days ?? policy.lifetimeDays) * DAY;
  const returns = input.whenTokenReturns ?? policy.whenTokenReturns;
  const given = await changingAssigned(context, who, token, async (trx, locked) => {
    const since = refusalToGive(locked, context.now());
    if (since) undoWith(since);
    await deleteEmergencyCodes(trx, token.id);
    await insertEmergencyCodes(
      trx,
      codes.map((code) => ({
        id: newId(context),
        token_id: token.id,
        kind: input.kind === 'fixed' ? ('fixed' as const) : ('one-time' as const),
        code_hash: emergencyHash(context, token.id, code),
      })),
    );
    await changeToken(trx, token.id, { emergency_until: until, emergency_return: returns });
    const reason =
      input.kind === 'fixed'
        ? text('event.fixed-tokencode', { until: isoTime(until) })
        : text('event.one-time-tokencodes', { count: codes.length, until: isoTime(until) });
    return { action: 'token.emergency', reason };
  });
  if (!given.ok) return given;
  const seeds = await listSeeds(context.db, token.id);
  return done({
    kind: input.kind,
    codes,
    withPin: token.pin !== null && mayHavePin(seeds.map(({ authentication_type }) => authentication_type)),
    until: isoTime(until),
    whenTokenReturns: returns,
  });
}

/** A lost token is what the codes are for. For one that is disabled or has expired, or of a disabled user, none would be accepted. */
const refusalToGive = (token: TokenRow, now: number): Refused | undefined =>
  refusalOf(barToToken({ ...token, lost: 0 }, now), barWords(token, text('token.not-assigned-assign')));

export async function endEmergencyAccess(
  context: Context,
  who: ActorOrUser,
  input: { readonly serial: string },
): Promise<Outcome<undefined>> {
  const found = await assignedTokenFor(context, who, 'tokens:edit', input.serial);
  if (!found.ok) return found;
  return changingAssigned(context, who, found.value, async (trx, token) => {
    if (token.emergency_until === null) undo('wrong-state', text('emergency.none'));
    await changeToken(trx, token.id, { emergency_until: null, emergency_return: null });
    await deleteEmergencyCodes(trx, token.id);
    return { action: 'token.emergency-end' };
  });
}

function makeCodes(policy: EmergencyPolicy, count: number, random: ServerContext['random']): string[] {
  const alphabet = policy.codeCharacters === 'numeric' ? DIGITS : ALPHANUMERIC;
  const codes = new Set<string>();
  while (codes.size < count) {
    codes.add(Array.from({ length: policy.codeLength }, () => pick(alphabet, random)).join(''));
  }
  return [...codes];
}
