/**
 * Sealing at rest, keyed hashes of codes and keys, session IDs: with the data keys of the installation (key-ring.ts), of which a database
 * whose master key was never changed has one, the master key itself. Sealed values and hashes name their key.
 *
 * HKDF labels separate purposes, so that no value made for one can be used for another.
 */

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import type { KeyedHash } from '../../store/schema/brands.ts';
import { type DataKeys, FIRST_KEY, firstKeys } from './key-ring.ts';

const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** Of what the server drew at random: its hash is safe by the length of the value, regardless of who has the key. It stays as it is for ever. */
export type LastingPurpose =
  | 'agent-attempt'
  | 'agent-key'
  | 'agent-token'
  | 'api-key'
  | 'trigger'
  | 'session'
  | 'user-session'
  | 'client-nonce'
  | 'attempt'
  | 'installation';
/** Of what could be guessed or forged by the person who has the key: a new data key replaces it. */
export type ChangingPurpose =
  | 'activation-code'
  | 'known-browser'
  | 'guessed-account'
  | 'audit-chain'
  | 'audit-cut'
  | 'audit-row'
  | 'audit-head'
  | 'row-mark'
  | 'pin-history'
  | 'emergency-code';

const CHANGING: ReadonlySet<string> = new Set<ChangingPurpose>([
  'activation-code',
  'known-browser',
  'guessed-account',
  'audit-chain',
  'audit-cut',
  'audit-row',
  'audit-head',
  'row-mark',
  'pin-history',
  'emergency-code',
]);

/** A process that was held up lacks a data key that others use by now. It reads them again within a second; until then it cannot answer. */
export class DataKeyMissing extends Error {
  constructor(id: number) {
    super(`data key ${id} is not known here yet`);
  }
}

export type Sealing = {
  /**
   * AES-256-GCM.
   * @param aad names the row and column; a sealed value moved elsewhere does not open
   */
  seal(aad: string, plain: Uint8Array): string;
  /** @throws if the value was altered, moved, or sealed under another key: a bug or an attack, never input */
  open(aad: string, sealed: string): Uint8Array;
  /** HMAC-SHA-256 under a separate key for each purpose, base64url, with the name of its data key. */
  keyedHash(purpose: LastingPurpose | ChangingPurpose, value: string | Uint8Array): KeyedHash;
  /** Every hash that the value may be stored under at present: two while a data key replaces another, the earlier one first. */
  keyedHashes(purpose: ChangingPurpose, value: string | Uint8Array): readonly KeyedHash[];
  /** Whether it is one of these. @throws if that is known only once the data keys are read again */
  fits(purpose: ChangingPurpose, value: string | Uint8Array, hash: string | null): boolean;
  /** Whether any data key that there ever was made it: for what was kept outside the database. */
  everFitted(purpose: ChangingPurpose, value: string | Uint8Array, hash: KeyedHash): boolean;
  /** A stored hash under the newest data key, without the value: `undefined` if it is already. */
  rehash(purpose: ChangingPurpose, hash: KeyedHash): string | undefined;
  /** Whether it is sealed under the newest data key. */
  isNewest(sealed: string): boolean;
  /** Opaque text for a value that a client carries: AES-256-GCM, raw octets. */
  sealToken(purpose: 'agent-attempt' | 'ctkip-session', plain: Uint8Array): Uint8Array;
  /** `undefined` if it is not ours. */
  openToken(purpose: 'agent-attempt' | 'ctkip-session', sealed: Uint8Array): Uint8Array | undefined;
};

/**
 * @param given the data keys as they are now, each time they are needed; or the master key of an installation that never changed it
 * @param isBehind whether others may use a data key by now that is not among these, until they are read again
 */
export function sealing(
  given: Uint8Array | (() => DataKeys),
  random: (length: number) => Uint8Array,
  isBehind: () => boolean = () => false,
): Sealing {
  const keys = typeof given === 'function' ? given : constantly(firstKeys(given));
  // As key objects: raw octets would be imported again for every operation, which takes longer than the operation.
  function keysFor(prefix: string): (id: number, purpose: string) => KeyObject {
    const derived = new Map<string, Readonly<Record<number, KeyObject>>>();
    return (id, purpose) => {
      const known = derived.get(purpose)?.[id];
      if (known) return known;
      const secret = keys().secrets[id - 1];
      if (!secret) throw new Error(`data key ${id} is not known here`);
      const label = `sower ${prefix}${purpose}`;
      const value = createSecretKey(new Uint8Array(hkdfSync('sha256', secret, '', label, 32)));
      derived.set(purpose, { ...derived.get(purpose), [id]: value });
      return value;
    };
  }
  const key = keysFor('');
  const macKey = keysFor('hash ');

  const encrypt = (id: number, label: string, plain: Uint8Array, associated: string): Buffer => {
    const nonce = random(NONCE_LENGTH);
    const cipher = createCipheriv('aes-256-gcm', key(id, label), nonce);
    cipher.setAAD(Buffer.from(associated));
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  const decrypt = (id: number, label: string, sealed: Uint8Array, associated: string): Uint8Array => {
    if (sealed.length < NONCE_LENGTH + TAG_LENGTH) throw new Error('sealed value too short');
    const decipher = createDecipheriv('aes-256-gcm', key(id, label), sealed.subarray(0, NONCE_LENGTH));
    decipher.setAAD(Buffer.from(associated));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_LENGTH));
    const plain = decipher.update(sealed.subarray(NONCE_LENGTH, sealed.length - TAG_LENGTH));
    decipher.final();
    return plain;
  };

  const mac = (id: number, purpose: string, value: string | Uint8Array): string =>
    createHmac('sha256', macKey(id, purpose)).update(value).digest('base64url');
  /** Each data key hashes what the one before it made, so that a stored hash can be replaced by the person who does not have the value. */
  const next = (id: number, purpose: string, hash: string): string => `k${id}:${mac(id, purpose, hash)}`;
  function hashOf(purpose: string, value: string | Uint8Array, upTo: number): KeyedHash {
    let hash = mac(FIRST_KEY, purpose, value);
    for (let id = FIRST_KEY + 1; id <= upTo; id += 1) hash = next(id, purpose, hash);
    return hash as KeyedHash;
  }
  const keyedHashes: Sealing['keyedHashes'] = (purpose, value) => {
    const { oldest, secrets } = keys();
    return secrets.flatMap((_, index) => (index + 1 < oldest ? [] : [hashOf(purpose, value, index + 1)]));
  };

  /** @throws before a value is taken for altered by a process that was held up: others may have made it with a data key that it lacks */
  const isKnown = (id: number): boolean => {
    const known = id <= keys().secrets.length;
    if (!known && isBehind()) throw new DataKeyMissing(id);
    return known;
  };

  return {
    seal: (aad, plain) => {
      const id = keys().current;
      return `${sealedPrefix(id)}${encrypt(id, 'seal', plain, aad).toString('base64url')}`;
    },
    open: (aad, sealed) => {
      const id = keyOfSealed(sealed);
      if (id === undefined) throw new Error('unknown sealing format');
      const { oldest, secrets } = keys();
      if (id < oldest) throw new Error('sealed under a data key that was replaced');
      if (id > secrets.length) throw new DataKeyMissing(id);
      return decrypt(id, 'seal', Buffer.from(sealed.slice(sealedPrefix(id).length), 'base64url'), aad);
    },
    keyedHash: (purpose, value) => hashOf(purpose, value, CHANGING.has(purpose) ? keys().current : FIRST_KEY),
    keyedHashes,
    fits(purpose, value, hash) {
      if (hash === null) return false;
      const id = keyOfHash(hash);
      return id >= keys().oldest && isKnown(id) && same(hashOf(purpose, value, id), hash);
    },
    everFitted: (purpose, value, hash) =>
      isKnown(keyOfHash(hash)) && same(hashOf(purpose, value, keyOfHash(hash)), hash),
    rehash(purpose, hash) {
      const { current } = keys();
      let id = keyOfHash(hash);
      if (id >= current) return undefined;
      let newer = hash;
      for (id += 1; id <= current; id += 1) newer = next(id, purpose, newer);
      return newer;
    },
    isNewest: (sealed) => (keyOfSealed(sealed) ?? 0) >= keys().current,
    sealToken: (purpose, plain) => encrypt(keys().current, purpose, plain, ''),
    openToken(purpose, sealed) {
      const { oldest, secrets } = keys();
      // It does not name its key: its form is given.
      for (let id = secrets.length; id >= oldest; id -= 1) {
        try {
          return decrypt(id, purpose, sealed, '');
        } catch {}
      }
      return undefined;
    },
  };
}

const constantly =
  <T>(value: T) =>
  (): T =>
    value;

/** Some of them come from browsers. */
function same(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The first one's is older than the others. */
const sealedPrefix = (id: number): string => (id === FIRST_KEY ? 'v1.' : `k${id}:`);
function keyOfSealed(sealed: string): number | undefined {
  if (sealed.startsWith('v1.')) return FIRST_KEY;
  const id = Number(/^k(\d{1,6}):/.exec(sealed)?.[1]);
  return id > FIRST_KEY ? id : undefined;
}
/** One without a name is of the first. */
const keyOfHash = (hash: KeyedHash): number => Number(/^k(\d{1,6}):/.exec(hash)?.[1] ?? FIRST_KEY);
