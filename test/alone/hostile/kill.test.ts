/**
 * kill -9 at random points: after the restart every token is wholly before or wholly after its provisioning. Tokencodes are shown all the while,
 * and some order explains every answer.
 */

import type { HttpRequest } from '@sower/ctkip/http';
import type { ProvisionedToken } from '@sower/ctkip/provision';
import { intervalAt } from '@sower/otp/totp';
import { beforeAll, expect, test } from 'vitest';
import { provisioned, runExchange, sender, tokencode } from '../../harness/authenticator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { amount, randomness } from '../../harness/randomness.ts';
import { judgeHistories, recorder, unexplainedIn } from '../../simulation/histories.ts';

/** Each of ten provisionings, with one kill. */
const BATCHES = amount({ usual: 5, long: 50 });
const AT_ONCE = 10;
const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

type Person = { readonly userId: string; readonly token: ProvisionedToken };

/** What the token shows, and for which interval. */
function shown(token: ProvisionedToken, offset: number): readonly [passcode: string, interval: number] {
  for (;;) {
    const interval = (): number => intervalAt(Date.now() / 1000, token.interval) + offset;
    const before = interval();
    const passcode = tokencode(token, offset);
    if (interval() === before) return [passcode, before];
  }
}

onBothDatabases('kill -9', (kind) => {
  const { deployment } = deployed(kind);

  beforeAll(async () => {
    await deployment.api('addProfile', {
      body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
    });
  });

  test(`${BATCHES} kills in ${BATCHES * AT_ONCE} provisionings`, async () => {
    let server = 0;
    let before = 0;
    let after = 0;
    const random = randomness(`kills, ${kind.name}`);
    const history = recorder(() => performance.now());
    /** Those who have a token, the last ones last. */
    const people: Person[] = [];
    const show = (at: number, { userId, token }: Person, offset: number): Promise<string | undefined> => {
      const [passcode, interval] = shown(token, offset);
      return history.ask(
        { key: token.serial, what: `interval ${interval}`, position: interval },
        async () => {
          const answer = await deployment.apiOf(at)('authenticate', { body: { userId, passcode } });
          return answer.result;
        },
      );
    };
    /** The next tokencode of those who got theirs in the last batch, twice at once, and whatever becomes of it. */
    const showNext = (at: number): Promise<unknown> =>
      Promise.allSettled(
        people.slice(-AT_ONCE).flatMap((person) => [show(at, person, 1), show(at, person, 1)]),
      );
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
      const asking = showNext(server);
      if (batch % 2 === 0) await wait(random() * 30);
      else await Promise.race([first.promise, Promise.all(exchanges)]);
      await victim.kill('SIGKILL');
      const results = await Promise.all(exchanges);
      await asking;
      await deployment.start();
      server = deployment.servers.length - 1;
      await showNext(server);
      const restarted = deployment.apiOf(server);

      for (const [index, run] of runs.entries()) {
        const { serial, userId } = run;
        const token = await restarted('getToken', { params: { serial } });
        const state = token.distribution?.state;
        const verify = (token: ProvisionedToken): Promise<string | undefined> => {
          people.push({ userId, token });
          return show(server, { userId, token }, 0);
        };
        const result = results[index];
        if (state === 'provisioned') {
          after += 1;
          expect(token.seeds).toHaveLength(1);
          const { items } = await restarted('listAudit', { query: { object: `token:${serial}` } });
          expect(items.filter((item) => item.action === 'ctkip.provisioned')).toHaveLength(1);
          if (result?.ok) {
            expect(await verify(result.token)).toBe('accepted');
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
          expect(await verify(late)).toBe('accepted');
        }
      }
    }
    const judged = judgeHistories(history.operations);
    const lost = history.operations.filter(({ answer }) => answer === undefined).length;
    console.log(
      `${kind.name}: ${before} wholly before, ${after} wholly after; ${judged.operations} tokencodes shown, ${lost} without an answer`,
    );
    expect(unexplainedIn(judged)).toBe('');
    expect(judged.operations).toBeGreaterThan(BATCHES * AT_ONCE);
    expect(before + after).toBe(BATCHES * AT_ONCE);
    expect(before).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(0);
  }, 900_000);
});
