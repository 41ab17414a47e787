/** What can be done with a job now, as the server rules it (work/jobs.ts), which decides. */
import type { JobDetail } from '@sower/api/jobs';

/** A run of an identity source that has ended is not: what it found is out of date. */
const RESUMABLE: readonly JobDetail['state'][] = ['paused', 'cancelled', 'failed'];

/** Seeds of a canceled import are gone. */
export function mayGoOn({ kind, state }: Pick<JobDetail, 'kind' | 'state'>): boolean {
  if (kind === 'synchronize' || (kind === 'token-import' && state === 'cancelled')) return state === 'paused';
  return RESUMABLE.includes(state);
}

/** Of kinds that cannot be resumed once they are canceled. */
const CANCEL_WORDS = {
  synchronize: 'sourceRuns.cancelBody',
  'token-import': 'tokenFiles.cancelBody',
} as const;

/** What is said before it is canceled. */
export const cancelWords = ({ kind }: Pick<JobDetail, 'kind'>) =>
  mayGoOn({ kind, state: 'cancelled' })
    ? ('jobs.cancelBody' as const)
    : CANCEL_WORDS[kind as keyof typeof CANCEL_WORDS];
