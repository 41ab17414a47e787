/** The PIN of a token where it is kept: sealed, and its predecessors as keyed hashes. Knows no rules. */

import type { TokenPolicy } from '@sower/api/policies';
import { type Text, text } from '@sower/messages/outcomes';
import type { Floor } from '../../context.ts';
import { pinPlace } from '../../provisioning/tokens/pin-place.ts';
import { listPinHashes, recordPin } from '../../store/tables/pin-history.ts';
import type { Connection } from '../../store/tables/schema.ts';
import { changeToken } from '../../store/tables/tokens.ts';

type Uses = Pick<Floor, 'sealing' | 'now' | 'random'>;

const hashOf = (uses: Pick<Floor, 'sealing'>, tokenId: string, pin: string): string =>
  uses.sealing.keyedHash('pin-history', `${tokenId}:${pin}`);

/** In the caller's transaction. */
export async function storePin(
  trx: Connection,
  uses: Uses,
  input: { readonly tokenId: string; readonly pin: string },
): Promise<void> {
  await changeToken(trx, input.tokenId, {
    pin: uses.sealing.seal(pinPlace(input.tokenId), Buffer.from(input.pin)),
    pin_set_at: uses.now(),
    pin_change: 0,
  });
  await recordPin(trx, uses, { tokenId: input.tokenId, pinHash: hashOf(uses, input.tokenId, input.pin) });
}

/** The holder hears of it by mail, where there is mail: it may not have been them. */
export async function tellPinChanged(
  trx: Connection,
  uses: Pick<Floor, 'queueMail' | 'now'>,
  { userRow, serial }: { readonly userRow: string | null | undefined; readonly serial: string },
): Promise<void> {
  if (userRow == null) return;
  await uses.queueMail(trx, { event: 'pin-changed', userRow, values: { serial, time: uses.now() } });
}

/** What to say when the policy does not take this PIN again. */
export async function reuseProblem(
  db: Connection,
  uses: Pick<Floor, 'sealing'>,
  policy: TokenPolicy,
  input: { readonly tokenId: string; readonly pin: string },
): Promise<Text | undefined> {
  const hashes = await listPinHashes(db, input.tokenId, policy.pinHistory);
  return hashes.includes(hashOf(uses, input.tokenId, input.pin))
    ? text('pin.used-before', { count: policy.pinHistory })
    : undefined;
}
