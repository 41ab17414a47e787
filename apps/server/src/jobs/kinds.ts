/** Every kind of job, and the code that does it. */

import type { JobKinds } from '../work/runner.ts';
import { bulkJobs } from './bulk/kind.ts';
import { requestJobs } from './bulk/requests.ts';
import { TOKEN_ACTIONS } from './bulk/tokens.ts';
import { USER_ACTIONS } from './bulk/users.ts';
import { assignJobs } from './distribution/assign.ts';
import { distributeJobs } from './distribution/distribute.ts';
import type { DistributionContext } from './distribution/plan.ts';
import { remindJobs, undoJobs } from './distribution/undo.ts';
import { importJobs } from './import/kind.ts';
import type { SynchronizeContext } from './synchronize/context.ts';
import { synchronizeJobs } from './synchronize/kind.ts';
import { tokenImportJobs } from './token-import/kind.ts';

export const jobKinds = (
  context: DistributionContext & Pick<SynchronizeContext, 'ldapServers'>,
): JobKinds => ({
  distribute: distributeJobs(context),
  assign: assignJobs(context),
  undo: undoJobs(context),
  remind: remindJobs(context),
  synchronize: synchronizeJobs(context),
  import: importJobs(context),
  'token-import': tokenImportJobs(context),
  tokens: bulkJobs(context, TOKEN_ACTIONS),
  users: bulkJobs(context, USER_ACTIONS),
  requests: requestJobs(context),
});
