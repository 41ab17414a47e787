/** The mode of a token, for people to see: what would happen to a right passcode now. Decides nothing. */
import type { Policies } from '@sower/api/policies';
import type { TokenMode } from '@sower/api/token-access';
import type { Sealing } from '../../keys/seal/sealing.ts';
import { pinAssociatedData } from '../../provisioning/tokens/pin-associated-data.ts';
import { isExpired } from '../../provisioning/tokens/token-view.ts';
import type { VerifiableRow } from '../../store/tokens/seeds.ts';
import { inNextTokencodeMode, newPinReasonOf } from '../challenge/question.ts';
import { heldBackUntil, lockedUntil } from '../limits/hold-back.ts';

/** @param rows of one token, one row per seed */
export function tokenMode(
  context: { readonly sealing: Sealing },
  rows: readonly VerifiableRow[],
  policies: Policies,
  now: number,
): TokenMode {
  const [row] = rows;
  if (!row) return 'disabled';
  if (row.user_enabled !== 1 || row.token_enabled !== 1) return 'disabled';
  if (row.token_lost === 1) return 'lost';
  if (row.expires_on !== null && isExpired(row.expires_on, now)) return 'expired';
  if (lockedUntil(row, policies, now) > now) return 'locked';
  const { token } = policies;
  if (heldBackUntil(row, policies, now) > now) return 'held-back';
  if (rows.every(({ seed_id }) => seed_id === null)) return 'not-provisioned';
  if (inNextTokencodeMode({ failures: row.failures ?? 0 }, token)) return 'next-tokencode';
  const pin =
    row.pin === null || row.token_id === null
      ? undefined
      : Buffer.from(context.sealing.open(pinAssociatedData(row.token_id), row.pin)).toString();
  const facts = { pin, pinChange: row.pin_change === 1, pinSetAt: row.pin_set_at };
  const waitsForPin = rows.some(
    ({ authentication_type: authenticationType }) =>
      authenticationType !== null &&
      newPinReasonOf({ ...facts, authenticationType }, token, now) !== undefined,
  );
  return waitsForPin ? 'new-pin' : 'normal';
}
