/**
 * File descriptors. When none are left, Node accepts new connections and closes them silently. So the listeners leave room for the database
 * and files, and the log reports if none are left all the same.
 */

import { closeSync, openSync, readFileSync } from 'node:fs';
import { MINUTE } from '@sower/api/time';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { type ConnectionCap, connectionCap } from '../core/connections.ts';

/** How many connections there may be, from one source and in all, given the limits of the operating system. */
type ConnectionLimits = {
  readonly cap: ConnectionCap;
  readonly most: ReturnType<typeof connectionsFor>;
  /** Stops watching whether there are file descriptors. */
  readonly stopLooking: () => void;
};

export function connectionLimits(
  { connectionsPerSource, trustedProxies }: Pick<Config, 'connectionsPerSource' | 'trustedProxies'>,
  processes: number,
  clock: () => number,
  log: Logger,
): ConnectionLimits {
  const limit = descriptorLimit();
  const most = connectionsFor(limit);
  if (most.https < connectionsFor(undefined).https)
    log.warn({ descriptors: limit, connections: most.https }, 'few file descriptors are allowed (ulimit -n)');
  return {
    most,
    cap: connectionCap({
      perSource: Math.ceil(connectionsPerSource / processes),
      exempt: trustedProxies,
      clock,
      onRefused: (refused) => log.warn(refused, 'connections were refused: too many are open'),
    }),
    stopLooking: watchDescriptors(clock, (exhausted, code) =>
      exhausted
        ? log.error({ code }, 'no file descriptor is left: new connections are closed without an answer')
        : log.info('there are file descriptors again'),
    ),
  };
}

const MAX_HTTPS = 10_000;
const MAX_RADSEC = 1_000;
/** For the database, files, workers, mail and metrics. */
const RESERVE = 256;
const LEAST = 16;
const LOOK_MILLISECONDS = 1_000;
const REPORT_MILLISECONDS = MINUTE;

/** How many this process may have open; undefined if the system does not say. */
function descriptorLimit(): number | undefined {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** How many connections the listeners may have open. */
function connectionsFor(limit: number | undefined): {
  readonly https: number;
  readonly radsec: number;
} {
  const room = Math.max(LEAST, (limit ?? Number.POSITIVE_INFINITY) - RESERVE);
  return {
    https: Math.max(LEAST, Math.min(MAX_HTTPS, Math.floor(room * 0.9))),
    radsec: Math.max(LEAST, Math.min(MAX_RADSEC, Math.floor(room * 0.1))),
  };
}

/**
 * Checks whether another descriptor is available.
 * @param onChange called when none is, once a minute while that lasts, and when one is available again
 * @returns stops
 */
function watchDescriptors(
  clock: () => number,
  onChange: (exhausted: boolean, code: string) => void,
): () => void {
  let reportedAt: number | undefined;
  const timer = setInterval(() => {
    let code: string | undefined;
    try {
      closeSync(openSync('/dev/null', 'r'));
    } catch (error) {
      code = (error as NodeJS.ErrnoException).code;
    }
    if (code === 'EMFILE' || code === 'ENFILE') {
      if (reportedAt !== undefined && clock() - reportedAt < REPORT_MILLISECONDS) return;
      reportedAt = clock();
      onChange(true, code);
    } else if (reportedAt !== undefined) {
      reportedAt = undefined;
      onChange(false, '');
    }
  }, LOOK_MILLISECONDS);
  timer.unref();
  return () => clearInterval(timer);
}
