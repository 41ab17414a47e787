/**
 * The authenticator's file: encrypted, readable by its owner only, replaced as a whole. Changes are made one process at a time on
 * what the file then holds, so two at once lose nothing; after a crash it is the old file or the new one.
 */

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDeviceId } from '@sower/ctkip/authenticator/device';
import { type Failure, fail, type Result, success } from '../outcome.ts';
import { t } from '../texts.ts';
import { keyFor, newProtection, type Protection, type Sealed, seal, sealedIn, unseal } from './sealing.ts';
import { type Contents, contentsIn } from './token-record.ts';

/**
 * One process at a time. The lock is the operating system's, taken through SQLite on an empty file: it is gone when its holder
 * is, however that ended, so there is no stale lock to guess about.
 */
const PATIENCE_MS = 20_000;
const SQLITE_BUSY = 5;

/** Runs `work` while no other holder of `path` runs. */
async function withLock<T>(path: string, work: () => T): Promise<Result<T>> {
  makePrivateFile(path);
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    if (!(await acquire(database))) {
      return fail('refused', 'store-busy', t('authenticator.store.busy', { seconds: PATIENCE_MS / 1000 }), {
        next: t('authenticator.store.busyNext', { file: path }),
      });
    }
    return success(work());
  } finally {
    database.close();
  }
}

/** Opened only when it is new: closing a second handle would drop a lock that this process holds. */
function makePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function acquire(database: DatabaseSync): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      database.exec('BEGIN EXCLUSIVE');
      return true;
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    }
    if (Date.now() > deadline) return false;
    await sleep(5 + Math.random() * 20);
  }
}

/** Gets the secret that a protection asks for. */
export type Secrets = {
  /** How a new store is to be protected. */
  readonly kind: Protection['kind'];
  read(kind: Protection['kind'], isNew: boolean): Promise<Result<string | Uint8Array>>;
};

export type Store = {
  readonly path: string;
  readonly protection: Protection['kind'];
  /** As read when the store was opened. */
  readonly contents: Contents;
  /**
   * Changes the contents as they are now. `change` may be refused by returning a failure; then nothing is written.
   * When the returned promise resolves, the change is on the disk.
   */
  update<T>(change: (contents: Contents) => Result<{ contents: Contents; value: T }>): Promise<Result<T>>;
};

export function storeExists(path: string): boolean {
  return existsSync(path);
}

/** Opens the store at `path`, or makes it with a new device id. */
export async function openStore(path: string, secrets: Secrets): Promise<Result<Store>> {
  try {
    const target = existsSync(path) ? realpathSync(path) : path;
    return existsSync(target) ? await openExisting(target, secrets) : await makeNew(target, secrets);
  } catch (error) {
    return fileFailure(path, error);
  }
}

/** Groups and others that may read the store, as a warning. */
export function permissionWarning(path: string): string | undefined {
  if (!existsSync(path) || (statSync(path).mode & 0o077) === 0) return undefined;
  return t('file.open', { file: path });
}

async function makeNew(path: string, secrets: Secrets): Promise<Result<Store>> {
  const secret = await secrets.read(secrets.kind, true);
  if (!secret.ok) return secret;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const protection = newProtection(secrets.kind);
  const key = await keyFor(protection, secret.value);
  const contents: Contents = {
    deviceId: makeDeviceId((length) => new Uint8Array(randomBytes(length))),
    tokens: [],
  };
  const made = await withLock(`${path}.lock`, () => {
    // Another process may have created it in the meantime; that one stays.
    if (existsSync(path)) return false;
    replaceFile(path, seal(protection, key, JSON.stringify(contents)));
    return true;
  });
  if (!made.ok) return made;
  return made.value ? success(opened(path, protection, key, contents)) : openExisting(path, secrets);
}

async function openExisting(path: string, secrets: Secrets): Promise<Result<Store>> {
  const sealed = readSealed(path);
  if (!sealed.ok) return sealed;
  const { protection } = sealed.value;
  const secret = await secrets.read(protection.kind, false);
  if (!secret.ok) return secret;
  const key = await keyFor(protection, secret.value);
  const contents = open(path, sealed.value, key);
  return contents.ok ? success(opened(path, protection, key, contents.value)) : contents;
}

function opened(path: string, protection: Protection, key: Uint8Array, contents: Contents): Store {
  return {
    path,
    protection: protection.kind,
    contents,
    update: async (change) => {
      try {
        const done = await withLock(`${path}.lock`, () => {
          const sealed = readSealed(path);
          if (!sealed.ok) return sealed;
          const current = open(path, sealed.value, key);
          if (!current.ok) return current;
          const changed = change(current.value);
          if (changed.ok) replaceFile(path, seal(protection, key, JSON.stringify(changed.value.contents)));
          return changed;
        });
        if (!done.ok) return done;
        return done.value.ok ? success(done.value.value.value) : done.value;
      } catch (error) {
        return fileFailure(path, error);
      }
    },
  };
}

function readSealed(path: string): Result<Sealed> {
  const sealed = sealedIn(readFileSync(path, 'utf8'));
  if (sealed !== undefined) return success(sealed);
  return fail('usage', 'not-a-store', t('authenticator.store.notAStore', { file: path }), {
    next: t('authenticator.store.notAStoreNext'),
  });
}

function open(path: string, sealed: Sealed, key: Uint8Array): Result<Contents> {
  const plaintext = unseal(sealed, key);
  if (plaintext === undefined) {
    return sealed.protection.kind === 'passphrase'
      ? fail('refused', 'wrong-passphrase', t('authenticator.store.wrongPassphrase', { file: path }))
      : fail('refused', 'wrong-key-file', t('authenticator.store.wrongKeyFile', { file: path }), {
          next: t('authenticator.store.wrongKeyFileNext'),
        });
  }
  const contents = contentsIn(JSON.parse(plaintext));
  return contents === undefined
    ? fail('usage', 'not-a-store', t('authenticator.store.unknownContents', { file: path }))
    : success(contents);
}

/** Beside the old one, on the disk, then in its place: a reader sees either. */
function replaceFile(path: string, text: string): void {
  const fresh = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.new`;
  try {
    const file = openSync(fresh, 'wx', 0o600);
    try {
      // All of it or an error: one write ends without one where a disk is full.
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

const KNOWN_MISTAKES = ['EACCES', 'EROFS', 'ENOSPC', 'EISDIR', 'ENOTDIR'] as const;

function fileFailure(path: string, error: unknown): Failure {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
  const known = KNOWN_MISTAKES.find((each) => each === code);
  const why = known === undefined ? code : t(`authenticator.store.why.${known}`);
  return fail('usage', 'store-unusable', t('authenticator.store.unusable', { file: path, why }), {
    next: t('authenticator.store.nameAnother'),
  });
}

export function keyFileBeside(storePath: string): string {
  return join(dirname(storePath), 'authenticator.key');
}
