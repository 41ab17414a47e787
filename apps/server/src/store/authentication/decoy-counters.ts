/**
 * Wrong passcodes for users who do not exist, counted so that a guess takes the same writes whether or not the user exists; the numbers
 * mean nothing else.
 */
import { fewTexts } from '../db/parameter-rows.ts';
import type { Connection } from '../schema/schema.ts';

/** Several rows to choose from, so that two processes seldom wait for each other. */
const ROWS = 64;

/**
 * Numbers that no row has: a statement that changes nothing, for guesses that are counted elsewhere. It still makes the trip to the
 * database.
 */
const NO_ROW = [-1];

/** A user's row and a token's row, like those of a known user; the third stands for the longer statement that counts for a known user. */
export async function countAtDecoy(
  db: Connection,
  guesses: number,
  random: (length: number) => Uint8Array,
): Promise<void> {
  const rows = guesses === 0 ? NO_ROW : [...random(Math.min(3 * guesses, ROWS))].map((octet) => octet % ROWS);
  await db
    .updateTable('decoy_counters')
    .set((eb) => ({ failures: eb('failures', '+', 1) }))
    .where('id', 'in', fewTexts(new Set(rows)))
    .execute();
}
