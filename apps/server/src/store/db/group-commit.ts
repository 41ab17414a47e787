/**
 * Group commit: calls that arrive while a transaction is being made durable are put into the next one together.
 *
 * A durable commit costs one write to the disk however much it contains, so many callers share one. Each call is answered only after the
 * commit that contains it. If that commit fails, every caller in it gets the error, and if the database is unavailable, those who wait get
 * it too. Within a group no two calls have the same key, so that set-based statements see each row once, and calls are sorted by key, so
 * that two processes lock rows in the same order.
 */

import type { Transaction } from 'kysely';
import type { Database, Schema } from '../schema/schema.ts';
import { isUnavailable } from './errors.ts';
import { meterOf } from './meter.ts';
import { inHotTransaction, withoutDeadlock } from './transaction.ts';

const MAX_GROUP = 100;

type Waiting<Call, Answer> = {
  readonly call: Call;
  readonly key: string;
  readonly since: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * @param path what the calls are, in metrics
 * @param keyOf the row that a call is about
 * @param atOnce answers those calls of a group, in their order, that claims with all that follows can answer (preparedClaims); undefined
 * for the others
 * @param run answers those others, in a transaction; not needed if there are none
 */
export function groupCommit<Call, Answer>(
  db: Database,
  path: string,
  keyOf: (call: Call) => string,
  atOnce: (db: Database, calls: readonly Call[]) => Promise<readonly (Answer | undefined)[]>,
  run: (trx: Transaction<Schema>, calls: readonly Call[]) => Promise<readonly Answer[]> = () => {
    throw new TypeError('a call was left without an answer');
  },
): (call: Call) => Promise<Answer> {
  let queue: Waiting<Call, Answer>[] = [];
  let running = false;

  /** @returns the others */
  async function commitAtOnce(group: readonly Waiting<Call, Answer>[]): Promise<Waiting<Call, Answer>[]> {
    const answers = await withoutDeadlock(() => atOnce(db, callsOf(group)));
    return group.filter(({ resolve }, index) => {
      const answer = answers[index];
      if (answer !== undefined) resolve(answer);
      return answer === undefined;
    });
  }

  async function commitTogether(group: readonly Waiting<Call, Answer>[]): Promise<void> {
    const calls = callsOf(group);
    const answers = await inHotTransaction(db, (trx) => run(trx, calls));
    group.forEach((waiting, index) => {
      waiting.resolve(answers[index] as Answer);
    });
  }

  async function work(): Promise<void> {
    running = true;
    while (queue.length > 0) {
      const { group, rest } = takeGroup(queue);
      queue = rest;
      let left = group;
      const begun = performance.now();
      try {
        left = await commitAtOnce(group);
        if (left.length > 0) await commitTogether(left);
      } catch (error) {
        for (const waiting of left) waiting.reject(error);
        if (!isUnavailable(error)) continue;
        // Those waiting would each get the same error, one group after the other, long after their callers have gone.
        for (const waiting of queue) waiting.reject(error);
        queue = [];
      } finally {
        const waited = begun - Math.min(...group.map(({ since }) => since));
        meterOf(db).grouped(path, { calls: group.length, waited, took: performance.now() - begun });
      }
    }
    running = false;
  }

  return (call) =>
    new Promise((resolve, reject) => {
      queue.push({ call, key: keyOf(call), since: performance.now(), resolve, reject });
      // On the next turn, so that everything from this turn of the event loop is together from the start.
      if (!running) {
        running = true;
        setImmediate(work);
      }
    });
}

const callsOf = <Call>(group: readonly { readonly call: Call }[]): Call[] => group.map(({ call }) => call);

function takeGroup<Call, Answer>(
  queue: readonly Waiting<Call, Answer>[],
): { group: Waiting<Call, Answer>[]; rest: Waiting<Call, Answer>[] } {
  const keys = new Set<string>();
  const group: Waiting<Call, Answer>[] = [];
  const rest: Waiting<Call, Answer>[] = [];
  for (const waiting of queue) {
    if (group.length < MAX_GROUP && !keys.has(waiting.key)) {
      keys.add(waiting.key);
      group.push(waiting);
    } else {
      rest.push(waiting);
    }
  }
  group.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { group, rest };
}
