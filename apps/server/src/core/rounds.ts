/** Recurring background work: a round begins when it is due and the one before has ended. */

/**
 * @param round can check whether the process is stopping, and should then end soon
 * @returns stops, after the current round
 */
export function inRounds(
  milliseconds: number,
  round: (isStopping: () => boolean) => Promise<void>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= round(() => stopped)
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
  }, milliseconds);
  timer.unref();
  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
  };
}
