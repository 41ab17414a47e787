/**
 * A hundred guesses at once at the passcode of one user, over REST, RADIUS, agents and the Self-Service Console, on two server processes:
 * never more than the documented number are looked at.
 */
import { randomInt } from 'node:crypto';
import { securidTokencode } from '@sower/otp/securid';
import { intervalAt } from '@sower/otp/totp';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSupply, PROFILE } from '../../bench/supply.ts';
import type { VerifyToken } from '../../bench/verifications.ts';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import {
  answeredPeer,
  ask,
  RADIUS_OPTIONS,
  type RadiusPeer,
  radiusPeer,
  radiusPort,
} from '../../harness/radius/client.ts';
import { amount } from '../../harness/randomness.ts';
import { type SelfServiceClient, selfServiceClient } from '../../harness/self-service-client.ts';
import { roomInTheMinute } from '../../harness/token-modes.ts';

const ROUNDS = amount({ usual: 3, long: 50 });
const SECRET = 'secret-of-the-radius-client-0';
const PASSWORD = 'seven green bottles';
/** docs/authentication.md: the fifth wrong passcode in a row holds the token back, for 1 s, 2 s, 4 s … */
const LOOKED_AT = 5;
const allowed = (milliseconds: number): number => LOOKED_AT + Math.floor(Math.log2(milliseconds / 1000 + 1));

/** What the trail says of a passcode that was looked at and was wrong. */
const WRONG = ['wrong passcode', 'not two successive tokencodes'];

onBothDatabases('guesses at once over every way', (kind) => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let opened: OpenDatabase;
  let supply: Awaited<ReturnType<typeof openSupply>>;
  let token: VerifyToken;
  let browsers: SelfServiceClient[];
  let agentKey: string;
  const peers: RadiusPeer[][] = [];

  beforeAll(async () => {
    database = await kind.installed();
    deployment = await deploy(database, {
      processes: 2,
      arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS],
    });
    supply = await openSupply(deployment, database.location);
    opened = await openDatabase(database.location);
    [token] = (await supply.tokens(1)) as [VerifyToken];
    const { api } = deployment;
    await api('addRadiusClient', { body: { name: 'racer', network: '127.0.0.1', secret: SECRET } });
    agentKey = (await api('addAgent', { body: { name: 'racer' } })).key;
    const { userId } = token;
    await api('setUserPassword', { params: { userId }, body: { password: PASSWORD, mustChange: false } });
    browsers = [0, 1].map((server) => selfServiceClient(deployment, {}, server));
    for (const browser of browsers)
      await browser.api('openUserSession', { body: { method: 'password', userId, password: PASSWORD } });
    for (const server of deployment.servers) {
      const port = radiusPort(server, 'authentication');
      const own = await Promise.all(Array.from({ length: 13 }, () => radiusPeer(port)));
      peers.push(own);
      (await answeredPeer(port, SECRET)).close();
    }
  });
  afterAll(async () => {
    for (const peer of peers.flat()) peer.close();
    await supply?.close();
    await opened?.close();
    await deployment.stop();
    await database.drop();
  });

  const codeOf = (interval: number): string =>
    securidTokencode({
      seed: Buffer.from(token.seed, 'hex'),
      serial: token.serial,
      interval,
      intervalSeconds: PROFILE.interval,
      digits: PROFILE.digits,
    });
  const intervalNow = (): number => intervalAt(Date.now() / 1000, PROFILE.interval);

  /** A code that no interval near now has. */
  function wrongCode(): string {
    const near = Array.from({ length: 41 }, (_, at) => codeOf(intervalNow() - 20 + at));
    for (;;) {
      const code = String(randomInt(10 ** PROFILE.digits)).padStart(PROFILE.digits, '0');
      if (!near.includes(code)) return code;
    }
  }

  /** @returns whether it was accepted, or a question was asked: whether it was found right */
  async function show(guess: number, passcode: string): Promise<boolean> {
    const server = guess % 2;
    const { userId, serial } = token;
    const way = (guess >> 1) % 4;
    if (way === 0) {
      const { result } = await deployment.apiOf(server)('authenticate', { body: { userId, passcode } });
      return result !== 'rejected';
    }
    if (way === 1) {
      const answer = await ask(peers[server]?.[guess >> 3] as RadiusPeer, SECRET, userId, passcode);
      // Access-Accept and Access-Challenge.
      return answer.ok && [2, 11].includes(answer.reply.code);
    }
    if (way === 2) {
      const answer = await deployment.send(server, {
        method: 'POST',
        path: '/mfa/v1_1/authn/initialize',
        headers: { 'content-type': 'application/json', 'client-key': agentKey },
        body: JSON.stringify({
          clientId: 'racer',
          subjectName: userId,
          subjectCredentials: [
            { methodId: 'SECURID', collectedInputs: [{ name: 'SECURID', value: passcode }] },
          ],
          context: { messageId: `m${guess}` },
        }),
      });
      expect(answer.status).toBe(200);
      return /SUCCESS|CHALLENGE/.test(answer.body.toString());
    }
    const { api } = browsers[server] as SelfServiceClient;
    if ((guess >> 3) % 2 === 0) {
      const { result } = await api('testOwnToken', { params: { serial }, body: { passcode } });
      return result === 'accepted';
    }
    return api('resynchronizeOwnToken', {
      params: { serial },
      body: { first: passcode, second: passcode },
    }).then(
      () => true,
      () => false,
    );
  }

  test(
    `${ROUNDS} rounds of 100: never more than ${LOOKED_AT} are looked at, and one more after each wait`,
    async () => {
      const most: number[] = [];
      let found = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const { db } = opened;
        await roomInTheMinute({ now: Date.now }, 15_000);
        await deployment.api('unlockUser', { params: { userId: token.userId } });
        const last = await db
          .selectFrom('audit')
          .select('id')
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst();
        // In every other round one of them is the right one, by REST, RADIUS or an agent.
        const lucky = round % 2 === 0 ? undefined : 8 * randomInt(12) + randomInt(6);
        // No code is used up from one round to the next.
        await db
          .updateTable('seeds')
          .set({ position: -1 })
          .where('sealed', '=', await sealed())
          .execute();
        const code = codeOf(intervalNow());
        const begun = performance.now();
        const results = await Promise.all(
          Array.from({ length: 100 }, (_, guess) => show(guess, guess === lucky ? code : wrongCode())),
        );
        const elapsed = performance.now() - begun;
        const rows = await db
          .selectFrom('audit')
          .select(['reason', 'at', 'id'])
          .where('object', 'in', [`user:${token.userId}`, `token:${token.serial}`])
          .where('id', '>', last?.id ?? '')
          .execute();
        const looked = rows.filter(({ reason }) => WRONG.includes(reason ?? '')).length;
        const right = results.filter(Boolean).length;
        found += right;
        most.push(looked);
        expect(right, `round ${round}`).toBeLessThanOrEqual(lucky === undefined ? 0 : 1);
        // A right one that was looked at has the count begin anew.
        const bound = right === 0 ? allowed(elapsed) : LOOKED_AT - 1 + allowed(elapsed);
        expect(looked, `round ${round}, ${Math.round(elapsed)} ms`).toBeLessThanOrEqual(bound);
        expect(looked, `round ${round}`).toBeGreaterThanOrEqual(LOOKED_AT);
        const { failures } = await db
          .selectFrom('tokens')
          .select('failures')
          .where('serial', '=', token.serial)
          .executeTakeFirstOrThrow();
        if (right === 0) expect(failures, `round ${round}`).toBe(looked);
      }
      console.log(
        `${kind.name}: ${ROUNDS} rounds of 100, looked at ${Math.min(...most)} to ${Math.max(...most)}; a right one among them in ${Math.floor(ROUNDS / 2)}, found in ${found}`,
      );
    },
    120_000 + ROUNDS * 20_000,
  );

  async function sealed(): Promise<string> {
    const row = await opened.db
      .selectFrom('seeds')
      .innerJoin('tokens', 'tokens.id', 'seeds.token_id')
      .select('seeds.sealed')
      .where('tokens.serial', '=', token.serial)
      .executeTakeFirstOrThrow();
    return row.sealed;
  }
});
