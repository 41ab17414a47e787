import type { TokenKey } from '../../store/schema/brands.ts';

/** What is hashed to recognize an earlier PIN of a token. */
export const pinOfToken = (tokenId: TokenKey, pin: string): string => `${tokenId}:${pin}`;
