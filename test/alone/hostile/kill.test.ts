/** kill -9 at random points: after the restart every token is wholly before or wholly after its provisioning. */

import type { HttpRequest } from '@sower/ctkip/http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provisioned, runExchange, sender, tokencode } from '../../harness/authenticator.ts';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { amount, randomness } from '../../harness/randomness.ts';

/** Each of ten provisionings, with one kill. */
const BATCHES = amount({ usual: 5, long: 50 });
const AT_ONCE = Math.max(1, Math.round(100 / BATCHES));
const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

onBothDatabases('kill -9', (kind) => {
  let database: FreshDatabase;
  let deployment: Deployment;

  beforeAll(async () => {
    database = await kind.installed();
    deployment = await deploy(database);
    await deployment.api('addProfile', {
      body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
    });
  });
  afterAll(async () => {
    await deployment.stop();
    await database.drop();
  });

  test(`${BATCHES} kills in ${BATCHES * AT_ONCE} provisionings`, async () => {
    let server = 0;
    let before = 0;
    let after = 0;
    const random = randomness(`kills, ${kind.name}`);
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const api = deployment.apiOf(server);
      const runs = await Promise.all(
        Array.from({ length: AT_ONCE }, async (_, index) => {
          const userId = `u${batch}-${index}`;
          await api('addUser', { body: { userId } });
          const { first: serial } = await api('mintTokens', { body: {} });
          await api('assignToken', { params: { serial }, body: { userId } });
          const distributed = await api('distributeToken', { params: { serial }, body: { profile: 'p' } });
          return { userId, serial, distributed, nonce: undefined as HttpRequest | undefined };
        }),
      );
      const send = sender(deployment, server);
      const victim = deployment.servers[server] as (typeof deployment.servers)[number];
      // However fast the machine is, some kills come before anything is committed, and some when the first token was given.
      const first = Promise.withResolvers<void>();
      const exchanges = runs.map((run) =>
        runExchange(deployment, run.distributed, {
          attempts: 1,
          send: (request) => {
            if (request.headers.SOAPAction === 'ServerFinished') run.nonce = request;
            return send(request);
          },
        }),
      );
      for (const exchange of exchanges) void exchange.then(({ ok }) => ok && first.resolve());
      if (batch % 2 === 0) await wait(random() * 30);
      else await Promise.race([first.promise, Promise.all(exchanges)]);
      await victim.kill('SIGKILL');
      const results = await Promise.all(exchanges);
      await deployment.start();
      server = deployment.servers.length - 1;
      const restarted = deployment.apiOf(server);

      for (const [index, run] of runs.entries()) {
        const { serial, userId } = run;
        const token = await restarted('getToken', { params: { serial } });
        const state = token.distribution?.state;
        const verify = async (passcode: string): Promise<string> =>
          (await restarted('authenticate', { body: { userId, passcode } })).result;
        const result = results[index];
        if (state === 'provisioned') {
          after += 1;
          expect(token.seeds).toHaveLength(1);
          const { items } = await restarted('listAudit', { query: { object: `token:${serial}` } });
          expect(items.filter((item) => item.action === 'ctkip.provisioned')).toHaveLength(1);
          if (result?.ok) {
            expect(await verify(tokencode(result.token))).toBe('accepted');
          } else {
            // Committed, and the answer lost with the process: the same request brings it.
            const answer = await sender(deployment, server)(run.nonce as HttpRequest);
            expect(Buffer.from(answer.body).toString()).toContain('<Response>');
          }
        } else {
          before += 1;
          expect(['issued', 'opened']).toContain(state);
          expect(token.seeds).toHaveLength(0);
          // What was promised is there: a client that was told of success has its token.
          expect(result?.ok).toBe(false);
          const late = await provisioned(deployment, run.distributed, { server });
          expect(await verify(tokencode(late))).toBe('accepted');
        }
      }
    }
    console.log(`${kind.name}: ${before} wholly before, ${after} wholly after`);
    expect(before + after).toBe(BATCHES * AT_ONCE);
    expect(before).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(0);
  }, 900_000);
});
