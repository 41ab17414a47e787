/** What the states of the rows of a job are called, by what the job does. */
import type { JobDetail, JobRow } from '@sower/api/jobs';
import { useTexts } from '../texts/use-texts.ts';

export function useRowWords() {
  const t = useTexts();
  const imports = ({ kind }: JobDetail): boolean => kind === 'token-import';
  return {
    rowWords: (job: JobDetail, state: JobRow['state']): string =>
      t(imports(job) ? `tokenFiles.states.${state}` : `jobs.rowStates.${state}`),
    /** Of the rows with which the job has done, or will do, what it is for. */
    doneWords(job: JobDetail): string {
      const planned = job.phase === 'check';
      if (imports(job)) return t(planned ? 'tokenFiles.willDo' : 'tokenFiles.done');
      return t(planned ? 'jobs.ready' : 'jobs.done');
    },
  };
}
