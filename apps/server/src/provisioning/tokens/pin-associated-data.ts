import type { TokenKey } from '../../store/schema/brands.ts';
/** Where a token's PIN is sealed. PINs are sealed, not hashed: docs/decisions/0007-pins-are-sealed.md. */
export const pinAssociatedData = (tokenId: TokenKey): string => `tokens.pin:${tokenId}`;

/** What is hashed to recognize an earlier PIN of a token. */
export const pinOfToken = (tokenId: TokenKey, pin: string): string => `${tokenId}:${pin}`;
