/**
 * HOTP, the event-based one-time password (RFC 4226).
 *
 * Computes a code for a counter. Comparing, look-ahead and remembering the counter are not done here (see verify.ts).
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';

export type OtpHash = 'sha1' | 'sha256' | 'sha512';

export const HASHES = { sha1, sha256, sha512 } as const;

const MAX_COUNTER = 2n ** 64n - 1n;

export type HotpInput = {
  /** Shared secret K, any length; RFC 4226 §4 R6 requires at least 16 bytes. */
  readonly key: Uint8Array;
  /** Moving factor C, 0 to 2^64 - 1; a number must be a safe integer. */
  readonly counter: number | bigint;
  /** Length of the code, 6 to 10. */
  readonly digits: number;
  /** Default `sha1`, the only one in RFC 4226; the others by RFC 6238 §1.2. */
  readonly hash?: OtpHash;
};

/**
 * The code as decimal text with leading zeros (RFC 4226 §5.3).
 *
 * @throws RangeError if counter or digits are outside the ranges above: a bug in the caller, not a user's mistake.
 */
export function hotp({ key, counter, digits, hash = 'sha1' }: HotpInput): string {
  return truncated(hmac(HASHES[hash], key, movingFactor(counter, digits)), digits);
}

/**
 * The same for a key that cannot be read: WebCrypto's non-extractable keys, or a smart card. TOTP is this with the interval as counter.
 *
 * @param input.mac HMAC under the key; its length determines the hash
 * @throws RangeError as {@link hotp}; rejects if `mac` does
 */
export async function hotpBy(
  input: Omit<HotpInput, 'key' | 'hash'> & {
    readonly mac: (data: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
  },
): Promise<string> {
  return truncated(await input.mac(movingFactor(input.counter, input.digits)), input.digits);
}

/** C as eight bytes. */
function movingFactor(counter: number | bigint, digits: number): Uint8Array<ArrayBuffer> {
  if (typeof counter === 'number' && !Number.isSafeInteger(counter)) throw new RangeError('counter');
  const moving = BigInt(counter);
  if (moving < 0n || moving > MAX_COUNTER) throw new RangeError('counter');
  if (!Number.isInteger(digits) || digits < 6 || digits > 10) throw new RangeError('digits');

  const C = new Uint8Array(8);
  new DataView(C.buffer).setBigUint64(0, moving);
  return C;
}

function truncated(HS: Uint8Array, digits: number): string {
  // RFC 4226 §5.3  Snum = the 31 low bits of four bytes at the offset in the last nibble; D = Snum mod 10^digits
  const offset = HS[HS.length - 1]! & 0x0f;
  const Snum = new DataView(HS.buffer, HS.byteOffset).getUint32(offset) & 0x7fffffff;
  return String(Snum % 10 ** digits).padStart(digits, '0');
}
