/**
 * RADIUS over TLS (RFC 6614): one TCP connection for all requests of a client. The client is identified by the fingerprint of its
 * certificate: there is no CA to maintain, and an unregistered certificate gets no answer.
 *
 * The certificate's dates and names are ignored: it is registered or it is not.
 */

import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { MINUTE } from '@sower/api/time';
import { HEADER_LENGTH, MAX_PACKET_LENGTH } from '@sower/radius/packet';
import { type Address, boundText } from '../core/address.ts';
import type { ConnectionCap } from '../core/connections.ts';
import type { TlsListening } from '../keys/x509/tls.ts';
import type { Answerer } from './answerer.ts';
import type { ClientTable } from './client-table.ts';
import type { Drops } from './drops.ts';
import { listening, type RadiusListener } from './listener.ts';

export type RadsecListener = RadiusListener & {
  /** The server's certificate was renewed. */
  renew(tls: TlsListening): void;
};

type Work = { readonly answering: Set<Promise<void>>; stopped: boolean };

/** RFC 6614 §2.3: TLS authenticates everything, and the secret is always the same. */
const RADSEC_SECRET = Buffer.from('radsec');
const HANDSHAKE_MILLISECONDS = 10_000;
const KEEP_ALIVE_MILLISECONDS = MINUTE;
/** Requests of one connection that are being answered; meanwhile, it is not read further. */
const MAX_AT_ONCE = 256;
const GOODBYE_MILLISECONDS = 2_000;
const MAX_UNSENT_OCTETS = 256 * 1024;

export async function listenRadsec(
  context: {
    readonly answerer: Answerer;
    readonly clients: ClientTable;
    readonly drops: Drops;
    readonly onError: (error: unknown) => void;
    readonly connections: { readonly cap: ConnectionCap; readonly most: number };
    /** Octets arrived. */
    readonly arrived: () => void;
    /** Whether other processes of this server listen too. */
    readonly sharedPort: boolean;
  },
  tls: TlsListening,
  address: Address,
): Promise<RadsecListener> {
  const sockets = new Set<TLSSocket>();
  const work: Work = { answering: new Set(), stopped: false };
  let connections = 0;
  const server = createServer({
    ...tls,
    requestCert: true,
    // By fingerprint, below.
    rejectUnauthorized: false,
    handshakeTimeout: HANDSHAKE_MILLISECONDS,
  });
  context.connections.cap.watch(server, context.connections.most);
  server.on('secureConnection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setKeepAlive(true, KEEP_ALIVE_MILLISECONDS);
    serve(context, work, socket, `connection ${connections}`).catch((error: unknown) => {
      socket.destroy();
      context.onError(error);
    });
  });
  server.on('tlsClientError', () => {});
  server.listen({ ...address, reusePort: context.sharedPort });
  await listening(server, 'RadSec', address);
  server.on('error', context.onError);
  return {
    kind: 'radsec',
    address: boundText(server.address() as AddressInfo),
    renew: (pair) => server.setSecureContext(pair),
    async stop() {
      server.close();
      work.stopped = true;
      for (const socket of sockets) socket.pause();
      // Packets already read are handled one after the other.
      while (work.answering.size > 0) await Promise.all(work.answering);
      await Promise.all([...sockets].map(goodbye));
    },
  };
}

/** Resolves when the system has the last answer. A peer that does not take it is disconnected. */
async function goodbye(socket: TLSSocket): Promise<void> {
  const cut = setTimeout(() => socket.destroy(), GOODBYE_MILLISECONDS);
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    socket.destroySoon();
  });
  clearTimeout(cut);
}

async function serve(
  context: Parameters<typeof listenRadsec>[0],
  work: Work,
  socket: TLSSocket,
  origin: string,
): Promise<void> {
  const address = socket.remoteAddress ?? 'unknown';
  const fingerprint = socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase();
  const known = async () =>
    fingerprint === undefined ? undefined : context.clients.byCertificate(fingerprint);
  const opened = await known();
  if (!opened) {
    context.drops.count(address, 'unknown-client');
    socket.destroy();
    return;
  }
  let atOnce = 0;
  const handle = async (octets: Uint8Array): Promise<void> => {
    // Every time: a client that was disabled or deleted gets no more answers.
    const client = await known();
    if (!client) return void socket.destroy();
    const reply = await context.answerer.answer({
      octets,
      port: 'radsec',
      client,
      address,
      origin,
      secret: RADSEC_SECRET,
      onBroken: () => void socket.destroy(),
    });
    if (reply && socket.writable) socket.write(reply);
  };
  let received: Buffer = Buffer.alloc(0);
  const full = (): boolean => atOnce >= MAX_AT_ONCE || socket.writableLength > MAX_UNSENT_OCTETS;
  const take = (): void => {
    while (received.length >= 4 && !full()) {
      const length = received.readUInt16BE(2);
      // RFC 6614 §2.6: once packet boundaries are lost, the connection ends.
      if (length < HEADER_LENGTH || length > MAX_PACKET_LENGTH) {
        context.drops.count(opened.name, 'bad-length');
        socket.destroy();
        return;
      }
      if (received.length < length) break;
      const octets = new Uint8Array(received.subarray(0, length));
      received = received.subarray(length);
      atOnce += 1;
      const answered: Promise<void> = handle(octets)
        .catch(context.onError)
        .finally(() => {
          work.answering.delete(answered);
          atOnce -= 1;
          take();
        });
      work.answering.add(answered);
    }
    if (full()) socket.pause();
    else if (socket.isPaused() && !socket.destroyed && !work.stopped) socket.resume();
  };
  socket.on('drain', take);
  socket.on('data', (chunk: Buffer) => {
    context.arrived();
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    take();
  });
}
