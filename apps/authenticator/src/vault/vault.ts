/**
 * The tokens of this device, once they are open. Every change is one transaction, and other tabs are notified.
 *
 * A counter moves on the disk before its code exists, in a transaction that two tabs cannot share.
 */
import { makeDeviceId } from '@sower/ctkip/authenticator/device';
import type { KeptToken } from '@sower/ctkip/authenticator/kept-token';
import {
  type Database,
  deleteDatabase,
  type Lock,
  readFact,
  type SeedAtRest,
  type Token,
  writeFact,
} from './database.ts';
import { type LockRequest, makeLock, type Opener, vaultKeyToMove } from './lock.ts';
import { codeOf, sealSeed, seedKey, unsealSeed } from './seed-key.ts';
import { markTokens } from './storage.ts';

type NewToken = KeptToken & Pick<Token, 'server' | 'importedAt' | 'nickname'>;
/** Ready to be stored, with any number of attempts; its bytes are already overwritten. */
export type PreparedToken = NewToken & { readonly seed: SeedAtRest };

type Stored = { readonly ok: true; readonly replaced: boolean } | { readonly ok: false };

export type Vault = {
  readonly lock: Lock | undefined;
  tokens(): Promise<Token[]>;
  deviceId(): Promise<string>;
  keyOf(token: Token): Promise<CryptoKey>;
  /** Turns a seed into what is stored, and overwrites it. */
  prepare(token: NewToken, seed: Uint8Array): Promise<PreparedToken>;
  /** Refused when the serial number is here and may not be replaced. */
  store(token: PreparedToken, replace: boolean): Promise<Stored>;
  rename(serial: string, nickname: string): Promise<void>;
  move(serial: string, by: -1 | 1): Promise<void>;
  remove(serial: string): Promise<void>;
  /** The next code of a counter; the same one is never computed again. */
  takeCode(token: Token): Promise<string | undefined>;
  /** Replaces the lock; the first one can be set only while there are no tokens. */
  changeLock(request: LockRequest, opener?: Opener): Promise<Lock | 'not-possible'>;
  /** @returns whether it is gone: not if another tab has changed it, or stored what it protects */
  removeLock(): Promise<boolean>;
  onChange(listener: () => void): () => void;
  close(): void;
};

export function openVault(
  database: Database,
  lock: Lock | undefined,
  vaultKey: CryptoKey | undefined,
): Vault {
  const listeners = new Set<() => void>();
  const keys: Keys = new Map();
  const notices = openNotices((notice) => {
    if (notice === 'tokens') for (const listener of listeners) listener();
  });
  const changed = (notice: Notice = 'tokens'): void => {
    notices.tell(notice);
    for (const listener of listeners) listener();
  };
  async function tokens(): Promise<Token[]> {
    const all = await database.getAll('tokens');
    return all.sort((a, b) => a.position - b.position || (a.serial < b.serial ? -1 : 1));
  }

  async function keyOf(token: Token): Promise<CryptoKey> {
    const { seed, serial } = token;
    if (seed.kind === 'key') return seed.key;
    const known = keys.get(serial);
    if (known && isSameSeed(known.of, seed)) return known.key;
    if (!vaultKey) throw new Error('sealed, and no key');
    const key = await unsealSeed(token, seed.sealed, vaultKey);
    keys.set(serial, { of: seed, key });
    return key;
  }

  return {
    lock,
    tokens,
    keyOf,
    async deviceId() {
      const present = await readFact(database, 'deviceId');
      if (present !== undefined) return present;
      const transaction = database.transaction('facts', 'readwrite', { durability: 'strict' });
      // Another tab may have been faster: the first one stays.
      const meanwhile = (await transaction.store.get('deviceId')) as string | undefined;
      const made = meanwhile ?? makeDeviceId((length) => crypto.getRandomValues(new Uint8Array(length)));
      if (meanwhile === undefined) await transaction.store.put(made, 'deviceId');
      await transaction.done;
      return made;
    },
    async prepare(token, bytes) {
      const seed = Uint8Array.from(bytes);
      try {
        return {
          ...token,
          seed: vaultKey
            ? { kind: 'sealed', sealed: await sealSeed(token, seed, vaultKey) }
            : { kind: 'key', key: await seedKey(token, seed) },
        };
      } finally {
        seed.fill(0);
        bytes.fill(0);
      }
    },
    store: (token, replace) => storeToken(database, lock, { token, replace, changed }),
    ...editsOf(database, { keys, keyOf, changed }),
    ...lockChangesOf(database, lock, { tokens, keyOf, changed }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      notices.close();
      keys.clear();
    },
  };
}

/** By serial number: a key, and the stored seed that it was made from. */
type Keys = Map<string, { readonly of: SeedAtRest; readonly key: CryptoKey }>;

/** A token that was replaced in another tab has another seed under the same number. */
const isSameSeed = (a: SeedAtRest, b: SeedAtRest): boolean =>
  a.kind === 'sealed' && b.kind === 'sealed' && equal(a.sealed.iv, b.sealed.iv);

/** Tells this tab and the others. */
type Changed = (notice?: Notice) => void;

const writeBoth = (database: Database) =>
  database.transaction(['facts', 'tokens'], 'readwrite', { durability: 'strict' });

/** Whether the lock is still the one that this tab has opened: two tabs may change it at once. */
async function isLockedBy(
  transaction: ReturnType<typeof writeBoth>,
  lock: Lock | undefined,
): Promise<boolean> {
  const now = (await transaction.objectStore('facts').get('lock')) as Lock | undefined;
  return lock === undefined || now === undefined
    ? lock === now
    : equal(lock.vaultKey.data, now.vaultKey.data);
}

async function storeToken(
  database: Database,
  lock: Lock | undefined,
  {
    token,
    replace,
    changed,
  }: { readonly token: PreparedToken; readonly replace: boolean; readonly changed: Changed },
): ReturnType<Vault['store']> {
  const transaction = writeBoth(database);
  const tokenStore = transaction.objectStore('tokens');
  const all = await tokenStore.getAll();
  const present = all.find(({ serial }) => serial === token.serial);
  if (present && !replace) {
    await transaction.done;
    return { ok: false };
  }
  // Another tab has changed the lock meanwhile: the seed would be sealed under a key that is gone, or not protected by the lock.
  if (!(await isLockedBy(transaction, lock))) {
    await givenUp(transaction);
    throw new Error('the lock is another one');
  }
  const last = Math.max(0, ...all.map(({ position }) => position));
  const { position = last + 1 } = present ?? {};
  // The name that the user gave it stays.
  const nickname = present?.nickname || token.nickname;
  await tokenStore.put({ ...token, counter: 0, nickname, position });
  await transaction.done;
  changed();
  return { ok: true, replaced: present !== undefined };
}

/** Changes of a stored token, each in one transaction. */
function editsOf(
  database: Database,
  { keys, keyOf, changed }: Pick<Vault, 'keyOf'> & { readonly keys: Keys; readonly changed: Changed },
): Pick<Vault, 'rename' | 'move' | 'remove' | 'takeCode'> {
  const write = () => database.transaction('tokens', 'readwrite', { durability: 'strict' });
  return {
    async rename(serial, nickname) {
      const transaction = write();
      const token = await transaction.store.get(serial);
      if (token) await transaction.store.put({ ...token, nickname });
      await transaction.done;
      changed();
    },
    async move(serial, by) {
      const transaction = write();
      const all = (await transaction.store.getAll()).sort((a, b) => a.position - b.position);
      const from = all.findIndex((token) => token.serial === serial);
      const moved = all[from];
      const passed = all[from + by];
      if (moved && passed) {
        all[from] = passed;
        all[from + by] = moved;
        for (const [position, token] of all.entries()) await transaction.store.put({ ...token, position });
      }
      await transaction.done;
      changed();
    },
    async remove(serial) {
      const transaction = write();
      await transaction.store.delete(serial);
      await transaction.done;
      keys.delete(serial);
      changed();
    },
    async takeCode(token) {
      const transaction = write();
      const present = await transaction.store.get(token.serial);
      if (present) await transaction.store.put({ ...present, counter: present.counter + 1 });
      await transaction.done;
      if (!present) return undefined;
      const code = await codeOf(present, await keyOf(present), present.counter);
      changed();
      return code;
    },
  };
}

function lockChangesOf(
  database: Database,
  lock: Lock | undefined,
  { tokens, keyOf, changed }: Pick<Vault, 'tokens' | 'keyOf'> & { readonly changed: Changed },
): Pick<Vault, 'changeLock' | 'removeLock'> {
  return {
    async changeLock(request, opener) {
      const moving = lock && opener ? await vaultKeyToMove(lock, opener) : undefined;
      if (lock && !moving) return 'not-possible';
      if (!lock && (await database.count('tokens')) > 0) return 'not-possible';
      const made = await makeLock(database, request, moving);
      if (!made) return 'not-possible';
      // A token that another tab has stored meanwhile would not be protected by the lock.
      const transaction = writeBoth(database);
      const late = !lock && (await transaction.objectStore('tokens').count()) > 0;
      if (late || !(await isLockedBy(transaction, lock))) {
        await givenUp(transaction);
        return 'not-possible';
      }
      await transaction.objectStore('facts').put(made, 'lock');
      await transaction.objectStore('facts').delete('wrongPins');
      await transaction.done;
      changed('lock');
      return made;
    },
    async removeLock() {
      const opened: Keys = new Map();
      for (const token of await tokens())
        opened.set(token.serial, { of: token.seed, key: await keyOf(token) });
      const transaction = writeBoth(database);
      const present: Token[] = await transaction.objectStore('tokens').getAll();
      const unsealed = present.flatMap((token): Token[] => {
        if (token.seed.kind === 'key') return [token];
        const known = opened.get(token.serial);
        return known && isSameSeed(known.of, token.seed)
          ? [{ ...token, seed: { kind: 'key', key: known.key } }]
          : [];
      });
      // Another tab has stored or replaced a token meanwhile, or changed the lock.
      if (unsealed.length < present.length || !(await isLockedBy(transaction, lock))) {
        await givenUp(transaction);
        return false;
      }
      for (const token of unsealed) await transaction.objectStore('tokens').put(token);
      await transaction.objectStore('facts').delete('lock');
      await transaction.done;
      changed('lock');
      return true;
    },
  };
}

async function givenUp(transaction: { abort(): void; readonly done: Promise<void> }): Promise<void> {
  transaction.abort();
  await transaction.done.catch(() => {});
}

/** Everything that this app has ever kept here. Other tabs let go on request. */
export async function eraseEverything(): Promise<void> {
  const notices = openNotices();
  notices.tell('erased');
  notices.close();
  markTokens(false);
  await deleteDatabase();
}

/** The largest difference between clocks up to which a server may be set to accept a code (verify.maxDriftSeconds), in milliseconds. */
const MAX_DRIFT = 3_600_000;

/** A server has said what time it is: what the clock showed before, further ahead than any code is accepted, was never a time to count from. */
export async function clockConfirmed(database: Database, now: number): Promise<void> {
  const latest = (await readFact(database, 'latestTime')) ?? 0;
  if (latest - now > MAX_DRIFT) await writeFact(database, 'latestTime', now);
}

/** Whether the clock has been set back since it was last looked at, in milliseconds; remembers the latest. */
export async function clockSetBack(database: Database, now: number): Promise<number> {
  const latest = (await readFact(database, 'latestTime')) ?? 0;
  if (now > latest) await writeFact(database, 'latestTime', now);
  return Math.max(0, latest - now);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}

/** What tabs of this app tell each other. A tab does not hear itself. */
type Notice = 'tokens' | 'lock' | 'erased';

const CHANNEL = 'sower-authenticator';
/** Of this page as it was loaded. */
const SELF = crypto.randomUUID();

type Letter = { readonly from: string; readonly notice: Notice };

type Notices = { tell(notice: Notice): void; close(): void };

/** @param hear what others tell */
export function openNotices(hear: (notice: Notice) => void = () => {}): Notices {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<Letter>) => {
    if (data.from !== SELF) hear(data.notice);
  };
  return {
    tell: (notice) => channel.postMessage({ from: SELF, notice } satisfies Letter),
    close: () => channel.close(),
  };
}
