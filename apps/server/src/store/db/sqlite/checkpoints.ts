/**
 * A thread of its own moves SQLite's write-ahead log into the database file. Otherwise, SQLite would do this during some commit, and
 * everyone would wait for the disk.
 */
import { Worker } from 'node:worker_threads';

/** From this many pages on, a commit does it after all: the thread has fallen far behind. */
const MAX_PAGES = 32_768;
/** SQLite's own. */
export const USUAL_PAGES = 1_000;

/**
 * @param doItAt sets the number of pages at which a commit of the writer does it
 * @returns stops the thread
 */
export function keepCheckpoints(file: string, doItAt: (pages: number) => void): () => Promise<void> {
  const thread = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), { workerData: file });
  thread.unref();
  const ended = new Promise((resolve) => thread.once('exit', resolve));
  doItAt(MAX_PAGES);
  let stopped = false;
  // Without it, commits do it again.
  thread.on('error', () => {
    if (!stopped) doItAt(USUAL_PAGES);
  });
  return async () => {
    stopped = true;
    thread.ref();
    thread.postMessage('stop');
    await ended;
  };
}
