/**
 * The keys of an sdtid file: from password and header to the MAC keys and the seeds.
 *
 * Knows no XML. The derivation has 1,000 cheap rounds and a known default password (the Origin field): an sdtid file without a password of
 * its own does not protect its seeds.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { concat } from '@sower/bytes/octets';
import { cbcMac, encryptBlocks, xorBlock } from './aes-block.ts';

/** fit(text, length): UTF-8, truncated or zero-padded. */
function fit(text: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(new TextEncoder().encode(text).subarray(0, length));
  return bytes;
}

const IV_BATCH = hexToBytes('2b7e151628aed2a6abf7158809cf4f3c');
const IV_TOKEN = hexToBytes('1bb67ae8584caa73b25742d7078b83b8');
const IV_ENCRYPT = hexToBytes('16a09e667f3bcc908b2fb1366ea957d3');

/** Header fields as in the file, untrimmed, except `secret`: its 16 bytes. */
export type SdtidKeyFields = {
  readonly origin: string;
  readonly dest: string;
  readonly name: string;
  readonly secret: Uint8Array;
};

export type SdtidBatchKeys = { readonly K1: Uint8Array; readonly batchMacKey: Uint8Array };

/** K0: 1,000 CBC-MACs under Name over password, Dest and a counter, xored together. */
export function passwordKey(password: string, dest: string, name: string): Uint8Array {
  const key = fit(name, 16);
  const zero = new Uint8Array(16);
  // fit(pw,32) || fit(Dest,32) || 14 x 00 || i, two bytes big-endian
  const message = concat(fit(password, 32), fit(dest, 32), zero);
  const view = new DataView(message.buffer);
  let K0: Uint8Array = zero;
  for (let i = 0; i < 1000; i += 1) {
    view.setUint16(78, i);
    K0 = xorBlock(K0, cbcMac(key, zero, message));
  }
  return K0;
}

/** The keys for a whole file. Without a password, the Origin field serves as one. */
export function batchKeys(fields: SdtidKeyFields, password?: string): SdtidBatchKeys {
  const K0 = passwordKey(password || fields.origin, fields.dest, fields.name);
  // K1 = Secret xor E(K0, fit("Secret",8) || fit(Name,8))
  const K1 = xorBlock(fields.secret, encryptBlocks(K0, concat(fit('Secret', 8), fit(fields.name, 8))));
  return { K1, batchMacKey: derive(K1, 'BatchMAC', fields.name, IV_BATCH) };
}

export function tokenMacKey(keys: SdtidBatchKeys, serial: string): Uint8Array {
  return derive(keys.K1, 'TokenMAC', serial, IV_TOKEN);
}

export function tokenEncryptionKey(keys: SdtidBatchKeys, serial: string): Uint8Array {
  return derive(keys.K1, 'TokenEncrypt', serial, IV_ENCRYPT);
}

/** Encrypts and decrypts alike: seed xor E(tokenEncKey, fit(SN,8) || fit("Seed",8)). 16 bytes each way. */
export function cryptSeed(keys: SdtidBatchKeys, serial: string, seed: Uint8Array): Uint8Array {
  return xorBlock(
    seed,
    encryptBlocks(tokenEncryptionKey(keys, serial), concat(fit(serial, 8), fit('Seed', 8))),
  );
}

export function headerMac(keys: SdtidBatchKeys, headerData: Uint8Array): Uint8Array {
  return cbcMac(keys.batchMacKey, IV_BATCH, headerData);
}

export function tokenMac(keys: SdtidBatchKeys, serial: string, tokenData: Uint8Array): Uint8Array {
  return cbcMac(tokenMacKey(keys, serial), IV_TOKEN, tokenData);
}

/** calc(label, text, IV) = CBC-MAC under K1 over fit(label,32) || fit(text,32) */
function derive(K1: Uint8Array, label: string, text: string, iv: Uint8Array): Uint8Array {
  return cbcMac(K1, iv, concat(fit(label, 32), fit(text, 32)));
}
