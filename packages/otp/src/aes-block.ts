/**
 * AES on single blocks and as CBC-MAC, the two forms in which SecurID-AES, CTF and sdtid use it.
 *
 * Not for encrypting messages: deliberately, there is no mode, padding or authentication here.
 */
import { cbc, ecb } from '@noble/ciphers/aes.js';

const BLOCK = 16;

/** E(key, block) of each of one or more AES blocks of 16 bytes, `key` of 16 or 32. Returns as many new bytes. */
export function encryptBlocks(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return ecb(key, { disablePadding: true }).encrypt(blocks);
}

/** D(key, block): the inverse of {@link encryptBlocks}. */
export function decryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  return ecb(key, { disablePadding: true }).decrypt(block);
}

/** The last block of AES-CBC over `data`, zero-padded to whole blocks; empty data counts as one block of zeros. */
export function cbcMac(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.max(1, Math.ceil(data.length / BLOCK)) * BLOCK);
  padded.set(data);
  return cbc(key, iv, { disablePadding: true }).encrypt(padded).slice(-BLOCK);
}

/** a xor b over 16 bytes. */
export function xorBlock(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(BLOCK);
  for (let i = 0; i < BLOCK; i += 1) out[i] = a[i]! ^ b[i]!;
  return out;
}
