/**
 * The transfer key of this installation: others export tokens to its public half, and the import opens such files with the private half. Made
 * when it is first needed, and kept: files that were encrypted to it stay readable. CT-KIP has keys of its own.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { TransferKey } from '@sower/api/token-exports';
import { fingerprintOf, TRANSFER_KEY_BITS } from '@sower/otp/transfer-key';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { isoTime } from '../../core/time.ts';
import { generateServerKey } from '../../keys/rsa/server-keys.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { findTransferKey, insertTransferKey } from '../../store/keys/transfer-keys.ts';
import type { Row } from '../../store/schema/schema.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

export type OwnTransferKey = TransferKey & { readonly pkcs8: Uint8Array };

const ID = 1;
export const transferKeyAssociatedData = (id: number): string => `transfer_keys.private_key:${id}`;

export async function showTransferKey(context: Context, actor: Actor): Promise<Outcome<TransferKey>> {
  const denial = denied(actor, 'tokens:mint');
  if (denial) return denial;
  const { pkcs8: _, ...key } = await ownTransferKey(context, actor);
  return done(key);
}

/** @param actor the first one to need it, whom the audit trail names */
export async function ownTransferKey(context: Context, actor: Actor): Promise<OwnTransferKey> {
  const present = await findTransferKey(context.db);
  if (present) return opened(context, present);
  const { privateKey } = await generateServerKey(TRANSFER_KEY_BITS);
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  const row = {
    id: ID,
    private_key: context.sealing.seal(transferKeyAssociatedData(ID), pkcs8),
    created_at: context.now(),
  };
  return inTransaction(context.db, async (trx) => {
    // Two first requests make two keys, and one of them is kept.
    if (!(await insertTransferKey(trx, row))) {
      const first = await findTransferKey(trx);
      if (first) return opened(context, first);
    }
    const own = opened(context, row);
    await record(trx, context, actor, {
      action: 'transfer-key.create',
      object: `transfer-key:${own.fingerprint}`,
      reason: `RSA-${TRANSFER_KEY_BITS}`,
    });
    return own;
  });
}

function opened({ sealing }: Pick<Context, 'sealing'>, row: Row<'transfer_keys'>): OwnTransferKey {
  const pkcs8 = sealing.open(transferKeyAssociatedData(row.id), row.private_key);
  const publicKey = createPublicKey(
    createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' }),
  );
  return {
    pem: publicKey.export({ format: 'pem', type: 'spki' }) as string,
    fingerprint: fingerprintOf(publicKey.export({ format: 'der', type: 'spki' })),
    createdAt: isoTime(row.created_at),
    pkcs8,
  };
}
