/**
 * A thread of its own moves SQLite's write-ahead log into the database file. Otherwise, SQLite would do this during some commit, and
 * everyone would wait for the disk.
 */
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** From this many pages on, a commit does it after all: the thread has fallen far behind. */
const MAX_PAGES = 32_768;
/** SQLite's own. */
export const USUAL_PAGES = 1_000;
/** Below this the thread has nothing to do that matters. It takes 11 MB, which an idle server saves. */
const SMALL_OCTETS = 2 * 1024 * 1024;

export type Checkpoints = {
  /** After each commit. */
  committed(): void;
  stop(): Promise<void>;
};

/** @param doItAt sets the number of pages at which a commit of the writer does it */
export function keepCheckpoints(file: string, doItAt: (pages: number) => void): Checkpoints {
  let thread: Worker | undefined;
  let ended: Promise<unknown> | undefined;
  let stopped = false;
  doItAt(MAX_PAGES);
  const start = () => {
    thread = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), { workerData: file });
    thread.unref();
    ended = new Promise((resolve) => thread?.once('exit', resolve));
    // Without it, commits do it again.
    thread.on('error', () => {
      if (!stopped) doItAt(USUAL_PAGES);
    });
  };
  return {
    committed() {
      if (thread || stopped) return;
      try {
        if (statSync(`${file}-wal`).size > SMALL_OCTETS) start();
      } catch {
        // The commit is durable all the same, and the next one looks again.
      }
    },
    async stop() {
      stopped = true;
      thread?.ref();
      thread?.postMessage('stop');
      await ended;
    },
  };
}
