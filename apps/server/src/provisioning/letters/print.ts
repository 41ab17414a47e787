/** Letters drawn in a thread of their own. */
import { Worker } from 'node:worker_threads';
import type { Mailing } from './draw.ts';

/** @returns the octets of the PDF, or what is wrong with the settings */
export type PrintLetters = (mailing: Mailing) => Promise<Uint8Array | 'unreadable-logo'>;

/**
 * One at a time: each takes hundreds of megabytes.
 * @param begin the thread of one; its only message is the result
 */
export function drawnInTurn<Given, Drawn>(begin: (given: Given) => Worker): (given: Given) => Promise<Drawn> {
  let turn: Promise<unknown> = Promise.resolve();
  const draw = (given: Given): Promise<Drawn> =>
    new Promise((resolve, reject) => {
      const worker = begin(given);
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the document was not drawn')));
    });
  return (given) => {
    const drawn = turn.then(() => draw(given));
    turn = drawn.catch(() => undefined);
    return drawn;
  };
}

export const printLetters: PrintLetters = drawnInTurn(
  (workerData) =>
    new Worker(new URL('./letters-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    }),
);
