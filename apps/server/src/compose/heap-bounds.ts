/**
 * How much memory V8 may take before it collects. A limit of either generation is taken only when the heap is made, and the old one's ends the
 * process; how fast they grow can be changed at any time.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * Both halves of the young generation, which by itself grows to 128 MB under any load that lasts, and stays so. A tenth of this costs a third
 * more CPU, since more is copied (docs/decisions/0118-speed-and-memory.md).
 */
const MAX_OCTETS = 32 * 2 ** 20;
const INTERVAL_MILLISECONDS = 100;

/**
 * The old generation is collected when it is twice what was in use after it was last collected, not at up to five times, in this process and in
 * its threads (docs/decisions/0118-speed-and-memory.md).
 */
const OLD_GENERATION_GROWS_BY_PERCENT = 100;

export function boundHeap(): void {
  setFlagsFromString(`--heap-growing-percent=${OLD_GENERATION_GROWS_BY_PERCENT}`);
  boundYoungGeneration();
}

/** Lets it grow until it has that size, and again when V8 has made it smaller, as it does when nothing happens for a while. */
function boundYoungGeneration(): void {
  let grows: boolean | undefined;
  const look = (): void => {
    const size =
      getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
    if (size < MAX_OCTETS === grows) return;
    grows = size < MAX_OCTETS;
    setFlagsFromString(`--semi-space-growth-factor=${grows ? 2 : 1}`);
  };
  look();
  setInterval(look, INTERVAL_MILLISECONDS).unref();
}
