/**
 * Generated hostile packets to the RADIUS ports of a server process: no crash, no answer to what is not proven, memory flat, and a token
 * that works as before. The seed is fixed; TEST_LONG=1 sends more.
 */
import { randomBytes } from 'node:crypto';
import { utf8 } from '@sower/bytes/octets';
import { TYPE } from '@sower/radius/attributes';
import { accessRequest, accountingRequest, readReply, statusServer } from '@sower/radius/client';
import { CODE } from '@sower/radius/packet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { ask, RADIUS_OPTIONS, type RadiusPeer, radiusPeer, radiusPort } from '../../harness/radius/client.ts';
import { amount } from '../../harness/randomness.ts';

const PACKETS = amount({ usual: 5_000, long: 100_000 });
/** As many as the receive buffer of the system surely holds. */
const BURST = 50;
const SECRET = 'secret-of-the-radius-client-0';
const secret = utf8(SECRET);

function generator(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

const { deployment } = deployed(SQLITE, { arguments: ['--log-level', 'error', ...RADIUS_OPTIONS] });
let peers: readonly RadiusPeer[];

beforeAll(async () => {
  const { api } = deployment;
  await api('addProfile', {
    body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
  });
  await api('addRadiusClient', { body: { name: 'fuzz', network: '127.0.0.1', secret: SECRET } });
  const server = deployment.servers[0] as (typeof deployment.servers)[number];
  peers = [
    await radiusPeer(radiusPort(server, 'authentication')),
    await radiusPeer(radiusPort(server, 'accounting')),
  ];
});
afterAll(async () => {
  for (const peer of peers) peer.close();
});

async function metrics(): Promise<{ megabytes: number; dropped: number }> {
  const text = await deployment.metrics(0);
  const sum = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce(
      (total, [, value]) => total + Number(value),
      0,
    );
  return {
    megabytes: sum('process_resident_memory_bytes') / 2 ** 20,
    dropped: sum('sower_radius_dropped_total'),
  };
}

test(`${PACKETS} packets`, async () => {
  const { api } = deployment;
  await api('addUser', { body: { userId: 'steady' } });
  const { first: serial } = await api('mintTokens', { body: {} });
  await api('assignToken', { params: { serial }, body: { userId: 'steady' } });
  const token = await provisioned(
    deployment,
    await api('distributeToken', { params: { serial }, body: { profile: 'p' } }),
  );
  const below = generator(1812);
  const octets = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256));
  const whole = (): Uint8Array => {
    const attributes = Array.from({ length: below(4) }, () => ({
      type: 1 + below(255),
      value: octets(below(40)),
    })).filter(({ type }) => type !== TYPE.messageAuthenticator);
    const name = { userName: 'x'.repeat(below(100)), password: 'y'.repeat(below(60)) };
    switch (below(3)) {
      case 0:
        return accessRequest(
          { identifier: below(256), authenticator: octets(16), ...name, attributes },
          secret,
        );
      case 1:
        return accountingRequest(below(256), attributes, secret);
      default:
        return statusServer(below(256), octets(16), secret, attributes);
    }
  };
  const hostile = (): Uint8Array => {
    if (below(6) === 0) return octets(below(600));
    let packet = whole();
    // Some are proven, with names, passwords and attributes that nobody means; the others have one change at least.
    if (below(12) === 0) return packet;
    for (let times = 1 + below(3); times > 0 && packet.length > 0; times -= 1) {
      const at = below(packet.length);
      const kind = below(4);
      if (kind === 0) packet = packet.slice(0, at);
      else if (kind === 1)
        packet = Uint8Array.from([...packet.slice(0, at), below(256), ...packet.slice(at)]);
      else packet[at] = (packet[at] as number) ^ (1 + below(255));
    }
    return packet;
  };
  const server = deployment.servers[0] as (typeof deployment.servers)[number];
  const ports = [radiusPort(server, 'authentication'), radiusPort(server, 'accounting')];
  const measured: number[] = [];
  let sent = 0;
  while (sent < PACKETS) {
    for (let count = 0; count < BURST; count += 1) {
      const which = below(2);
      (peers[which] as RadiusPeer).socket.send(hostile(), ports[which] as number, '127.0.0.1');
      sent += 1;
    }
    // Behind the burst: when it is answered, the burst was looked at.
    const status = statusServer(sent & 255, new Uint8Array(randomBytes(16)), secret);
    for (const peer of peers) {
      let answer: Uint8Array | undefined;
      do answer = await peer.exchange(status);
      while (answer && !readReply(answer, status, secret).ok);
      expect(answer, `after ${sent} packets`).toBeDefined();
    }
    if (sent % (BURST * 20) === 0) measured.push((await metrics()).megabytes);
  }
  const { dropped } = await metrics();
  // Nearly all that were changed break a signature; padding and a few others do not.
  expect(dropped).toBeGreaterThan(PACKETS * 0.85);
  // From a port of its own: the proven ones among those packets are answered late, after many that are not.
  const peer = await radiusPeer(ports[0] as number);
  expect(await ask(peer, SECRET, 'steady', tokencode(token))).toMatchObject({
    ok: true,
    reply: { code: CODE.accessAccept },
  });
  peer.close();
  const half = measured.slice(Math.floor(measured.length / 2));
  console.log(`${dropped} of ${sent} dropped; MB ${measured.map(Math.round).join(' ')}`);
  if (half.length >= 3) expect(Math.max(...half) - Math.min(...half)).toBeLessThan(40);
}, 900_000);
