/** A RADIUS client for scenarios: packets over UDP from an address of its own, and what comes back. */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { utf8 } from '@sower/bytes/octets';
import { accessRequest, type ReadReply, readReply } from '@sower/radius/client';
import type { Attribute } from '@sower/radius/packet';
import type { ServerProcess } from '../deployment.ts';

export const RADIUS_OPTIONS = ['--radius', '127.0.0.1:0', '--radius-accounting', '127.0.0.1:0'] as const;

/** The port that a server printed. */
export function radiusPort(server: ServerProcess, kind: 'authentication' | 'accounting' | 'radsec'): number {
  const port = new RegExp(`:(\\d+) \\(${kind}\\)`).exec(server.output())?.[1];
  if (port === undefined) throw new Error(`no RADIUS for ${kind}:\n${server.output()}`);
  return Number(port);
}

export type RadiusPeer = {
  readonly socket: Socket;
  /** @returns the first octets that come back, or undefined after the time */
  exchange(octets: Uint8Array, milliseconds?: number): Promise<Uint8Array | undefined>;
  close(): void;
};

/** One at a time: the answer is to whatever was sent last. */
export async function radiusPeer(
  port: number,
  address = '127.0.0.1',
  host = '127.0.0.1',
): Promise<RadiusPeer> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  return {
    socket,
    exchange: (octets, milliseconds = 5_000) =>
      new Promise((resolve) => {
        const end = (answer: Uint8Array | undefined): void => {
          clearTimeout(timer);
          socket.off('message', end);
          resolve(answer);
        };
        const timer = setTimeout(() => end(undefined), milliseconds);
        socket.once('message', end);
        socket.send(octets, port, host);
      }),
    close: () => socket.close(),
  };
}

let identifier = 0;

export function request(
  secret: string,
  userName: string,
  password: string,
  attributes: readonly Attribute[] = [],
): Uint8Array {
  identifier = (identifier + 1) & 255;
  return accessRequest(
    { identifier, authenticator: new Uint8Array(randomBytes(16)), userName, password, attributes },
    utf8(secret),
  );
}

/** Asks once. What is to be answered is, in the end, however much else the machine does; for what is not, say how long is enough. */
export async function ask(
  peer: RadiusPeer,
  secret: string,
  userName: string,
  password: string,
  attributes: readonly Attribute[] = [],
  milliseconds = 30_000,
): Promise<ReadReply> {
  const octets = request(secret, userName, password, attributes);
  const answer = await peer.exchange(octets, milliseconds);
  if (!answer) return { ok: false, reason: 'no answer' };
  return readReply(answer, octets, utf8(secret));
}

/**
 * One that has had an answer: the process that got its packets knows the client, which it reads every few seconds. Each try is from a port
 * of its own, so that what comes late is taken for no other answer.
 */
export async function answeredPeer(port: number, secret: string): Promise<RadiusPeer> {
  for (let tries = 1; tries <= 20; tries += 1) {
    const peer = await radiusPeer(port);
    if ((await ask(peer, secret, 'nobody', '1', [], tries * 300)).ok) return peer;
    peer.close();
  }
  throw new Error('the RADIUS client is still unknown');
}
