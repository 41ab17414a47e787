/** Withdrawing the live activation code of a token. */

import type { Distribution } from '@sower/api/distributions';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { done, type Outcome, refused } from '../../core/outcome.ts';
import { undo } from '../../core/transaction.ts';
import type { Answer } from '../../core/unworded.ts';
import { findLatestDistribution, withdrawLive } from '../../store/distribution/distributions.ts';
import { NO_TOKEN } from '../../store/schema/brands.ts';
import { changing } from '../tokens/token-for.ts';
import { viewDistributions } from './distribution-view.ts';

export async function withdrawDistribution(
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>,
  actor: Actor,
  serial: string,
): Promise<Outcome<Answer<Distribution>>> {
  let tokenId = NO_TOKEN;
  const outcome = await changing(context, actor, 'tokens:distribute', serial, async (trx, token) => {
    tokenId = token.id;
    const reason = text('event.withdrawn');
    if (!(await withdrawLive(trx, context, token.id, { reason, source: actor.source }))) {
      undo('wrong-state', text('activation-code.none-live'));
    }
    return [{ action: 'token.withdraw' }];
  });
  if (!outcome.ok) return outcome;
  const latest = await findLatestDistribution(context.db, tokenId);
  const [view] = await viewDistributions(context.db, latest ? [latest] : [], context.now());
  return view ? done(view) : refused('not-found', text('distribution.not-found'));
}
