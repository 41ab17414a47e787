/** One transaction: everything that `work` changes, or nothing of it. The domain's way of refusing in it is core/transaction.ts. */
import type { Transaction } from 'kysely';
import type { Database, Schema } from '../tables/schema.ts';

const MOST_ATTEMPTS = 5;

/**
 * PostgreSQL ends one of two transactions that wait for each other. Nothing of it happened, so it runs again, and `work` changes nothing
 * but through the transaction.
 */
export async function inTransaction<T>(
  db: Database,
  work: (trx: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if ((code !== '40P01' && code !== '40001') || attempts === MOST_ATTEMPTS) throw error;
    }
  }
}
