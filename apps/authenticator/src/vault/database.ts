/**
 * The one database of this app in the browser: its shape, and opening it.
 *
 * It has a seed either as a WebCrypto key that can be used but not read, or sealed under the lock's key; never as bytes.
 */
import type { KeptToken } from '@sower/ctkip/authenticator/kept-token';
import { type DBSchema, deleteDB, type IDBPDatabase, openDB, unwrap, wrap } from 'idb';

export type Sealed = { readonly iv: Uint8Array<ArrayBuffer>; readonly data: Uint8Array<ArrayBuffer> };

export type SeedAtRest =
  | { readonly kind: 'key'; readonly key: CryptoKey }
  | { readonly kind: 'sealed'; readonly sealed: Sealed };

export type Token = KeptToken & {
  readonly seed: SeedAtRest;
  /** hotp: the counter of the next code. */
  readonly counter: number;
  /** Address of the CT-KIP service it came from. */
  readonly server: string;
  /** ISO 8601. */
  readonly importedAt: string;
  readonly nickname: string;
  /** Its position in the list; smaller is higher. */
  readonly position: number;
};

/** What protects the seeds from someone at the device; lock.ts creates and opens it. */
export type Lock =
  | {
      readonly kind: 'pin';
      readonly salt: Uint8Array<ArrayBuffer>;
      readonly iterations: number;
      readonly vaultKey: Sealed;
      /** After so many wrong PINs in a row everything is erased; absent for never. */
      readonly eraseAfter?: number;
    }
  | {
      readonly kind: 'passkey';
      readonly credentialId: Uint8Array<ArrayBuffer>;
      readonly salt: Uint8Array<ArrayBuffer>;
      readonly vaultKey: Sealed;
    };

/** Single things, each under its name. */
export type Facts = {
  deviceId: string;
  lock: Lock;
  /** A key for HMAC that no script can read: a PIN is tried with it, so only in this browser. */
  pepper: CryptoKey;
  /** Wrong PINs in a row, written before a PIN is tried. */
  wrongPins: { readonly count: number; readonly at: number };
  /** The latest moment the clock has shown, Unix milliseconds. */
  latestTime: number;
  /** Written and read back to see whether anything can be stored. */
  rehearsal: CryptoKey;
};

interface Shape extends DBSchema {
  tokens: { key: string; value: Token };
  facts: { key: keyof Facts; value: Facts[keyof Facts] };
}

export type Database = IDBPDatabase<Shape>;

const NAME = 'sower-authenticator';

/** @param lost called when the browser has taken the database away or another tab wants it gone */
export async function openDatabase(lost: () => void): Promise<Database> {
  const database: Database = await openDB<Shape>(NAME, 1, {
    upgrade(fresh) {
      fresh.createObjectStore('tokens', { keyPath: 'serial' });
      fresh.createObjectStore('facts');
    },
    blocking() {
      database.close();
      lost();
    },
    terminated: lost,
  });
  // Where the browser aborts a transaction its requests say so; `done` does as well, and not every caller waits for that.
  const plain = unwrap(database);
  const begin = plain.transaction.bind(plain);
  plain.transaction = (...how) => {
    const transaction = begin(...how);
    wrap(transaction).done.catch(() => {});
    return transaction;
  };
  return database;
}

export async function readFact<Name extends keyof Facts>(database: Database, name: Name) {
  return (await database.get('facts', name)) as Facts[Name] | undefined;
}

export async function writeFact<Name extends keyof Facts>(
  database: Database,
  name: Name,
  value: Facts[Name],
): Promise<void> {
  const transaction = database.transaction('facts', 'readwrite', { durability: 'strict' });
  await transaction.store.put(value, name);
  await transaction.done;
}

export const deleteDatabase = (): Promise<void> => deleteDB(NAME);
