/** One transaction: everything that `work` changes, or none of it. The domain's way of refusing in it is core/transaction.ts. */
import type { Transaction } from 'kysely';
import type { Database, Schema } from '../tables/schema.ts';

const MOST_ATTEMPTS = 5;

/** PostgreSQL ends one of two deadlocked transactions. None of it happened, so it runs again. */
export async function withoutDeadlock<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if ((code !== '40P01' && code !== '40001') || attempts === MOST_ATTEMPTS) throw error;
    }
  }
}

/** @param work may run again, and has no effects outside the transaction */
export const inTransaction = <T>(db: Database, work: (trx: Transaction<Schema>) => Promise<T>): Promise<T> =>
  withoutDeadlock(() => db.transaction().execute(work));
