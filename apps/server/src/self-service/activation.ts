/**
 * Activate Your Token: the QR code of a user's own token, and the progress of their phone.
 *
 * A code is generated when its owner asks for it, and only that one answer contains it in the clear. Administrators have no access here.
 */

import type { OwnActivation, OwnCode } from '@sower/api/self-service';
import { isoTime } from '@sower/api/time';
import { comparisonNumber } from '@sower/ctkip/comparison-number';
import { text } from '@sower/texts/outcomes';
import { lockAssignedToken } from '../authentication/token-access/assigned-token.ts';
import type { ServerContext } from '../context.ts';
import { done, type Outcome, type Refused, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { allOrNothing, undo } from '../core/transaction.ts';
import { aadOf } from '../keys/seal/sealed-columns.ts';
import { isDeviceReason } from '../provisioning/distribution/device-policy.ts';
import { type FreshCode, freshCode } from '../provisioning/distribution/distribute.ts';
import { linkBase, withAppAddress } from '../provisioning/distribution/distribution-settings.ts';
import { readSnapshot } from '../provisioning/distribution/snapshot.ts';
import { barToCode, refusalOf } from '../provisioning/tokens/eligibility.ts';
import { newId } from '../store/db/ids.ts';
import { TOP_DOMAIN } from '../store/directory/domains.ts';
import {
  claimFailed,
  distributionState,
  ISSUED,
  insertDistribution,
  listDistributions,
  withdrawProvisioned,
} from '../store/distribution/distributions.ts';
import {
  claimActivationWindow,
  findActivationWindow,
  moveActivationWindow,
} from '../store/log-on/self-service.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { deletePendingSeeds, listSeeds } from '../store/tokens/seeds.ts';
import type { TokenRow } from '../store/tokens/tokens.ts';
import { latestOwn } from './own-tokens.ts';
import {
  holderOf,
  mustShowToken,
  ownToken,
  refusalInEmergency,
  type SignedInUser,
} from './signed-in-user.ts';

type Context = Pick<
  ServerContext,
  'db' | 'sealing' | 'deviceTypes' | 'settings' | 'publicUrl' | 'now' | 'random'
>;
type Distribution = Row<'distributions'>;

export async function watchActivation(
  context: Context,
  signedInUser: SignedInUser,
  serial: string,
): Promise<Outcome<OwnActivation>> {
  const found = await ownActivation(context, signedInUser, serial);
  if (!found.ok) return found;
  const { token, row } = found.value;
  const now = context.now();
  const snapshot = readSnapshot(row.snapshot);
  const known = await context.deviceTypes.find(context.db, snapshot.deviceType.id);
  const type = known && withAppAddress(known, await linkBase(context));
  const state = distributionState(row, now);
  const needsPin = snapshot.authenticationType !== 'tokencode';
  return done({
    serial,
    nickname: row.nickname,
    delivery: row.delivery,
    state,
    app: {
      name: type?.application ?? snapshot.deviceType.name,
      deviceType: snapshot.deviceType.name,
      ...(type?.downloadUrl === undefined ? {} : { downloadUrl: type.downloadUrl }),
    },
    authenticationType: snapshot.authenticationType,
    digits: snapshot.digits,
    pinSet: token.pin !== null,
    pinNeeded: needsPin && token.pin === null,
    hadCopy: (await listDistributions(context.db, token.id, [TOP_DOMAIN.path], 2)).length > 1,
    code: row.code_number,
    ...(row.expires_at === null ? {} : { expiresAt: isoTime(row.expires_at) }),
    passcodeNeeded:
      signedInUser.method === 'emergency' ||
      ((await mustShowToken(context, signedInUser)) &&
        !(await findActivationWindow(context.db, signedInUser.id, now, row.id))),
    // Refusals from before the current code was generated no longer matter.
    ...(row.reason === null || state === 'provisioned' || state === 'confirmed' || state === 'withdrawn'
      ? {}
      : { refusal: isDeviceReason(row) ? ('device' as const) : ('other' as const) }),
    ...(row.reused_at === null ? {} : { reusedAt: isoTime(row.reused_at) }),
  });
}

/**
 * A new code; the previous one becomes invalid. If an app used the last one but no tokencode followed, the activation starts over, and what
 * that app has is worthless: perhaps its answer was lost, perhaps the app is not the user's. The same after too many failed runs: they end
 * a code, but not the user's way to their token.
 */
export async function openOwnActivation(
  context: Context,
  signedInUser: SignedInUser,
  serial: string,
): Promise<Outcome<OwnCode>> {
  const found = await ownActivation(context, signedInUser, serial);
  if (!found.ok) return found;
  const { token, row } = found.value;
  const unusable = tokenProblem(token, context.now());
  if (unusable) return unusable;
  // Not even with an activation window: that is opened for the user, not for those who may give emergency tokencodes.
  const lesser = refusalInEmergency(signedInUser);
  if (lesser) return lesser;
  if (row.delivery !== 'qr') {
    return refused('wrong-state', text('self-service.link-from-administrator'));
  }
  const { 'activation.showCode': mayBeShown, 'activation.sameDevice': sameDevice } =
    await context.settings.current();
  const needsWindow = await mustShowToken(context, signedInUser);
  const base = await linkBase(context);
  const outcome = await allOrNothing(context.db, async (trx): Promise<Outcome<FreshCode>> => {
    // First, so that it is not unassigned, marked as lost or given to someone else in the meantime.
    const locked = await lockAssignedToken(trx, holderOf(signedInUser), 'tokens:distribute', token);
    const unusableNow = tokenProblem(locked, context.now());
    if (unusableNow) return unusableNow;
    // Distributed again meanwhile: what the call names is not what its user has now.
    if ((await latestOwn({ db: trx }, signedInUser, locked))?.id !== row.id)
      undo('wrong-state', text('self-service.changed'));
    if (needsWindow) await useWindow(trx, context, signedInUser, row.id);
    const ended = row.state === 'provisioned' || row.state === 'failed';
    const live = ended ? await beginAnew(trx, context, signedInUser, token, row) : row;
    const fresh = await freshCode(trx, context, signedInUser.auditActor, serial, live, base);
    return done(fresh ?? undo('wrong-state', text('self-service.code-used')));
  });
  if (!outcome.ok) return outcome;
  const { number, link, url, activationCode, expiresAt } = outcome.value;
  return done({
    code: number,
    link,
    sameDevice,
    ...(mayBeShown ? { shown: { url, activationCode } } : {}),
    ...(expiresAt === undefined
      ? {}
      : { secondsLeft: Math.max(0, Math.ceil((Date.parse(expiresAt) - context.now()) / 1000)) }),
  });
}

export const tokenProblem = (token: TokenRow, now: number): Refused | undefined =>
  refusalOf(barToCode(token, now), {
    'not-assigned': text('self-service.token-disabled'),
    'user-disabled': text('user.disabled'),
    hardware: text('self-service.hardware'),
    lost: text('self-service.reported-lost'),
    expired: text('self-service.token-expired'),
    disabled: text('self-service.token-disabled'),
  });

/** Used up by the first distribution that it opens, for which it stays valid. */
async function useWindow(
  trx: Connection,
  context: Context,
  signedInUser: SignedInUser,
  distributionId: string,
): Promise<void> {
  const now = context.now();
  const find = () => findActivationWindow(trx, signedInUser.id, now, distributionId);
  if ((await find())?.used_for === distributionId) return;
  if (await claimActivationWindow(trx, signedInUser.id, distributionId, now)) {
    await record(trx, context, signedInUser.auditActor, {
      action: 'user.use-window',
      object: `user:${signedInUser.userId}`,
    });
    return;
  }
  // Used for the same one, just now.
  if (await find()) return;
  undo('passcode-needed', text('self-service.passcode-first'));
}

async function beginAnew(
  trx: Connection,
  context: Context,
  signedInUser: SignedInUser,
  token: TokenRow,
  row: Distribution,
): Promise<Distribution> {
  const { source } = signedInUser.auditActor;
  const gaveWay =
    row.state === 'failed'
      ? await claimFailed(trx, row.id)
      : await withdrawProvisioned(trx, context, row.id, { reason: text('event.user-began-anew'), source });
  if (!gaveWay) undo('wrong-state', text('self-service.changed'));
  await deletePendingSeeds(trx, row);
  const fresh: Distribution = {
    ...row,
    id: newId(context),
    ...ISSUED,
    created_at: context.now(),
    created_by: signedInUser.auditActor.name,
    code_hash: null,
  };
  await insertDistribution(trx, context, fresh, { source });
  await moveActivationWindow(trx, row.id, fresh.id);
  await record(trx, context, signedInUser.auditActor, {
    action: 'token.restart-activation',
    object: `token:${token.serial}`,
  });
  return fresh;
}

async function ownActivation(
  context: Pick<ServerContext, 'db'>,
  signedInUser: SignedInUser,
  serial: string,
): Promise<Outcome<{ readonly token: TokenRow; readonly row: Distribution }>> {
  const found = await ownToken(context, signedInUser, serial);
  if (!found.ok) return found;
  const row = await latestOwn(context, signedInUser, found.value);
  return row
    ? done({ token: found.value, row })
    : refused('wrong-state', text('self-service.not-distributed'));
}

const MAX_REMEMBERED = 1_000;

/** The comparison number of the latest exchange of a token. Deliberately expensive, so it is computed on demand, and once per seed. */
export function comparisonReader(
  context: Pick<ServerContext, 'db' | 'sealing'>,
): (signedInUser: SignedInUser, serial: string) => Promise<Outcome<{ number: string }>> {
  const computed = new Map<string, Promise<string>>();
  return async (signedInUser, serial) => {
    const found = await ownActivation(context, signedInUser, serial);
    if (!found.ok) return found;
    const { token, row } = found.value;
    const seed = (await listSeeds(context.db, token.id)).find(
      ({ distribution_id }) => distribution_id === row.id,
    );
    if (!seed) return refused('wrong-state', text('self-service.not-activated'));
    let number = computed.get(seed.id);
    if (!number) {
      if (computed.size >= MAX_REMEMBERED) computed.clear();
      const K_TOKEN = context.sealing.open(aadOf('seeds.sealed', seed.id), seed.sealed);
      number = comparisonNumber(K_TOKEN).finally(() => K_TOKEN.fill(0));
      computed.set(seed.id, number);
    }
    return done({ number: await number });
  };
}
