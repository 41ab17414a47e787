/** Two nodes on PostgreSQL are two RADIUS servers: what becomes of a request that is sent to both, and of one whose first server has died. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { utf8 } from '@sower/bytes/octets';
import { intervalAt } from '@sower/otp/totp';
import { TYPE } from '@sower/radius/attributes';
import { readReply } from '@sower/radius/client';
import { CODE, findAttribute } from '@sower/radius/packet';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { codeOf, openSupply, PROFILE } from '../../bench/supply.ts';
import type { VerifyToken } from '../../bench/verifications.ts';
import { POSTGRESQL } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { RADIUS_OPTIONS, radiusPeer, radiusPort, request } from '../../harness/radius/client.ts';
import { access, hasFreeradius, radclient, startProxy } from '../../harness/radius/freeradius.ts';
import { roomInTheMinute } from '../../harness/token-modes.ts';
import type { Cleanups } from './replicated.ts';

const SECRET = 'secret-of-the-radius-client-0';

/** Each packet goes to the next node, and from an address of the balancer's, as behind one that does not keep the source. */
async function balanced(nodes: readonly number[]) {
  const [front, back] = [createSocket('udp4'), createSocket('udp4')];
  const sent = nodes.map(() => 0);
  let turn = 0;
  let client = 0;
  front.on('message', (octets, { port }) => {
    client = port;
    const to = turn % nodes.length;
    turn += 1;
    sent[to] = (sent[to] ?? 0) + 1;
    back.send(octets, nodes[to] as number, '127.0.0.1');
  });
  back.on('message', (octets) => front.send(octets, client, '127.0.0.1'));
  front.bind(0, '127.0.0.1');
  back.bind(0, '127.0.0.1');
  await Promise.all([once(front, 'listening'), once(back, 'listening')]);
  return {
    port: front.address().port,
    sent,
    close: async (): Promise<void> => {
      front.close();
      back.close();
    },
  };
}

describe.skipIf(!inject('postgresql'))('RADIUS by two addresses', () => {
  const cleanups: Cleanups = [];
  let deployment: Deployment;
  let tokens: VerifyToken[];
  let ports: [number, number];

  beforeAll(async () => {
    const database = await POSTGRESQL.installed();
    cleanups.push(() => database.drop());
    deployment = await deploy(database, {
      processes: 2,
      arguments: ['--wrong-codes', '1000000', '--drain-seconds', '0', ...RADIUS_OPTIONS],
    });
    cleanups.push(() => deployment.stop());
    const supply = await openSupply(deployment, database.location);
    cleanups.push(() => supply.close());
    tokens = await supply.tokens(20);
    await deployment.api('addRadiusClient', { body: { name: 'c', network: '127.0.0.1', secret: SECRET } });
    ports = deployment.servers.map((server) => radiusPort(server, 'authentication')) as typeof ports;
  });
  afterAll(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function answer(port: number, packet: Uint8Array): Promise<'accepted' | 'rejected' | undefined> {
    const peer = await radiusPeer(port);
    const octets = await peer.exchange(packet);
    peer.close();
    const read = octets && readReply(octets, packet, utf8(SECRET));
    if (!read?.ok) return undefined;
    return read.reply.code === CODE.accessAccept ? 'accepted' : 'rejected';
  }

  test('the same request to both at once: one accepts it, and no more than one', async () => {
    for (const token of tokens.splice(-8)) {
      const packet = request(SECRET, token.userId, codeOf(token));
      const answers = await Promise.all(ports.map((port) => answer(port, packet)));
      expect(answers.toSorted()).toEqual(['accepted', 'rejected']);
    }
  });

  test('sent again to the other after it was accepted: rejected, which holds nobody back, and the next tokencode is good', async () => {
    const token = tokens.pop() as VerifyToken;
    await roomInTheMinute({ now: Date.now });
    const interval = intervalAt(Date.now() / 1000, PROFILE.interval);
    const packet = request(SECRET, token.userId, codeOf(token, interval));
    expect(await answer(ports[0], packet)).toBe('accepted');
    // More often than a token may be wrong.
    for (let again = 0; again < 6; again += 1) {
      const anew = request(SECRET, token.userId, codeOf(token, interval));
      expect(await answer(ports[1], anew)).toBe('rejected');
    }
    const next = request(SECRET, token.userId, codeOf(token, interval + 1));
    expect(await answer(ports[1], next)).toBe('accepted');
  });

  test('behind a balancer that gives each packet to the next node: a challenge is answered at the other, and nothing is accepted twice', async () => {
    const balancer = await balanced(ports);
    cleanups.push(balancer.close);
    const token = tokens.pop() as VerifyToken;
    await deployment.api('addSecurityDomain', { body: { name: 'Pins' } });
    await deployment.api('editTokenPolicy', {
      params: { domain: 'Pins' },
      body: { wrongBeforeNextTokencode: 1 },
      ifMatch: 0,
    });
    const { lastName = 'Doe', version } = await deployment.api('getUser', {
      params: { userId: token.userId },
    });
    await deployment.api('editUser', {
      params: { userId: token.userId },
      body: { lastName, securityDomain: 'Pins' },
      ifMatch: version,
    });
    const peer = await radiusPeer(balancer.port);
    await roomInTheMinute({ now: Date.now });
    const interval = intervalAt(Date.now() / 1000, PROFILE.interval);
    const send = async (packet: Uint8Array) => {
      const octets = await peer.exchange(packet);
      const read = octets && readReply(octets, packet, utf8(SECRET));
      if (!read?.ok) throw new Error('no answer');
      return read.reply;
    };
    await send(request(SECRET, token.userId, '00000000'));
    const first = await send(request(SECRET, token.userId, codeOf(token, interval - 1)));
    expect(first.code).toBe(CODE.accessChallenge);
    const state = { type: TYPE.state, value: findAttribute(first, TYPE.state) as Uint8Array };
    const answered = request(SECRET, token.userId, codeOf(token, interval), [state]);
    expect((await send(answered)).code).toBe(CODE.accessAccept);
    // Sent again, as a client does that has not got the answer, it is with the other node, which says no and accepts nothing.
    expect((await send(answered)).code).toBe(CODE.accessReject);
    expect((await send(request(SECRET, token.userId, codeOf(token, interval + 1)))).code).toBe(
      CODE.accessAccept,
    );
    peer.close();
    // Each has got every second one.
    expect(balancer.sent).toEqual([3, 2]);
  });

  test.skipIf(!hasFreeradius)('FreeRADIUS with both: one is killed, and the other is asked', async () => {
    const clientSecret = 'secret-between-client-and-proxy';
    const proxy = await startProxy({ home: ports, window: 3, secret: SECRET, clientSecret });
    cleanups.push(() => proxy.stop());
    const ask = (token = tokens.pop() as VerifyToken): string =>
      radclient(access(token.userId, codeOf(token)), {
        port: proxy.ports[0] as number,
        secret: clientSecret,
        more: ['-r', '3', '-t', '4'],
      }).output;
    expect(ask()).toContain('Received Access-Accept');
    await deployment.servers[0]?.kill('SIGKILL');
    // FreeRADIUS 3 turns away who is on the way to it until it has heard nothing from it for 5 seconds. Their tokencode is not used.
    const token = tokens.pop() as VerifyToken;
    await roomInTheMinute({ now: Date.now }, 25_000);
    let rejected = 0;
    while (!ask(token).includes('Received Access-Accept')) rejected += 1;
    expect(rejected).toBeGreaterThan(0);
    expect(rejected).toBeLessThan(5);
    // From then on the other one is asked.
    const begun = performance.now();
    expect(ask()).toContain('Received Access-Accept');
    expect(performance.now() - begun).toBeLessThan(2_900);
  });
});
