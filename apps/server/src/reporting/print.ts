/** Documents drawn in a thread of their own, one at a time. */
import { Worker } from 'node:worker_threads';
import { drawnInTurn } from '../provisioning/letters/print.ts';
import type { PrintedReport } from './draw.ts';

/** @returns the octets of the PDF */
export type DrawReport = (report: PrintedReport) => Promise<Uint8Array>;

export const drawReport: DrawReport = drawnInTurn(
  (workerData) =>
    new Worker(new URL('./report-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    }),
);
