/** Unlocking at once a user or token that has to wait after wrong passcodes. */

import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import type { Outcome } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { changingUser } from '../../directory/users.ts';
import { clearUserFailures } from '../../store/authentication/user-locks.ts';
import { clearFailures, listTokensOf } from '../../store/tokens/tokens.ts';

export async function unlockUser(
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>,
  actor: Actor,
  userId: string,
): Promise<Outcome<undefined>> {
  return changingUser(context, actor, 'tokens:edit', userId, async (trx, user) => {
    await clearUserFailures(trx, [user.id]);
    await clearFailures(
      trx,
      (await listTokensOf(trx, [user.id])).map(({ id }) => id),
    );
    await record(trx, context, actor, { action: 'user.unlock', object: `user:${user.user_id}` });
    return undefined;
  });
}
