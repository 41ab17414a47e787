/** The client process: gets a job, runs it, reports, ends. Its CPU time is its own, so that it can be told apart from the server's. */
import { type ExchangeJob, type LoadResult, runExchanges } from './exchanges.ts';
import { type RadiusJob, runRadius } from './radius.ts';
import { runVerifications, type VerificationJob } from './verifications.ts';

export type Job = ExchangeJob | VerificationJob | RadiusJob;
export type LoadReport = { readonly result: LoadResult } | { readonly error: string };

process.once('message', async (job: Job) => {
  let report: LoadReport;
  try {
    report = { result: await run(job) };
  } catch (error) {
    report = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.send?.(report, () => process.disconnect());
});

function run(job: Job): Promise<LoadResult> {
  switch (job.kind) {
    case 'exchanges':
      return runExchanges(job);
    case 'verifications':
      return runVerifications(job);
    case 'radius':
      return runRadius(job);
  }
}
