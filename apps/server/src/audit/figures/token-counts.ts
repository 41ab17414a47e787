/** Counts the tokens once an hour, by state and by the month in which they expire; of each day the last counts stay. */

import type { TokenFigure } from '@sower/api/figures';
import { HOUR } from '@sower/api/time';
import type { ServerContext } from '../../context.ts';
import {
  addFigures,
  advanceCursor,
  beginCursor,
  deleteFigures,
  deleteHoursBefore,
  findCursor,
  listTokensForFigures,
  setFigures,
} from '../../store/audit/figures.ts';
import { inBatchTransaction, inTransaction } from '../../store/db/transaction.ts';
import { oldestValidDay } from '../../store/tokens/tokens.ts';
import { atOnce, Counts, HOURS_KEPT, type Yielding } from './counts.ts';

type Context = Pick<ServerContext, 'db' | 'now'> & Yielding;

const INTERVAL_MILLISECONDS = HOUR;

type TokenRow = Awaited<ReturnType<typeof listTokensForFigures>>[number];

/** All of them, so that a state in which no token is any more is counted as none. */
const statesOf = (token: TokenRow, oldest: string): Readonly<Record<TokenFigure, boolean>> => ({
  total: true,
  assigned: token.user_id !== null,
  enabled: token.enabled === 1,
  lost: token.lost === 1,
  expired: token.expires_on < oldest,
});

const monthOf = ({ expires_on }: TokenRow): string => expires_on.slice(0, 7);

/** The node that advances the time does it: one node, once an hour. */
export async function countTokensWhenDue(context: Context, isStopping: () => boolean): Promise<void> {
  const { db } = context;
  const cursor = await findCursor(db, 'tokens');
  if (!cursor) return inTransaction(db, (trx) => beginCursor(trx, 'tokens'));
  const now = context.now();
  // A clock that was ahead does not stop it for good.
  if (now >= cursor.at && now < cursor.at + INTERVAL_MILLISECONDS) return;
  const claimed = { ...cursor, at: now, position: cursor.position + 1 };
  if (!(await advanceCursor(db, cursor, { position: claimed.position, at: now }))) return;
  const oldest = oldestValidDay(now);
  const [states, months] = [new Counts(), new Counts()];
  for (let after: string | undefined = ''; after !== undefined; ) {
    // Stopped in the middle, or failed, it is counted in an hour.
    if (isStopping()) return;
    const limit = atOnce(context);
    const tokens: TokenRow[] = await listTokensForFigures(db, after, limit);
    // Many are alike, and a count is as much work for one as for all of them.
    const alike = Map.groupBy(tokens, (token) =>
      [token.domain, monthOf(token), ...Object.values(statesOf(token, oldest))].join('\n'),
    );
    for (const same of alike.values()) {
      const [token] = same;
      if (!token) continue;
      const counted = { domain: token.domain, at: now };
      for (const [name, is] of Object.entries(statesOf(token, oldest)))
        states.add({ ...counted, kind: 'token', name }, is ? same.length : 0);
      months.add({ ...counted, kind: 'expiry', name: monthOf(token) }, same.length);
    }
    after = tokens.length < limit ? undefined : tokens.at(-1)?.serial;
    await context.yieldTo();
  }
  await inBatchTransaction(db, async (trx) => {
    // Another node may have counted meanwhile, if this one was very slow.
    if (!(await advanceCursor(trx, claimed, claimed))) return;
    await setFigures(trx, states.rows());
    await deleteFigures(trx, 'expiry');
    await addFigures(trx, months.rows());
    await deleteHoursBefore(trx, now - HOURS_KEPT);
  });
}
