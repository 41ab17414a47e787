/** The thread of checkpoints.ts. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const INTERVAL_MILLISECONDS = 250;
/** Pages written ahead at which writers wait for the rest, which is little, so that the file does not grow on. */
const LARGE = 4_000;
const BUSY_MILLISECONDS = 100;

const database = new DatabaseSync(workerData as string, { timeout: BUSY_MILLISECONDS });
const passive = database.prepare('pragma wal_checkpoint(passive)');
const restart = database.prepare('pragma wal_checkpoint(restart)');

let before = -1;
function checkpoint(): void {
  const { log, checkpointed } = passive.get() as { log: number; checkpointed: number };
  // A long reader, such as a backup, needs what is in the log from there on: writers would wait for nothing.
  const held = checkpointed < log && checkpointed === before;
  before = checkpointed;
  if (log > LARGE && !held) restart.get();
}

const timer = setInterval(() => {
  try {
    checkpoint();
  } catch {
    // A full disk or one that fails: commits meet it too, and say so. It may be well again at the next interval.
  }
}, INTERVAL_MILLISECONDS);

parentPort?.once('message', () => {
  clearInterval(timer);
  database.close();
});
