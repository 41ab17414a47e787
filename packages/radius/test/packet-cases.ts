/** Cases: lengths that lie, signatures that do not fit, replies as they must be. */

import { concat, utf8 } from '@sower/bytes/octets';
import {
  encodeAttribute,
  integerOctets,
  integerOf,
  TYPE,
  textAttribute,
  vendorAttribute,
  vendorAttributes,
} from '../src/attributes.ts';
import { accessRequest, accountingRequest, readReply, statusServer } from '../src/client.ts';
import {
  type Attribute,
  CODE,
  encodePacket,
  findAttribute,
  MAX_PACKET_LENGTH,
  type ParsedPacket,
  parsePacket,
} from '../src/packet.ts';
import { hidePassword, revealPassword } from '../src/password.ts';
import { forwardedRequest, repliedAttributes } from '../src/proxy.ts';
import { encodeReply, passwordOf, readRequest, replyRoom } from '../src/server.ts';
import { accepted, type Cases, hex, same, throws, unhex } from './assert.ts';

const secret = utf8('a secret of some length');
const authenticator = Uint8Array.from({ length: 16 }, (_, i) => i * 7 + 1);
const RULES = {
  secret,
  codes: [CODE.accessRequest, CODE.statusServer],
  messageAuthenticator: 'required',
} as const;

const header = (length: number, code = 1): string =>
  `${code.toString(16).padStart(2, '0')}05${length.toString(16).padStart(4, '0')}${hex(authenticator)}`;
const reasonOf = (text: string): string => {
  const parsed = parsePacket(unhex(text));
  return parsed.ok ? 'none' : parsed.reason;
};
const request = (
  attributes: readonly Attribute[] = [{ type: TYPE.proxyState, value: utf8('one') }],
): Uint8Array =>
  accessRequest({ identifier: 5, authenticator, userName: 'anna', password: '12345678', attributes }, secret);
const replyTo = (...reply: Parameters<typeof encodeReply>): Uint8Array => {
  const octets = encodeReply(...reply);
  if (!octets) throw new Error('no room');
  return octets;
};

const parsedRequest = (octets = request()): ParsedPacket => accepted(readRequest(octets, RULES)).request;

export const cases: Cases = {
  'every length of a packet is checked'() {
    same(reasonOf(''), 'truncated', 'nothing');
    same(reasonOf(header(20).slice(0, 38)), 'truncated', '19 octets');
    same(reasonOf(header(20)), 'none', 'the shortest');
    same(reasonOf(header(19)), 'bad-length', 'less than a header');
    same(reasonOf(header(0)), 'bad-length', 'none at all');
    same(reasonOf(header(21)), 'truncated', 'more than there is');
    same(reasonOf(header(4097) + '00'.repeat(5000)), 'too-long', 'more than allowed');
    same(reasonOf(`${header(23)}010400`), 'bad-attribute', 'an attribute past the end');
    same(reasonOf(`${header(22)}0101`), 'bad-attribute', 'an attribute of length 1');
    same(reasonOf(`${header(22)}0100`), 'bad-attribute', 'an attribute of length 0');
    same(reasonOf(`${header(21)}01`), 'bad-attribute', 'a type alone');
    same(reasonOf(`${header(21)}0102`), 'bad-attribute', 'an attribute that begins inside and ends outside');
    same(reasonOf(`${header(22)}0002`), 'bad-attribute', 'type 0');
    same(reasonOf(`${header(22)}0102`), 'none', 'an empty attribute');
  },

  'octets after the stated length are padding'() {
    const parsed = accepted(parsePacket(unhex(`${header(22)}0102ffffff`)));
    same(parsed.packet.attributes, [{ type: 1, value: new Uint8Array(0) }], 'attributes');
    same(parsed.packet.octets.length, 22, 'octets');
    same(readRequest(concat(request(), utf8('padding')), RULES).ok, true, 'a signed packet with padding');
  },

  'what no packet can hold is not written'() {
    const packet = { code: 1, identifier: 1, authenticator, attributes: [] };
    throws(() => encodePacket({ ...packet, authenticator: new Uint8Array(15) }), 'authenticator');
    throws(() => encodePacket({ ...packet, attributes: [{ type: 0, value: utf8('') }] }), 'type');
    throws(() => encodePacket({ ...packet, attributes: [{ type: 1, value: new Uint8Array(254) }] }), 'value');
    const long = Array.from({ length: 17 }, () => ({ type: 1, value: new Uint8Array(253) }));
    throws(() => encodePacket({ ...packet, attributes: long }), 'packet');
  },

  'passwords of every length, and none that cannot be'() {
    for (const length of [0, 1, 15, 16, 17, 127, 128]) {
      const password = utf8('x'.repeat(length));
      const hidden = hidePassword(password, secret, authenticator);
      same(hidden.length, Math.max(16, Math.ceil(length / 16) * 16), `${length} hidden`);
      same(revealPassword(hidden, secret, authenticator), password, `${length} revealed`);
    }
    throws(() => hidePassword(new Uint8Array(129), secret, authenticator), '129 octets');
    for (const length of [0, 15, 17, 144]) {
      same(revealPassword(new Uint8Array(length), secret, authenticator), undefined, `${length} octets`);
    }
    const wrong = revealPassword(
      hidePassword(utf8('12345678'), secret, authenticator),
      utf8('other'),
      authenticator,
    );
    same(hex(wrong as Uint8Array) === hex(utf8('12345678')), false, 'another secret');
  },

  'a request is taken with the right secret and as it was sent only'() {
    const octets = request();
    same(readRequest(octets, RULES).ok, true, 'as it was sent');
    same(passwordOf(parsedRequest(), secret), { kind: 'pap', password: utf8('12345678') }, 'password');
    same(
      readRequest(octets, { ...RULES, secret: utf8('other') }),
      { ok: false, reason: 'wrong-authenticator' },
      'another secret',
    );
    for (let at = 0; at < octets.length; at += 1) {
      const changed = octets.slice();
      changed[at] = (changed[at] as number) ^ 1;
      same(readRequest(changed, RULES).ok, false, `octet ${at} changed`);
    }
  },

  'a Message-Authenticator that is missing, double or of another length'() {
    const bare = accepted(parsePacket(request([]))).packet;
    const without = bare.attributes.filter(({ type }) => type !== TYPE.messageAuthenticator);
    const unsigned = encodePacket({ ...bare, attributes: without });
    same(readRequest(unsigned, RULES), { ok: false, reason: 'no-message-authenticator' }, 'missing');
    const lenient = { ...RULES, messageAuthenticator: 'optional' } as const;
    same(readRequest(unsigned, lenient).ok, true, 'not required');
    for (const type of [TYPE.proxyState, TYPE.eapMessage]) {
      const more = encodePacket({ ...bare, attributes: [...without, { type, value: utf8('x') }] });
      same(readRequest(more, lenient), { ok: false, reason: 'no-message-authenticator' }, `with ${type}`);
    }
    const status = encodePacket({ ...bare, code: CODE.statusServer, attributes: [] });
    same(readRequest(status, lenient), { ok: false, reason: 'no-message-authenticator' }, 'Status-Server');
    const short = { type: TYPE.messageAuthenticator, value: new Uint8Array(15) };
    const wrong = { ok: false, reason: 'wrong-authenticator' };
    same(readRequest(encodePacket({ ...bare, attributes: [short] }), lenient), wrong, 'too short');
    const twice = encodePacket({ ...bare, attributes: [...bare.attributes, ...bare.attributes] });
    same(readRequest(twice, lenient), wrong, 'twice');
  },

  'only the codes of the port are taken'() {
    same(
      readRequest(request(), { ...RULES, codes: [CODE.accountingRequest] }),
      { ok: false, reason: 'wrong-code' },
      'access at the accounting port',
    );
    for (const code of [2, 3, 5, 11, 13, 40, 255]) {
      const octets = request();
      octets[0] = code;
      same(readRequest(octets, RULES), { ok: false, reason: 'wrong-code' }, `code ${code}`);
    }
  },

  'a password that cannot be verified is none'() {
    const hidden = { type: TYPE.userPassword, value: hidePassword(utf8('1'), secret, authenticator) };
    const kind = (...attributes: { type: number; value: Uint8Array }[]): string =>
      passwordOf({ ...parsedRequest(), attributes }, secret).kind;
    same(kind(), 'none', 'nothing');
    same(kind(hidden), 'pap', 'one');
    same(kind(hidden, hidden), 'unsupported', 'two');
    same(kind({ type: TYPE.userPassword, value: new Uint8Array(17) }), 'unsupported', '17 octets');
    same(kind(hidden, { type: TYPE.eapMessage, value: new Uint8Array(5) }), 'unsupported', 'EAP');
    same(kind(hidden, { type: TYPE.chapPassword, value: new Uint8Array(17) }), 'unsupported', 'CHAP');
  },

  'Message-Authenticator is first in every reply, Proxy-State last and unchanged'() {
    const octets = request([
      { type: TYPE.proxyState, value: utf8('one') },
      { type: TYPE.proxyState, value: utf8('two') },
    ]);
    for (const code of [
      CODE.accessAccept,
      CODE.accessReject,
      CODE.accessChallenge,
      CODE.accountingResponse,
    ]) {
      const attributes = [textAttribute(TYPE.replyMessage, 'Hello')];
      const reply = replyTo(parsedRequest(octets), { code, attributes }, secret);
      const read = accepted(readReply(reply, octets, secret)).reply;
      same(
        read.attributes.map(({ type }) => type),
        [TYPE.messageAuthenticator, TYPE.replyMessage, TYPE.proxyState, TYPE.proxyState],
        `types of ${code}`,
      );
      same(
        read.attributes.slice(2).map(({ value }) => value),
        [utf8('one'), utf8('two')],
        'proxy states',
      );
    }
  },

  'a reply that was changed, or answers something else, is not believed'() {
    const octets = request();
    const reply = replyTo(parsedRequest(), { code: CODE.accessReject, attributes: [] }, secret);
    for (let at = 0; at < reply.length; at += 1) {
      const changed = reply.slice();
      changed[at] = (changed[at] as number) ^ 2;
      same(readReply(changed, octets, secret).ok, false, `octet ${at} changed`);
    }
    const other = accessRequest(
      { identifier: 5, authenticator: authenticator.map((octet) => octet ^ 9), userName: 'a', password: '1' },
      secret,
    );
    same(readReply(reply, other, secret).ok, false, 'to another request');
    same(readReply(reply, octets, utf8('other')).ok, false, 'under another secret');
  },

  'a reply never outgrows a packet'() {
    const proxied = parsedRequest(
      request(Array.from({ length: 14 }, () => ({ type: TYPE.proxyState, value: new Uint8Array(253) }))),
    );
    const room = replyRoom(proxied);
    same(room, MAX_PACKET_LENGTH - 38 - 14 * 255, 'what fits beside the Proxy-State attributes');
    const fitting = [242, room - 242].map((length) =>
      textAttribute(TYPE.replyMessage, 'x'.repeat(length - 2)),
    );
    const reply = encodeReply(proxied, { code: CODE.accessAccept, attributes: fitting }, secret);
    same(reply?.length, MAX_PACKET_LENGTH, 'length');
    const kept = accepted(parsePacket(reply as Uint8Array)).packet.attributes;
    same(kept.filter(({ type }) => type === TYPE.proxyState).length, 14, 'every Proxy-State');
    same(kept.filter(({ type }) => type === TYPE.replyMessage).length, 2, 'every attribute');
    const attributes = [...fitting, { type: TYPE.class, value: new Uint8Array(0) }];
    same(
      encodeReply(proxied, { code: CODE.accessAccept, attributes }, secret),
      undefined,
      'never a part of it',
    );
  },

  'requests of accounting have a computed authenticator'() {
    const rules = { ...RULES, codes: [CODE.accountingRequest, CODE.statusServer] };
    const octets = accountingRequest(9, [{ type: TYPE.acctStatusType, value: integerOctets(1) }], secret);
    same(readRequest(octets, rules).ok, true, 'as it was sent');
    for (const at of [1, 4, 19, 22, 25]) {
      const changed = octets.slice();
      changed[at] = (changed[at] as number) ^ 1;
      same(readRequest(changed, rules).ok, false, `octet ${at} changed`);
    }
    const { request } = accepted(readRequest(octets, rules));
    const reply = replyTo(request, { code: CODE.accountingResponse, attributes: [] }, secret);
    same(reply.length, 20, 'an acknowledgement has no Message-Authenticator');
    same(readReply(reply, octets, secret).ok, true, 'and is believed by its authenticator');
    reply[4] = (reply[4] as number) ^ 1;
    same(readReply(reply, octets, secret).ok, false, 'changed');
    same(readRequest(statusServer(1, authenticator, secret), rules).ok, true, 'Status-Server');
  },

  'attributes by name, as people write their values'() {
    const value = (name: string, text: string): string => {
      const encoded = encodeAttribute(name, text);
      return encoded.ok ? `${encoded.attribute.type} ${hex(encoded.attribute.value)}` : 'refused';
    };
    same(value('Filter-Id', 'vpn'), '11 76706e', 'text');
    same(value('Class', 'OU=x;'), '25 4f553d783b', 'octets as text');
    same(value('Class', '0x00ff'), '25 00ff', 'octets');
    same(value('Framed-IP-Address', '192.0.2.7'), '8 c0000207', 'IPv4');
    same(value('Session-Timeout', '3600'), '27 00000e10', 'integer');
    same(value('Framed-IPv6-Address', '2001:db8::1'), '168 20010db8000000000000000000000001', 'IPv6');
    same(
      value('Framed-IPv6-Prefix', '2001:db8:ffff:ffff::/47'),
      '97 002f20010db8fffe00000000000000000000',
      'prefix, with the bits beyond it cleared',
    );
    same(value('Fortinet-Group-Name', 'admins'), `26 000030440108${hex(utf8('admins'))}`, 'vendor');
    same(value('Vendor-9-1', 'a=b'), '26 000000090105613d62', 'any vendor');
    for (const [name, text] of [
      ['Filter-Id', ''],
      ['Filter-Id', 'x'.repeat(254)],
      ['Framed-IP-Address', '192.0.2.07'],
      ['Framed-IP-Address', '192.0.2'],
      ['Framed-IP-Address', '192.0.2.256'],
      ['Session-Timeout', '-1'],
      ['Session-Timeout', '4294967296'],
      ['Framed-IPv6-Address', '1::2::3'],
      ['Framed-IPv6-Address', '1:2:3:4:5:6:7:8:9'],
      ['Framed-IPv6-Address', '::g'],
      ['Framed-IPv6-Prefix', '2001:db8::/129'],
      ['Framed-IPv6-Prefix', '2001:db8::'],
      ['Message-Authenticator', '0x00'],
      ['toString', 'x'],
      ['Vendor-0-1', 'x'],
      ['Vendor-9-256', 'x'],
    ] as const) {
      same(value(name, text), 'refused', `${name} = ${text.slice(0, 20)}`);
    }
  },

  'attributes of vendors are taken apart, unless their lengths lie'() {
    const { value } = vendorAttribute(9, 1, utf8('ab'));
    same(vendorAttributes(value), [{ vendor: 9, type: 1, value: utf8('ab') }], 'one');
    same(
      vendorAttributes(concat(value, Uint8Array.of(2, 2))),
      [
        { vendor: 9, type: 1, value: utf8('ab') },
        { vendor: 9, type: 2, value: utf8('') },
      ],
      'two',
    );
    for (const lie of ['000000', '0000000901', '000000090101', '0000000901ff61']) {
      same(vendorAttributes(unhex(lie)), undefined, lie);
    }
  },

  'numbers and texts'() {
    same(integerOf(integerOctets(4_294_967_295)), 4_294_967_295, 'the largest');
    same([integerOf(utf8('abc')), integerOf(undefined)], [undefined, undefined], 'not four octets');
    const { value } = textAttribute(TYPE.replyMessage, 'ä'.repeat(200));
    same(value.length, 252, 'cut between characters');
    same(findAttribute(parsedRequest(), TYPE.state), undefined, 'absent');
  },

  'a request that is sent on: encrypted and signed with the other secret, without the Proxy-State and State of the client'() {
    const other = utf8('the secret of the other server');
    const asked = Uint8Array.from({ length: 16 }, (_, i) => 200 - i);
    const sentOn = (attributes: Parameters<typeof request>[0]) =>
      forwardedRequest(accepted(readRequest(request(attributes), RULES)).request, {
        identifier: 9,
        authenticator: asked,
        password: utf8('4826123456'),
        state: utf8('of the other'),
        proxyState: utf8('ours'),
        nasIdentifier: 'proxy',
        secret: other,
      });
    const octets = sentOn([
      { type: TYPE.proxyState, value: utf8('of the client') },
      { type: TYPE.state, value: utf8('ours too') },
      { type: TYPE.nasIpAddress, value: Uint8Array.of(192, 0, 2, 7) },
    ]) as Uint8Array;
    const { request: arrived } = accepted(readRequest(octets, { ...RULES, secret: other }));
    const password = passwordOf(arrived, other);
    same(password, { kind: 'pap', password: utf8('4826123456') }, 'the password');
    const values = (type: number) => arrived.attributes.filter((a) => a.type === type).map((a) => a.value);
    same(values(TYPE.proxyState), [utf8('ours')], 'Proxy-State');
    same(values(TYPE.state), [utf8('of the other')], 'State');
    same([values(TYPE.nasIpAddress).length, values(TYPE.nasIdentifier).length], [1, 0], 'who sent it');
    same(arrived.attributes[0]?.type, TYPE.messageAuthenticator, 'signed first');
    const full = Array.from({ length: 16 }, () => ({ type: TYPE.class, value: new Uint8Array(250) }));
    same(sentOn(full), undefined, 'what does not fit');
  },

  'of a reply, keys that only those two can read and the names of states do not go back'() {
    const octets = encodePacket({
      code: CODE.accessAccept,
      identifier: 1,
      authenticator,
      attributes: [
        { type: TYPE.messageAuthenticator, value: new Uint8Array(16) },
        { type: TYPE.userName, value: utf8('x') },
        { type: TYPE.state, value: utf8('x') },
        { type: TYPE.proxyState, value: utf8('x') },
        { type: 69, value: utf8('tunnel') },
        vendorAttribute(311, 16, utf8('key')),
        vendorAttribute(311, 28, utf8('dns')),
        { type: TYPE.class, value: utf8('staff') },
      ],
    });
    const parsed = parsePacket(octets);
    if (!parsed.ok) throw new Error(parsed.reason);
    same(
      repliedAttributes(parsed.packet),
      [vendorAttribute(311, 28, utf8('dns')), { type: TYPE.class, value: utf8('staff') }],
      'what goes back',
    );
  },
};
