/** Cached reads, shared by many callers until they are some seconds old or invalidated. */

export type Kept<T> = {
  /** @param read returns `undefined` if there is no value; the next call then reads again */
  get<R extends T | undefined>(key: string, read: () => Promise<R>): Promise<R>;
  forget(): void;
};

/**
 * @param most so many keys at once
 * @param clock milliseconds of a monotonic clock
 */
export function kept<T>(age: number, clock: () => number, most = 1): Kept<T> {
  const known = new Map<string, { readonly value: T; readonly until: number }>();
  let forgotten = 0;
  return {
    async get<R extends T | undefined>(key: string, read: () => Promise<R>) {
      const begun = clock();
      const present = known.get(key);
      if (present && begun <= present.until) return present.value as R;
      known.delete(key);
      const before = forgotten;
      const value = await read();
      // It may have been read before the change that made it stale.
      if (value === undefined || forgotten !== before) return value;
      if (known.size >= most) known.clear();
      known.set(key, { value, until: begun + age });
      return value;
    },
    forget() {
      forgotten += 1;
      known.clear();
    },
  };
}
