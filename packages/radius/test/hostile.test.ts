/**
 * Hostile packets: whatever arrives, reading it gives a value, and nothing unproven is taken. The seed is fixed, so a failure repeats;
 * TEST_LONG=1 tries a million.
 */

import { utf8 } from '@sower/bytes/octets';
import { expect, test } from 'vitest';
import { amount } from '../../../test/harness/randomness.ts';
import vectors from '../../../vectors/radius.json' with { type: 'json' };
import { vendorAttributes } from '../src/attributes.ts';
import { readReply } from '../src/client.ts';
import { CODE, encodePacket, parsePacket } from '../src/packet.ts';
import { passwordOf, readRequest } from '../src/server.ts';
import { hex, unhex } from './assert.ts';

const PACKETS = amount({ usual: 50_000, long: 1_000_000 });
const secret = utf8(vectors.secret);
const CODES = [CODE.accessRequest, CODE.accountingRequest, CODE.statusServer];

/** mulberry32: small, fast, the same everywhere. */
function generator(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

test('octets in a Buffer are read and left as they are', () => {
  // Buffer.slice gives a view where Uint8Array.slice gives a copy.
  for (const { request } of vectors.statusServer) {
    const octets = Buffer.from(request, 'hex');
    expect(readRequest(octets, { secret, codes: CODES, messageAuthenticator: 'required' }).ok).toBe(true);
    expect(octets.toString('hex')).toBe(request);
  }
});

test(`${PACKETS} packets`, () => {
  const below = generator(2865);
  const whole = [...vectors.access, ...vectors.statusServer].flatMap(({ request, reply }) =>
    [request, reply].flatMap((text) => (text === undefined ? [] : [unhex(text)])),
  );
  const signed = new Set(vectors.statusServer.map(({ request }) => request));
  const hostile = (): Uint8Array => {
    if (below(4) === 0) {
      const octets = Uint8Array.from({ length: below(300) }, () => below(256));
      // A length that is true, so that the attributes are looked at.
      if (octets.length >= 20 && below(2) === 0) octets.set([octets.length >> 8, octets.length & 255], 2);
      return octets;
    }
    let octets = (whole[below(whole.length)] as Uint8Array).slice();
    for (let times = 1 + below(4); times > 0; times -= 1) {
      const at = below(octets.length);
      const kind = below(4);
      if (kind === 0) octets = octets.slice(0, at);
      else if (kind === 1)
        octets = Uint8Array.from([...octets.slice(0, at), below(256), ...octets.slice(at)]);
      else octets[at] = below(256);
      if (octets.length === 0) break;
    }
    return octets;
  };
  const counts = { malformed: 0, unproven: 0, taken: 0 };
  const megabytes: number[] = [];
  for (let count = 0; count < PACKETS; count += 1) {
    if (count % Math.ceil(PACKETS / 20) === 0) megabytes.push(process.memoryUsage().rss / 2 ** 20);
    const octets = hostile();
    const parsed = parsePacket(octets);
    if (parsed.ok) {
      const { packet } = parsed;
      // Every octet of the packet is accounted for.
      if (hex(encodePacket(packet)) !== hex(packet.octets))
        throw new Error(`not the same again: ${hex(octets)}`);
      for (const { type, value } of packet.attributes) if (type === 26) vendorAttributes(value);
      passwordOf(packet, secret);
    } else counts.malformed += 1;
    const read = readRequest(octets, { secret, codes: CODES, messageAuthenticator: 'required' });
    if (!read.ok) counts.unproven += 1;
    // Padding aside, only what was signed by who knows the secret.
    else if (signed.has(hex(read.request.octets))) counts.taken += 1;
    else throw new Error(`taken without proof: ${hex(octets)}`);
    readRequest(octets, { secret, codes: CODES, messageAuthenticator: 'optional' });
    if (readReply(octets, whole[0] as Uint8Array, secret).ok) throw new Error(`believed: ${hex(octets)}`);
  }
  // Nothing of a packet is kept: from the middle on memory is flat.
  const half = megabytes.slice(10);
  console.log(`${PACKETS} packets; MB ${megabytes.map(Math.round).join(' ')}`);
  expect(Math.max(...half) - Math.min(...half)).toBeLessThan(40);
  // The fuzzer reaches both sides of the parser.
  expect(counts.malformed).toBeGreaterThan(PACKETS / 20);
  expect(PACKETS - counts.malformed).toBeGreaterThan(PACKETS / 20);
}, 900_000);
