/**
 * A user moves a token to another device, with the consent of the one that has it: an approval that only its seed can produce.
 *
 * A session alone never moves a token, not even one opened with a passcode: the person who was given one passcode would have the token for good.
 * Nor does the approval alone. No seed is copied: the other device agrees on its own, and the current one works until then.
 */

import { HOUR, isoTime } from '@sower/api/time';
import { APPROVAL_SECONDS, APPROVAL_WINDOW, approvalCode, approvalSeed } from '@sower/otp/approval';
import { intervalAt } from '@sower/otp/totp';
import { text } from '@sower/texts/outcomes';
import type { KeyedMutex } from '../authentication/limits/keyed-mutex.ts';
import { equalText } from '../authentication/verify/match.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { allOrNothing, undo } from '../core/transaction.ts';
import { aadOf } from '../keys/seal/sealed-columns.ts';
import {
  type DistributeContext,
  issueDistribution,
  planDistribution,
} from '../provisioning/distribution/distribute.ts';
import { userIdKey } from '../store/directory/users.ts';
import { distributionState } from '../store/distribution/distributions.ts';
import { putActivationWindow } from '../store/log-on/self-service.ts';
import type { Row } from '../store/schema/schema.ts';
import { claimApproval, listSeeds } from '../store/tokens/seeds.ts';
import { lockToken, type TokenRow } from '../store/tokens/tokens.ts';
import { tokenProblem } from './activation.ts';
import { latestOwn } from './own-tokens.ts';
import { ownToken, refusalInEmergency, type SignedInUser, switchedOff } from './signed-in-user.ts';

/** The time to activate the other device. */
const WINDOW_MILLISECONDS = HOUR;

/** Afterwards the token waits to be activated, with a window for exactly that. Checked in the user's turn, like passcodes. */
export function moveOwnToken(
  context: DistributeContext & { readonly inTurn: KeyedMutex },
  signedInUser: SignedInUser,
  input: { readonly serial: string; readonly approval: string },
): Promise<Outcome<undefined>> {
  return context.inTurn(userIdKey(signedInUser.userId), () => moveInTurn(context, signedInUser, input));
}

async function moveInTurn(
  context: DistributeContext,
  signedInUser: SignedInUser,
  input: { readonly serial: string; readonly approval: string },
): Promise<Outcome<undefined>> {
  const found = await ownToken(context, signedInUser, input.serial);
  if (!found.ok) return found;
  const off = await switchedOff(context, 'move');
  if (off) return off;
  const lesser = refusalInEmergency(signedInUser);
  if (lesser) return lesser;
  const token = found.value;
  const unusable = tokenProblem(token, context.now());
  if (unusable) return unusable;
  const row = await latestOwn(context, signedInUser, token);
  const way = row && wayOf(row, context.now());
  if (!row || !way) return refused('wrong-state', text('self-service.cannot-move'));
  const { auditActor } = signedInUser;
  const opening = { action: 'user.open-window', object: `user:${signedInUser.userId}` } as const;
  const notApproved = async (reason: 'wrong' | 'used') => {
    await record(context.db, context, auditActor, {
      ...opening,
      result: 'refused',
      reason: text(`event.approval-${reason}`, { serial: token.serial }),
    });
    return refused('passcode-refused', text('self-service.approval-invalid'));
  };
  const approved = await findApproval(context, token, input.approval);
  if (!approved) return notApproved('wrong');
  const plan = way === 'anew' ? await planAnew(context, signedInUser, token, row) : undefined;
  if (plan && !plan.ok) return plan;

  const outcome = await allOrNothing(context.db, async (trx): Promise<Outcome<boolean>> => {
    // First, so that anything that changes the token at the same time comes before or after.
    const locked = await lockToken(trx, token.id);
    if (locked?.user_id !== signedInUser.id || tokenProblem(locked, context.now()))
      undo('wrong-state', text('self-service.changed'));
    if (!(await claimApproval(trx, approved.seedId, approved.moment))) return done(false);
    const present = await latestOwn({ db: trx }, signedInUser, token);
    if (present?.id !== row.id || wayOf(present, context.now()) !== way)
      undo('wrong-state', text('self-service.changed'));
    const id = plan
      ? await issueDistribution(trx, context, signedInUser.auditActor, plan.value, undefined)
      : row.id;
    const now = context.now();
    const expiresAt = now + WINDOW_MILLISECONDS;
    await putActivationWindow(
      trx,
      {
        user_id: signedInUser.id,
        opened_at: now,
        opened_by: signedInUser.auditActor.name,
        expires_at: expiresAt,
      },
      id,
    );
    await record(trx, context, auditActor, {
      ...opening,
      reason: text('event.move-approved', { time: isoTime(expiresAt), serial: token.serial }),
    });
    await context.queueMail(trx, {
      event: 'window-opened',
      userRow: signedInUser.id,
      values: { time: now, expires: expiresAt },
      sendBefore: expiresAt,
    });
    return done(true);
  });
  if (!outcome.ok) return outcome;
  return outcome.value ? done(undefined) : notApproved('used');
}

/**
 * Whether it is distributed again, or only needs a window because it is already waiting. Only for what users activate themselves by QR
 * code: if an administrator hands over the code, or chose the device, an administrator has to move it. Undefined: neither.
 */
function wayOf(row: Row<'distributions'>, now: number): 'anew' | 'waiting' | undefined {
  if (row.delivery !== 'qr') return undefined;
  const state = distributionState(row, now);
  if (state === 'confirmed') return row.device_kind === 'id' ? undefined : 'anew';
  return state === 'failed' || state === 'withdrawn' ? undefined : 'waiting';
}

/** The seed that made it, and when. Checks every interval, so that the work reveals nothing. */
async function findApproval(
  context: Pick<DistributeContext, 'db' | 'sealing' | 'now'>,
  token: TokenRow,
  given: string,
): Promise<{ readonly seedId: string; readonly moment: number } | undefined> {
  const seed = (await listSeeds(context.db, token.id)).find(({ state }) => state === 'current');
  if (!seed) return undefined;
  const K_TOKEN = context.sealing.open(aadOf('seeds.sealed', seed.id), seed.sealed);
  const now = intervalAt(context.now() / 1000, APPROVAL_SECONDS);
  let found: number | undefined;
  for (let moment = now - APPROVAL_WINDOW; moment <= now + APPROVAL_WINDOW; moment += 1) {
    const code = await approvalCode({
      ...approvalSeed(seed, K_TOKEN),
      serial: token.serial,
      moment,
    });
    if (equalText(given, code)) found = moment;
  }
  K_TOKEN.fill(0);
  return found === undefined ? undefined : { seedId: seed.id, moment: found };
}

/** With the current profile, like every distribution; the nickname stays. */
async function planAnew(
  context: DistributeContext,
  signedInUser: SignedInUser,
  token: TokenRow,
  row: Row<'distributions'>,
) {
  const planned = await planDistribution(
    context,
    { ...token, user_id: signedInUser.id, holder: signedInUser.userId },
    {
      profile: row.profile_id,
      deviceBinding: { kind: row.device_kind === 'any' ? 'any' : 'class' },
      nickname: row.nickname,
      revokeNow: false,
    },
  );
  return planned.ok && planned.value.profile.delivery === 'qr'
    ? planned
    : refused('wrong-state', text('self-service.delivery-changed'));
}
