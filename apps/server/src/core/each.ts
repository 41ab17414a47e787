/** Work on what is due, one after another. */

import { unavailabilityOf } from '../store/db/errors.ts';

/** What may be wrong with one row alone: another transaction holds it. */
const OF_ONE_ROW = new Set<unknown>([undefined, 'lock', 'time']);

/**
 * One that fails does not hold up those after it, unless the database cannot be used: then they would all fail.
 * @throws the first failure, after the last one
 */
export async function eachInTurn<T>(
  due: Iterable<T> | AsyncIterable<T>,
  work: (one: T) => Promise<unknown>,
  isStopping: () => boolean = () => false,
): Promise<void> {
  const failures: unknown[] = [];
  for await (const one of due) {
    if (isStopping()) break;
    await work(one).catch((error: unknown) => {
      if (!OF_ONE_ROW.has(unavailabilityOf(error))) throw error;
      failures.push(error);
    });
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * All that is due, read a page at a time, so that those that fail and stay due are not read again.
 * @param read those after the given one, in an order that no work changes
 */
export async function* pagesOf<T>(read: (after: T | undefined) => Promise<readonly T[]>): AsyncGenerator<T> {
  let page = await read(undefined);
  while (page.length > 0) {
    yield* page;
    page = await read(page.at(-1));
  }
}
