/** RADIUS over UDP: sockets, and for each packet the client that its address belongs to. The answerer answers. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { type EventEmitter, once } from 'node:events';
import { isIPv6 } from 'node:net';
import { type Address, boundText } from '../core/address.ts';
import type { Answerer } from './answerer.ts';
import type { ClientTable } from './client-table.ts';
import type { Drops } from './drops.ts';
import type { Port } from './respond.ts';

export type RadiusListener = {
  readonly kind: Port;
  /** Where it listens, such as `0.0.0.0:1812`. */
  readonly address: string;
  /** Takes no more packets, and closes when all answers to earlier ones are on their way. */
  stop(): Promise<void>;
};

/** @throws why it cannot listen there */
export async function listening(listener: EventEmitter, protocol: string, address: Address): Promise<void> {
  await Promise.race([
    once(listener, 'listening'),
    once(listener, 'error').then(([error]) => {
      throw new Error(
        `cannot listen for ${protocol} on ${address.host} port ${address.port}: ${(error as Error).message}`,
      );
    }),
  ]);
}

/** Packets wait here while the event loop is busy; the system may allow less. */
const RECEIVE_OCTETS = 4 * 2 ** 20;

export async function listenUdp(
  context: {
    readonly answerer: Answerer;
    readonly clients: ClientTable;
    readonly drops: Drops;
    readonly onError: (error: unknown) => void;
    /** A packet arrived. */
    readonly arrived: () => void;
    /** Whether other processes listen on the same port: the system gives each the packets of some senders. */
    readonly sharedPort: boolean;
  },
  kind: 'authentication' | 'accounting',
  address: Address,
): Promise<RadiusListener> {
  const socket: Socket = createSocket({
    type: isIPv6(address.host) ? 'udp6' : 'udp4',
    reusePort: context.sharedPort,
  });
  const receive = async (octets: Uint8Array, from: RemoteInfo): Promise<void> => {
    try {
      const client = await context.clients.byAddress(from.address);
      if (!client) return context.drops.count(from.address, 'unknown-client');
      const reply = await context.answerer.answer({
        octets,
        port: kind,
        client,
        address: from.address,
        origin: `${from.address} ${from.port}`,
        secret: client.secret,
      });
      if (reply) await new Promise((sent) => socket.send(reply, from.port, from.address, sent));
    } catch (error) {
      context.onError(error);
    }
  };
  const answering = new Set<Promise<void>>();
  const onMessage = (octets: Uint8Array, from: RemoteInfo): void => {
    context.arrived();
    const answered: Promise<void> = receive(octets, from).finally(() => answering.delete(answered));
    answering.add(answered);
  };
  socket.on('message', onMessage);
  socket.bind({ address: address.host, port: address.port });
  await listening(socket, 'RADIUS', address);
  socket.on('error', context.onError);
  try {
    socket.setRecvBufferSize(RECEIVE_OCTETS);
  } catch (error) {
    context.onError(error);
  }
  return {
    kind,
    address: boundText(socket.address()),
    async stop() {
      socket.off('message', onMessage);
      await Promise.all(answering);
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}
