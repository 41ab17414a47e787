/** Setting, clearing and requiring the PIN of a token, by an administrator or by its user. The policy has the rules. */

import { mayHavePin } from '@sower/api/device-types';
import type { TokenPolicy } from '@sower/api/policies';
import type { OwnPinRules } from '@sower/api/self-service';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { done, type Outcome, type Refused, refused, refusedAt } from '../../core/outcome.ts';
import { isPinOf, reuseProblem, storePin, tellPinChanged } from '../../provisioning/tokens/stored-pin.ts';
import { TOP_PATH } from '../../store/authentication/policies.ts';
import { findUserById } from '../../store/directory/users.ts';
import { listSeeds } from '../../store/tokens/seeds.ts';
import { changeToken, type TokenRow } from '../../store/tokens/tokens.ts';
import { type ActorOrUser, assignedTokenFor, changingAssigned } from '../token-access/assigned-token.ts';
import { makePin, type PinStyle, pinProblem, pinRules } from './pin-rules.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'policies' | 'queueMail' | 'now' | 'random'>;

/** By an administrator. @param pin `undefined` clears it */
export async function setPin(
  context: Context,
  actor: Actor,
  input: { readonly serial: string; readonly pin: string | undefined },
): Promise<Outcome<undefined>> {
  const found = await assignedTokenFor(context, actor, 'tokens:edit', input.serial);
  if (!found.ok) return found;
  const token = found.value;
  if (input.pin !== undefined) return changePin(context, actor, token, input.pin);
  return changingAssigned(context, actor, token, async (trx) => {
    await changeToken(trx, token.id, { pin: null, pin_set_at: null });
    await tellPinChanged(trx, context, { userRow: token.user_id, serial: token.serial });
    return { action: 'token.clear-pin' };
  });
}

/** One that the rules allow, for an administrator who sets it. It is not stored. */
export async function generatePin(
  context: Context,
  actor: Actor,
  { serial }: { readonly serial: string },
): Promise<Outcome<{ readonly pin: string }>> {
  const found = await assignedTokenFor(context, actor, 'tokens:edit', serial);
  if (!found.ok) return found;
  const refusal = await refusalOfType(context, found.value);
  if (refusal) return refusal;
  const { policy, style } = await rulesFor(context, found.value);
  const pin = makePin(policy, style, context.random);
  return pin === undefined ? refused('wrong-state', text('pin.none-found')) : done({ pin });
}

/** The rules for a token's PIN, for someone who has to choose one. */
export async function showPinRules(
  context: Pick<ServerContext, 'db' | 'policies'>,
  token: TokenRow,
): Promise<OwnPinRules> {
  const { policy, style } = await rulesFor(context, token);
  const { minLength, maxLength, alphanumeric } = pinRules(policy, style);
  return {
    minLength,
    maxLength,
    characters: alphanumeric ? 'alphanumeric' : 'numeric',
    minLetters: alphanumeric ? policy.pinMinLetters : 0,
    minDigits: alphanumeric ? policy.pinMinDigits : 0,
    noLeadingZero: style.pinpad,
    wordsExcluded: policy.pinExcludedWords.length > 0,
    sequencesExcluded: !policy.pinSequences,
    history: policy.pinHistory,
  };
}

/** The user has to choose a new PIN at the next use of the token, or no longer has to. */
export async function requireNewPin(
  context: Context,
  actor: Actor,
  input: { readonly serial: string; readonly required: boolean },
): Promise<Outcome<undefined>> {
  const found = await assignedTokenFor(context, actor, 'tokens:edit', input.serial);
  if (!found.ok) return found;
  const token = found.value;
  const refusal = input.required ? await refusalOfType(context, token) : undefined;
  if (refusal) return refusal;
  return changingAssigned(context, actor, token, async (trx) => {
    await changeToken(trx, token.id, { pin_change: input.required ? 1 : 0 });
    const reason = input.required ? text('event.at-next-use') : text('event.no-longer');
    return { action: 'token.require-pin', reason };
  });
}

/** A token of the tokencode type has no PIN: one that was stored would be entered with no code but those of emergency access. */
async function refusalOfType({ db }: Pick<Context, 'db'>, token: TokenRow): Promise<Refused | undefined> {
  const seeds = await listSeeds(db, token.id);
  return mayHavePin(seeds.map(({ authentication_type }) => authentication_type))
    ? undefined
    : refused('wrong-state', text('pin.type-has-none'));
}

/** For a token that the actor may change. */
export async function changePin(context: Context, who: ActorOrUser, token: TokenRow, pin: string) {
  const refusal = await refusalOfType(context, token);
  if (refusal) return refusal;
  const { policy, style } = await rulesFor(context, token);
  // Anyone who has to change it, by the policy or by an administrator, has not done so with the same one.
  const same = who.kind === 'user' && isPinOf(context, token, pin);
  const problem =
    pinProblem(policy, style, pin) ??
    (same ? text('pin.unchanged') : undefined) ??
    (await reuseProblem(context.db, context, policy, { tokenId: token.id, pin }));
  if (problem) return refusedAt('pin', 'pin-refused', problem);
  return changingAssigned(context, who, token, async (trx) => {
    await storePin(trx, context, { tokenId: token.id, pin });
    await tellPinChanged(trx, context, { userRow: token.user_id, serial: token.serial });
    return { action: 'token.set-pin' };
  });
}

/** What the rules alone say about a new PIN, for someone who has not authenticated: nothing about earlier PINs of the token. */
export async function pinRuleRefusal(
  context: Pick<ServerContext, 'db' | 'policies'>,
  token: TokenRow,
  pin: string,
): Promise<Refused | undefined> {
  const refusal = await refusalOfType(context, token);
  if (refusal) return refusal;
  const { policy, style } = await rulesFor(context, token);
  const problem = pinProblem(policy, style, pin);
  return problem ? refusedAt('pin', 'pin-refused', problem) : undefined;
}

async function rulesFor(
  context: Pick<ServerContext, 'db' | 'policies'>,
  token: TokenRow,
): Promise<{ readonly policy: TokenPolicy; readonly style: PinStyle }> {
  const seeds = await listSeeds(context.db, token.id);
  const user = token.user_id === null ? undefined : await findUserById(context.db, token.user_id);
  const policy = (await context.policies.current(user?.domain ?? TOP_PATH)).token;
  const style = {
    pinpad: seeds.some((seed) => seed.authentication_type === 'pinpad'),
    digits: Math.min(8, ...seeds.map((seed) => seed.digits)),
  };
  return { policy, style };
}
