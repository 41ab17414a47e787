/**
 * The transfer key of this installation: others export tokens to its public half, and the import opens such files with the private half. Made
 * and replaced by administrators; the former one is deleted, since who replaces a key may not trust it. CT-KIP has keys of its own.
 */

import { createPublicKey } from 'node:crypto';
import { isoTime } from '@sower/api/time';
import type { NewTransferKey, TransferKey } from '@sower/api/token-exports';
import { fingerprintOf, sameFingerprint, TRANSFER_KEY_BITS } from '@sower/otp/transfer-key';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, type Outcome, type Refused, refused, refusedAt } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing } from '../../core/transaction.ts';
import { readPkcs8, sealPrivateKey } from '../../keys/private-key.ts';
import { generateServerKey } from '../../keys/rsa/server-keys.ts';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import { claimTransferKey, findTransferKey, insertTransferKey } from '../../store/keys/server-keys.ts';
import type { Row } from '../../store/schema/schema.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

type OwnTransferKey = TransferKey & { readonly pkcs8: Uint8Array };

const FIRST = 1;

export async function showTransferKey(context: Context, actor: Actor): Promise<Outcome<TransferKey>> {
  const denial = denied(actor, 'tokens:mint');
  if (denial) return denial;
  const own = await ownTransferKey(context);
  return own ? done(shown(own)) : refused('not-found', text('transfer-key.none'));
}

/** Undefined as long as none was made. */
export async function ownTransferKey(
  context: Pick<Context, 'db' | 'sealing'>,
): Promise<OwnTransferKey | undefined> {
  const present = await findTransferKey(context.db);
  return present && opened(context, present);
}

/** Makes the first key, or replaces the one that the caller names. */
export async function makeTransferKey(
  context: Context,
  actor: Actor,
  { replaces }: NewTransferKey,
): Promise<Outcome<TransferKey>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  const former = await findTransferKey(context.db);
  const formerKey = former && opened(context, former);
  const refusal = refusalOf(replaces, formerKey?.fingerprint);
  if (refusal) return refusal;
  const { privateKey } = await generateServerKey(TRANSFER_KEY_BITS);
  const id = former ? Number(former.id) + 1 : FIRST;
  const row = {
    id,
    private_key: sealPrivateKey(context.sealing, aadOf('transfer_keys.private_key', id), privateKey),
    created_at: context.now(),
  };
  return allOrNothing(context.db, async (trx) => {
    if (former && !(await claimTransferKey(trx, Number(former.id))))
      return refused('wrong-state', text('transfer-key.replaced'));
    if (!(await insertTransferKey(trx, row))) return refused('already-exists', text('transfer-key.exists'));
    const own = opened(context, row);
    await record(trx, context, actor, {
      action: former ? 'transfer-key.replace' : 'transfer-key.create',
      object: `transfer-key:${own.fingerprint}`,
      reason: formerKey
        ? text('event.transfer-key-replaced', { key: formerKey.fingerprint })
        : `RSA-${TRANSFER_KEY_BITS}`,
    });
    return done(shown(own));
  });
}

function refusalOf(replaces: string | undefined, present: string | undefined): Refused | undefined {
  if (replaces === undefined)
    return present === undefined ? undefined : refused('already-exists', text('transfer-key.exists'));
  if (present === undefined) return refused('not-found', text('transfer-key.none'));
  return sameFingerprint(replaces, present)
    ? undefined
    : refusedAt('replaces', 'wrong-state', text('transfer-key.another', { key: present }));
}

const shown = ({ pkcs8: _, ...key }: OwnTransferKey): TransferKey => key;

function opened({ sealing }: Pick<Context, 'sealing'>, row: Row<'transfer_keys'>): OwnTransferKey {
  const pkcs8 = sealing.open(aadOf('transfer_keys.private_key', row.id), row.private_key);
  const publicKey = createPublicKey(readPkcs8(pkcs8));
  return {
    pem: publicKey.export({ format: 'pem', type: 'spki' }) as string,
    fingerprint: fingerprintOf(publicKey.export({ format: 'der', type: 'spki' })),
    createdAt: isoTime(row.created_at),
    pkcs8,
  };
}
