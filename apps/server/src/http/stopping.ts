/**
 * How a server stops: it reports that it is not ready, keeps serving until the load balancer has noticed, reads what was already sent, and
 * answers that. Knows no listener; those that take requests report them here.
 */
import type { Logger } from 'pino';

export type Stopping = {
  /** No longer ready: answers carry `Connection: close`. */
  readonly begun: boolean;
  /** Something was sent to us. */
  arrived(): void;
  /** When, by the clock; before all time if nothing was. */
  readonly lastArrival: number;
  /** Readiness was requested, so someone relies on it. */
  readinessAsked(): void;
  /** From being not ready until nothing more is on its way to us. */
  drain(): Promise<void>;
};

/** Enough for a load balancer that checks every two or three seconds and needs three failures. */
const DRAIN_MILLISECONDS = 10_000;
/** Someone who requested readiness within this time will do so again. */
const LISTENING_MILLISECONDS = 30_000;
/** What was sent before the end arrives with gaps no longer than this, for at most this long. */
const QUIET_MILLISECONDS = 250;
const LAST_CALL_MILLISECONDS = 3_000;
const STEP_MILLISECONDS = 50;

export function stopping(context: {
  /** How long to keep serving; undefined: as long as anyone who requests readiness needs, or not at all if no one does. */
  readonly drainSeconds: number | undefined;
  /** Milliseconds of any steady clock. */
  readonly clock: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}): Stopping {
  const { clock, sleep } = context;
  let begun = false;
  let lastArrival = Number.NEGATIVE_INFINITY;
  let lastAsked = Number.NEGATIVE_INFINITY;
  return {
    get begun() {
      return begun;
    },
    arrived() {
      lastArrival = clock();
    },
    get lastArrival() {
      return lastArrival;
    },
    readinessAsked() {
      if (!begun) lastAsked = clock();
    },
    async drain() {
      begun = true;
      const somebodyListens = clock() - lastAsked < LISTENING_MILLISECONDS;
      await sleep(
        context.drainSeconds === undefined
          ? somebodyListens
            ? DRAIN_MILLISECONDS
            : 0
          : context.drainSeconds * 1000,
      );
      // In short steps: each turn of the event loop reads what arrived while it was busy, however long that was.
      const end = clock() + LAST_CALL_MILLISECONDS;
      for (let quiet = 0; quiet < QUIET_MILLISECONDS && clock() < end; quiet += STEP_MILLISECONDS) {
        const before = clock();
        await sleep(STEP_MILLISECONDS);
        if (lastArrival >= before) quiet = 0;
      }
    },
  };
}

/** Runs one step of the shutdown. Neither its failure nor its silence keeps the others from their turn. */
export async function endStep(
  log: Logger,
  name: string,
  step: () => Promise<unknown>,
  milliseconds = 5_000,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${milliseconds} ms`)), milliseconds);
  });
  try {
    await Promise.race([step(), late]);
  } catch (error) {
    log.error({ err: error }, `failed while stopping: ${name}`);
  } finally {
    clearTimeout(timer);
  }
}
