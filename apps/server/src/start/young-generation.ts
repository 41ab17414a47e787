/**
 * How large V8's young generation may become. By itself it grows to 128 MB under any load that lasts, and what a server has once taken it
 * keeps. V8 takes a limit only when the heap is made, but it can be told at any time not to grow further.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Both halves. A tenth of it costs a third more CPU, since more is copied (docs/decisions/0046-young-generation.md). */
const MOST_OCTETS = 32 * 2 ** 20;
const INTERVAL_MILLISECONDS = 100;

/** Lets it grow until it has that size, and again when V8 has made it smaller, as it does when nothing happens for a while. */
export function boundYoungGeneration(): void {
  let grows: boolean | undefined;
  const look = (): void => {
    const size =
      getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
    if (size < MOST_OCTETS === grows) return;
    grows = size < MOST_OCTETS;
    setFlagsFromString(`--semi-space-growth-factor=${grows ? 2 : 1}`);
  };
  look();
  setInterval(look, INTERVAL_MILLISECONDS).unref();
}
