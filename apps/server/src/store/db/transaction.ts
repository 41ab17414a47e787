/** One transaction: everything that `work` changes, or none of it. The domain's way of refusing in it is core/transaction.ts. */

import { sql, type Transaction } from 'kysely';
import type { Database, Schema } from '../schema/schema.ts';
import { hasOneWriter } from './database-kind.ts';
import { HOT_MILLISECONDS } from './postgresql/failures.ts';
import { UNSYNCED } from './sqlite/dialect.ts';

const MAX_ATTEMPTS = 5;

/** PostgreSQL ends one of two deadlocked transactions. None of it happened, so it runs again. */
export async function withoutDeadlock<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if ((code !== '40P01' && code !== '40001') || attempts === MAX_ATTEMPTS) throw error;
    }
  }
}

/**
 * @param db if it is itself a transaction, `work` becomes a part of it that is undone alone
 * @param work may run again, and has no effects outside the transaction
 */
export const inTransaction = <T>(db: Database, work: (trx: Transaction<Schema>) => Promise<T>): Promise<T> =>
  isTransaction(db) ? inPart(db, work) : withoutDeadlock(() => db.transaction().execute(work));

const isTransaction = (db: Database): db is Transaction<Schema> => db.isTransaction;

async function inPart<T>(
  trx: Transaction<Schema>,
  work: (trx: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  await SAVEPOINT.execute(trx);
  let result: T;
  try {
    result = await work(trx);
  } catch (error) {
    try {
      await BACK.execute(trx);
      await RELEASE.execute(trx);
    } catch {
      // Without the database, there is no savepoint to go back to, and the whole transaction fails with its next statement.
    }
    throw error;
  }
  await RELEASE.execute(trx);
  return result;
}

const SAVEPOINT = sql`savepoint part`;
const BACK = sql`rollback to savepoint part`;
const RELEASE = sql`release savepoint part`;

/** For what somebody waits to be let in by: no statement of it takes long, whatever else the database is busy with. */
export const inHotTransaction = <T>(
  db: Database,
  work: (trx: Transaction<Schema>) => Promise<T>,
): Promise<T> =>
  hasOneWriter(db)
    ? inTransaction(db, work)
    : inTransaction(db, async (trx) => {
        await LIMIT.execute(trx);
        return work(trx);
      });

const LIMIT = sql.raw(`set local statement_timeout = ${HOT_MILLISECONDS}`);

/** Whatever the statistics of the tables say, a batch finds its rows by keys: no other plan stays good while the tables grow. */
const BATCH = [
  'set local synchronous_commit = off',
  ...['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin'].map((plan) => `set local enable_${plan} = off`),
  'set local jit = off',
].join('; ');

/**
 * A batch of long work, which is found undone and repeated if the power fails at once: its commit does not wait for the disk. Transactions
 * become durable in their order, so whatever an answer, a mail or a redeemed code rests on is durable as soon as that is.
 */
export const inBatchTransaction = <T>(
  db: Database,
  work: (trx: Transaction<Schema>) => Promise<T>,
): Promise<T> =>
  hasOneWriter(db)
    ? db.transaction().setIsolationLevel(UNSYNCED).execute(work)
    : inTransaction(db, async (trx) => {
        await sql.raw(BATCH).execute(trx);
        return work(trx);
      });
