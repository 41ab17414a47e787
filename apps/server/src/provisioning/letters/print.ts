/** Letters drawn in a thread of their own. */
import { Worker } from 'node:worker_threads';
import type { Mailing } from './draw.ts';

/** @returns the octets of the PDF, or what is wrong with the settings */
export type PrintLetters = (mailing: Mailing) => Promise<Uint8Array | 'unreadable-logo'>;

/** One at a time: each takes hundreds of megabytes. */
let turn: Promise<unknown> = Promise.resolve();

export const printLetters: PrintLetters = (mailing) => {
  const printed = turn.then(() => draw(mailing));
  turn = printed.catch(() => undefined);
  return printed;
};

const draw: PrintLetters = (mailing) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./letters-worker.ts', import.meta.url), {
      workerData: mailing,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the letters were not drawn')));
  });
