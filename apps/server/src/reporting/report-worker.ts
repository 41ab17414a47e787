/** A thread for one document: other callers should not notice it. */
import { parentPort, workerData } from 'node:worker_threads';
import { drawReportPages, type PrintedReport } from './draw.ts';

const pdf = Uint8Array.from(await drawReportPages(workerData as PrintedReport));
parentPort?.postMessage(pdf, [pdf.buffer]);
