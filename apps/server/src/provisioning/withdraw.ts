/** Withdrawing the live activation code of a token. */
import type { Distribution } from '@sower/api/resources';
import type { Floor } from '../floor.ts';
import { type Actor, actorName } from '../identity/actor.ts';
import { done, type Outcome, refused, undo, undoable } from '../outcome.ts';
import { insertAudit } from '../store/audit.ts';
import { listDistributions, withdrawLive } from '../store/distributions.ts';
import { viewDistributions } from './distribution-view.ts';
import { tokenFor } from './token-for.ts';

export async function withdrawDistribution(
  uses: Pick<Floor, 'db' | 'now' | 'random'>,
  actor: Actor,
  serial: string,
): Promise<Outcome<Distribution>> {
  const found = await tokenFor(uses, actor, 'tokens:distribute', serial);
  if (!found.ok) return found;
  const token = found.value;
  const outcome = await undoable(() =>
    uses.db.transaction().execute(async (trx) => {
      const reason = 'withdrawn by an administrator';
      if (!(await withdrawLive(trx, uses, token.id, { reason, source: actor.source }))) {
        undo('wrong-state', 'There is no live activation code to withdraw.');
      }
      await insertAudit(trx, uses, {
        actor: actorName(actor),
        action: 'token.withdraw',
        object: `token:${serial}`,
        result: 'success',
        source: actor.source,
      });
    }),
  );
  if (!outcome.ok) return outcome;
  const [view] = await viewDistributions(uses.db, await listDistributions(uses.db, token.id, 1), uses.now());
  return view ? done(view) : refused('not-found', 'The distribution is gone.');
}
