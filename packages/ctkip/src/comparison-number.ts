/**
 * The number with which people check that no one intercepted the exchange: authenticator and server both show it afterwards.
 *
 * An attacker in the middle runs one exchange with each side and ends up with two different keys, so the two numbers differ, unless the
 * attacker searches for a nonce that happens to give the same number. CT-KIP has no commitment that would prevent the search, so it is made
 * expensive instead: nine digits, a hundred thousand iterations per attempt, and only the minutes of an exchange. It comes on top of TLS,
 * not in its place. Not part of RFC 4758: other authenticators do not show it.
 */
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8 } from '@sower/bytes/octets';

const ITERATIONS = 100_000;
const DIGITS = 9;

/**
 * Nine decimal digits, such as `042713358`; show them in groups of three (`inGroupsOfThree`), alike everywhere.
 * @param K_TOKEN the key agreed in the exchange, 16 octets or more
 */
export async function comparisonNumber(K_TOKEN: Uint8Array): Promise<string> {
  // PBKDF2-HMAC-SHA-256 (RFC 8018 §5.2), eight octets; the bias of the remainder is below 2^-33.
  const octets = await pbkdf2Async(sha256, K_TOKEN, utf8('Sower comparison number'), {
    c: ITERATIONS,
    dkLen: 8,
  });
  const value = new DataView(octets.buffer, octets.byteOffset).getBigUint64(0);
  return (value % 10n ** BigInt(DIGITS)).toString().padStart(DIGITS, '0');
}
