/**
 * Checks passcodes, tokencodes and PINs of one user one after the other, and never based on counts that have changed meanwhile.
 *
 * A limit on wrong passcodes is no limit if a thousand simultaneous guesses all read that nothing was wrong yet. Within a process, each
 * check waits until the one before is counted. Between processes, the commit detects that the counts are stale, and the check is made
 * again. Users do not wait for each other.
 */

import { Overload } from '../../core/outcome.ts';

/**
 * In the turn of one user, by canonical user ID.
 * @param most of those who may wait before it
 * @throws Overload if there are more: nothing was done
 */
export type KeyedMutex = <T>(userKey: string, work: () => Promise<T>, most?: number) => Promise<T>;

type Turns = { last: Promise<unknown>; count: number };

export function keyedMutex(): KeyedMutex {
  const turnsOf = new Map<string, Turns>();
  return (key, work, most = Number.POSITIVE_INFINITY) => {
    const before = turnsOf.get(key);
    if (before && before.count > most)
      return Promise.reject(new Overload('too many passcodes of one user at once'));
    const run = before ? before.last.then(work, work) : work();
    const turns = before ?? { last: run, count: 0 };
    turns.last = run;
    turns.count += 1;
    turnsOf.set(key, turns);
    const end = (): void => {
      turns.count -= 1;
      if (turns.count === 0) turnsOf.delete(key);
    };
    run.then(end, end);
    return run;
  };
}

/** Wrong passcodes were counted since the check: none of it took effect. */
export const STALE = Symbol('stale');

/**
 * Each repetition means that someone else's wrong passcode was counted, and that stops when the token is held back. Many more would be a
 * bug.
 */
const MAX_LOOKS = 1_000;

/**
 * @param look reads the user, decides and commits; called again if its commit was stale
 * @param most as for {@link KeyedMutex}
 */
export function lookAt<T>(
  context: { readonly inTurn: KeyedMutex },
  userKey: string,
  look: () => Promise<T | typeof STALE>,
  most?: number,
): Promise<T> {
  const looking = async (): Promise<T> => {
    for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
      const seen = await look();
      if (seen !== STALE) return seen;
    }
    throw new Error('the counts of wrong passcodes keep changing');
  };
  return context.inTurn(userKey, looking, most);
}
