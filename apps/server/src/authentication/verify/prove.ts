/** Whether a passcode could be accepted now: by the statements of one, for a user and a seed that do not exist. */

import type { ServerContext } from '../../context.ts';
import { NO_USER } from '../../store/schema/brands.ts';
import { advanceSeedsWithAudit, findVerifiable } from '../../store/tokens/seeds.ts';

/** No row has it. */
const NONE = '';

/** @throws if the tables cannot be used, or not in time */
export async function proveAcceptance(
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>,
): Promise<void> {
  await Promise.all([
    findVerifiable(context.db, NONE),
    advanceSeedsWithAudit(context.db, context, [
      {
        ...{ seedId: NONE, userRow: NO_USER, seen: null, position: 0, drift: 0, at: null },
        audit: { actor: 'system', action: 'authenticate', object: 'user:', result: 'success' },
      },
    ]),
  ]);
}
