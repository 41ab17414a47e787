/** A RADIUS server that is to be replaced: PIN and TOTP, each tokencode once, and what a test wants of its answers. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { utf8 } from '@sower/bytes/octets';
import { hotp } from '@sower/otp/hotp';
import { TYPE } from '@sower/radius/attributes';
import { textOf } from '@sower/radius/octets';
import { type Attribute, CODE, findAttribute, type ParsedPacket } from '@sower/radius/packet';
import { encodeReply, passwordOf, readRequest } from '@sower/radius/server';

export type OldUser = { readonly pin: string; readonly key: Uint8Array; last?: number };
export const OLD_SECRET = 'secret-of-the-old-servers';
export const OLD_INTERVAL = 60;

type Reply = { readonly code: number; readonly attributes: readonly Attribute[] };

export type OldRadius = {
  readonly address: string;
  readonly users: Map<string, OldUser>;
  /** Requests that it checked, by user. */
  readonly tries: Map<string, number>;
  /** Every request, as it came. */
  readonly requests: ParsedPacket[];
  /** Instead of the usual reply; undefined for the usual one. */
  answers: ((request: ParsedPacket, usual: () => Reply) => Reply | undefined) | undefined;
  /** What is done with the octets of a reply. */
  sends: (octets: Uint8Array, send: (octets: Uint8Array) => void) => void;
  stop(): Promise<void>;
};

export const oldCode = (key: Uint8Array, interval: number): string =>
  hotp({ key, counter: interval, digits: 6 });
export const oldInterval = (): number => Math.floor(Date.now() / 1000 / OLD_INTERVAL);

export async function oldRadius(): Promise<OldRadius> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const users = new Map<string, OldUser>();
  const tries = new Map<string, number>();
  const requests: ParsedPacket[] = [];
  const usual = (request: ParsedPacket): Reply => {
    const name = textOf(findAttribute(request, TYPE.userName) ?? new Uint8Array());
    const password = passwordOf(request, utf8(OLD_SECRET));
    tries.set(name, (tries.get(name) ?? 0) + 1);
    const user = users.get(name);
    const given = password.kind === 'pap' ? textOf(password.password) : '';
    if (user)
      for (const offset of [-1, 0, 1]) {
        const interval = oldInterval() + offset;
        if (interval <= (user.last ?? -1) || given !== user.pin + oldCode(user.key, interval)) continue;
        user.last = interval;
        return {
          code: CODE.accessAccept,
          attributes: [
            { type: TYPE.userName, value: utf8('another-name') },
            { type: 11, value: utf8('old-filter') },
          ],
        };
      }
    return { code: CODE.accessReject, attributes: [{ type: TYPE.replyMessage, value: utf8('no') }] };
  };
  const server: OldRadius = {
    address: `127.0.0.1:${socket.address().port}`,
    ...{ users, tries, requests },
    answers: undefined,
    sends: (octets, send) => send(octets),
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
  socket.on('message', (octets, from) => {
    const read = readRequest(new Uint8Array(octets), {
      secret: utf8(OLD_SECRET),
      codes: [CODE.accessRequest],
      messageAuthenticator: 'required',
    });
    if (!read.ok) return;
    requests.push(read.request);
    const answer = server.answers
      ? server.answers(read.request, () => usual(read.request))
      : usual(read.request);
    const reply = answer && encodeReply(read.request, answer, utf8(OLD_SECRET));
    if (reply) server.sends(reply, (sent) => socket.send(sent, from.port, from.address));
  });
  return server;
}
