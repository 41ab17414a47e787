/** All of RADIUS: its listeners, and an orderly stop. Off unless an address is given. */

import { teacher } from '../coexistence/teach.ts';
import type { ServerContext } from '../context.ts';
import type { Address } from '../core/address.ts';
import type { ConnectionCap } from '../core/connections.ts';
import { byOption } from '../core/network.ts';
import type { TlsListening } from '../keys/x509/tls.ts';
import { type AnswererContext, answerer } from './answerer.ts';
import { clientTable } from './client-table.ts';
import { type DropReason, drops } from './drops.ts';
import { loopMark } from './forward.ts';
import { listenUdp, type RadiusListener } from './listener.ts';
import { oldServers } from './old-servers.ts';
import { listenRadsec, type RadsecListener } from './radsec.ts';
import type { RespondContext } from './respond.ts';

export type RadiusAddresses = {
  readonly authentication: Address | undefined;
  readonly accounting: Address | undefined;
  /** RFC 6614, with the certificate to present. */
  readonly radsec: (Address & { readonly tls: TlsListening }) | undefined;
};

export type RadiusServer = {
  readonly listeners: readonly RadiusListener[];
  /** The server's certificate was renewed. */
  renew(tls: TlsListening): void;
  /** Requests in progress are answered; no more are accepted. */
  stop(): Promise<void>;
};

const OPTIONS = { authentication: '--radius', accounting: '--radius-accounting' } as const;
const STOP_MILLISECONDS = 5_000;

export async function startRadius(
  context: Pick<ServerContext, 'db' | 'sealing' | 'settings' | 'policies' | 'now' | 'random'> &
    RespondContext,
  addresses: RadiusAddresses,
  facts: {
    readonly count: AnswererContext['count'];
    readonly countDrop: (reason: DropReason) => void;
    readonly onError: (error: unknown) => void;
    /** The port of RadSec. */
    readonly connections: { readonly cap: ConnectionCap; readonly most: number };
    /** Something was sent to us. */
    readonly arrived: () => void;
    /** Milliseconds of any steady clock. */
    readonly clock: () => number;
    /** Whether other processes of this server listen too. */
    readonly sharedPort: boolean;
  },
): Promise<RadiusServer> {
  const { onError, arrived, clock, connections, sharedPort } = facts;
  const dropped = drops(context, facts.countDrop, onError);
  const forwarding = { ...context, oldServers: oldServers(clock), teacher: teacher(context) };
  const parts = {
    answerer: answerer({
      ...context,
      ...{ drops: dropped, count: facts.count, onError, clock, forwarding },
      loopMark: loopMark(context),
    }),
    clients: clientTable({ ...context, clock, onError }),
    drops: dropped,
    onError,
    arrived,
    connections,
    sharedPort,
  };
  const listeners: RadiusListener[] = [];
  let radsec: RadsecListener | undefined;
  const stop = async (): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_MILLISECONDS);
    });
    await Promise.race([Promise.all(listeners.map((listener) => listener.stop())), late]);
    clearTimeout(timer);
    await dropped.stop();
  };
  try {
    for (const kind of ['authentication', 'accounting'] as const) {
      const address = addresses[kind];
      if (address) listeners.push(await byOption(OPTIONS[kind], listenUdp(parts, kind, address)));
    }
    if (addresses.radsec) {
      radsec = await byOption('--radsec', listenRadsec(parts, addresses.radsec.tls, addresses.radsec));
      listeners.push(radsec);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    listeners,
    renew: (tls) => radsec?.renew(tls),
    stop,
  };
}
