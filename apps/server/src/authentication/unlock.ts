/** Letting somebody in again at once whom wrong passcodes keep waiting. */
import type { Floor } from '../floor.ts';
import { type Actor, actorName } from '../identity/actor.ts';
import { changingUser } from '../identity/users.ts';
import type { Outcome } from '../outcome.ts';
import { insertAudit } from '../store/audit.ts';
import { clearFailures, listTokensOf } from '../store/tokens.ts';
import { clearUserFailures } from '../store/user-locks.ts';

export async function unlockUser(
  uses: Pick<Floor, 'db' | 'now' | 'random' | 'sealing'>,
  actor: Actor,
  userId: string,
): Promise<Outcome<undefined>> {
  return changingUser(uses, actor, 'tokens:edit', userId, async (trx, user) => {
    await clearUserFailures(trx, [user.id]);
    await clearFailures(
      trx,
      (await listTokensOf(trx, [user.id])).map(({ id }) => id),
    );
    await insertAudit(trx, uses, {
      actor: actorName(actor),
      action: 'user.unlock',
      object: `user:${user.user_id}`,
      result: 'success',
      source: actor.source,
    });
    return undefined;
  });
}
