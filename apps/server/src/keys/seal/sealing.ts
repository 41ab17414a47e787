/**
 * The master key and everything derived from it: sealing at rest, keyed hashes of codes and keys, session IDs.
 *
 * The master key is 32 octets outside the database (a file or the environment). HKDF labels separate purposes, so that no value made for
 * one can be used for another.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';

const FORMAT = 'v1.';
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

export type Sealing = {
  /**
   * AES-256-GCM.
   * @param place names the row and column; a sealed value moved elsewhere does not open
   */
  seal(place: string, plain: Uint8Array): string;
  /** @throws if the value was altered, moved, or sealed under another key: a bug or an attack, never input */
  open(place: string, sealed: string): Uint8Array;
  /** HMAC-SHA-256 under a separate key for each purpose, base64url. */
  keyedHash(
    purpose:
      | 'activation-code'
      | 'agent-attempt'
      | 'agent-key'
      | 'api-key'
      | 'trigger'
      | 'session'
      | 'user-session'
      | 'known-browser'
      | 'client-nonce'
      | 'audit-chain'
      | 'audit-row'
      | 'audit-head'
      | 'row-mark'
      | 'attempt'
      | 'pin-history'
      | 'emergency-code'
      | 'installation',
    value: string | Uint8Array,
  ): string;
  /** Opaque text for a value that a client carries: AES-256-GCM, raw octets. */
  sealToken(purpose: 'agent-attempt' | 'ctkip-session', plain: Uint8Array): Uint8Array;
  /** `undefined` if it is not ours. */
  openToken(purpose: 'agent-attempt' | 'ctkip-session', sealed: Uint8Array): Uint8Array | undefined;
};

export function sealing(masterKey: Uint8Array, random: (length: number) => Uint8Array): Sealing {
  if (masterKey.length !== 32) throw new Error('the master key has 32 octets');
  // As key objects: raw octets would be imported again for every operation, which takes longer than the operation.
  const derived = new Map<string, KeyObject>();
  const key = (label: string): KeyObject => {
    let value = derived.get(label);
    if (!value) {
      value = createSecretKey(new Uint8Array(hkdfSync('sha256', masterKey, '', `sower ${label}`, 32)));
      derived.set(label, value);
    }
    return value;
  };

  const encrypt = (label: string, plain: Uint8Array, associated: string): Buffer => {
    const nonce = random(NONCE_LENGTH);
    const cipher = createCipheriv('aes-256-gcm', key(label), nonce);
    cipher.setAAD(Buffer.from(associated));
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  const decrypt = (label: string, sealed: Uint8Array, associated: string): Uint8Array => {
    if (sealed.length < NONCE_LENGTH + TAG_LENGTH) throw new Error('sealed value too short');
    const decipher = createDecipheriv('aes-256-gcm', key(label), sealed.subarray(0, NONCE_LENGTH));
    decipher.setAAD(Buffer.from(associated));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_LENGTH));
    const plain = decipher.update(sealed.subarray(NONCE_LENGTH, sealed.length - TAG_LENGTH));
    decipher.final();
    return plain;
  };

  return {
    seal: (place, plain) => FORMAT + encrypt('seal', plain, place).toString('base64url'),
    open: (place, sealed) => {
      if (!sealed.startsWith(FORMAT)) throw new Error('unknown sealing format');
      return decrypt('seal', Buffer.from(sealed.slice(FORMAT.length), 'base64url'), place);
    },
    keyedHash: (purpose, value) =>
      createHmac('sha256', key(`hash ${purpose}`))
        .update(value)
        .digest('base64url'),
    sealToken: (purpose, plain) => encrypt(purpose, plain, ''),
    openToken: (purpose, sealed) => {
      try {
        return decrypt(purpose, sealed, '');
      } catch {
        return undefined;
      }
    },
  };
}
