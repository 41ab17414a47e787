/** Setting and clearing the PIN of a token. */
import type { Floor } from '../floor.ts';
import { type Actor, type Doer, doerOf } from '../identity/actor.ts';
import { done, type Outcome, refused, refusedAt } from '../outcome.ts';
import { tokenFor } from '../provisioning/token-for.ts';
import { insertAudit } from '../store/audit.ts';
import { listSeeds } from '../store/seeds.ts';
import { changeToken, type TokenRow } from '../store/tokens.ts';
import { pinPlace } from './pin-place.ts';

type Uses = Pick<Floor, 'db' | 'sealing' | 'queueMail' | 'now' | 'random'>;

/** By an administrator. @param pin `undefined` clears it */
export async function setPin(
  uses: Uses,
  actor: Actor,
  input: { readonly serial: string; readonly pin: string | undefined },
): Promise<Outcome<undefined>> {
  const found = await tokenFor(uses, actor, 'tokens:edit', input.serial);
  if (!found.ok) return found;
  const token = found.value;
  if (token.user_id === null) return refused('wrong-state', 'The token is not assigned; it has no PIN.');
  return changePin(uses, doerOf(actor), token, input.pin);
}

/** Of a token that they were found to be allowed to change. */
export async function changePin(
  uses: Uses,
  doer: Doer,
  token: TokenRow,
  pin: string | undefined,
): Promise<Outcome<undefined>> {
  if (pin !== undefined) {
    const seeds = await listSeeds(uses.db, token.id);
    const problem = pinProblem(
      pin,
      seeds.some((seed) => seed.authentication_type === 'pinpad'),
    );
    if (problem) return refusedAt('pin', 'pin-refused', problem);
  }
  return uses.db.transaction().execute(async (trx) => {
    await changeToken(trx, token.id, {
      pin: pin === undefined ? null : uses.sealing.seal(pinPlace(token.id), Buffer.from(pin)),
    });
    await insertAudit(trx, uses, {
      actor: doer.name,
      action: pin === undefined ? 'token.clear-pin' : 'token.set-pin',
      object: `token:${token.serial}`,
      result: 'success',
      source: doer.source,
    });
    if (token.user_id !== null) {
      await uses.queueMail(trx, {
        event: 'pin-changed',
        userRow: token.user_id,
        values: { serial: token.serial, time: uses.now() },
      });
    }
    return done(undefined);
  });
}

function pinProblem(pin: string, pinpad: boolean): string | undefined {
  if (!/^[A-Za-z0-9]{4,8}$/.test(pin)) return 'A PIN has 4 to 8 letters and digits.';
  if (pinpad && !/^\d+$/.test(pin)) return 'The PIN of a PINPad token has digits only.';
  if (pin.startsWith('0') && pinpad)
    return 'The PIN of a PINPad token does not begin with zero: it would not show.';
  if (new Set(pin).size === 1) return 'A PIN of one character repeated is guessed first.';
  return undefined;
}
