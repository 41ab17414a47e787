/** Where backups and archives go: a file in a folder, or the standard input of a command. */

import { once } from 'node:events';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY, HOUR } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import { CommandFailed, runCommand } from '../../keys/operators-command.ts';

export type BackupTo =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'command'; readonly command: string };

export type Sink = { write(chunk: Uint8Array): Promise<void>; end(): Promise<void>; drop(): Promise<void> };

/** Under another name until all of it is on the disk. */
async function fileSink(folder: string, name: string): Promise<Sink> {
  const path = join(folder, name);
  const partial = `${path}.partial`;
  const file = await open(partial, 'wx', 0o600);
  return {
    async write(chunk) {
      for (let from = 0; from < chunk.length; )
        from += (await file.write(chunk, from, chunk.length - from)).bytesWritten;
    },
    async end() {
      await file.sync();
      await file.close();
      await rename(partial, path);
      const handle = await open(folder);
      await handle.sync().finally(() => handle.close());
    },
    async drop() {
      await file.close().catch(() => {});
      await rm(partial, { force: true });
    },
  };
}

const LEFT = /^sower-[\w-]+\.age\.partial$/;
/** Anyone who writes one writes all the time; others may share the folder. */
const LEFT_MILLISECONDS = DAY;

/** What processes left behind that were killed while writing: each as large as a complete file, and no one else would ever delete it. */
export async function clearLeft(to: BackupTo, now: number): Promise<void> {
  if (to.kind !== 'folder') return;
  for (const name of await readdir(to.folder)) {
    if (!LEFT.test(name)) continue;
    const path = join(to.folder, name);
    const { mtimeMs } = await stat(path);
    if (Math.abs(now - mtimeMs) > LEFT_MILLISECONDS) await rm(path, { force: true });
  }
}

/** A command that reads nothing for this long, or is still running this long after it has read everything, hangs. */
const STALL_MILLISECONDS = HOUR;

function commandSink(command: string, name: string, stallMilliseconds: number): Sink {
  const { stdin, ended, kill } = runCommand(command, { env: { SOWER_BACKUP_NAME: name } });
  async function unlessStalled(work: Promise<unknown>): Promise<void> {
    const timer = setTimeout(() => kill('SIGKILL'), stallMilliseconds);
    try {
      await work;
    } finally {
      clearTimeout(timer);
    }
  }
  return {
    async write(chunk) {
      if (stdin.destroyed) {
        await ended;
        throw new CommandFailed('0', 'it ended before it had read everything');
      }
      if (stdin.write(chunk)) return;
      // A broken pipe does not say why; the exit of the command does.
      const drained = once(stdin, 'drain').catch(() => ended);
      await unlessStalled(Promise.race([drained, ended]));
    },
    async end() {
      stdin.end();
      await unlessStalled(ended);
    },
    async drop() {
      kill('SIGTERM');
    },
  };
}

export const openSink = async (
  to: BackupTo,
  name: string,
  stallMilliseconds = STALL_MILLISECONDS,
): Promise<Sink> =>
  to.kind === 'folder' ? fileSink(to.folder, name) : commandSink(to.command, name, stallMilliseconds);

export function whyNotWritten(error: unknown): Text {
  const { code, errcode, message } = error as { code?: string; errcode?: number; message?: string };
  if (error instanceof CommandFailed) return text('backup.command-failed');
  if (code === 'ENOSPC' || code === 'EDQUOT') return text('backup.disk-full');
  if (code === 'ENOENT') return text('backup.no-folder');
  if (code === 'EACCES' || code === 'EROFS') return text('backup.folder-closed', { code });
  if (errcode !== undefined || typeof (error as { severity?: string }).severity === 'string')
    return text('backup.database', { error: message ?? '' });
  return text('backup.failed');
}
