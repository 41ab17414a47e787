/**
 * How the domain changes things: all of it or nothing. A refusal undoes everything, whether `work` returns it or something deep inside
 * throws it by {@link undo}; so does an exception. What has to stay written although the answer is a refusal is written after it.
 */

import type { ProblemCode } from '@sower/api/problems';
import type { Text } from '@sower/messages/outcomes';
import type { Transaction } from 'kysely';
import { inTransaction } from '../store/db/transaction.ts';
import { isUniqueViolation } from '../store/db/violation.ts';
import type { Database, Schema } from '../store/tables/schema.ts';
import { type Outcome, type Refused, refused } from './outcome.ts';

/** Never leaves {@link allOrNothing}. */
class Undo extends Error {
  readonly refusal: Refused;
  constructor(refusal: Refused) {
    super(refusal.detail.code);
    this.refusal = refusal;
  }
}

/** @param ifTaken the answer where a row with the same name, or whatever else is unique, is there already */
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
    throw error;
  }
}

/** Undoes the transaction around it, whose outcome is this refusal. */
export function undo(problem: ProblemCode, detail: Text): never {
  undoWith(refused(problem, detail));
}

export function undoWith(refusal: Refused): never {
  throw new Undo(refusal);
}
