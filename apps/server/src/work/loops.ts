/**
 * Work that a process repeats until it stops. The table of all loops is in compose/background.ts; what a round does is in the domain, and a
 * round knows neither its interval nor its neighbors.
 */

export type Loop = {
  /** What the log calls it. */
  readonly name: string;
  /** Milliseconds. A round begins when it is due and the one before has ended. */
  readonly every: number;
  /** The first round is at once, not after the interval. */
  readonly atOnce?: boolean;
  /**
   * @param ends aborted when the process stops: the round should then end soon
   * @returns `true` if there is more to do: the next round follows immediately
   */
  round(ends: AbortSignal): Promise<unknown>;
  /** After the last round. */
  leave?(): Promise<unknown>;
};

/**
 * @param before what each round waits for, such as the time of the database
 * @returns stops, after the current round
 */
export function startLoop(
  { every, atOnce = false, round, leave }: Loop,
  { before, onError }: { before?(): Promise<void>; onError(error: unknown): void },
): () => Promise<void> {
  const ending = new AbortController();
  const rounds = async (): Promise<void> => {
    do await before?.();
    while ((await round(ending.signal)) === true && !ending.signal.aborted);
  };
  let running: Promise<void> | undefined;
  const begin = (): void => {
    running ??= rounds()
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(begin, every);
  timer.unref();
  if (atOnce) begin();
  return async () => {
    ending.abort();
    clearInterval(timer);
    await running;
    await leave?.().catch(onError);
  };
}
