/** Files with secrets: written completely or not at all, and from the first octet readable only by their owner. */
import { randomBytes } from 'node:crypto';
import { link, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

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
  place: (temporary: string, path: string) => Promise<void>,
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
    await place(temporary, path);
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
