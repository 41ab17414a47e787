/**
 * The protocol's derivations: K_TOKEN, MAC 1, MAC 2, and the shared-key encryption of R_C.
 *
 * Symbols are the RFC's. All lengths are octets. Nothing here chooses or stores a key; RSA is in `rsa.ts`, and decryption with a private
 * key is not in this package at all. A key that does not fit the PRF is the caller's bug and throws (`keyFits` tells).
 */

import { concat, utf8 } from '@sower/bytes/octets';
import type { PrfName } from './algorithms.ts';
import type { Dialect } from './dialect.ts';
import { xor } from './octets.ts';
import { CT_KIP_PRF } from './prf.ts';

/**
 * The token's key, `dsLen` octets.
 * @param k the key that encrypted R_C: the shared key, or the modulus of the public key as minimal big-endian octets (the RFC does not
 * specify its encoding; deployed software uses the modulus alone).
 */
export function K_TOKEN(
  dialect: Dialect,
  prf: PrfName,
  { R_C, k, R_S, dsLen }: { R_C: Uint8Array; k: Uint8Array; R_S: Uint8Array; dsLen: number },
): Uint8Array {
  const part = { label: utf8(dialect.labels.keyGeneration), k, R_S };
  // RFC 4758 §3.5  K_TOKEN = CT-KIP-PRF (R_C, "Key generation" || k || R_S, dsLen)
  const s = concat(...dialect.keyGeneration.map((name) => part[name]));
  return CT_KIP_PRF(prf, dialect.blockOrder, R_C, s, dsLen);
}

/** Proof in the ServerHello that the server has the token's existing key. `R` is the ClientHello's ClientNonce, if it had one. */
export function MAC_1(
  dialect: Dialect,
  prf: PrfName,
  { K_AUTH, R, R_S }: { K_AUTH: Uint8Array; R?: Uint8Array | undefined; R_S: Uint8Array },
): Uint8Array {
  // RFC 4758 §3.8.4  MAC = CT-KIP-PRF (K_AUTH, "MAC 1 computation" || [R ||] R_S, dsLen), dsLen = len (R_S)
  const s = concat(utf8(dialect.labels.mac1), R ?? new Uint8Array(0), R_S);
  return CT_KIP_PRF(prf, dialect.blockOrder, K_AUTH, s, R_S.length);
}

/** Proof in the ServerFinished that the server knows R_C. `K_AUTH` is the key being replaced, or on first provisioning K_TOKEN. */
export function MAC_2(
  dialect: Dialect,
  prf: PrfName,
  { K_AUTH, R_C }: { K_AUTH: Uint8Array; R_C: Uint8Array },
): Uint8Array {
  // RFC 4758 §3.8.6  MAC = CT-KIP-PRF (K_AUTH, "MAC 2 computation" || R_C, dsLen), dsLen = len (R_C)
  const s = concat(utf8(dialect.labels.mac2), R_C);
  return CT_KIP_PRF(prf, dialect.blockOrder, K_AUTH, s, R_C.length);
}

/**
 * Shared-key encryption of R_C, which is its own inverse: turns R_C into EncryptedNonce and EncryptedNonce into R_C. The same R_S must
 * never be used twice with the same K_SHARED.
 */
export function sharedKeyNonce(
  dialect: Dialect,
  prf: PrfName,
  { K_SHARED, R_S, nonce }: { K_SHARED: Uint8Array; R_S: Uint8Array; nonce: Uint8Array },
): Uint8Array {
  // RFC 4758 §3.6  DS = CT-KIP-PRF (K_SHARED, "Encryption" || R_S, dsLen), dsLen = len (R_C)
  const s = concat(utf8(dialect.labels.encryption), R_S);
  const DS = CT_KIP_PRF(prf, dialect.blockOrder, K_SHARED, s, nonce.length);
  // RFC 4758 §3.6  ENC (R_C) = DS XOR R_C
  return xor(DS, nonce);
}
