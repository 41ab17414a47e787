/** The thread of make.ts: reads the snapshot, and writes the backup to a file or to a command. */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { Text } from '@sower/texts/outcomes';
import type { DatabaseLocation } from '../../store/db/open.ts';
import { openSnapshot } from '../../store/db/snapshot.ts';
import { sealed } from './envelope.ts';
import { type GivenHead, rowsOf, writeLines } from './format.ts';
import { type BackupTo, openSink, type Sink, whyNotWritten } from './sink.ts';

export type BackupTask = {
  readonly location: DatabaseLocation;
  readonly given: GivenHead;
  readonly recipients: readonly string[];
  readonly to: BackupTo;
  readonly name: string;
};

export type BackupMessage =
  | { readonly kind: 'rows'; readonly rows: number }
  | {
      readonly kind: 'done';
      readonly rows: number;
      readonly size: number;
      readonly sha256: string;
      readonly proof: string;
    }
  | { readonly kind: 'failed'; readonly text: Text; readonly error: string };

const REPORT_MILLISECONDS = 500;

/** Abandon it: a command would otherwise take the end of the thread for the end of the backup, and keep a partial one. */
const stopping = new AbortController();
parentPort?.once('message', () => stopping.abort());

async function make({ location, given, recipients, to, name }: BackupTask): Promise<BackupMessage> {
  let sink: Sink | undefined;
  let made: { rows: number; proof: string } | undefined;
  let reportedAt = 0;
  const report = (rows: number): void => {
    const now = performance.now();
    if (now - reportedAt < REPORT_MILLISECONDS) return;
    reportedAt = now;
    parentPort?.postMessage({ kind: 'rows', rows } satisfies BackupMessage);
  };
  try {
    const opened = await openSink(to, name);
    sink = opened;
    stopping.signal.addEventListener('abort', () => void opened.drop());
    stopping.signal.throwIfAborted();
    const snapshot = await openSnapshot(location);
    try {
      const lines = writeLines(snapshot, given, location.kind, report, (end, proof) => {
        made = { rows: rowsOf(end), proof };
      });
      const hash = createHash('sha256');
      let size = 0;
      for await (const chunk of await sealed(lines, recipients)) {
        hash.update(chunk);
        size += chunk.length;
        await sink.write(chunk);
      }
      await sink.end();
      if (!made) throw new Error('the snapshot ended early');
      return { kind: 'done', ...made, size, sha256: hash.digest('hex') };
    } finally {
      await snapshot.close().catch(() => {});
    }
  } catch (error) {
    await sink?.drop();
    return {
      kind: 'failed',
      text: whyNotWritten(error),
      error: error instanceof Error ? error.message : String(error),
    };
  }
}

parentPort?.postMessage(await make(workerData as BackupTask));
parentPort?.close();
