/** Two nodes on PostgreSQL are two RADIUS servers: what becomes of a request that is sent to both, and of one whose first server has died. */
import { utf8 } from '@sower/bytes/octets';
import { intervalAt } from '@sower/otp/totp';
import { readReply } from '@sower/radius/client';
import { CODE } from '@sower/radius/packet';
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
