/** A thread that decrypts nonces: RSA private operations take long enough to stall an event loop. */
import { constants, hash, type KeyObject, privateDecrypt } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { R_C_LENGTH } from '@sower/ctkip/algorithms';
import { readPkcs8 } from '../private-key.ts';
import type { RsaNonce, RsaRequest, RsaResponse } from './rsa.ts';

const keys = new Map<number, KeyObject>();

parentPort?.on('message', (request: RsaRequest) => {
  if (request.kind === 'key') {
    keys.set(request.id, readPkcs8(request.pkcs8));
    return;
  }
  const responses: RsaResponse = request.nonces.map((nonce) => ({
    number: nonce.number,
    ...open(keys.get(nonce.key), nonce),
  }));
  parentPort?.postMessage(responses);
});

type Opened = { readonly nonce: Uint8Array; readonly good: boolean };

/**
 * The raw RSA operation, after which the padding is checked here: R_C has one length, so each part of an encoded message has its fixed position,
 * and nothing depends on what it contains. OpenSSL's checks do not fit: for wrong RSAES-PKCS1-v1_5 it returns random octets of random length
 * (implicit rejection), of which one in some 240 has the length of a nonce, and wrong OAEP throws, which takes measurably longer.
 */
export function open(
  key: KeyObject | undefined,
  { padding, ciphertext }: Pick<RsaNonce, 'padding' | 'ciphertext'>,
): Opened {
  const length = (key?.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  const undecryptable = { nonce: new Uint8Array(R_C_LENGTH), good: false };
  // Both are no secret to the sender: the length, and whether it is below the modulus, for which OpenSSL throws.
  if (!key || ciphertext.length !== length) return undecryptable;
  try {
    const EM = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, ciphertext);
    const opened = padding === 'oaep-sha1' ? decodeOaep(EM) : decodePkcs1(EM);
    EM.fill(0);
    return opened;
  } catch {
    return undecryptable;
  }
}

/** RFC 8017 §7.2.2  EM = 0x00 || 0x02 || PS || 0x00 || M, where PS has no zero octet */
function decodePkcs1(EM: Uint8Array): Opened {
  const end = EM.length - R_C_LENGTH - 1;
  let wrong = (EM[0] as number) | ((EM[1] as number) ^ 2) | (EM[end] as number);
  for (let at = 2; at < end; at += 1) wrong |= isZero(EM[at] as number);
  return { nonce: Uint8Array.from(EM.subarray(end + 1)), good: wrong === 0 };
}

/** 1 for 0, and 0 for any other octet, without a branch. */
const isZero = (octet: number): number => ((octet - 1) >>> 8) & 1;

const SHA1_LENGTH = 20;
/** The label is empty. */
const lHash = hash('sha1', '', 'buffer');

/** RFC 8017 §7.1.2  EM = 0x00 || maskedSeed || maskedDB, DB = lHash || PS || 0x01 || M, where PS is all zero */
function decodeOaep(EM: Uint8Array): Opened {
  const maskedDB = EM.subarray(1 + SHA1_LENGTH);
  const seed = xor(EM.subarray(1, 1 + SHA1_LENGTH), MGF1(maskedDB, SHA1_LENGTH));
  const DB = xor(maskedDB, MGF1(seed, maskedDB.length));
  const end = DB.length - R_C_LENGTH - 1;
  let wrong = (EM[0] as number) | ((DB[end] as number) ^ 1);
  for (let at = 0; at < end; at += 1) wrong |= (DB[at] as number) ^ (lHash[at] ?? 0);
  const nonce = Uint8Array.from(DB.subarray(end + 1));
  DB.fill(0);
  return { nonce, good: wrong === 0 };
}

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array =>
  a.map((octet, index) => octet ^ (b[index] as number));

/** RFC 8017 §B.2.1, with SHA-1 */
function MGF1(mgfSeed: Uint8Array, maskLen: number): Uint8Array {
  const T = new Uint8Array(Math.ceil(maskLen / SHA1_LENGTH) * SHA1_LENGTH);
  // Not from the pool of Buffer: V8 frees its pieces of 64 kB only in a collection of the whole heap, seldom for one so small.
  const input = new Uint8Array(mgfSeed.length + 4);
  input.set(mgfSeed);
  const view = new DataView(input.buffer);
  for (let counter = 0; counter * SHA1_LENGTH < maskLen; counter += 1) {
    view.setUint32(mgfSeed.length, counter);
    T.set(hash('sha1', input, 'buffer'), counter * SHA1_LENGTH);
  }
  return T.subarray(0, maskLen);
}
