/**
 * Whatever looks at a passcode, a tokencode or a PIN of a user: one after the other, and never on counts that have changed meanwhile.
 *
 * A limit on wrong passcodes is none when a thousand guesses at once all read that there was no wrong one yet. In one process each is
 * looked at when the one before is counted; between processes the commit finds out that the counts it was decided on are old, and
 * it is looked at again. Users do not wait for each other.
 */

/** In the turn of one user, by canonical user id. */
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

/** Wrong passcodes were counted since it was looked at: nothing of it happened. */
export const STALE = Symbol('stale');

/** Each time somebody else's wrong passcode was counted, and those end when the token is held back: many more would be a fault. */
const MOST_LOOKS = 1_000;

/** @param look reads the user, decides and commits; again when its commit was stale */
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
    throw new Error('the counts of wrong passcodes do not come to rest');
  });
}
