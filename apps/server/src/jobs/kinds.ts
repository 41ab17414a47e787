/** Every kind of job, and the code that does it. */
import { distributeJobs } from './distribution/distribute.ts';
import type { DistributionContext } from './distribution/plan.ts';
import { remindJobs, undoJobs } from './distribution/undo.ts';
import type { JobKinds } from './runner.ts';

export const jobKinds = (context: DistributionContext): JobKinds => ({
  distribute: distributeJobs(context),
  undo: undoJobs(context),
  remind: remindJobs(context),
});
