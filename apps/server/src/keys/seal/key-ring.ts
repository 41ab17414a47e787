/**
 * The data keys, and the master key that wraps them (docs/decisions/0059-data-keys.md). What is stored is sealed under the newest data key; the
 * master key opens only these. The first data key is the master key that the installation began with, so a database without rows of data keys
 * has that one; only if that is in an HSM, there are rows from the beginning.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

export const FIRST_KEY = 1;

/**
 * Of a newest data key: not known to any process yet, sealing while others may still use the one before, replacing what is sealed under that, only it
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
  /** From 1. */
  readonly id: number;
  readonly state: KeyState;
  /** Name of the master key that it came with. */
  readonly master: string;
  readonly changed_at: number;
  /** Made with the data key itself, over all of these. */
  readonly mark: string;
};
export type StoredWrap = { readonly data_key: number; readonly master: string; readonly wrapped: string };

/** Before any are known. */
export const NO_KEYS: DataKeys = { secrets: [], current: FIRST_KEY, oldest: FIRST_KEY };

export function firstKeys(masterKey: Uint8Array): DataKeys {
  if (masterKey.length !== 32) throw new Error('the master key has 32 octets');
  return { secrets: [masterKey], current: FIRST_KEY, oldest: FIRST_KEY };
}

const derived = (secret: Uint8Array, label: string, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `sower ${label}`, length));

/** What wraps data keys: octets, or a key that an HSM has (../hsm/hsm.ts). */
export type MasterKey = {
  /** Sixteen hexadecimal digits, from which the key cannot be found; for one in an HSM, behind `hsm:` and its label. */
  readonly name: string;
  /** As it stands in a file. */
  readonly text: string;
  /** Undefined: no one gets them out of the HSM. */
  readonly octets: Uint8Array | undefined;
  /** @param secrets all data keys, in their order. @returns each wrapped */
  wrap(secrets: readonly Uint8Array[]): Promise<readonly string[]>;
  /** @throws a sentence, if the HSM cannot be asked */
  unwrap(wraps: readonly string[]): Promise<readonly Uint8Array[] | 'altered'>;
};

/** How the name of a master key in an HSM begins. */
export const HSM_NAME = 'hsm:';

export const NONCE = 12;
const TAG = 16;
/** A database from which the newest data key was removed does not open with the others. */
export const aboutWrap = (id: number, count: number): Buffer => Buffer.from(`data key ${id} of ${count}`);

/** One whose octets this process has. */
export function masterKeyOf(octets: Uint8Array): MasterKey {
  const key = derived(octets, 'wrap', 32);
  return {
    name: derived(octets, 'master key name', 8).toString('hex'),
    text: `${Buffer.from(octets).toString('base64')}\n`,
    octets,
    wrap: async (secrets) =>
      secrets.map((secret, index) => {
        const nonce = randomBytes(NONCE);
        const cipher = createCipheriv('aes-256-gcm', key, nonce);
        cipher.setAAD(aboutWrap(index + 1, secrets.length));
        return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString(
          'base64url',
        );
      }),
    async unwrap(wraps) {
      try {
        return wraps.map((wrapped, index) => {
          const octets = Buffer.from(wrapped, 'base64url');
          const decipher = createDecipheriv('aes-256-gcm', key, octets.subarray(0, NONCE));
          decipher.setAAD(aboutWrap(index + 1, wraps.length));
          decipher.setAuthTag(octets.subarray(octets.length - TAG));
          const secret = decipher.update(octets.subarray(NONCE, octets.length - TAG));
          return new Uint8Array(Buffer.concat([secret, decipher.final()]));
        });
      } catch {
        return 'altered';
      }
    },
  };
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

/**
 * @returns the data keys that these rows are; `other-master` if another master key wraps them
 * @throws a sentence, if the master key is in an HSM that cannot be asked
 */
export async function openKeys(
  master: MasterKey,
  keys: readonly StoredKey[],
  wraps: readonly StoredWrap[],
): Promise<Opened> {
  const newest = keys.at(-1);
  if (!newest) return master.octets ? firstKeys(master.octets) : 'other-master';
  const own = wraps.filter((wrap) => wrap.master === master.name);
  if (own.length === 0) return 'other-master';
  const inOrder = keys.map(({ id }) => own.find(({ data_key }) => data_key === id)?.wrapped);
  if (!inOrder.every((wrapped) => wrapped !== undefined) || keys.some(({ id }, index) => id !== index + 1))
    return 'altered';
  const secrets = await master.unwrap(inOrder);
  if (secrets === 'altered' || keyMark(secrets.at(-1) as Uint8Array, newest) !== newest.mark)
    return 'altered';
  return usedKeys(secrets, newest.state);
}
