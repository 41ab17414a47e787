/** Letting somebody in again at once whom wrong passcodes keep waiting. */
import type { Floor } from '../floor.ts';
import { type Actor, actorName } from '../identity/actor.ts';
import { userFor } from '../identity/users.ts';
import { done, type Outcome } from '../outcome.ts';
import { insertAudit } from '../store/audit.ts';
import { clearFailures, listTokensOf } from '../store/tokens.ts';
import { clearUserFailures } from '../store/user-locks.ts';

export async function unlockUser(
  uses: Pick<Floor, 'db' | 'now' | 'random' | 'sealing'>,
  actor: Actor,
  userId: string,
): Promise<Outcome<undefined>> {
  const found = await userFor(uses, actor, 'tokens:edit', userId);
  if (!found.ok) return found;
  const user = found.value;
  return uses.db.transaction().execute(async (trx) => {
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
    return done(undefined);
  });
}
