/**
 * Work about one user, one after the other in this process. A limit on wrong passcodes is none when a thousand guesses at once all read
 * that there was no wrong one yet; so each is looked at when the one before is counted. Users do not wait for each other.
 */
export function oneAtATime(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
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
