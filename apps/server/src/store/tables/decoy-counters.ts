/**
 * Wrong passcodes for users who do not exist. They are counted so that a guess costs the same writes whether its user exists or not;
 * the numbers mean nothing more.
 */
import type { Connection } from './schema.ts';

/** Rows to choose from, so that two processes seldom wait for one another. */
const ROWS = 64;

/** Numbers no row has: a statement that changes nothing, for guesses that count elsewhere. It costs its way to the database all the same. */
const NO_ROW = [-1];

/** A user's row and a token's row, as somebody known has; the third stands for the longer statement that counts for somebody known. */
export async function countAtDecoy(
  db: Connection,
  guesses: number,
  random: (length: number) => Uint8Array,
): Promise<void> {
  const rows = guesses === 0 ? NO_ROW : [...random(Math.min(3 * guesses, ROWS))].map((octet) => octet % ROWS);
  await db
    .updateTable('decoy_counters')
    .set((eb) => ({ failures: eb('failures', '+', 1) }))
    .where('id', 'in', [...new Set(rows)])
    .execute();
}
