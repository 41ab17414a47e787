/**
 * One process at a time. The lock is the operating system's, taken through SQLite on an empty file: it is gone when its holder
 * is, however that ended, so there is no stale lock to guess about.
 */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, type Result, success } from '../outcome.ts';
import { t } from '../texts.ts';

const PATIENCE_MS = 20_000;
const SQLITE_BUSY = 5;

/** Runs `work` while no other holder of `path` runs. */
export async function withLock<T>(path: string, work: () => T): Promise<Result<T>> {
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
