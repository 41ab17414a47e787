/**
 * The commit of an exchange: the code is redeemed, the seed stored and the trail written, together or not at all.
 *
 * Everything costly was computed before; here is one short transaction, shared with the other exchanges that end at this moment.
 */
import type { ServerContext } from '../../context.ts';
import { groupCommit } from '../../store/db/group-commit.ts';
import { newId } from '../../store/db/ids.ts';
import { insertAudit } from '../../store/tables/audit.ts';
import { insertEvents, redeemDistributions } from '../../store/tables/distributions.ts';
import { insertSeeds } from '../../store/tables/seeds.ts';
import type { Admission } from './admission.ts';

export type Activation = {
  readonly admission: Admission;
  readonly K_TOKEN: Uint8Array;
  /** KeyID as the client is told it, base64. */
  readonly keyId: string;
  /** Identifies the request, so that its repetition gets the same answer. */
  readonly requestHash: string;
  /** The ServerFinished, as sent. */
  readonly reply: string;
  readonly resendMilliseconds: number;
  readonly deviceId: string | undefined;
  readonly source: string | undefined;
};

/** Resolves to false when the code was redeemed by another run, or died meanwhile; rejects when nothing could be committed. */
export type ActivateToken = (activation: Activation) => Promise<boolean>;

export const replyAssociatedData = (distributionId: string): string =>
  `distributions.reply:${distributionId}`;
export const seedAssociatedData = (seedId: string): string => `seeds.sealed:${seedId}`;

export function tokenActivator(
  context: Pick<ServerContext, 'db' | 'sealing' | 'queueMail' | 'now' | 'random'>,
): ActivateToken {
  return groupCommit<Activation, boolean>(
    context.db,
    (activation) => activation.admission.distributionId,
    async (trx, activations) => {
      const at = context.now();
      const redeemed = await redeemDistributions(
        trx,
        activations.map((activation) => ({
          distributionId: activation.admission.distributionId,
          replyHash: activation.requestHash,
          reply: context.sealing.seal(
            replyAssociatedData(activation.admission.distributionId),
            Buffer.from(activation.reply),
          ),
          replyUntil: at + activation.resendMilliseconds,
          deviceId: activation.deviceId,
          at,
        })),
      );
      const winners = activations.filter(({ admission }) => redeemed.has(admission.distributionId));
      await insertSeeds(
        trx,
        winners.map(({ admission, K_TOKEN, keyId }) => {
          const id = newId(context);
          return {
            id,
            token_id: admission.tokenId,
            distribution_id: admission.distributionId,
            // Until its first tokencode is accepted; what the user had before goes on verifying meanwhile.
            state: 'pending' as const,
            algorithm: admission.snapshot.algorithm,
            digits: admission.snapshot.digits,
            interval_seconds: admission.snapshot.intervalSeconds,
            authentication_type: admission.snapshot.authenticationType,
            key_id: keyId,
            sealed: context.sealing.seal(seedAssociatedData(id), K_TOKEN),
            position: -1,
            drift: 0,
            last_accepted_at: null,
            created_at: at,
          };
        }),
      );
      await insertEvents(
        trx,
        context,
        winners.map(({ admission, source, deviceId }) => ({
          distributionId: admission.distributionId,
          state: 'provisioned' as const,
          source,
          deviceId,
        })),
      );
      await insertAudit(
        trx,
        context,
        ...winners.map(({ admission, source, deviceId }) => ({
          actor: 'client',
          action: 'ctkip.provisioned' as const,
          object: `token:${admission.serial}`,
          result: 'success' as const,
          reason: `user ${admission.userId}${deviceId === undefined ? '' : `, device ${deviceId}`}`,
          source,
        })),
      );
      await context.queueMail(
        trx,
        ...winners.map(({ admission, deviceId }) => ({
          event: 'token-activated' as const,
          userRow: admission.userRow,
          deviceType: admission.snapshot.deviceType.id,
          values: {
            serial: admission.serial,
            nickname: admission.nickname,
            time: at,
            device: deviceId ?? '–',
            profile: admission.snapshot.profile,
            deviceType: admission.snapshot.deviceType.name,
          },
        })),
      );
      return activations.map(({ admission }) => redeemed.has(admission.distributionId));
    },
  );
}
