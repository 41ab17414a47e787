/**
 * Time in which this process gets to run. While its processor is busy with something else, answers lie unread, and a database that has long
 * answered looks silent: such a while counts for next to nothing here.
 */

export type Time = {
  /** Milliseconds. */
  now(): number;
  /** @returns cancels it */
  after(milliseconds: number, act: () => void): () => void;
};

export const WALL_TIME: Time = {
  now: () => performance.now(),
  after(milliseconds, act) {
    const timer = setTimeout(act, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

const TICK_MILLISECONDS = 50;
/** A turn of the event loop that takes longer counts as this. */
const MAX_MILLISECONDS = 2 * TICK_MILLISECONDS;

export function servedTime(): Time & { stop(): void } {
  let elapsed = 0;
  let last = performance.now();
  const waiting = new Set<{ readonly at: number; readonly act: () => void }>();
  const timer = setInterval(() => {
    const at = performance.now();
    elapsed += Math.min(at - last, MAX_MILLISECONDS);
    last = at;
    for (const one of waiting) {
      if (elapsed < one.at) continue;
      waiting.delete(one);
      one.act();
    }
  }, TICK_MILLISECONDS);
  timer.unref();
  return {
    now: () => elapsed,
    after(milliseconds, act) {
      const one = { at: elapsed + milliseconds, act };
      waiting.add(one);
      return () => waiting.delete(one);
    },
    stop: () => clearInterval(timer),
  };
}
