/** Files with secrets: written completely or not at all, and from the first octet readable only by their owner. */

import { randomBytes } from 'node:crypto';
import { chmod, link, lstat, open, readdir, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export async function writePrivate(path: string, content: string, mode = 0o600): Promise<void> {
  await write(path, content, mode, rename);
}

/** @returns whether it was made: of several processes that find none, one makes it, and all have the same then */
export async function makePrivate(path: string, content: string): Promise<boolean> {
  let made = true;
  await write(path, content, 0o600, async (temporary) => {
    try {
      await link(temporary, path);
    } catch (error) {
      // A file system without links.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return rename(temporary, path);
      made = false;
    }
    await unlink(temporary);
  });
  return made;
}

async function write(
  path: string,
  content: string,
  mode: number,
  move: (temporary: string, path: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(temporary, 'wx', mode);
  try {
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await move(temporary, path);
  } catch (error) {
    // On a full disk each attempt would leave another one, and it may hold a secret.
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  const folder = await open(dirname(path));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Certificates are public; the folder keeps others out anyway. */
const PRIVATE = /^(master\.key|admin-api-key|server\.json|audit-head.*|.*\.sqlite.*|.*\.key)$/;
const OTHERS = 0o077;
const STICKY = 0o1000;

/**
 * The data folder and Sower's files in it are for its own user only: files of an earlier version, or copied back, are corrected.
 * @param database the SQLite file, wherever it is
 * @returns what was open to others before, and what could not be restricted
 */
export async function closeToOthers(
  folder: string,
  database: string | undefined,
): Promise<{ readonly closed: readonly string[]; readonly open: readonly string[] }> {
  const closed: string[] = [];
  const open: string[] = [];
  const inFolder = (folder: string): Promise<string[]> =>
    readdir(folder).then(
      (names) => names.filter((name) => PRIVATE.test(name)).map((name) => join(folder, name)),
      () => [],
    );
  const files = [
    ...(await inFolder(folder)),
    ...(await inFolder(join(folder, 'tls'))),
    ...(database === undefined ? [] : ['', '-wal', '-shm'].map((ending) => database + ending)),
  ];
  for (const path of [folder, join(folder, 'tls'), ...new Set(files)]) {
    const stats = await lstat(path).catch(() => undefined);
    if (!stats || !(stats.isFile() || stats.isDirectory()) || (stats.mode & OTHERS) === 0) continue;
    // A folder that many write to, such as /tmp, is not ours to restrict.
    const done =
      (stats.mode & STICKY) === 0 &&
      (await chmod(path, stats.mode & ~OTHERS & 0o777).then(
        () => true,
        () => false,
      ));
    (done ? closed : open).push(path);
  }
  return { closed, open };
}
