/** My Authenticators: a user's tokens as they see them, and what they may do with each besides activating it. */

import type { OwnPinRules, OwnToken } from '@sower/api/self-service';
import { isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { changePin, pinRuleRefusal, showPinRules } from '../authentication/pin/set-pin.ts';
import { changingAssigned } from '../authentication/token-access/assigned-token.ts';
import { resynchronizeToken } from '../authentication/token-access/resynchronize.ts';
import type { AuthenticateContext } from '../authentication/verify/subject.ts';
import type { ServerContext } from '../context.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { readSnapshot } from '../provisioning/distribution/snapshot.ts';
import { barToToken } from '../provisioning/tokens/eligibility.ts';
import { userIdKey } from '../store/directory/users.ts';
import {
  distributionState,
  findLatestDistribution,
  renameDistribution,
  withdrawLive,
} from '../store/distribution/distributions.ts';
import { deleteSessionsByToken } from '../store/log-on/self-service.ts';
import type { Row } from '../store/schema/schema.ts';
import { listSeeds } from '../store/tokens/seeds.ts';
import { changeToken, findToken, listTokensOf, type TokenRow } from '../store/tokens/tokens.ts';
import {
  holderOf,
  mustShowToken,
  ownToken,
  refusalInEmergency,
  type SignedInUser,
  switchedOff,
} from './signed-in-user.ts';

type Context = Pick<
  ServerContext,
  'db' | 'sealing' | 'settings' | 'policies' | 'queueMail' | 'now' | 'random'
>;

export async function listOwnTokens(
  context: Pick<ServerContext, 'db' | 'now'>,
  signedInUser: SignedInUser,
): Promise<Outcome<{ items: OwnToken[] }>> {
  const items: OwnToken[] = [];
  for (const { serial } of await listTokensOf(context.db, [signedInUser.id])) {
    const token = await findToken(context.db, serial);
    if (token?.user_id !== signedInUser.id) continue;
    const [seeds, distribution] = await Promise.all([
      listSeeds(context.db, token.id),
      latestOwn(context, signedInUser, token),
    ]);
    items.push(view(token, seeds, distribution, context.now()));
  }
  return done({ items });
}

/** What was distributed to an earlier user of the token is not theirs. */
export async function latestOwn(
  context: Pick<ServerContext, 'db'>,
  signedInUser: SignedInUser,
  token: TokenRow,
): Promise<Row<'distributions'> | undefined> {
  const row = await findLatestDistribution(context.db, token.id);
  return row?.user_id === signedInUser.id ? row : undefined;
}

function view(
  token: TokenRow,
  seeds: readonly Row<'seeds'>[],
  distribution: Row<'distributions'> | undefined,
  now: number,
): OwnToken {
  const current = seeds.find(({ state }) => state === 'current');
  const stage = distribution && distributionState(distribution, now);
  const bar = barToToken(token, now);
  const activation =
    bar !== undefined || stage === undefined
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
  const entered = current?.authentication_type ?? snapshot?.authenticationType;
  return {
    serial: token.serial,
    nickname: distribution?.nickname ?? '',
    state:
      bar === 'lost' || bar === 'expired'
        ? bar
        : bar !== undefined
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
    // What is entered goes by the seed in use: one that came in a file has no distribution, and a new one is not confirmed yet.
    ...(entered === undefined ? {} : { authenticationType: entered }),
    ...(snapshot ? { deviceType: snapshot.deviceType.name } : {}),
    pinSet: token.pin !== null,
    pinChange: token.pin_change === 1,
    expiresOn: token.expires_on,
    ...(current?.last_accepted_at == null ? {} : { lastUsedAt: isoTime(current.last_accepted_at) }),
  };
}

export async function renameOwnToken(
  context: Context,
  signedInUser: SignedInUser,
  input: { readonly serial: string; readonly nickname: string },
): Promise<Outcome<undefined>> {
  const found = await ownToken(context, signedInUser, input.serial);
  if (!found.ok) return found;
  const off = await switchedOff(context, 'rename');
  if (off) return off;
  const row = await latestOwn(context, signedInUser, found.value);
  if (!row) return refused('wrong-state', text('self-service.not-distributed'));
  return changingAssigned(context, holderOf(signedInUser), found.value, async (trx) => {
    await renameDistribution(trx, row.id, input.nickname);
    return { action: 'token.rename' };
  });
}

/** The policy's rules for a PIN of this token. */
export async function showOwnPinRules(
  context: Context,
  signedInUser: SignedInUser,
  serial: string,
): Promise<Outcome<OwnPinRules>> {
  const found = await ownToken(context, signedInUser, serial);
  return found.ok ? done(await showPinRules(context, found.value)) : found;
}

/** In the user's turn: asking whether a PIN is in the history is a guess at it, like a passcode. */
export function setOwnPin(
  context: Context & Pick<AuthenticateContext, 'inTurn'>,
  signedInUser: SignedInUser,
  input: { readonly serial: string; readonly pin: string },
): Promise<Outcome<undefined>> {
  return context.inTurn(userIdKey(signedInUser.userId), () => setPinInTurn(context, signedInUser, input));
}

async function setPinInTurn(
  context: Context,
  signedInUser: SignedInUser,
  input: { readonly serial: string; readonly pin: string },
): Promise<Outcome<undefined>> {
  const found = await ownToken(context, signedInUser, input.serial);
  if (!found.ok) return found;
  // A user who has no PIN, or needs a new one, is not refused: the token would be useless.
  const change = found.value.pin !== null && found.value.pin_change !== 1;
  const off = change ? await switchedOff(context, 'changePin') : undefined;
  if (off) return off;
  const lesser = refusalInEmergency(signedInUser);
  if (lesser) return lesser;
  if (await mustShowToken(context, signedInUser)) {
    return refused('passcode-needed', text('self-service.passcode-for-pin'));
  }
  return changePin(context, holderOf(signedInUser), found.value, input.pin);
}

/**
 * Replaces a forgotten PIN. The tokencodes prove that the user has the device, and are used up; violations of the rules are reported before
 * that. Whether it equals the current PIN is reported only afterwards: with a password alone, no one must be able to find out the PIN by
 * asking.
 */
export async function replaceOwnPin(
  context: AuthenticateContext,
  signedInUser: SignedInUser,
  input: {
    readonly serial: string;
    readonly pin: string;
    readonly first: string;
    readonly second: string;
  },
): Promise<Outcome<undefined>> {
  const found = await ownToken(context, signedInUser, input.serial);
  if (!found.ok) return found;
  const off = await switchedOff(context, 'replacePin');
  if (off) return off;
  const lesser = refusalInEmergency(signedInUser);
  if (lesser) return lesser;
  const token = found.value;
  const refusal = await pinRuleRefusal(context, token, input.pin);
  if (refusal) return refusal;
  const shown = await resynchronizeToken(context, holderOf(signedInUser), input);
  if (!shown.ok) return shown;
  return context.inTurn(userIdKey(signedInUser.userId), () =>
    changePin(context, holderOf(signedInUser), token, input.pin),
  );
}

/** The password alone is enough: a user who has lost the token has nothing else. Only an administrator marks it as found. */
export async function reportLost(context: Context, signedInUser: SignedInUser, serial: string) {
  const found = await ownToken(context, signedInUser, serial);
  if (!found.ok) return found;
  const off = await switchedOff(context, 'reportLost');
  if (off) return off;
  // A user who has been given the token in the meantime has not lost it.
  return changingAssigned(context, holderOf(signedInUser), found.value, async (trx, token) => {
    await changeToken(trx, token.id, { lost: 1 });
    await deleteSessionsByToken(trx, signedInUser.id, signedInUser.session);
    await withdrawLive(trx, context, token.id, {
      reason: text('event.user-reported-lost'),
      source: signedInUser.auditActor.source,
    });
    return { action: 'token.lost', reason: text('event.reported-by-user') };
  });
}
