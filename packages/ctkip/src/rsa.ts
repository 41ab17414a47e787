/**
 * Encrypting R_C with the server's RSA key, as a client does.
 *
 * OAEP is WebCrypto's. RSAES-PKCS1-v1_5 is not in WebCrypto and is done here with BigInt: the public exponent is no secret, but the running
 * time may reveal something about R_C to someone who can measure it on the client's own machine. There is no decryption.
 */

import { base64 } from '@sower/bytes/base64';
import { concat } from '@sower/bytes/octets';
import type { RsaScheme } from './dialect.ts';
import { minimalOctets } from './octets.ts';

export type RsaPublicKey = { readonly modulus: Uint8Array; readonly exponent: Uint8Array };

/** Bits of a modulus given as big-endian octets. */
export function modulusBits(modulus: Uint8Array): number {
  const n = minimalOctets(modulus);
  return n.length === 0 ? 0 : n.length * 8 - (Math.clz32(n[0] as number) - 24);
}

/** Why a key must not be used, or `undefined`. An exponent of 1 would send R_C in the clear; a huge one would take forever. */
export function keyDefect(
  { modulus, exponent }: RsaPublicKey,
  minModulusBits: number,
): 'too small' | 'not an RSA key' | undefined {
  const bits = modulusBits(modulus);
  if (bits < minModulusBits) return 'too small';
  const e = minimalOctets(exponent);
  const odd = (number: Uint8Array): boolean => ((number.at(-1) ?? 0) & 1) === 1;
  const plausible =
    bits >= 512 && bits <= 8192 && odd(modulus) && odd(e) && e.length <= 4 && integer(e) >= 3n;
  return plausible ? undefined : 'not an RSA key';
}

/**
 * EncryptedNonce, as many octets as the modulus has, or `undefined` if the key is not usable.
 * @param random that many random octets, for PS of RSAES-PKCS1-v1_5
 */
export async function encryptNonce(
  scheme: RsaScheme,
  key: RsaPublicKey,
  R_C: Uint8Array,
  random: (length: number) => Uint8Array,
): Promise<Uint8Array | undefined> {
  if (keyDefect(key, 512)) return undefined;
  if (scheme === 'RSAES-OAEP-SHA1') return rsaesOaepSha1(key, R_C);
  const length = minimalOctets(key.modulus).length - R_C.length - 3;
  return length < 8 ? undefined : rsaesPkcs1(key, R_C, nonZero(length, random));
}

/** RSAES-OAEP with SHA-1, MGF1 with SHA-1 and an empty label; `undefined` if WebCrypto refuses the key. */
export async function rsaesOaepSha1(key: RsaPublicKey, M: Uint8Array): Promise<Uint8Array | undefined> {
  const jwk = {
    kty: 'RSA',
    n: base64url(minimalOctets(key.modulus)),
    e: base64url(minimalOctets(key.exponent)),
  };
  try {
    const algorithm = { name: 'RSA-OAEP', hash: 'SHA-1' };
    const imported = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['encrypt']);
    const C = await crypto.subtle.encrypt({ name: 'RSA-OAEP' }, imported, Uint8Array.from(M));
    return new Uint8Array(C);
  } catch {
    return undefined;
  }
}

/** RSAES-PKCS1-v1_5 with a given PS: at least eight octets, none of them zero. Throws RangeError for any other. */
export function rsaesPkcs1(key: RsaPublicKey, M: Uint8Array, PS: Uint8Array): Uint8Array {
  const n = minimalOctets(key.modulus);
  if (PS.length < 8 || PS.length !== n.length - M.length - 3 || PS.includes(0)) {
    throw new RangeError('PS must fill the block with at least eight non-zero octets');
  }
  // RFC 8017 §7.2.1  EM = 0x00 || 0x02 || PS || 0x00 || M
  const EM = concat(Uint8Array.of(0, 2), PS, Uint8Array.of(0), M);
  // RFC 8017 §5.1.1  c = m^e mod n
  const c = power(integer(EM), integer(key.exponent), integer(n));
  return octetString(c, n.length);
}

/** Random octets without zeros: drawn again, not mapped, so that all remain equally likely. */
export function nonZero(length: number, random: (length: number) => Uint8Array): Uint8Array {
  let PS = new Uint8Array(0);
  // A generator that returns only zeros must not hang its caller.
  for (let draws = 0; PS.length < length; draws += 1) {
    if (draws > 64) throw new RangeError('the random generator gives zeros only');
    PS = Uint8Array.from(
      concat(
        PS,
        random(length).filter((octet) => octet !== 0),
      ).subarray(0, length),
    );
  }
  return PS;
}

/** RFC 8017 §4.2 OS2IP. */
function integer(octets: Uint8Array): bigint {
  let hex = '0x0';
  for (const octet of octets) hex += octet.toString(16).padStart(2, '0');
  return BigInt(hex);
}

/** RFC 8017 §4.1 I2OSP. */
function octetString(number: bigint, length: number): Uint8Array {
  const hex = number.toString(16).padStart(length * 2, '0');
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function base64url(octets: Uint8Array): string {
  return base64(octets).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
