/**
 * Fifty copies of one passcode at once, over RADIUS and REST mixed, on two server processes: one is accepted, every time. The same after
 * a resynchronization, when a process is killed meanwhile, and after both were restarted. SOWER_RACE_PROCESSES asks for
 * another number of processes.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { intervalAt } from '@sower/otp/totp';
import { CODE } from '@sower/radius/packet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, openSupply, PROFILE } from '../../bench/supply.ts';
import type { VerifyToken } from '../../bench/verifications.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { type Deployment, racingProcesses } from '../../harness/deployment.ts';
import {
  answeredPeer,
  ask,
  RADIUS_OPTIONS,
  type RadiusPeer,
  radiusPort,
} from '../../harness/radius/client.ts';
import { amount } from '../../harness/randomness.ts';
import { roomInTheMinute } from '../../harness/token-modes.ts';

const ROUNDS = amount({ usual: 10, long: 100 });
/** What costs more, or waits for processes. */
const FEWER = Math.ceil(ROUNDS / 5);
const KILLS = Math.min(5, FEWER);
const RACING = racingProcesses();
const SECRET = 'secret-of-the-radius-client-0';
/** On each process over each of both ways; two more make fifty. */
const COPIES = 12;
const MILLISECONDS = 120_000 + ROUNDS * 5_000;

const intervalNow = (): number => intervalAt(Date.now() / 1000, PROFILE.interval);

onBothDatabases('RADIUS and REST race', (kind) => {
  const { database, deployment } = deployed(kind, {
    ...RACING,
    arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS],
  });
  let peers: RadiusPeer[] = [];
  let supply: Awaited<ReturnType<typeof openSupply>>;
  /** Indexes of the two servers that run. */
  let running: readonly [number, number] = [0, RACING.processes - 1];

  /** Once the client is known to both processes. */
  async function connect(): Promise<void> {
    for (const peer of peers) peer.close();
    const ports = running.map((server) => radiusPort(deployment.servers[server] as never, 'authentication'));
    peers = [];
    for (const port of ports)
      for (let copy = 0; copy <= COPIES; copy += 1) peers.push(await answeredPeer(port, SECRET));
  }

  beforeAll(async () => {
    supply = await openSupply(deployment, database.location);
    await deployment.api('addRadiusClient', {
      body: { name: 'racer', network: '127.0.0.1', secret: SECRET },
    });
    await connect();
  });
  afterAll(async () => {
    for (const peer of peers) peer.close();
    await supply?.close();
  });

  /**
   * @param milliseconds for an answer over RADIUS
   * @returns how many of fifty are accepted, and how many answered at all
   */
  async function fifty(
    userId: string,
    passcode: string,
    milliseconds?: number,
  ): Promise<{ accepted: number; answered: number }> {
    const apis = running.map((server) => deployment.apiOf(server));
    const [radius, rest] = await Promise.all([
      Promise.all(peers.map((peer) => ask(peer, SECRET, userId, passcode, [], milliseconds))),
      Promise.all(
        Array.from({ length: 2 * COPIES }, (_, copy) =>
          (apis[copy % 2] as Deployment['api'])('authenticate', { body: { userId, passcode } }).then(
            ({ result }) => result,
            () => undefined,
          ),
        ),
      ),
    ]);
    return {
      accepted:
        radius.filter((answer) => answer.ok && answer.reply.code === CODE.accessAccept).length +
        rest.filter((result) => result === 'accepted').length,
      answered: radius.filter(({ ok }) => ok).length + rest.filter((result) => result !== undefined).length,
    };
  }
  const ONE = { accepted: 1, answered: 50 };
  const NONE = { accepted: 0, answered: 50 };

  test(
    `${ROUNDS} rounds`,
    async () => {
      let acceptances = 0;
      for (const [round, token] of (await supply.tokens(ROUNDS)).entries()) {
        const result = await fifty(token.userId, codeOf(token));
        expect(result, `round ${round}`).toEqual(ONE);
        acceptances += result.accepted;
      }
      console.log(`${kind.name}: ${ROUNDS} rounds of 50, ${acceptances} acceptances`);
    },
    MILLISECONDS,
  );

  test(
    `${FEWER} tokens, resynchronized by one of fifty`,
    async () => {
      const apis = running.map((server) => deployment.apiOf(server));
      for (const token of await supply.tokens(FEWER)) {
        const { serial, userId } = token;
        // A used tokencode that has left the window is a wrong one, and fifty of those hold the token back.
        await roomInTheMinute({ now: Date.now }, 20_000);
        const far = intervalNow() + 300;
        const body = { first: codeOf(token, far), second: codeOf(token, far + 1) };
        const resynchronized = await Promise.allSettled(
          Array.from({ length: 50 }, (_, copy) =>
            (apis[copy % 2] as Deployment['api'])('resynchronizeToken', { params: { serial }, body }),
          ),
        );
        expect(resynchronized.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        const third = codeOf(token, far + 2);
        for (const used of [body.first, body.second]) expect(await fifty(userId, used)).toEqual(NONE);
        expect(await fifty(userId, third)).toEqual(ONE);
        expect(await fifty(userId, third)).toEqual(NONE);
      }
    },
    MILLISECONDS,
  );

  test.skipIf(RACING.processes === 1)(
    `${KILLS} kills while it runs, and after each, and after both were started anew`,
    async () => {
      const tokens = await supply.tokens(KILLS);
      const used: { token: VerifyToken; interval: number }[] = [];
      for (const [round, token] of tokens.entries()) {
        const interval = intervalNow();
        const passcode = codeOf(token, interval);
        // A process that was killed answers nothing more.
        const racing = fifty(token.userId, passcode, 5_000);
        await wait(2 * round);
        await deployment.servers[running[0]]?.kill('SIGKILL');
        const during = await racing;
        await deployment.start();
        running = [deployment.servers.length - 1, running[1]];
        await connect();
        // What was accepted and not told may be lost; what was told is never told again.
        expect((await fifty(token.userId, passcode)).accepted + during.accepted).toBeLessThanOrEqual(1);
        used.push({ token, interval });
      }
      await Promise.all(running.map((server) => deployment.servers[server]?.kill('SIGTERM')));
      await deployment.start();
      await deployment.start();
      running = [deployment.servers.length - 2, deployment.servers.length - 1];
      await connect();
      for (const { token, interval } of used) {
        expect(await fifty(token.userId, codeOf(token, interval))).toEqual(NONE);
        const next = codeOf(token, Math.max(interval + 1, intervalNow()));
        expect(await fifty(token.userId, next)).toEqual(ONE);
      }
    },
    MILLISECONDS + KILLS * 30_000,
  );
});
