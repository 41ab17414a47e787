/**
 * CT-KIP-PRF, RFC 4758 Appendix D: one table row per realization.
 *
 * The order of a block's input is an argument, since deployed software does not follow the RFC there. Which realization an exchange uses is
 * decided elsewhere.
 */
import { cmac } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat } from '@sower/bytes/octets';
import type { PrfName } from './algorithms.ts';

/** What F authenticates: the RFC's `INT (i) || s`, or `s || INT (i)` as deployed clients compute it. */
export type BlockOrder = 'INT(i) || s' | 's || INT(i)';

type Realisation = {
  /** Octets of one block. */
  readonly bLen: number;
  /** The keyed function inside F. */
  readonly mac: (k: Uint8Array, message: Uint8Array) => Uint8Array;
  /** Key lengths in octets that the realization is defined for. */
  readonly keyLength: { readonly min: number; readonly max: number };
};

const REALISATIONS: Readonly<Record<PrfName, Realisation>> = {
  // RFC 4758 §D.2.2  OMAC1-AES is what RFC 4493 calls AES-CMAC; AES-128 only.
  'ct-kip-prf-aes': { bLen: 16, mac: (k, message) => cmac(message, k), keyLength: { min: 16, max: 16 } },
  // RFC 4758 §D.3.2  HMAC accepts any key; below 16 octets it would be weaker than the protocol's nonces.
  'ct-kip-prf-sha256': {
    bLen: 32,
    mac: (k, message) => hmac(sha256, k, message),
    keyLength: { min: 16, max: 1024 },
  },
};

/** Whether a key with this many octets can be `k` of this realization. */
export function keyFits(prf: PrfName, length: number): boolean {
  const { min, max } = REALISATIONS[prf].keyLength;
  return length >= min && length <= max;
}

function INT(i: number): Uint8Array {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setUint32(0, i);
  return octets;
}

/**
 * CT-KIP-PRF (k, s, dsLen): `dsLen` octets.
 *
 * Throws RangeError for a key that does not fit (see `keyFits`) or an impossible length: those are the caller's bugs.
 */
export function CT_KIP_PRF(
  prf: PrfName,
  order: BlockOrder,
  k: Uint8Array,
  s: Uint8Array,
  dsLen: number,
): Uint8Array {
  const { bLen, mac } = REALISATIONS[prf];
  if (!keyFits(prf, k.length)) throw new RangeError(`${prf} takes no key of ${k.length} octets`);
  if (!Number.isInteger(dsLen) || dsLen < 1 || dsLen > 0xffff) throw new RangeError('dsLen out of range');
  // RFC 4758 §D.2.2  n = ROUND (dsLen / bLen), where ROUND can only mean rounding up
  const n = Math.ceil(dsLen / bLen);
  const B: Uint8Array[] = [];
  for (let i = 1; i <= n; i += 1) {
    // RFC 4758 §D.2.2  F (k, s, i) = OMAC1-AES (k, INT (i) || s)
    B.push(mac(k, order === 'INT(i) || s' ? concat(INT(i), s) : concat(s, INT(i))));
  }
  // RFC 4758 §D.2.2  DS = B1 || B2 || … || Bn<0..j-1>
  return concat(...B).slice(0, dsLen);
}
