/** Fifty copies of one passcode at once, over RADIUS and REST mixed, on two server processes: one is accepted, every time. */
import { securidTokencode } from '@sower/otp/securid';
import { intervalAt } from '@sower/otp/totp';
import { CODE } from '@sower/radius/packet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSupply, PROFILE } from './bench/supply.ts';
import { type FreshDatabase, onBothDatabases } from './databases.ts';
import { type Deployment, deploy } from './deployment.ts';
import { ask, RADIUS_OPTIONS, type RadiusPeer, radiusPeer, radiusPort } from './radius-client.ts';

const ROUNDS = Number(process.env.SOWER_RADIUS_RACE_ROUNDS ?? 50);
const SECRET = 'secret-of-the-radius-client-0';
/** On each process over each of both ways; two more make fifty. */
const COPIES = 12;

onBothDatabases('RADIUS and REST race', (kind) => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let peers: RadiusPeer[];
  let supply: Awaited<ReturnType<typeof openSupply>>;

  beforeAll(async () => {
    database = await kind.fresh();
    deployment = await deploy(database, {
      processes: 2,
      arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS],
    });
    supply = await openSupply(deployment, database.location);
    await deployment.api('addRadiusClient', {
      body: { name: 'racer', network: '127.0.0.1', secret: SECRET },
    });
    const ports = deployment.servers.map((server) => radiusPort(server, 'authentication'));
    peers = await Promise.all(
      ports.flatMap((port) => Array.from({ length: COPIES + 1 }, () => radiusPeer(port))),
    );
    // Once the client is known to both processes.
    for (const peer of peers) {
      let answer = await ask(peer, SECRET, 'nobody', '1');
      for (let tries = 0; tries < 5 && !answer.ok; tries += 1)
        answer = await ask(peer, SECRET, 'nobody', '1');
      expect(answer.ok).toBe(true);
    }
  }, 120_000);
  afterAll(async () => {
    for (const peer of peers ?? []) peer.close();
    await supply?.close();
    await deployment.stop();
    await database.drop();
  });

  test(`${ROUNDS} rounds`, async () => {
    const tokens = await supply.tokens(ROUNDS);
    const apis = [deployment.apiOf(0), deployment.apiOf(1)] as const;
    for (const [round, { userId, serial, seed }] of tokens.entries()) {
      const passcode = securidTokencode({
        seed: Buffer.from(seed, 'hex'),
        serial,
        interval: intervalAt(Date.now() / 1000, PROFILE.interval),
        intervalSeconds: PROFILE.interval,
        digits: PROFILE.digits,
      });
      const [radius, rest] = await Promise.all([
        Promise.all(peers.map((peer) => ask(peer, SECRET, userId, passcode))),
        Promise.all(
          Array.from({ length: 2 * COPIES }, (_, copy) =>
            apis[(copy % 2) as 0 | 1]('authenticate', { body: { userId, passcode } }),
          ),
        ),
      ]);
      const accepted =
        radius.filter((answer) => answer.ok && answer.reply.code === CODE.accessAccept).length +
        rest.filter(({ result }) => result === 'accepted').length;
      expect(accepted, `round ${round}`).toBe(1);
      expect(radius.length + rest.length).toBe(50);
      expect(radius.every((answer) => answer.ok)).toBe(true);
    }
  }, 900_000);
});
