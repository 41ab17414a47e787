/** Withdrawing the live activation code of a token. */

import type { Distribution } from '@sower/api/resources';
import { text } from '@sower/messages/outcomes';
import type { Floor } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { done, type Outcome, refused, undo } from '../../core/outcome.ts';
import { findLatestDistribution, withdrawLive } from '../../store/tables/distributions.ts';
import { changing } from '../tokens/token-change.ts';
import { viewDistributions } from './distribution-view.ts';

export async function withdrawDistribution(
  uses: Pick<Floor, 'db' | 'now' | 'random' | 'sealing'>,
  actor: Actor,
  serial: string,
): Promise<Outcome<Distribution>> {
  let tokenId = '';
  const outcome = await changing(uses, actor, 'tokens:distribute', serial, async (trx, token) => {
    tokenId = token.id;
    const reason = 'withdrawn by an administrator';
    if (!(await withdrawLive(trx, uses, token.id, { reason, source: actor.source }))) {
      undo('wrong-state', text('activation-code.none-live'));
    }
    return [{ action: 'token.withdraw' }];
  });
  if (!outcome.ok) return outcome;
  const latest = await findLatestDistribution(uses.db, tokenId);
  const [view] = await viewDistributions(uses.db, latest ? [latest] : [], uses.now());
  return view ? done(view) : refused('not-found', text('distribution.not-found'));
}
