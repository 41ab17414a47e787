/** The client process: gets a job, runs it, reports, ends. Its CPU time is its own, so that it can be told apart from the server's. */
import { type ExchangeJob, type LoadResult, runExchanges } from './exchanges.ts';
import { runVerifications, type VerificationJob } from './verifications.ts';

export type Job = ExchangeJob | VerificationJob;
export type LoadReport = { readonly result: LoadResult } | { readonly error: string };

process.once('message', async (job: Job) => {
  let report: LoadReport;
  try {
    report = { result: job.kind === 'exchanges' ? await runExchanges(job) : await runVerifications(job) };
  } catch (error) {
    report = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.send?.(report, () => process.disconnect());
});
