/**
 * How a PSKC document protects its values: the encryption key, the MAC key, and opening one value (RFC 6030 §6).
 *
 * Knows AES-CBC with a MAC and AES key wrap, under a pre-shared key, a key derived from a password, or a key that is encrypted to a transfer
 * key. It knows no certificates, no Triple DES, and no AES-CBC without a MAC, which anyone can change unnoticed.
 */
import { aeskw, aeskwp, cbc } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { equalOctets, utf8 } from '@sower/bytes/octets';
import type { XmlElement } from '@sower/xml';
import { attributeOf, below, fragmentOf, octetsBelow, repeatedBelow, textBelow } from './pskc-elements.ts';
import { decryptWithTransferKey } from './transfer-key.ts';

const BLOCK = 16;
/** A shorter one could be guessed, and comes only from a changed file: RFC 6030 §6.1.1 wants as many octets as the hash has. */
const MIN_MAC_KEY = 16;
const MAX_SALT = 1_024;

const MACS = {
  'hmac-sha1': { digest: sha1, webCrypto: 'SHA-1' },
  'hmac-sha256': { digest: sha256, webCrypto: 'SHA-256' },
  'hmac-sha384': { digest: sha384, webCrypto: 'SHA-384' },
  'hmac-sha512': { digest: sha512, webCrypto: 'SHA-512' },
} as const;
export type MacName = 'hmac-sha1' | 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512';

/** Octets of a MAC, and of its key (RFC 6030 §6.1.1). */
export const macLength = (name: MacName): number => MACS[name].digest.outputLen;

const isMacName = (name: string): name is MacName => Object.hasOwn(MACS, name);

type Cipher = { readonly mode: 'cbc' | 'wrap' | 'padded-wrap'; readonly keyLength: number };
/** By the end of its URI. Padded key wrap is written in both ways. */
const CIPHERS: ReadonlyMap<string, Cipher> = new Map(
  [16, 24, 32].flatMap((keyLength): [string, Cipher][] => {
    const bits = keyLength * 8;
    return [
      [`aes${bits}-cbc`, { mode: 'cbc', keyLength }],
      [`kw-aes${bits}`, { mode: 'wrap', keyLength }],
      [`kw-aes-${bits}-pad`, { mode: 'padded-wrap', keyLength }],
      [`kw-aes${bits}-pad`, { mode: 'padded-wrap', keyLength }],
    ];
  }),
);

export const RSA_OAEP = 'http://www.w3.org/2009/xmlenc11#rsa-oaep';
export const RSA_OAEP_DIGEST = 'http://www.w3.org/2001/04/xmlenc#sha256';
export const RSA_OAEP_MGF = 'http://www.w3.org/2009/xmlenc11#mgf1sha256';

export type Protection = {
  readonly key: Uint8Array;
  readonly mac: { readonly name: MacName; readonly key: Uint8Array } | undefined;
};

export type ProtectionReason =
  | 'password-needed'
  | 'key-needed'
  /** Encrypted to another transfer key, whose fingerprint is `at`. */
  | 'for-another'
  /** Protected for a certificate, by a key held elsewhere, or derived in another way than by PBKDF2. */
  | 'unsupported-protection'
  | 'unsupported-mac'
  | 'too-many-iterations'
  | ValueReason;

export type ValueReason =
  /** A field contains an invalid value, or is there twice. */
  | 'invalid-field'
  | 'unsupported-encryption'
  /** The key is not as long as the file's encryption needs. */
  | 'key-length'
  /** AES-CBC without a MAC. */
  | 'mac-missing'
  /** The value was changed, or the key is another: the format cannot tell these apart. */
  | 'integrity'
  /** Authentic, but its padding is wrong: the file was made by a program with a defect. */
  | 'damaged';

export type KeysGiven = {
  readonly password?: string;
  readonly key?: Uint8Array;
  /** The transfer key of the reader, if it has one, for a file that is encrypted to one: its private half as PKCS#8. */
  readonly transferKey?:
    | (() => Promise<{ readonly fingerprint: string; readonly pkcs8: Uint8Array } | undefined>)
    | undefined;
  readonly maxIterations: number;
};

type Refused<R> = { readonly ok: false; readonly reason: R; readonly at: string };
const refuse = <R>(reason: R, at: string): Refused<R> => ({ ok: false, reason, at });

/** The keys of a document that has an EncryptionKey, a MACMethod or an encrypted value. */
export async function openProtection(
  root: XmlElement,
  given: KeysGiven,
): Promise<{ readonly ok: true; readonly protection: Protection } | Refused<ProtectionReason>> {
  const encryptionKey = below(root, 'EncryptionKey');
  const macMethod = below(root, 'MACMethod');
  const derived = below(encryptionKey, 'DerivedKey');
  const encryptedKey = below(encryptionKey, 'EncryptedKey');
  if (encryptionKey && !derived && !encryptedKey && !below(encryptionKey, 'KeyName'))
    return refuse('unsupported-protection', encryptionKey.children[0]?.name ?? 'EncryptionKey');
  for (const section of [encryptionKey, macMethod]) {
    const repeated = section && repeatedBelow(section);
    if (repeated) return refuse('invalid-field', repeated);
  }
  if (derived && encryptedKey) return refuse('invalid-field', 'EncryptedKey');
  const found = derived
    ? await deriveKey(derived, given)
    : encryptedKey
      ? await transferredKey(encryptedKey, given)
      : sharedKey(given);
  if (!found.ok) return found;
  const { key } = found;
  if (!macMethod) return { ok: true, protection: { key, mac: undefined } };

  const name = fragmentOf(attributeOf(macMethod, 'Algorithm')).replace('sha-', 'sha');
  if (!isMacName(name)) return refuse('unsupported-mac', 'MACMethod');
  if (below(macMethod, 'MACKeyReference')) return refuse('unsupported-protection', 'MACKeyReference');
  const encrypted = below(macMethod, 'MACKey');
  // Before the RFC there was no MACKey, and the encryption key served.
  if (!encrypted) return { ok: true, protection: { key, mac: { name, key } } };
  const opened = decrypt(encrypted, key);
  if (!opened.ok) return refuse(opened.reason, 'MACKey');
  return { ok: true, protection: { key, mac: { name, key: macKeyOf(opened) } } };
}

/**
 * Nothing authenticates the MAC key. With the wrong password its padding is wrong too, and a reader that said so would tell the two apart;
 * so it is used with its padding instead, and the first MAC is what fails. A key made short by changing the last block is used in full too.
 */
function macKeyOf(opened: Decrypted): Uint8Array {
  const key = opened.padded ? unpadded(opened.octets) : opened.octets;
  return key && key.length >= MIN_MAC_KEY ? key : opened.octets;
}

function sharedKey({ key }: KeysGiven): { ok: true; key: Uint8Array } | Refused<ProtectionReason> {
  return key ? { ok: true, key } : refuse('key-needed', 'EncryptionKey');
}

/** An EncryptedKey of XML Encryption, which names the key that it is encrypted to. */
async function transferredKey(
  encryptedKey: XmlElement,
  { transferKey }: KeysGiven,
): Promise<{ ok: true; key: Uint8Array } | Refused<ProtectionReason>> {
  const method = below(encryptedKey, 'EncryptionMethod');
  if (
    !transferKey ||
    attributeOf(method, 'Algorithm') !== RSA_OAEP ||
    attributeOf(below(method, 'DigestMethod'), 'Algorithm') !== RSA_OAEP_DIGEST ||
    attributeOf(below(method, 'MGF'), 'Algorithm') !== RSA_OAEP_MGF
  )
    return refuse('unsupported-protection', 'EncryptedKey');
  const octets = octetsBelow(encryptedKey, 'CipherData', 'CipherValue');
  if (!octets) return refuse('invalid-field', 'EncryptedKey');
  const own = await transferKey();
  const name = textBelow(encryptedKey, 'KeyInfo', 'KeyName');
  if (name !== own?.fingerprint) return refuse('for-another', name);
  const key = await decryptWithTransferKey(own.pkcs8, octets);
  return key ? { ok: true, key } : refuse('integrity', 'EncryptedKey');
}

/** PBKDF2 (RFC 8018 §5.2) with the parameters of the file, within bounds. A key that is given instead was derived by them already. */
export async function deriveKey(
  derived: XmlElement,
  { password, key, maxIterations }: KeysGiven,
): Promise<{ ok: true; key: Uint8Array } | Refused<ProtectionReason>> {
  const method = below(derived, 'KeyDerivationMethod');
  if (fragmentOf(attributeOf(method, 'Algorithm')) !== 'pbkdf2')
    return refuse('unsupported-protection', 'KeyDerivationMethod');
  const parameters = below(method, 'PBKDF2-params');
  const salt = octetsBelow(parameters, 'Salt', 'Specified');
  if (!salt || salt.length === 0 || salt.length > MAX_SALT) return refuse('invalid-field', 'Salt');
  const count = textBelow(parameters, 'IterationCount');
  if (!/^\d+$/.test(count) || Number(count) < 1) return refuse('invalid-field', 'IterationCount');
  const iterations = Number(count);
  if (iterations > maxIterations) return refuse('too-many-iterations', 'IterationCount');
  const keyLength = Number(textBelow(parameters, 'KeyLength'));
  if (keyLength !== 16 && keyLength !== 24 && keyLength !== 32) return refuse('invalid-field', 'KeyLength');
  // RFC 8018 §A.2: HMAC-SHA-1 unless it is stated.
  const prf = fragmentOf(attributeOf(below(parameters, 'PRF'), 'Algorithm')).replace('sha-', 'sha');
  const name = prf === '' ? 'hmac-sha1' : prf;
  if (!isMacName(name)) return refuse('unsupported-protection', 'PRF');
  if (!password && key)
    return key.length === keyLength ? { ok: true, key } : refuse('key-length', 'EncryptionKey');
  if (!password) return refuse('password-needed', 'EncryptionKey');
  return { ok: true, key: await pbkdf2({ password, salt, iterations, keyLength, prf: name }) };
}

export async function pbkdf2(input: {
  readonly password: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly keyLength: number;
  readonly prf: MacName;
}): Promise<Uint8Array> {
  // Not by noble: a million rounds would stop the process for as long as they take.
  const password = await crypto.subtle.importKey(
    'raw',
    Uint8Array.from(utf8(input.password)),
    'PBKDF2',
    false,
    ['deriveBits'],
  );
  const { iterations, prf } = input;
  const algorithm = {
    name: 'PBKDF2',
    hash: MACS[prf].webCrypto,
    salt: Uint8Array.from(input.salt),
    iterations,
  };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, password, input.keyLength * 8));
}

/** ValueMAC: the MAC over IV and ciphertext, as they stand in CipherValue (RFC 6030 §6.1.1). */
export function valueMac(
  mac: { readonly name: MacName; readonly key: Uint8Array },
  octets: Uint8Array,
): Uint8Array {
  return hmac(MACS[mac.name].digest, mac.key, octets);
}

/** Opens a value with an EncryptedValue. Its MAC is verified before anything is decrypted. */
export function openValue(
  value: XmlElement,
  { key, mac }: Protection,
): { readonly ok: true; readonly octets: Uint8Array } | { readonly ok: false; readonly reason: ValueReason } {
  const encrypted = below(value, 'EncryptedValue');
  const cipherText = octetsBelow(encrypted, 'CipherData', 'CipherValue');
  if (!encrypted || !cipherText) return { ok: false, reason: 'invalid-field' };
  const stated = below(value, 'ValueMAC') && octetsBelow(value, 'ValueMAC');
  const authenticates = cipherOf(encrypted)?.mode !== 'cbc';
  if (!authenticates && (!mac || !stated)) return { ok: false, reason: 'mac-missing' };
  if (below(value, 'ValueMAC') && mac) {
    if (!stated || !equalOctets(valueMac(mac, cipherText), stated)) return { ok: false, reason: 'integrity' };
  }
  const opened = decrypt(encrypted, key);
  if (!opened.ok || !opened.padded) return opened;
  const octets = unpadded(opened.octets);
  return octets ? { ok: true, octets } : { ok: false, reason: 'damaged' };
}

const cipherOf = (encrypted: XmlElement): Cipher | undefined =>
  CIPHERS.get(fragmentOf(attributeOf(below(encrypted, 'EncryptionMethod'), 'Algorithm')));

type Decrypted = { readonly ok: true; readonly octets: Uint8Array; readonly padded: boolean };

function decrypt(
  encrypted: XmlElement,
  key: Uint8Array,
): Decrypted | { readonly ok: false; readonly reason: ValueReason } {
  const cipher = cipherOf(encrypted);
  if (!cipher) return { ok: false, reason: 'unsupported-encryption' };
  if (key.length !== cipher.keyLength) return { ok: false, reason: 'key-length' };
  const octets = octetsBelow(encrypted, 'CipherData', 'CipherValue');
  if (!octets) return { ok: false, reason: 'invalid-field' };
  if (cipher.mode === 'cbc') {
    if (octets.length < 2 * BLOCK || octets.length % BLOCK !== 0)
      return { ok: false, reason: 'invalid-field' };
    const plain = cbc(key, octets.subarray(0, BLOCK), { disablePadding: true }).decrypt(
      octets.subarray(BLOCK),
    );
    return { ok: true, octets: plain, padded: true };
  }
  try {
    const wrap = cipher.mode === 'wrap' ? aeskw(key) : aeskwp(key);
    return { ok: true, octets: wrap.decrypt(octets), padded: false };
  } catch {
    return { ok: false, reason: 'integrity' };
  }
}

/** Without the padding of XML Encryption §5.2: the last octet counts it, and the others may be anything. */
function unpadded(octets: Uint8Array): Uint8Array | undefined {
  const padding = octets.at(-1) ?? 0;
  return padding >= 1 && padding <= BLOCK ? octets.subarray(0, octets.length - padding) : undefined;
}

/** IV and AES-CBC ciphertext with padding, as they stand in CipherValue. */
export function encryptCbc(key: Uint8Array, iv: Uint8Array, octets: Uint8Array): Uint8Array {
  const cipherText = cbc(key, iv).encrypt(octets);
  const value = new Uint8Array(iv.length + cipherText.length);
  value.set(iv);
  value.set(cipherText, iv.length);
  return value;
}
