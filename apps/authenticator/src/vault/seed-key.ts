/**
 * A seed as a key of WebCrypto that can be used and not read, and the codes it makes.
 *
 * The bytes pass through here once, at the import, and are overwritten; afterwards no script can have them.
 */
import type { KeptToken } from '@sower/ctkip/authenticator/kept-token';
import { approvalCode } from '@sower/otp/approval';
import { hotpBy } from '@sower/otp/hotp';
import { securidTokencodeBy } from '@sower/otp/securid';
import { intervalAt } from '@sower/otp/totp';
import type { Sealed } from './database.ts';

type Purpose = {
  readonly algorithm: AesKeyAlgorithm | HmacImportParams | string;
  readonly usages: KeyUsage[];
};

/** AES-CBC for SecurID-AES: the encryption of one block under a zero vector is what ECB would give. */
function purposeOf({ algorithm, hash }: Pick<KeptToken, 'algorithm' | 'hash'>): Purpose {
  return algorithm === 'securid'
    ? { algorithm: 'AES-CBC', usages: ['encrypt'] }
    : { algorithm: { name: 'HMAC', hash: hash === 'sha1' ? 'SHA-1' : 'SHA-256' }, usages: ['sign'] };
}

export function seedKey(token: KeptToken, seed: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const { algorithm, usages } = purposeOf(token);
  return crypto.subtle.importKey('raw', seed, algorithm, false, usages);
}

const IV_LENGTH = 12;
const rowOf = (serial: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`token ${serial}`);

export async function sealSeed(token: KeptToken, seed: Uint8Array<ArrayBuffer>, vaultKey: CryptoKey) {
  const iv = crypto.getRandomValues(new Uint8Array(IV_LENGTH));
  const data = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: rowOf(token.serial) },
    vaultKey,
    seed,
  );
  return { iv, data: new Uint8Array(data) };
}

/** Straight from the sealed form to a key: the bytes are never a value of this program. */
export function unsealSeed(token: KeptToken, { iv, data }: Sealed, vaultKey: CryptoKey): Promise<CryptoKey> {
  const { algorithm, usages } = purposeOf(token);
  return crypto.subtle.unwrapKey(
    'raw',
    data,
    vaultKey,
    { name: 'AES-GCM', iv, additionalData: rowOf(token.serial) },
    algorithm,
    false,
    usages,
  );
}

const ZERO_IV = new Uint8Array(16);

const macBy = (key: CryptoKey) => async (data: BufferSource) =>
  new Uint8Array(await crypto.subtle.sign('HMAC', key, data));

const encryptBy = (key: CryptoKey) => async (block: BufferSource) => {
  // The second block of the answer is padding.
  const encrypted = await crypto.subtle.encrypt({ name: 'AES-CBC', iv: ZERO_IV }, key, block);
  return new Uint8Array(encrypted, 0, 16);
};

/** @param moving the interval, or for hotp the counter */
export function codeOf(token: KeptToken, key: CryptoKey, moving: number): Promise<string> {
  const { serial, digits } = token;
  if (token.algorithm !== 'securid') return hotpBy({ counter: moving, digits, mac: macBy(key) });
  return securidTokencodeBy({
    serial,
    digits,
    interval: moving,
    intervalSeconds: token.interval as 30 | 60,
    encryptWithSeed: encryptBy(key),
  });
}

/** The consent of this token to another device in its place. @param moment see `@sower/otp/approval` */
export function approvalOf(token: KeptToken, key: CryptoKey, moment: number): Promise<string> {
  const { serial, algorithm } = token;
  const use = algorithm === 'securid' ? { encryptWithSeed: encryptBy(key) } : { mac: macBy(key) };
  return approvalCode({ ...use, serial, moment });
}

/** The code of a token by time. @param at Unix seconds @param ahead intervals from there */
export function codeAt(token: KeptToken, key: CryptoKey, at: number, ahead = 0): Promise<string> {
  return codeOf(token, key, intervalAt(at, token.interval) + ahead);
}
