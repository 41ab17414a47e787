/** Waiting for jobs. */
import type { ApiClient } from '@sower/api/client';
import type { Job, JobDetail, JobState } from '@sower/api/jobs';

async function until(
  api: ApiClient,
  id: string,
  states: readonly JobState[],
  seconds: number,
  pause = 100,
): Promise<JobDetail> {
  for (const end = Date.now() + seconds * 1000; ; ) {
    const job = await api('getJob', { params: { id } });
    if (states.includes(job.state)) return job;
    if (Date.now() > end) throw new Error(`the job is still ${JSON.stringify(job)}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** For what hangs: before the test ends itself, so that it says how far the job came. How long a job takes depends on what else the machine does. */
const SECONDS = 150;

/** It waits to be started, or will not be. */
/** @param pause milliseconds between two looks */
export const jobSettled = (
  api: ApiClient,
  id: string,
  seconds = SECONDS,
  pause?: number,
): Promise<JobDetail> => until(api, id, ['waiting', 'failed', 'cancelled', 'done'], seconds, pause);
export const jobEnded = (api: ApiClient, id: string, seconds = SECONDS, pause?: number): Promise<JobDetail> =>
  until(api, id, ['failed', 'cancelled', 'done'], seconds, pause);

/** An action on many, to its end, with those that failed. */
export async function bulkEnded(api: ApiClient, made: Promise<Job>) {
  const { id } = await made;
  const { done, state } = await jobEnded(api, id);
  const { items } = await api('listJobRows', { params: { id }, query: { state: 'failed', limit: 1000 } });
  return { state, done, failures: items.map(({ subject, reason }) => ({ subject, reason })) };
}
