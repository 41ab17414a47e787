/**
 * Adds up the audit trail, in the background and in the order of its chain: each link once, whichever node does it, because the node that
 * advances the cursor writes the counts in the same transaction. If the cursor is missing, everything is added up again from the first
 * link.
 *
 * The domain is the one in which the user or the token is when its row is read, a moment after it was written.
 */

import { nameInTrail, userInTrail } from '@sower/api/audit';
import type { ServerContext } from '../../context.ts';
import { listLinks } from '../../store/audit/chain.ts';
import {
  addFigures,
  advanceCursor,
  beginCursor,
  domainsOfTokens,
  domainsOfUsers,
  findCursor,
  listActionsOn,
} from '../../store/audit/figures.ts';
import { inBatchTransaction, inTransaction } from '../../store/db/transaction.ts';
import { userIdKey } from '../../store/directory/users.ts';
import type { Row } from '../../store/schema/schema.ts';
import { atOnce, Counts, HOURS_KEPT, type Yielding } from './counts.ts';
import { FUNNEL_ACTIONS, reachedBy } from './funnel.ts';
import { logOnIn } from './log-on.ts';
import { countTokensWhenDue } from './token-counts.ts';

type Context = Pick<ServerContext, 'db' | 'now'> & Yielding;

const USER = 'user:';
const TOKEN = 'token:';

/** Thrown to roll a transaction back. */
class AnotherWasFirst extends Error {}

/** @returns each once */
const namesOf = (rows: readonly Row<'audit'>[], kind: string): string[] => [
  ...new Set(rows.flatMap(({ object }) => (object.startsWith(kind) ? [nameInTrail(object)] : []))),
];

/** @param hoursFrom what is older counts by the day only: where a whole trail is added up, most hours would be deleted at once */
async function countRows(
  db: Context['db'],
  rows: readonly Row<'audit'>[],
  hoursFrom: number,
): Promise<Counts> {
  const logOns = rows.flatMap((row) => {
    const logOn = logOnIn(row);
    return logOn ? [{ row, logOn }] : [];
  });
  const steps = rows.filter(
    ({ action, object, result }) =>
      FUNNEL_ACTIONS.includes(action) && object.startsWith(TOKEN) && result === 'success',
  );
  const further = steps.filter(({ action }) => action !== FUNNEL_ACTIONS[0]);
  const [users, tokens, history] = await Promise.all([
    domainsOfUsers(
      db,
      namesOf(
        logOns.map(({ row }) => row),
        USER,
      ).map(userIdKey),
    ),
    domainsOfTokens(db, namesOf(steps, TOKEN)),
    listActionsOn(db, [...new Set(further.map(({ object }) => object))], FUNNEL_ACTIONS),
  ]);
  const byObject = Map.groupBy(history, ({ object }) => object);
  const counts = new Counts();
  for (const { row, logOn } of logOns) {
    const userId = userInTrail(row.object);
    const domain = userId === undefined ? undefined : users.get(userIdKey(userId));
    const { way, outcome, reason, client } = logOn;
    const counted = { domain, at: row.at, hourly: row.at >= hoursFrom };
    counts.add({ ...counted, kind: 'log-on', name: way, outcome });
    if (reason !== undefined) counts.add({ ...counted, kind: 'reason', name: reason });
    // Anyone who may see clients sees all of them.
    if (client !== undefined) {
      counts.add({ ...counted, domain: undefined, kind: 'client', name: client, outcome });
    }
  }
  for (const row of steps) {
    const domain = tokens.get(row.object.slice(TOKEN.length));
    for (const { stage, issuedAt, span } of reachedBy(row, byObject.get(row.object) ?? [])) {
      counts.add({ kind: 'funnel', domain, at: issuedAt, name: stage, outcome: span });
    }
  }
  return counts;
}

/** @returns whether there may be more */
async function rollUpBatch({ db, now }: Context, limit: number): Promise<boolean> {
  const cursor = await findCursor(db, 'audit');
  if (!cursor) {
    await inTransaction(db, (trx) => beginCursor(trx, 'audit'));
    return true;
  }
  const links = await listLinks(db, cursor.position, limit);
  const last = links.at(-1);
  if (!last) return false;
  const counts = await countRows(
    db,
    links.flatMap(({ row }) => row ?? []),
    now() - HOURS_KEPT,
  );
  try {
    await inBatchTransaction(db, async (trx) => {
      // First, so that on PostgreSQL another node waits for it, and then finds it moved.
      if (!(await advanceCursor(trx, cursor, { position: last.seq, at: now() }))) throw new AnotherWasFirst();
      await addFigures(trx, counts.rows());
    });
  } catch (error) {
    if (error instanceof AnotherWasFirst) return false;
    throw error;
  }
  return links.length === limit;
}

/** All that waits. */
export async function rollUp(context: Context, isStopping: () => boolean = () => false): Promise<void> {
  while (!isStopping() && (await rollUpBatch(context, atOnce(context)))) await context.yieldTo();
}

export async function figuresRound(context: Context, isStopping: () => boolean): Promise<void> {
  await rollUp(context, isStopping);
  await countTokensWhenDue(context, isStopping);
}
