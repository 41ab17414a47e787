/** Where a token's PIN is sealed. PINs are sealed, not hashed: docs/decisions/0007-pins-are-sealed.md. */
export const pinAssociatedData = (tokenId: string): string => `tokens.pin:${tokenId}`;

/** What is hashed to recognize an earlier PIN of a token. */
export const pinOfToken = (tokenId: string, pin: string): string => `${tokenId}:${pin}`;
