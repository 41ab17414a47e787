/** Where backups and archives go: a file in a folder, or the standard input of a command. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Text, text } from '@sower/messages/outcomes';

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
      const place = await open(folder);
      await place.sync().finally(() => place.close());
    },
    async drop() {
      await file.close().catch(() => {});
      await rm(partial, { force: true });
    },
  };
}

class CommandFailed extends Error {}

/** The last words of the command, for the log. */
const WORDS = 500;

async function commandSink(command: string, name: string): Promise<Sink> {
  const child = spawn('/bin/sh', ['-c', command], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, SOWER_BACKUP_NAME: name, SOWER_MASTER_KEY: '', SOWER_DATABASE: '' },
  });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-WORDS);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      code === 0 ? resolve() : reject(new CommandFailed(`it ended with ${code ?? signal}: ${words.trim()}`)),
    );
  });
  ended.catch(() => {});
  // A command that reads no further has ended, or ends: its exit says why.
  child.stdin.on('error', () => {});
  return {
    async write(chunk) {
      if (child.stdin.destroyed || child.exitCode !== null) {
        await ended;
        throw new CommandFailed('it ended before it had read everything');
      }
      if (!child.stdin.write(chunk)) await Promise.race([once(child.stdin, 'drain'), ended]);
    },
    async end() {
      child.stdin.end();
      await ended;
    },
    async drop() {
      child.kill('SIGTERM');
    },
  };
}

export const openSink = (to: BackupTo, name: string): Promise<Sink> =>
  to.kind === 'folder' ? fileSink(to.folder, name) : commandSink(to.command, name);

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
