/**
 * The data keys, and the master key that wraps them (docs/decisions/0059-data-keys.md). What is stored is sealed under the newest data key; the
 * master key opens only these. The first data key is the master key that the installation began with, so a database without rows of data keys
 * has that one.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

export const FIRST_KEY = 1;

/**
 * Of a newest data key: known to nobody yet, sealing while others may still use the one before, replacing what is sealed under that, only it
 * is used but the one before still opens, replacing what was left, and alone.
 */
export const KEY_STATES = ['announced', 'sealing', 'converting', 'overlap', 'finishing', 'done'] as const;
export type KeyState = (typeof KEY_STATES)[number];

export type DataKeys = {
  /** By ID, which counts from 1. Earlier ones are steps of hashes; they seal and open nothing. */
  readonly secrets: readonly Uint8Array[];
  /** What new values are sealed under. */
  readonly current: number;
  /** The first that still opens what is stored. */
  readonly oldest: number;
};

export type StoredKey = {
  readonly id: number;
  readonly state: KeyState;
  /** Name of the master key that it came with. */
  readonly master: string;
  readonly changed_at: number;
  /** Made with the data key itself. */
  readonly mark: string;
};
export type StoredWrap = { readonly data_key: number; readonly master: string; readonly wrapped: string };

export function firstKeys(masterKey: Uint8Array): DataKeys {
  if (masterKey.length !== 32) throw new Error('the master key has 32 octets');
  return { secrets: [masterKey], current: FIRST_KEY, oldest: FIRST_KEY };
}

const derived = (secret: Uint8Array, label: string, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `sower ${label}`, length));

/** Sixteen hexadecimal digits, from which the key cannot be found. */
export const masterName = (masterKey: Uint8Array): string =>
  derived(masterKey, 'master key name', 8).toString('hex');

const NONCE = 12;
const TAG = 16;
/** A database from which the newest data key was removed does not open with the others. */
const about = (id: number, count: number): Buffer => Buffer.from(`data key ${id} of ${count}`);

/** @param count how many data keys there are */
export function wrapKey(masterKey: Uint8Array, secret: Uint8Array, id: number, count: number): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', derived(masterKey, 'wrap', 32), nonce);
  cipher.setAAD(about(id, count));
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
}

/** @throws if it was altered */
function unwrapKey(masterKey: Uint8Array, wrapped: string, id: number, count: number): Uint8Array {
  const octets = Buffer.from(wrapped, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', derived(masterKey, 'wrap', 32), octets.subarray(0, NONCE));
  decipher.setAAD(about(id, count));
  decipher.setAuthTag(octets.subarray(octets.length - TAG));
  const secret = decipher.update(octets.subarray(NONCE, octets.length - TAG));
  return new Uint8Array(Buffer.concat([secret, decipher.final()]));
}

export function keyMark(
  secret: Uint8Array,
  { id, state, master, changed_at }: Omit<StoredKey, 'mark'>,
): string {
  return createHmac('sha256', derived(secret, 'hash data-key', 32))
    .update(JSON.stringify([id, state, master, changed_at]))
    .digest('base64url');
}

/** Which data keys seal and open, by the state of the newest. */
export function usedKeys(secrets: readonly Uint8Array[], state: KeyState): DataKeys {
  const newest = secrets.length;
  return {
    secrets,
    current: state === 'announced' ? newest - 1 : newest,
    oldest: state === 'done' ? newest : newest - 1,
  };
}

export type Opened = DataKeys | 'other-master' | 'altered';

/** @returns the data keys that these rows are; `other-master` if another master key wraps them */
export function openKeys(
  masterKey: Uint8Array,
  keys: readonly StoredKey[],
  wraps: readonly StoredWrap[],
): Opened {
  const newest = keys.at(-1);
  if (!newest) return firstKeys(masterKey);
  const name = masterName(masterKey);
  const own = wraps.filter(({ master }) => master === name);
  if (own.length === 0) return 'other-master';
  try {
    const secrets = keys.map(({ id }, place) => {
      const wrap = own.find(({ data_key }) => data_key === id);
      if (!wrap || id !== place + 1) throw new Error('a data key is missing');
      return unwrapKey(masterKey, wrap.wrapped, id, keys.length);
    });
    if (keyMark(secrets.at(-1) as Uint8Array, newest) !== newest.mark) return 'altered';
    return usedKeys(secrets, newest.state);
  } catch {
    return 'altered';
  }
}
