/**
 * How long background work waits for callers. Between two batches, it waits until whatever arrived last has probably been answered: an
 * answer takes several turns of the event loop, and would otherwise wait for a batch at each of them.
 */

/** What an answer takes on a server with nothing else to do. */
const ANSWER_MILLISECONDS = 8;
/** However much arrives, the work goes on: it gets about a third of the time. */
const MAX_MILLISECONDS = 12;
const STEP_MILLISECONDS = 2;
/** After so long without an arrival no one is waiting. Anyone who watches a job asks once a second, and must not make it slow. */
const ALONE_MILLISECONDS = 300;

export function yielding(context: {
  /** Milliseconds of any steady clock. */
  readonly clock: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Lets the event loop read what has arrived. */
  readonly turn: () => Promise<unknown>;
  /** By the same clock. */
  readonly lastArrival: () => number;
}): {
  /** Sleeps for so many milliseconds, and then for as long as it gives way. */
  sleep(milliseconds: number): Promise<void>;
  isAlone(): boolean;
  /** Lets through what has arrived. @returns whether someone probably waits for an answer */
  isAwaited(): Promise<boolean>;
} {
  const { clock, sleep, turn, lastArrival } = context;
  const isAnswering = (): boolean => clock() - lastArrival() < ANSWER_MILLISECONDS;
  return {
    async sleep(milliseconds) {
      await sleep(milliseconds);
      const begun = clock();
      while (isAnswering() && clock() - begun < MAX_MILLISECONDS) await sleep(STEP_MILLISECONDS);
    },
    isAlone: () => clock() - lastArrival() > ALONE_MILLISECONDS,
    async isAwaited() {
      await turn();
      return isAnswering();
    },
  };
}
