/** What can be done with a job now, as the server rules it (work/jobs.ts, jobs/distribution/undo.ts and letters.ts), which decides. */
import type { JobDetail } from '@sower/api/jobs';
import type { Permission } from '@sower/api/permissions';

/** Of kinds that cannot be resumed once they are canceled. */
const CANCEL_WORDS = {
  synchronize: 'sourceRuns.cancelBody',
  'token-import': 'tokenFiles.cancelBody',
} as const;

/** What is said before it is canceled. */
export const cancelWords = ({ kind }: Pick<JobDetail, 'kind'>) =>
  kind === 'synchronize' || kind === 'token-import' ? CANCEL_WORDS[kind] : 'jobs.cancelBody';

/** Whether it is done with what it was to give, to the end or not. */
export const rests = ({
  state,
  phase,
  undoPermissions,
}: Pick<JobDetail, 'state' | 'phase' | 'undoPermissions'>): boolean =>
  undoPermissions !== undefined &&
  phase === 'work' &&
  ['done', 'cancelled', 'failed', 'paused'].includes(state);

/** As long as its activation codes can be fetched, they are those of the person who started it, and so is the rest of it. */
export const isKeptForStarter = ({ codes }: Pick<JobDetail, 'codes'>, mine: boolean): boolean =>
  codes === 'ready' && !mine;

/** Whether it can be undone, and its users reminded. */
export const mayUndo = (
  job: Pick<JobDetail, 'state' | 'phase' | 'undoPermissions' | 'codes'>,
  mine: boolean,
  can: (permission: Permission) => boolean,
): boolean => rests(job) && !isKeptForStarter(job, mine) && (job.undoPermissions ?? []).every(can);

/** Whether its codes can be printed as letters: of more than one file has, the server prints none. */
export const mayPrint = ({ codes, letters }: Pick<JobDetail, 'codes' | 'letters'>): boolean =>
  codes === 'ready' && letters !== 'too-many';
