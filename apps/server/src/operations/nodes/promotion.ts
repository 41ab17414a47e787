/**
 * What a node does before it commits anything to a PostgreSQL that was promoted: a promotion that may have lost commits is treated as a
 * restore is. The timeline in the `installation` row says up to which promotion this was done, so one node does it for all.
 *
 * A promotion has lost nothing if commits waited for a standby up to it: then one of those standbys was promoted, as Patroni makes sure of.
 * Each process checks that against its own acceptances, in case another standby was promoted after all.
 */
import { text } from '@sower/texts/outcomes';
import type { RecentAcceptances } from '../../authentication/verify/recent-acceptances.ts';
import type { ServerContext } from '../../context.ts';
import { SYSTEM } from '../../core/actor.ts';
import { record } from '../../core/record.ts';
import { findChainHead } from '../../store/audit/chain.ts';
import { ConnectionLost } from '../../store/db/postgresql/failures.ts';
import { readStanding, type Standing } from '../../store/db/postgresql/timeline.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { findSettings, holdTimeline, noteTimeline } from '../../store/operations/installation.ts';
import type { Connection, Database } from '../../store/schema/schema.ts';
import { moveSeedsOn } from '../../store/tokens/seeds.ts';
import { endWhatWasLive } from '../backup/after-restore.ts';

type Context = Pick<ServerContext, 'sealing' | 'now' | 'random'> & {
  readonly recent: Pick<RecentAcceptances, 'list'>;
};

/**
 * @param db commits to the server that was found now, whatever it is
 * @param last what this process committed under so far
 * @returns what it may commit under from now on
 * @throws ConnectionLost if the server is a standby, or a former primary
 */
export async function settlePromotion(db: Database, context: Context, last: Standing | undefined) {
  return inTransaction(db, async (trx) => {
    const row = await holdTimeline(trx);
    const seen = await readStanding(trx);
    const { timeline } = seen;
    if (timeline === null) throw new ConnectionLost(new Error('it is a standby'));
    // Before the first start there is nothing to lose.
    if (!row) return seen;
    const before = row.timeline ?? last?.timeline ?? timeline;
    if (last?.timeline && timeline < last.timeline && before === timeline)
      throw new ConnectionLost(new Error('another server was promoted in place of this one'));
    const missing = await moveSeedsOn(trx, context.recent.list());
    const promoted = before !== timeline;
    // Of what this process knows, the row does not: it was lost with the rest.
    const wasAwaited = row.commits_awaited === 1 && !(last?.timeline === before && !last.awaited);
    const lossy = missing > 0 ? row.lossy_timeline !== timeline : promoted && !wasAwaited;
    if (lossy) await settleLosses(trx, context, { before, timeline });
    else if (promoted)
      await record(trx, context, SYSTEM, {
        action: 'database.promoted',
        object: 'database',
        reason: text('event.promoted', { before, timeline }),
      });
    await noteTimeline(trx, {
      timeline,
      commits_awaited: seen.awaited ? 1 : 0,
      lossy_timeline: lossy ? timeline : row.lossy_timeline,
    });
    return seen;
  });
}

async function settleLosses(
  trx: Connection,
  context: Context,
  { before, timeline }: { readonly before: number; readonly timeline: number },
): Promise<void> {
  const links = (await findChainHead(trx))?.seq ?? 0;
  const { settings } = await findSettings(trx);
  const jump = settings['verify.failoverHotpJump'];
  const ended = await endWhatWasLive(trx, context, settings, {
    since: 'promotion',
    keepCodes: false,
    hotpJump: jump === 0 ? undefined : jump,
  });
  await record(trx, context, SYSTEM, {
    action: 'database.promoted',
    object: 'database',
    result: 'failure',
    reason: text('event.promoted-lossy', { before, timeline, links, ...ended }),
  });
}
