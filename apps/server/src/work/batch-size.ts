/**
 * How many rows of long work one transaction has. On SQLite everyone else waits for it; on PostgreSQL they share processors and disk with
 * it. A large one costs less for each row: every batch writes the ends of some thirty B-trees again.
 */

import { hasOneWriter } from '../store/db/database-kind.ts';
import type { Connection } from '../store/schema/schema.ts';

/** As many rows as take about so many milliseconds (docs/decisions/0118-speed-and-memory.md). */
const AIM = {
  oneWriter: { alone: { milliseconds: 12, most: 2_000 }, beside: { milliseconds: 2, most: 2_000 } },
  many: { alone: { milliseconds: 150, most: 1_000 }, beside: { milliseconds: 40, most: 50 } },
} as const;
export const MIN_ROWS = 25;

/**
 * For how many milliseconds a transaction takes further batches while no one waits, so that they write the ends of the B-trees once. Those
 * who arrive wait for a small batch and the commit, and other processes no longer than for a large one.
 */
export const longestTransaction = (db: Connection): number =>
  hasOneWriter(db) ? AIM.oneWriter.alone.milliseconds : 0;

export type BatchContext = {
  readonly db: Connection;
  /** Whether this process serves no caller at present. */
  isAlone(): boolean;
};

/** @param last how many rows the batch before had, and how many milliseconds it took */
export function nextBatch(
  { db, isAlone }: BatchContext,
  last: { readonly rows: number; readonly milliseconds: number },
): number {
  const { milliseconds, most } = AIM[hasOneWriter(db) ? 'oneWriter' : 'many'][isAlone() ? 'alone' : 'beside'];
  const rows = last.rows * Math.min(2, milliseconds / last.milliseconds);
  return Math.round(Math.min(most, Math.max(MIN_ROWS, rows)));
}
