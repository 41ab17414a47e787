/** Documents drawn in a thread of their own, one at a time. */
import { Worker } from 'node:worker_threads';
import type { PrintedReport } from './draw.ts';

/** @returns the octets of the PDF */
export type DrawReport = (report: PrintedReport) => Promise<Uint8Array>;

let turn: Promise<unknown> = Promise.resolve();

export const drawReport: DrawReport = (report) => {
  const drawn = turn.then(() => draw(report));
  turn = drawn.catch(() => undefined);
  return drawn;
};

const draw: DrawReport = (report) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./report-worker.ts', import.meta.url), {
      workerData: report,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the report was not drawn')));
  });
