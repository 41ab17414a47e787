/**
 * The transfer key of an installation: an RSA key that others encrypt files of tokens to. Reading its public half, its fingerprint, and
 * RSA-OAEP (RFC 8017 §7.1) with SHA-256 under it. Makes no keys and keeps none.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64 } from '@sower/bytes/base64';

export type TransferPublicKey = {
  /** SubjectPublicKeyInfo (RFC 5280 §4.1), DER. */
  readonly spki: Uint8Array;
  readonly fingerprint: string;
};

export type TransferKeyDefect =
  /** No block `PUBLIC KEY`, or not what belongs into one. */
  | 'no-key'
  /** A private key, which no one else may have. */
  | 'private'
  | 'not-rsa'
  /** Fewer than {@link TRANSFER_KEY_BITS}, or more than are accepted. */
  | 'size'
  /** With another one, the file could be readable without the private key. */
  | 'exponent';

/** As strong as AES-128 (NIST SP 800-57 part 1, table 2). */
export const TRANSFER_KEY_BITS = 3_072;
const MAX_BITS = 8_192;
const MAX_PEM = 8_192;
/** 65537, the exponent of every key that is made here. */
const EXPONENT = '010001';
/** 1.2.840.113549.1.1.1, rsaEncryption */
const RSA_ENCRYPTION = '2a864886f70d010101';
const SEQUENCE = 0x30;
const OBJECT_IDENTIFIER = 0x06;
const BIT_STRING = 0x03;
const INTEGER = 0x02;

const hex = (octets: Uint8Array): string =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');

/**
 * Eight groups of four hexadecimal digits, to be read out on the telephone: the first 128 bits of SHA-256 over SubjectPublicKeyInfo. To make
 * another key with the same ones takes as much work as to break the key.
 */
export const fingerprintOf = (spki: Uint8Array): string =>
  (hex(sha256(spki).subarray(0, 16)).match(/.{4}/g) ?? []).join(' ');

const digitsOf = (fingerprint: string): string => fingerprint.replace(/[\s:-]/g, '').toLowerCase();

/** Fingerprints are typed in groups, and without. */
export const sameFingerprint = (one: string, other: string): boolean => digitsOf(one) === digitsOf(other);

/** @param pem a block `PUBLIC KEY` (RFC 7468 §13), with or without text around it */
export function readTransferKey(
  pem: string,
):
  | { readonly ok: true; readonly key: TransferPublicKey }
  | { readonly ok: false; readonly reason: TransferKeyDefect } {
  if (pem.includes('PRIVATE KEY')) return { ok: false, reason: 'private' };
  const block =
    pem.length > MAX_PEM ? null : /-----BEGIN PUBLIC KEY-----([^-]+)-----END PUBLIC KEY-----/.exec(pem);
  const spki = fromBase64((block?.[1] ?? '').replace(/\s+/g, ''));
  const [info, ...behind] = (spki && elementsOf(spki)) ?? [];
  if (!spki || info?.tag !== SEQUENCE || behind.length > 0) return { ok: false, reason: 'no-key' };
  const [algorithm, bits] = elementsOf(info.content) ?? [];
  const [identifier] = (algorithm?.tag === SEQUENCE && elementsOf(algorithm.content)) || [];
  if (identifier?.tag !== OBJECT_IDENTIFIER || bits?.tag !== BIT_STRING)
    return { ok: false, reason: 'no-key' };
  if (hex(identifier.content) !== RSA_ENCRYPTION) return { ok: false, reason: 'not-rsa' };
  // The first octet counts unused bits.
  const [numbers] = elementsOf(bits.content.subarray(1)) ?? [];
  const [modulus, exponent] = (numbers?.tag === SEQUENCE && elementsOf(numbers.content)) || [];
  if (modulus?.tag !== INTEGER || exponent?.tag !== INTEGER) return { ok: false, reason: 'no-key' };
  const digits = modulus.content[0] === 0 ? modulus.content.subarray(1) : modulus.content;
  const first = digits[0] ?? 0;
  // With zeros before it, a short one would look long.
  if (first === 0) return { ok: false, reason: 'no-key' };
  const size = digits.length * 8 - Math.clz32(first) + 24;
  if (size < TRANSFER_KEY_BITS || size > MAX_BITS) return { ok: false, reason: 'size' };
  if (hex(exponent.content) !== EXPONENT) return { ok: false, reason: 'exponent' };
  return { ok: true, key: { spki, fingerprint: fingerprintOf(spki) } };
}

type Element = { readonly tag: number; readonly content: Uint8Array };

/** The elements of DER (X.690) one after the other, or undefined if one of them does not end where it says. */
function elementsOf(octets: Uint8Array): Element[] | undefined {
  const found: Element[] = [];
  for (let at = 0; at < octets.length; ) {
    const tag = octets[at] as number;
    let length = octets[at + 1] ?? 0;
    at += 2;
    if (length > 0x80) {
      const count = length - 0x80;
      if (count > 2) return undefined;
      length = 0;
      for (let index = 0; index < count; index += 1) length = length * 256 + (octets[at + index] ?? 0);
      at += count;
    }
    if (at + length > octets.length) return undefined;
    found.push({ tag, content: octets.subarray(at, at + length) });
    at += length;
  }
  return found;
}

const OAEP = { name: 'RSA-OAEP', hash: 'SHA-256' } as const;

/** @returns undefined if nothing can be encrypted to the key: its numbers are not those of one */
export async function encryptToTransferKey(
  { spki }: TransferPublicKey,
  octets: Uint8Array,
): Promise<Uint8Array | undefined> {
  try {
    const key = await crypto.subtle.importKey('spki', Uint8Array.from(spki), OAEP, false, ['encrypt']);
    return new Uint8Array(await crypto.subtle.encrypt(OAEP, key, Uint8Array.from(octets)));
  } catch {
    return undefined;
  }
}

/** @returns undefined if it was encrypted to another key, or changed */
export async function decryptWithTransferKey(
  pkcs8: Uint8Array,
  octets: Uint8Array,
): Promise<Uint8Array | undefined> {
  const key = await crypto.subtle.importKey('pkcs8', Uint8Array.from(pkcs8), OAEP, false, ['decrypt']);
  try {
    return new Uint8Array(await crypto.subtle.decrypt(OAEP, key, Uint8Array.from(octets)));
  } catch {
    return undefined;
  }
}
