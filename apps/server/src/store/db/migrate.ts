/**
 * Brings the schema up to date, in one transaction: of several processes that begin at once, one does it, and the others find it done. Others
 * serve meanwhile (docs/decisions/0084-rolling-upgrades.md).
 */

import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { FROM_0001 } from '../migrations/from-0001.ts';
import { FROM_0004 } from '../migrations/from-0004.ts';
import { FROM_0016 } from '../migrations/from-0016.ts';
import { FROM_0035 } from '../migrations/from-0035.ts';
import { FROM_0055 } from '../migrations/from-0055.ts';
import { FROM_0080 } from '../migrations/from-0080.ts';
import type { Database } from '../schema/schema.ts';
import { isPostgresql } from './database-kind.ts';
import { inTransaction } from './transaction.ts';

/** Kysely's own, so that this version and an earlier one wait for each other. */
const LOCK = '3853314791062309107';
/** How long it may wait for a table that somebody reads: anyone who comes after waits behind it. */
const TABLE_MILLISECONDS = 1_000;

const STEPS = { ...FROM_0001, ...FROM_0004, ...FROM_0016, ...FROM_0035, ...FROM_0055, ...FROM_0080 };

export const MIGRATIONS: Readonly<Record<string, Migration>> = Object.fromEntries(
  Object.entries(STEPS).map(([name, up]) => [name, { up }]),
);

/**
 * @param last name of the last migration; the latest when left out
 * @throws and has changed nothing, also if a table is in use for long: {@link isInUse}
 */
export async function migrateUpTo(db: Database, last?: string): Promise<void> {
  await inTransaction(db, async (trx) => {
    if (isPostgresql(trx)) {
      // Until the transaction ends. Where connections are pooled by transaction, the lock of a session would stay with a connection of others.
      await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)}::bigint)`.execute(trx);
      await sql`set local lock_timeout = ${sql.lit(TABLE_MILLISECONDS)}`.execute(trx);
    }
    const migrator = new Migrator({
      db: trx,
      provider: { getMigrations: async () => MIGRATIONS },
      // Numbers are given out before the work is done: one may come in after a higher one has run.
      allowUnorderedMigrations: true,
    });
    const { error } = last === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(last);
    if (error) throw error;
  });
}

/** lock_not_available, deadlock_detected: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const isInUse = (error: unknown): boolean =>
  ['55P03', '40P01'].includes(String((error as { code?: unknown }).code));
