/** My Authenticators: a user's tokens as they see them, and what they may do with each beside activating it. */

import type { OwnPinRules, OwnToken } from '@sower/api/self-service';
import { text } from '@sower/messages/outcomes';
import { changePin, pinRuleRefusal, showPinRules } from '../authentication/pin/set-pin.ts';
import { resynchroniseToken } from '../authentication/token-access/resynchronise.ts';
import type { AuthenticateUses } from '../authentication/verify/subject.ts';
import type { Floor } from '../context.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { isoTime } from '../core/time.ts';
import { distributionState } from '../provisioning/distribution/distribution-view.ts';
import { readSnapshot } from '../provisioning/distribution/snapshot.ts';
import { isExpired } from '../provisioning/tokens/token-view.ts';
import { insertAudit } from '../store/tables/audit.ts';
import { findLatestDistribution, renameDistribution, withdrawLive } from '../store/tables/distributions.ts';
import type { Row } from '../store/tables/schema.ts';
import { listSeeds } from '../store/tables/seeds.ts';
import { changeToken, findToken, listTokensOf, type TokenRow } from '../store/tables/tokens.ts';
import { userIdKey } from '../store/tables/users.ts';
import { holderOf, mustShowToken, ownToken, type Person, refusalInEmergency, switchedOff } from './person.ts';

type Uses = Pick<Floor, 'db' | 'sealing' | 'settings' | 'policies' | 'queueMail' | 'now' | 'random'>;

export async function listOwnTokens(
  uses: Pick<Floor, 'db' | 'now'>,
  person: Person,
): Promise<Outcome<{ items: OwnToken[] }>> {
  const items: OwnToken[] = [];
  for (const { serial } of await listTokensOf(uses.db, [person.id])) {
    const token = await findToken(uses.db, serial);
    if (token?.user_id !== person.id) continue;
    const [seeds, distribution] = await Promise.all([
      listSeeds(uses.db, token.id),
      latestOwn(uses, person, token),
    ]);
    items.push(view(token, seeds, distribution, uses.now()));
  }
  return done({ items });
}

/** What was distributed to somebody who had the token before is not theirs. */
export async function latestOwn(
  uses: Pick<Floor, 'db'>,
  person: Person,
  token: TokenRow,
): Promise<Row<'distributions'> | undefined> {
  const row = await findLatestDistribution(uses.db, token.id);
  return row?.user_id === person.id ? row : undefined;
}

function view(
  token: TokenRow,
  seeds: readonly Row<'seeds'>[],
  distribution: Row<'distributions'> | undefined,
  now: number,
): OwnToken {
  const current = seeds.find(({ state }) => state === 'current');
  const stage = distribution && distributionState(distribution, now);
  const usable = token.enabled === 1 && token.lost !== 1 && !isExpired(token.expires_on, now);
  const activation =
    !usable || stage === undefined
      ? 'none'
      : stage === 'provisioned'
        ? 'to-confirm'
        : stage === 'issued' ||
            stage === 'opened' ||
            stage === 'expired' ||
            (stage === 'failed' && distribution?.delivery === 'qr')
          ? 'waiting'
          : 'none';
  const snapshot = distribution && readSnapshot(distribution.snapshot);
  return {
    serial: token.serial,
    nickname: distribution?.nickname ?? '',
    state:
      token.lost === 1
        ? 'lost'
        : isExpired(token.expires_on, now)
          ? 'expired'
          : token.enabled !== 1
            ? 'disabled'
            : current
              ? 'active'
              : activation === 'to-confirm'
                ? 'to-confirm'
                : activation === 'waiting'
                  ? 'to-activate'
                  : 'not-distributed',
    activation,
    ...(distribution ? { delivery: distribution.delivery } : {}),
    ...(snapshot
      ? { authenticationType: snapshot.authenticationType, deviceType: snapshot.deviceType.name }
      : {}),
    pinSet: token.pin !== null,
    pinChange: token.pin_change === 1,
    expiresOn: token.expires_on,
    ...(current?.last_accepted_at == null ? {} : { lastUsedAt: isoTime(current.last_accepted_at) }),
  };
}

export async function renameOwnToken(
  uses: Uses,
  person: Person,
  input: { readonly serial: string; readonly nickname: string },
): Promise<Outcome<undefined>> {
  const found = await ownToken(uses, person, input.serial);
  if (!found.ok) return found;
  const off = await switchedOff(uses, 'rename');
  if (off) return off;
  const row = await latestOwn(uses, person, found.value);
  if (!row) return refused('wrong-state', text('self-service.not-distributed'));
  return uses.db.transaction().execute(async (trx) => {
    await renameDistribution(trx, row.id, input.nickname);
    await insertAudit(trx, uses, {
      actor: person.doer.name,
      action: 'token.rename',
      object: `token:${input.serial}`,
      result: 'success',
      source: person.doer.source,
    });
    return done(undefined);
  });
}

/** What the policy wants of a PIN of this token. */
export async function showOwnPinRules(
  uses: Uses,
  person: Person,
  serial: string,
): Promise<Outcome<OwnPinRules>> {
  const found = await ownToken(uses, person, serial);
  return found.ok ? done(await showPinRules(uses, found.value)) : found;
}

/** In the turn of the user: what the history says of a PIN is a guess at it, like a passcode. */
export function setOwnPin(
  uses: Uses & Pick<AuthenticateUses, 'inTurn'>,
  person: Person,
  input: { readonly serial: string; readonly pin: string },
): Promise<Outcome<undefined>> {
  return uses.inTurn(userIdKey(person.userId), () => setPinInTurn(uses, person, input));
}

async function setPinInTurn(
  uses: Uses,
  person: Person,
  input: { readonly serial: string; readonly pin: string },
): Promise<Outcome<undefined>> {
  const found = await ownToken(uses, person, input.serial);
  if (!found.ok) return found;
  // Who has none, or has to have another, is not turned away: the token would be of no use.
  const change = found.value.pin !== null && found.value.pin_change !== 1;
  const off = change ? await switchedOff(uses, 'changePin') : undefined;
  if (off) return off;
  const lesser = refusalInEmergency(person);
  if (lesser) return lesser;
  if (await mustShowToken(uses, person)) {
    return refused('passcode-needed', text('self-service.passcode-for-pin'));
  }
  return changePin(uses, holderOf(person), found.value, input.pin);
}

/**
 * In place of a forgotten one. The tokencodes show that the user holds the device, and are used up; what the rules say of the PIN is
 * said before they are. Whether it is the one before is said afterwards only: a password alone must not find out the PIN by asking.
 */
export async function replaceOwnPin(
  uses: AuthenticateUses,
  person: Person,
  input: {
    readonly serial: string;
    readonly pin: string;
    readonly first: string;
    readonly second: string;
  },
): Promise<Outcome<undefined>> {
  const found = await ownToken(uses, person, input.serial);
  if (!found.ok) return found;
  const off = await switchedOff(uses, 'replacePin');
  if (off) return off;
  const lesser = refusalInEmergency(person);
  if (lesser) return lesser;
  const token = found.value;
  const refusal = await pinRuleRefusal(uses, token, input.pin);
  if (refusal) return refusal;
  const shown = await resynchroniseToken(uses, holderOf(person), input);
  if (!shown.ok) return shown;
  return uses.inTurn(userIdKey(person.userId), () => changePin(uses, holderOf(person), token, input.pin));
}

/** With the password alone: who has lost the token has nothing else. Only an administrator marks it as found. */
export async function reportLost(uses: Uses, person: Person, serial: string): Promise<Outcome<undefined>> {
  const found = await ownToken(uses, person, serial);
  if (!found.ok) return found;
  const off = await switchedOff(uses, 'reportLost');
  if (off) return off;
  return uses.db.transaction().execute(async (trx) => {
    await changeToken(trx, found.value.id, { lost: 1 });
    await withdrawLive(trx, uses, found.value.id, {
      reason: 'the user reported the token as lost',
      source: person.doer.source,
    });
    await insertAudit(trx, uses, {
      actor: person.doer.name,
      action: 'token.lost',
      object: `token:${serial}`,
      result: 'success',
      reason: 'reported by the user',
      source: person.doer.source,
    });
    return done(undefined);
  });
}
