/**
 * PgBouncer between a node and PostgreSQL is killed under load, and comes back: no accepted passcode is lost, and none is accepted twice. Runs with
 * TEST_LONG=1.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { openSupply } from '../../bench/supply.ts';
import type { VerifyToken } from '../../bench/verifications.ts';
import { deploy } from '../../harness/deployment.ts';
import { amount } from '../../harness/randomness.ts';
import { unexplainedIn } from '../../simulation/histories.ts';
import { hasPgbouncer, pooled } from './pgbouncer.ts';
import { type Cleanups, history, presentInterval, verify } from './replicated.ts';

const KILLS = amount({ usual: 0, long: 3 });
const CALLERS = 6;
/** How long it is away. */
const AWAY_MILLISECONDS = 1_000;

const cleanups: Cleanups = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe.skipIf(KILLS === 0 || !hasPgbouncer || !inject('postgresql'))('PgBouncer', () => {
  test.each(['session', 'transaction'] as const)(
    `killed ${KILLS} times, with a pool for each %s`,
    async (mode) => {
      const { pooler, direct } = await pooled(mode, cleanups);
      const location = { kind: 'postgresql', url: pooler.url } as const;
      const deployment = await deploy(
        { location, option: pooler.url, drop: async () => {} },
        { arguments: ['--wrong-codes', '1000000', '--drain-seconds', '0'] },
      );
      cleanups.push(() => deployment.stop());
      const supply = await openSupply(deployment, { kind: 'postgresql', url: direct });
      cleanups.push(() => supply.close());
      const { show, judge } = history();
      const outcomeOf = (token: VerifyToken, interval: number): Promise<string> =>
        show(token, interval, async (code) => {
          const answer = await verify(deployment, token, code);
          return answer.result ?? String(answer.status);
        });

      for (let kill = 1; kill <= KILLS; kill += 1) {
        const tokens = await supply.tokens(1_500);
        const uses: { token: VerifyToken; interval: number; outcome: string; at: number }[] = [];
        let over = false;
        const load = Promise.all(
          Array.from({ length: CALLERS }, async () => {
            while (!over) {
              const token = tokens.pop() as VerifyToken;
              const interval = presentInterval();
              const outcome = await outcomeOf(token, interval);
              uses.push({ token, interval, outcome, at: performance.now() });
              await wait(outcome === 'accepted' ? 20 : 100);
            }
          }),
        );
        await wait(700);
        await pooler.kill();
        await wait(AWAY_MILLISECONDS);
        await pooler.start();
        const back = performance.now();
        const accepted = (): boolean => uses.some(({ outcome, at }) => outcome === 'accepted' && at > back);
        await expect.poll(accepted, { timeout: 20_000, interval: 20 }).toBe(true);
        const served = performance.now() - back;
        await wait(500);
        over = true;
        await load;
        let [lost, twice] = [0, 0];
        for (const { token, interval, outcome } of uses) {
          expect(['accepted', '503']).toContain(outcome);
          const again = await outcomeOf(token, interval);
          if (outcome === 'accepted' && again === 'accepted') lost += 1;
          if (outcome === '503' && again === 'accepted' && (await outcomeOf(token, interval)) === 'accepted')
            twice += 1;
        }
        const refused = uses.filter(({ outcome }) => outcome === '503').length;
        console.log(
          `${mode} ${kill}: served ${(served / 1_000).toFixed(1)} s after it was back; ${uses.length - refused} accepted, ${refused} refused, lost ${lost}, twice ${twice}`,
        );
        expect({ lost, twice }).toEqual({ lost: 0, twice: 0 });
        expect(served).toBeLessThan(5_000);
        expect((await deployment.send(0, { path: '/readyz' })).body.toString()).toBe('ready\n');
      }
      const judged = judge();
      console.log(`${mode}: ${judged.operations} tokencodes shown`);
      expect(unexplainedIn(judged)).toBe('');
    },
    60_000 + KILLS * 60_000,
  );
});
