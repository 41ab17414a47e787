/** A thread for one PDF: letters take memory and time, and other callers should notice neither. */
import { parentPort, workerData } from 'node:worker_threads';
import { drawLetters, type Mailing, UnreadableLogo } from './draw.ts';

try {
  const pdf = Uint8Array.from(await drawLetters(workerData as Mailing));
  parentPort?.postMessage(pdf, [pdf.buffer]);
} catch (error) {
  if (!(error instanceof UnreadableLogo)) throw error;
  parentPort?.postMessage('unreadable-logo');
}
