/**
 * Asks old RADIUS servers, in order, over UDP. Each request has a socket of its own, connected to one server: what comes late, twice, from
 * elsewhere or with a wrong authenticator finds no one, or is ignored.
 *
 * A request is sent once, and to a second server only if the first is known not to have had it: otherwise one wrong passcode could count
 * twice there.
 */

import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { readReply } from '@sower/radius/client';
import { CODE, type ParsedPacket } from '@sower/radius/packet';
import type { OldServer } from '../coexistence/coexistences.ts';
import { Overload } from '../core/outcome.ts';

export type OldAnswer =
  | { readonly kind: 'answered'; readonly server: string; readonly reply: ParsedPacket }
  /** `forged`: something came, and its authenticator was wrong. */
  | { readonly kind: 'silent' | 'forged'; readonly server: string }
  | { readonly kind: 'unreachable'; readonly server: string };

export type OldServers = {
  /** @throws Overload if too many are asked already */
  ask(
    servers: readonly OldServer[],
    request: { readonly octets: Uint8Array; readonly secret: Uint8Array; readonly milliseconds: number },
  ): Promise<OldAnswer>;
};

/** Each takes a socket. */
const MAX_AT_ONCE = 512;
/** For so long, one that did not answer comes last. */
const DOWN_MILLISECONDS = 30_000;
const ANSWERS: readonly number[] = [CODE.accessAccept, CODE.accessReject, CODE.accessChallenge];

/** @param clock milliseconds of any steady clock */
export function oldServers(clock: () => number): OldServers {
  const downUntil = new Map<string, number>();
  let running = 0;
  return {
    async ask(servers, request) {
      if (running >= MAX_AT_ONCE) throw new Overload();
      running += 1;
      try {
        const isDown = ({ name }: OldServer): boolean => (downUntil.get(name) ?? 0) > clock();
        const inOrder = servers.toSorted((a, b) => Number(isDown(a)) - Number(isDown(b)));
        let answer: OldAnswer = { kind: 'unreachable', server: '' };
        for (const server of inOrder) {
          answer = await askOne(server, request);
          if (answer.kind === 'answered') downUntil.delete(server.name);
          else downUntil.set(server.name, clock() + DOWN_MILLISECONDS);
          if (answer.kind !== 'unreachable') break;
        }
        return answer;
      } finally {
        running -= 1;
      }
    },
  };
}

function askOne(
  { name, host, port }: OldServer,
  { octets, secret, milliseconds }: Parameters<OldServers['ask']>[1],
): Promise<OldAnswer> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    let forged = false;
    let ended = false;
    const end = (answer: OldAnswer): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end({ kind: forged ? 'forged' : 'silent', server: name }), milliseconds);
    socket.on('message', (message) => {
      const read = readReply(message, octets, secret);
      if (read.ok && ANSWERS.includes(read.reply.code))
        end({ kind: 'answered', server: name, reply: read.reply });
      else forged = true;
    });
    // Nothing listens there, or no way leads there. A function given to `connect` would get the latter instead, as its argument.
    socket.on('error', () => end({ kind: 'unreachable', server: name }));
    socket.on('connect', () => {
      if (!ended) socket.send(octets);
    });
    socket.connect(port, host);
  });
}
