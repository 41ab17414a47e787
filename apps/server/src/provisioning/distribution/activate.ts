/**
 * The commit of an exchange: the code is redeemed, the seed stored and the audit row written, together or not at all.
 *
 * Everything expensive was computed before. This is one short transaction, shared with the other exchanges that end at the same time.
 */

import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import { insertAudit } from '../../store/audit/rows.ts';
import { groupCommit } from '../../store/db/group-commit.ts';
import { newId } from '../../store/db/ids.ts';
import { insertEvents, redeemDistributions, redeemWithSeed } from '../../store/distribution/distributions.ts';
import type { KeyedHash } from '../../store/schema/brands.ts';
import { insertSeeds } from '../../store/tokens/seeds.ts';
import type { Admission } from './admission.ts';

export type Activation = {
  readonly admission: Admission;
  readonly K_TOKEN: Uint8Array;
  /** KeyID as sent to the client, base64. */
  readonly keyId: string;
  /** Identifies the request, so that a repetition gets the same answer. */
  readonly requestHash: KeyedHash;
  /** The ServerFinished, as sent. */
  readonly reply: string;
  readonly resendMilliseconds: number;
  readonly deviceId: string | undefined;
  readonly source: string | undefined;
};

/** Resolves to false if another run redeemed the code, or it became invalid meanwhile; rejects if nothing could be committed. */
export type ActivateToken = (activation: Activation) => Promise<boolean>;

type Context = Pick<ServerContext, 'db' | 'sealing' | 'queueMail' | 'mailSettings' | 'now' | 'random'>;

export function tokenActivator(context: Context): ActivateToken {
  return groupCommit<Activation, boolean>(
    context.db,
    'activation',
    (activation) => activation.admission.distributionId,
    async (db, activations) => {
      // A mail is queued together with the event it is about.
      if ((await context.mailSettings.current(db)).settings.enabled) return [];
      const at = context.now();
      const written = activations.map((activation) => writtenOf(context, activation, at));
      const redeemed = await redeemWithSeed(db, context, written);
      return activations.map(({ admission }) => redeemed.has(admission.distributionId));
    },
    async (trx, activations) => {
      const at = context.now();
      const written = activations.map((activation) => writtenOf(context, activation, at));
      const redemptions = written.map(({ redemption }) => redemption);
      const redeemed = await redeemDistributions(trx, redemptions);
      const won = written.filter(({ redemption }) => redeemed.has(redemption.distributionId));
      const [seeds, events] = [won.map(({ seed }) => seed), won.map(({ event }) => event)];
      await insertSeeds(trx, seeds);
      await insertEvents(trx, context, events);
      await insertAudit(trx, context, ...won.map(({ audit }) => audit));
      await context.queueMail(trx, ...won.map(({ mail }) => mail));
      return activations.map(({ admission }) => redeemed.has(admission.distributionId));
    },
  );
}

/** What an activation stores, if it is the one that redeems its code. */
function writtenOf(context: Context, activation: Activation, at: number) {
  const { admission, source, deviceId } = activation;
  const { distributionId, snapshot } = admission;
  const seedId = newId(context);
  return {
    redemption: {
      distributionId,
      codeNumber: admission.codeNumber,
      replyHash: activation.requestHash,
      reply: context.sealing.seal(
        aadOf('distributions.reply', distributionId),
        Buffer.from(activation.reply),
      ),
      replyUntil: at + activation.resendMilliseconds,
      deviceId,
      at,
    },
    seed: {
      id: seedId,
      token_id: admission.tokenId,
      distribution_id: distributionId,
      // Until its first tokencode is accepted; the user's earlier seed stays valid meanwhile.
      state: 'pending' as const,
      algorithm: snapshot.algorithm,
      hash: 'sha1' as const,
      digits: snapshot.digits,
      interval_seconds: snapshot.intervalSeconds,
      authentication_type: snapshot.authenticationType,
      key_id: activation.keyId,
      sealed: context.sealing.seal(aadOf('seeds.sealed', seedId), activation.K_TOKEN),
      position: -1,
      drift: 0,
      last_accepted_at: null,
      created_at: at,
    },
    event: { distributionId, state: 'provisioned' as const, source, deviceId },
    audit: {
      actor: 'client',
      action: 'ctkip.provisioned' as const,
      object: `token:${admission.serial}`,
      result: 'success' as const,
      reason: text('event.parts', {
        parts: [
          text('event.user', { user: admission.userId }),
          ...(deviceId === undefined ? [] : [text('event.device', { device: deviceId })]),
        ],
      }),
      source,
    },
    mail: {
      event: 'token-activated' as const,
      userRow: admission.userRow,
      deviceType: snapshot.deviceType.id,
      values: {
        serial: admission.serial,
        nickname: admission.nickname,
        time: at,
        device: deviceId ?? '–',
        profile: snapshot.profile,
        deviceType: snapshot.deviceType.name,
      },
    },
  };
}
