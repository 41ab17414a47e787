/**
 * Whether something may be given to a user: the one rule, for a single act, a job, a rule, a request and self-service alike. It answers with a
 * code; each caller has its own words for it. Statements that choose among many rows stay in the store, and what they choose is judged here.
 */

import type { Algorithm } from '@sower/api/device-types';
import { isOwnSerial } from '@sower/api/serial';
import type { TokenKind } from '@sower/api/tokens';
import { type Text, text } from '@sower/texts/outcomes';
import { type Refused, refused } from '../../core/outcome.ts';
import { isExpired } from '../../store/tokens/tokens.ts';

/** What stands against it. */
export type Bar =
  | 'not-assigned'
  | 'being-replaced'
  | 'is-replacement'
  | 'user-disabled'
  | 'at-limit'
  | 'hardware'
  | 'lost'
  | 'disabled'
  | 'expired';

type Gift = {
  /** `users.enabled` of the user it is for; null if there is no user. */
  readonly userEnabled: number | null;
  /** For one more token: how many the user has, without those that wait to replace another, and how many a user may have. */
  readonly room?: { readonly assigned: number; readonly limit: number };
  /** For something about a token that the user has already, such as an activation code. */
  readonly token?: { readonly enabled: number; readonly lost: number; readonly expires_on: string };
  /** For a replacement: the part that the token has in a pair already. */
  readonly pair?: 'replaced' | 'replacing' | undefined;
  /** For an activation code: a hardware token has its seed, and takes no other. */
  readonly kind?: TokenKind;
};

/**
 * @param now epoch milliseconds
 * @returns the first reason against it; undefined if it may be given
 */
export function barTo({ userEnabled, room, token, kind, pair }: Gift, now: number): Bar | undefined {
  if (userEnabled === null) return 'not-assigned';
  if (pair !== undefined) return pair === 'replaced' ? 'being-replaced' : 'is-replacement';
  if (userEnabled !== 1) return 'user-disabled';
  if (room && room.assigned >= room.limit) return 'at-limit';
  if (kind === 'hardware') return 'hardware';
  if (token?.lost === 1) return 'lost';
  // Before being disabled: enabling an expired token helps no user.
  if (token && isExpired(token.expires_on, now)) return 'expired';
  if (token && token.enabled !== 1) return 'disabled';
  return undefined;
}

/** SecurID-AES computes with the twelve digits of the serial number. */
export const fitsAlgorithm = (algorithm: Algorithm, serial: string): boolean =>
  algorithm !== 'securid' || isOwnSerial(serial);

/** A token whose user the row names too. */
type AssignedTokenRow = NonNullable<Gift['token']> & { readonly holder_enabled: number | null };

/** What can stand against something about a token that the user has. */
type TokenBar = Exclude<Bar, 'at-limit' | 'being-replaced' | 'is-replacement'>;

/** The rule for what is done with a token for its user: without `room`, no limit is judged. */
export const barToToken = (token: AssignedTokenRow, now: number): TokenBar | undefined =>
  barTo({ userEnabled: token.holder_enabled, token }, now) as TokenBar | undefined;

/** The rule for an activation code. */
export const barToCode = (
  token: AssignedTokenRow & { readonly kind: TokenKind },
  now: number,
): TokenBar | undefined =>
  barTo({ userEnabled: token.holder_enabled, token, kind: token.kind }, now) as TokenBar | undefined;

/** The bar in words of the caller. */
export const refusalOf = (
  bar: TokenBar | undefined,
  words: Readonly<Record<TokenBar, Text>>,
): Refused | undefined => (bar === undefined ? undefined : refused('wrong-state', words[bar]));

/** The words that an administrator reads. */
export const barWords = (token: { readonly expires_on: string }, notAssigned: Text) => ({
  'not-assigned': notAssigned,
  'user-disabled': text('user.disabled'),
  hardware: text('token.hardware'),
  lost: text('token.lost'),
  expired: text('token.expired', { date: token.expires_on }),
  disabled: text('token.disabled'),
});
