/**
 * What SQLite writes ahead is brought into the database file by a thread of its own. By itself SQLite does it within some commit, and
 * everyone waits, for as long as the disk takes.
 */
import { Worker } from 'node:worker_threads';

/** Pages written ahead at which a commit does it all the same: the thread has fallen far behind. */
const MOST_PAGES = 32_768;
/** SQLite's own. */
export const USUAL_PAGES = 1_000;

/**
 * @param doItAt tells the writer at how many pages a commit is to do it
 * @returns stops the thread
 */
export function keepCheckpoints(file: string, doItAt: (pages: number) => void): () => Promise<void> {
  const thread = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), { workerData: file });
  thread.unref();
  const ended = new Promise((resolve) => thread.once('exit', resolve));
  doItAt(MOST_PAGES);
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
