/** The thread of checkpoints.ts. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const INTERVAL_MILLISECONDS = 250;
/** From this many pages on, writers wait while the rest is copied, which is little, so that the file stops growing. */
const LARGE = 4_000;
const BUSY_MILLISECONDS = 100;

const database = new DatabaseSync(workerData as string, { timeout: BUSY_MILLISECONDS });
const passive = database.prepare('pragma wal_checkpoint(passive)');
const restart = database.prepare('pragma wal_checkpoint(restart)');

let before = -1;
function checkpoint(): void {
  const { log, checkpointed } = passive.get() as { log: number; checkpointed: number };
  // A long reader, such as a backup, needs the rest of the log: writers would wait in vain.
  const blocked = checkpointed < log && checkpointed === before;
  before = checkpointed;
  if (log > LARGE && !blocked) restart.get();
}

const timer = setInterval(() => {
  try {
    checkpoint();
  } catch {
    // The disk is full or fails: commits run into this too, and report it. It may work again at the next interval.
  }
}, INTERVAL_MILLISECONDS);

parentPort?.once('message', () => {
  clearInterval(timer);
  database.close();
});
