/** Cases: the examples of RFC 2865 and RFC 5997. */

import { concat, utf8 } from '@sower/bytes/octets';
import vectors from '../../../vectors/radius.json' with { type: 'json' };
import { TYPE } from '../src/attributes.ts';
import { checkMessageAuthenticator, responseAuthenticator } from '../src/authenticators.ts';
import { statusServer } from '../src/client.ts';
import { hmacMd5, md5, textOf } from '../src/octets.ts';
import { CODE, encodePacket, findAttribute, type ParsedPacket, parsePacket } from '../src/packet.ts';
import { chapResponse, hidePassword, revealPassword } from '../src/password.ts';
import { passwordOf, readRequest } from '../src/server.ts';
import { accepted, type Cases, hex, same, unhex } from './assert.ts';

const secret = utf8(vectors.secret);
export const packetOf = (text: string): ParsedPacket => accepted(parsePacket(unhex(text))).packet;
const RULES = { secret, codes: [CODE.accessRequest, CODE.statusServer] } as const;

export const cases: Cases = {
  'requests of the RFC are read, and written again octet for octet'() {
    for (const { source, request, userName } of vectors.access) {
      const packet = packetOf(request);
      same(packet.code, CODE.accessRequest, source);
      same(textOf(findAttribute(packet, TYPE.userName) as Uint8Array), userName, source);
      same(hex(encodePacket(packet)), request, source);
    }
  },

  'User-Password is hidden and revealed as in the RFC'() {
    for (const { source, request, password } of vectors.access) {
      if (password === undefined) continue;
      const packet = packetOf(request);
      const hidden = findAttribute(packet, TYPE.userPassword) as Uint8Array;
      same(revealPassword(hidden, secret, packet.authenticator), utf8(password), source);
      same(hidePassword(utf8(password), secret, packet.authenticator), hidden, source);
      same(passwordOf(packet, secret), { kind: 'pap', password: utf8(password) }, source);
    }
  },

  'a secret in use gives the same as a new copy of it, in any order'() {
    const messages = ['', 'abc', 'x'.repeat(64), 'y'.repeat(200), 'abc'].map(utf8);
    const other = utf8('another secret');
    for (const message of messages) {
      for (const key of [secret, other]) {
        same(hex(hmacMd5(key, message)), hex(hmacMd5(key.slice(), message)), `${message.length} octets`);
        same(hex(md5(message, key)), hex(md5(concat(message, key))), `${message.length} octets`);
      }
    }
    // RFC 2202 §2
    same(
      hex(hmacMd5(new Uint8Array(16).fill(0x0b), utf8('Hi There'))),
      '9294727a3638bb1c13f48ef8158bfc9d',
      'case 1',
    );
    // RFC 1321 §A.5
    same(hex(md5(utf8('abc'))), '900150983cd24fb0d6963f7d28e17f72', 'abc');
  },

  'the CHAP response of the RFC, which this server does not verify'() {
    const packet = packetOf(vectors.access[1]?.request as string);
    const value = findAttribute(packet, TYPE.chapPassword) as Uint8Array;
    same(
      chapResponse(value[0] as number, utf8('arctangent'), packet.authenticator),
      value.slice(1),
      'response',
    );
    same(passwordOf(packet, secret).kind, 'unsupported', 'CHAP');
  },

  'response authenticators are those of the RFC'() {
    for (const { source, request, reply, replyAttributes } of vectors.access) {
      const answer = packetOf(reply);
      const unsigned = unhex(reply);
      unsigned.set(packetOf(request).authenticator, 4);
      same(responseAuthenticator(unsigned, secret), answer.authenticator, source);
      same(
        answer.attributes.map(({ type, value }) => [type, hex(value)]),
        replyAttributes,
        source,
      );
    }
  },

  'Status-Server and its Message-Authenticator are those of RFC 5997'() {
    for (const { source, request, reply } of vectors.statusServer) {
      const packet = packetOf(request);
      same(checkMessageAuthenticator(packet, secret, packet.authenticator), 'right', source);
      const attributes = packet.attributes.filter(({ type }) => type !== TYPE.messageAuthenticator);
      same(hex(statusServer(packet.identifier, packet.authenticator, secret, attributes)), request, source);
      same(readRequest(unhex(request), { ...RULES, messageAuthenticator: 'optional' }).ok, true, source);
      if (reply === undefined) continue;
      const unsigned = unhex(reply);
      unsigned.set(packet.authenticator, 4);
      same(responseAuthenticator(unsigned, secret), packetOf(reply).authenticator, source);
    }
  },

  'the requests of RFC 2865 are taken only where a Message-Authenticator is not required'() {
    for (const { source, request } of vectors.access) {
      const read = (messageAuthenticator: 'required' | 'optional') =>
        readRequest(unhex(request), { ...RULES, messageAuthenticator });
      same(read('optional').ok, true, source);
      same(read('required'), { ok: false, reason: 'no-message-authenticator' }, source);
    }
  },
};
