/**
 * Checks passcodes, tokencodes and PINs of one user one after the other, and never based on counts that have changed meanwhile.
 *
 * A limit on wrong passcodes is no limit if a thousand simultaneous guesses all read that nothing was wrong yet. Within a process, each
 * check waits until the one before is counted. Between processes, the commit detects that the counts are stale, and the check is made
 * again. Users do not wait for each other.
 */

/** In the turn of one user, by canonical user ID. */
export type InTurn = <T>(userKey: string, work: () => Promise<T>) => Promise<T>;

export function oneAtATime(): InTurn {
  const latest = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const before = latest.get(key);
    const run = before ? before.then(work, work) : work();
    latest.set(key, run);
    const forget = (): void => {
      if (latest.get(key) === run) latest.delete(key);
    };
    run.then(forget, forget);
    return run;
  };
}

/** Wrong passcodes were counted since the check: none of it took effect. */
export const STALE = Symbol('stale');

/**
 * Each repetition means that someone else's wrong passcode was counted, and that stops when the token is held back. Many more would be a
 * bug.
 */
const MOST_LOOKS = 1_000;

/** @param look reads the user, decides and commits; called again if its commit was stale */
export function lookAt<T>(
  context: { readonly inTurn: InTurn },
  userKey: string,
  look: () => Promise<T | typeof STALE>,
): Promise<T> {
  return context.inTurn(userKey, async () => {
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const seen = await look();
      if (seen !== STALE) return seen;
    }
    throw new Error('the counts of wrong passcodes keep changing');
  });
}
