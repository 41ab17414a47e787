/** The stored PIN of a token: sealed (docs/decisions/0007-pins-are-sealed.md), with its predecessors as keyed hashes. Knows no rules. */

import type { TokenPolicy } from '@sower/api/policies';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import { listPinHashes, recordPin } from '../../store/authentication/pin-history.ts';
import type { TokenKey, UserRow } from '../../store/schema/brands.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { changeToken, type TokenRow } from '../../store/tokens/tokens.ts';

type Context = Pick<ServerContext, 'sealing' | 'now' | 'random'>;

/** @returns undefined if the token has none */
export const openedPin = (
  { sealing }: Pick<Context, 'sealing'>,
  tokenId: TokenKey,
  sealed: string | null,
): string | undefined =>
  sealed === null ? undefined : Buffer.from(sealing.open(aadOf('tokens.pin', tokenId), sealed)).toString();

/** What is hashed to recognize an earlier PIN of a token. */
const pinOfToken = (tokenId: TokenKey, pin: string): string => `${tokenId}:${pin}`;

/** Whether it is the present one. */
export const isPinOf = (
  context: Pick<Context, 'sealing'>,
  token: Pick<TokenRow, 'id' | 'pin'>,
  pin: string,
): boolean => openedPin(context, token.id, token.pin) === pin;

/** In the caller's transaction. */
export async function storePin(
  trx: Connection,
  context: Context,
  input: { readonly tokenId: TokenKey; readonly pin: string },
): Promise<void> {
  await changeToken(trx, input.tokenId, {
    pin: sealedPin(context, input),
    pin_set_at: context.now(),
    pin_change: 0,
  });
  await rememberPin(trx, context, input);
}

type PinOfToken = { readonly tokenId: TokenKey; readonly pin: string };

export const sealedPin = ({ sealing }: Pick<Context, 'sealing'>, { tokenId, pin }: PinOfToken): string =>
  sealing.seal(aadOf('tokens.pin', tokenId), Buffer.from(pin));

/** Among the predecessors that a policy can refuse. */
export const rememberPin = (trx: Connection, context: Context, { tokenId, pin }: PinOfToken): Promise<void> =>
  recordPin(trx, context, {
    tokenId,
    pinHash: context.sealing.keyedHash('pin-history', pinOfToken(tokenId, pin)),
  });

/** The user is notified by mail, if mail is set up: it may not have been them. */
export async function tellPinChanged(
  trx: Connection,
  context: Pick<ServerContext, 'queueMail' | 'now'>,
  { userRow, serial }: { readonly userRow: UserRow | null | undefined; readonly serial: string },
): Promise<void> {
  if (userRow == null) return;
  await context.queueMail(trx, { event: 'pin-changed', userRow, values: { serial, time: context.now() } });
}

/** The refusal if the policy does not allow this PIN again. */
export async function reuseProblem(
  db: Connection,
  context: Pick<ServerContext, 'sealing'>,
  policy: TokenPolicy,
  input: { readonly tokenId: TokenKey; readonly pin: string },
): Promise<Text | undefined> {
  const hashes = await listPinHashes(db, input.tokenId, policy.pinHistory);
  const now = context.sealing.keyedHashes('pin-history', pinOfToken(input.tokenId, input.pin));
  return hashes.some((hash) => now.includes(hash))
    ? text('pin.used-before', { count: policy.pinHistory })
    : undefined;
}
