/** Whether a passcode is an emergency tokencode of one of the user's tokens, preceded by the PIN if the token has one. */

import { mayHavePin } from '@sower/api/device-types';
import type { Policies } from '@sower/api/policies';
import type { ServerContext } from '../../context.ts';
import { openedPin } from '../../provisioning/tokens/stored-pin.ts';
import type { KeyedHash, TokenKey } from '../../store/schema/brands.ts';
import type { Row } from '../../store/schema/schema.ts';
import { listEmergencyCodes } from '../../store/tokens/emergency-codes.ts';
import type { VerifiableRow } from '../../store/tokens/seeds.ts';
import { isExpired } from '../../store/tokens/tokens.ts';
import { heldBackUntil, lockedUntil } from '../limits/hold-back.ts';
import { equalText, withoutSpaces } from './match.ts';

/** People write codes down with spaces and dashes; letters are capitals. */
export const emergencyHash = (
  context: Pick<ServerContext, 'sealing'>,
  tokenId: TokenKey,
  code: string,
): KeyedHash => context.sealing.keyedHash('emergency-code', hashed(tokenId, code));
const hashed = (tokenId: TokenKey, code: string): KeyedHash =>
  `${tokenId}:${code.replaceAll(/[\s-]/g, '').toUpperCase()}`;

export type EmergencyMatch = {
  readonly tokenId: TokenKey;
  readonly serial: string;
  readonly code: Row<'emergency_codes'>;
  readonly failures: number;
  /** It came with a PIN that an administrator requires to be changed: someone else may know the old one. */
  readonly oldPin: boolean;
};

const MAX_PASSCODE_LENGTH = 64;

/** What is known about a user at one point in time: a part of Subject (subject.ts). */
type Candidates = {
  readonly rows: readonly VerifiableRow[];
  readonly policies: Policies;
  readonly now: number;
};

export type EmergencyAccess = {
  /** What may go before a code: the lengths of the PINs of the tokens. None: no token's emergency access is active. */
  readonly pinLengths: readonly number[];
  match(shown: string): EmergencyMatch | undefined;
};

/** Only users with emergency access cost a second read. */
export async function readEmergencyAccess(
  context: Pick<ServerContext, 'db' | 'sealing'>,
  subject: Candidates,
): Promise<EmergencyAccess> {
  const tokens = tokensInEmergency(subject)
    .filter(({ heldBack }) => !heldBack)
    .map((token) => {
      const pin = openedPin(context, token.tokenId, token.row.pin) ?? '';
      const types = subject.rows.flatMap((row) =>
        row.token_id === token.tokenId ? (row.authentication_type ?? []) : [],
      );
      // A token of the tokencode type has kept the PIN that it had as a fob. Codes that were given before are accepted with it too.
      const needed = mayHavePin(types);
      return { ...token, pins: needed || pin === '' ? [pin] : ['', pin], needed };
    });
  if (tokens.length === 0) return { pinLengths: [], match: () => undefined };
  const codes = await listEmergencyCodes(
    context.db,
    tokens.map(({ tokenId }) => tokenId),
  );
  return {
    pinLengths: [...new Set(tokens.flatMap(({ pins }) => pins.map(({ length }) => length)))],
    match(shown) {
      const passcode = withoutSpaces(shown);
      if (passcode.length > MAX_PASSCODE_LENGTH) return undefined;
      let found: EmergencyMatch | undefined;
      for (const { tokenId, serial, row, pins, needed } of tokens)
        for (const pin of pins) {
          const pinIsRight = equalText(passcode.slice(0, pin.length), pin);
          const written = hashed(tokenId, passcode.slice(pin.length));
          const hashes = context.sealing.keyedHashes('emergency-code', written);
          const code = codes.find((one) => one.token_id === tokenId && hashes.includes(one.code_hash));
          const oldPin = needed && pin !== '' && row.pin_change === 1;
          if (code && pinIsRight) found = { tokenId, serial, code, failures: row.failures ?? 0, oldPin };
        }
      return found;
    },
  };
}

export const findEmergencyMatch = async (
  context: Pick<ServerContext, 'db' | 'sealing'>,
  subject: Candidates,
  passcode: string,
): Promise<EmergencyMatch | undefined> => (await readEmergencyAccess(context, subject)).match(passcode);

/**
 * Tokens whose emergency access is active, with a seed or without. A lost token is the case it is meant for; one that is disabled or
 * expired gets no access by it, and one that is held back gets none meanwhile.
 */
export function tokensInEmergency({ rows, policies, now }: Candidates) {
  const open = new Map<
    string,
    { tokenId: TokenKey; serial: string; row: VerifiableRow; heldBack: boolean }
  >();
  for (const row of rows) {
    const { token_id: tokenId, serial } = row;
    if (tokenId === null || serial === null || (row.emergency_until ?? 0) <= now) continue;
    if (row.user_enabled !== 1 || row.token_enabled !== 1) continue;
    if (row.expires_on !== null && isExpired(row.expires_on, now)) continue;
    const heldBack = lockedUntil(row, policies, now) > now || heldBackUntil(row, policies, now) > now;
    open.set(tokenId, { tokenId, serial, row, heldBack });
  }
  return [...open.values()];
}
