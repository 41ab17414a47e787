/** Deleting a user: their tokens are unassigned first. */

import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { record } from '../../core/record.ts';
import { undo } from '../../core/transaction.ts';
import { changingUser } from '../../directory/users.ts';
import { findAdministratorWithTokenOf } from '../../store/directory/administrators.ts';
import { deleteUser } from '../../store/directory/users.ts';
import { listTokensOf } from '../../store/tokens/tokens.ts';
import { releaseToken } from './assign.ts';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>;

export const removeUser = (context: Context, actor: Actor, userId: string) =>
  changingUser(context, actor, 'users:edit', userId, async (trx, user) => {
    const administrator = await findAdministratorWithTokenOf(trx, user.id);
    if (administrator) {
      undo(
        'in-use',
        text('administrator.token-in-use', { administrator: administrator.user_name, user: user.user_id }),
      );
    }
    for (const token of await listTokensOf(trx, [user.id])) {
      await releaseToken(trx, context, actor, { ...token, holder: user.user_id });
    }
    await deleteUser(trx, user.id);
    await record(trx, context, actor, { action: 'user.delete', object: `user:${user.user_id}` });
    return undefined;
  });
