/** Work in the background that is done again and again: a round begins when it is time and the one before has ended. */

/**
 * @param round may ask whether the process stops, and then ends soon
 * @returns stops, after the round that is under way
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
