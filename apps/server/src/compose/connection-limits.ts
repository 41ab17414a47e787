/** How many connections there may be, from one source and in all, given the limits of the operating system. */
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { type ConnectionCap, connectionCap } from '../core/connections.ts';
import { connectionsFor, descriptorLimit, watchDescriptors } from './descriptors.ts';

export type ConnectionLimits = {
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
