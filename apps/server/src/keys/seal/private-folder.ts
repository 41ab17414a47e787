/** The data folder and Sower's files in it are for its own user only: files of an earlier version, or copied back, are corrected. */
import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Certificates are public; the folder keeps others out anyway. */
const PRIVATE = /^(master\.key|admin-api-key|server\.json|audit-head.*|.*\.sqlite.*|.*\.key)$/;
const OTHERS = 0o077;
const STICKY = 0o1000;

/**
 * @param database the SQLite file, wherever it is
 * @returns what was open to others before, and what could not be restricted
 */
export async function closeToOthers(
  folder: string,
  database: string | undefined,
): Promise<{ readonly closed: readonly string[]; readonly open: readonly string[] }> {
  const closed: string[] = [];
  const open: string[] = [];
  const inFolder = (place: string): Promise<string[]> =>
    readdir(place).then(
      (names) => names.filter((name) => PRIVATE.test(name)).map((name) => join(place, name)),
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
