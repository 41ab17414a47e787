/**
 * How the domain makes changes: all or nothing. A refusal undoes everything, whether `work` returns it or code deep inside throws it with
 * {@link undo}; so does an exception. What must be kept despite a refusal is written afterwards.
 */

import type { ProblemCode } from '@sower/api/problems';
import type { Text } from '@sower/texts/outcomes';
import type { Transaction } from 'kysely';
import { isForeignKeyViolation, isUniqueViolation } from '../store/db/errors.ts';
import { inTransaction } from '../store/db/transaction.ts';
import type { Database, Schema } from '../store/schema/schema.ts';
import { editedMeanwhile, type Outcome, type Refused, refused } from './outcome.ts';

/** Never leaves {@link allOrNothing}. */
class Undo extends Error {
  readonly refusal: Refused;
  constructor(refusal: Refused) {
    super(refusal.detail.code);
    this.refusal = refusal;
  }
}

/** @param ifTaken the answer if a unique value, such as a name, is already taken */
export async function allOrNothing<T>(
  db: Database,
  work: (trx: Transaction<Schema>) => Promise<Outcome<T>>,
  ifTaken?: () => Refused,
): Promise<Outcome<T>> {
  try {
    return await inTransaction(db, async (trx) => {
      const outcome = await work(trx);
      return outcome.ok ? outcome : undoWith(outcome);
    });
  } catch (error) {
    if (error instanceof Undo) return error.refusal;
    if (ifTaken && isUniqueViolation(error)) return ifTaken();
    // What was there when it was looked at has been deleted since, or is in use by now.
    if (isForeignKeyViolation(error)) return editedMeanwhile();
    throw error;
  }
}

/** Undoes the surrounding transaction, whose outcome is this refusal. */
export function undo(problem: ProblemCode, detail: Text): never {
  undoWith(refused(problem, detail));
}

export function undoWith(refusal: Refused): never {
  throw new Undo(refusal);
}
