/**
 * PostgreSQL fails over to a standby that commits do not wait for, and that lacks the last ones: nothing that was accepted is accepted again,
 * and service continues with the next interval. One failover, or ten with TEST_LONG=1, with a standby that is up to 30 s behind.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { hotp } from '@sower/otp/hotp';
import { intervalAt } from '@sower/otp/totp';
import { sealing } from '@sower/server/keys/seal/sealing';
import { settlePromotion } from '@sower/server/operations/nodes/promotion';
import { openAsItIs } from '@sower/server/store/db/loading';
import { ConnectionLost } from '@sower/server/store/db/postgresql/failures';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { codeOf, PROFILE } from '../../bench/supply.ts';
import type { VerifyToken } from '../../bench/verifications.ts';
import type { Deployment } from '../../harness/deployment.ts';
import { amount } from '../../harness/randomness.ts';
import { unexplainedIn } from '../../simulation/histories.ts';
import {
  type Answer,
  awaitStandby,
  type Cleanups,
  history,
  presentInterval,
  replicated,
  serving,
  sql,
  verify,
} from './replicated.ts';

const PROMOTIONS = amount({ usual: 1, long: 10 });
const MAX_BEHIND_SECONDS = 30;
const INTERVAL = PROFILE.interval * 1000;

const cleanups: Cleanups = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Used = { readonly token: VerifyToken; readonly passcode: string; readonly interval?: number };

/** By either server, which the load balancer has not left yet. */
async function verifyAt(deployment: Deployment, server: number, { token, passcode }: Used): Promise<Answer> {
  return verify({ ...deployment, send: (_, options) => deployment.send(server, options) }, token, passcode);
}

const cutOff = [`alter system set primary_conninfo = ''`, 'select pg_reload_conf()'];

describe.skipIf(!inject('postgresql'))('a promotion', () => {
  test.each(
    Array.from({ length: PROMOTIONS }, (_, index) =>
      Math.max(3, Math.round((MAX_BEHIND_SECONDS * (index + 1)) / PROMOTIONS) % (MAX_BEHIND_SECONDS + 1)),
    ).map((behind) => (PROMOTIONS === 1 ? 3 : behind)),
  )(
    'of a standby that is %i s behind: nothing is accepted twice, and service is back with the next interval',
    async (behind) => {
      const { first, standby, url } = await replicated(cleanups);
      const { deployment, supply, tokens } = await serving(url, cleanups, { processes: 2, count: 700 });
      const { api } = deployment;
      const { show, judge } = history();
      /** Tokencodes of an interval are written down. */
      const recorded = async (server: number, use: Used): Promise<Answer> => {
        let answer: Answer = { status: 0 };
        const ask = async (): Promise<string | undefined> => {
          answer = await verifyAt(deployment, server, use);
          return answer.result;
        };
        await (use.interval === undefined ? ask() : show(use.token, use.interval, ask));
        return answer;
      };
      const [counted, held] = tokens.splice(-2) as [VerifyToken, VerifyToken];
      await sql(
        first,
        `update seeds set algorithm = 'hotp', position = 5 where token_id = (select id from tokens where serial = '${counted.serial}')`,
      );
      const { codes } = await api('giveEmergencyAccess', {
        params: { serial: held.serial },
        body: { kind: 'set' },
      });
      await supply.codes(3);
      const counter = (count: number): string =>
        hotp({ key: Buffer.from(counted.seed, 'hex'), counter: count, digits: PROFILE.digits });
      expect(await verify(deployment, counted, counter(6))).toMatchObject({ result: 'accepted' });
      expect((await sql(standby, 'select 1')).rowCount).toBe(1);

      await sql(standby, ...cutOff);
      await expect.poll(async () => (await sql(first, `select 1 from pg_stat_replication`)).rowCount).toBe(0);
      const used: Used[] = [];
      for (const begun = performance.now(); performance.now() - begun < behind * 1000; ) {
        const token = tokens.pop() as VerifyToken;
        const interval = presentInterval();
        const use = { token, interval, passcode: codeOf(token, interval) };
        expect(await recorded(used.length % 2, use)).toMatchObject({ result: 'accepted' });
        used.push(use);
        await wait(100);
      }
      for (const use of [
        { token: counted, passcode: counter(7) },
        { token: held, passcode: codes[0] as string },
      ]) {
        expect(await verify(deployment, use.token, use.passcode)).toMatchObject({ result: 'accepted' });
        used.push(use);
      }

      first.kill();
      await sql(standby, 'select pg_promote()');
      const promoted = performance.now();
      let over = false;
      let twice = 0;
      const answers = new Map<string, number>();
      const replaying = [0, 1].map(async (server) => {
        while (!over) {
          for (const use of used) {
            const { status, result = String(status) } = await recorded(server, use);
            answers.set(result, (answers.get(result) ?? 0) + 1);
            if (result === 'accepted') twice += 1;
            // Each of them several dozen times: as fast as it goes would take both processors for a minute.
            await wait(150);
          }
        }
      });
      let back: number | undefined;
      const fresh = tokens.splice(-40);
      for (let tries = 0; back === undefined; tries += 1) {
        const token = fresh[tries % fresh.length] as VerifyToken;
        const interval = presentInterval();
        const passcode = codeOf(token, interval);
        const answer = await recorded(tries % 2, { token, interval, passcode });
        if (answer.result === 'accepted') back = performance.now() - promoted;
        else if (performance.now() - promoted > 2 * INTERVAL) break;
        await wait(100);
      }
      // For as long as a tokencode used before counts.
      await wait(Math.max(0, 2 * INTERVAL - (performance.now() - promoted)));
      over = true;
      await Promise.all(replaying);
      console.log(
        `${behind} s behind: ${used.length} used, twice ${twice}, back after ${((back ?? Number.NaN) / 1000).toFixed(1)} s; ${JSON.stringify(Object.fromEntries(answers))}`,
      );
      expect(twice).toBe(0);
      // What was lost with the first server was put beyond use, and with it what nobody had shown: no order explains that, and nothing else.
      const judged = judge();
      console.log(`${judged.operations} tokencodes shown; unexplained:\n${unexplainedIn(judged)}`);
      const put = new Set(fresh.map(({ serial }) => serial));
      for (const { key, history: shortest } of judged.unexplained) {
        expect(put).toContain(key);
        expect(shortest.map(({ answer }) => answer)).not.toContain('accepted');
      }
      expect(answers.get('rejected')).toBeGreaterThan(used.length);
      expect(back).toBeLessThan(INTERVAL + 10_000);
      const { rows } = await sql(
        standby,
        `select timeline, lossy_timeline, (select count(*)::int from seeds where algorithm = 'hotp') as counters,
        (select count(*)::int from emergency_codes) as emergency,
        (select count(*)::int from distributions where state in ('issued', 'opened')) as codes,
        (select count(*)::int from audit where action = 'database.promoted' and result = 'failure') as settled,
        (select count(*)::int from audit where action = 'audit.altered') as altered
        from installation`,
      );
      expect(rows[0]).toEqual({
        ...{ timeline: 2, lossy_timeline: 2, counters: 0, emergency: 0, codes: 0, settled: 1, altered: 0 },
      });
    },
  );

  test('of a standby that commits waited for: nothing is put beyond use, and no interval is waited for', async () => {
    const { first, standby, url } = await replicated(cleanups);
    await awaitStandby(first);
    const { deployment, supply, tokens } = await serving(url, cleanups);
    await supply.codes(3);
    const [used, next] = tokens as [VerifyToken, VerifyToken];
    const { show, judge } = history();
    const interval = presentInterval();
    const ask = (token: VerifyToken, at: number): Promise<string | undefined> =>
      show(token, at, async (code) => (await verify(deployment, token, code)).result);
    expect(await ask(used, interval)).toBe('accepted');
    first.kill();
    await sql(standby, 'select pg_promote()');
    const begun = performance.now();
    await expect.poll(() => ask(next, presentInterval()), { interval: 50 }).toBe('accepted');
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(await ask(used, interval)).toBe('rejected');
    expect(unexplainedIn(judge())).toBe('');
    const { rows } = await sql(
      standby,
      `select timeline, lossy_timeline, (select count(*)::int from distributions where state in ('issued', 'opened')) as codes,
        (select result from audit where action = 'database.promoted') as settled from installation`,
    );
    expect(rows[0]).toEqual({ timeline: 2, lossy_timeline: null, codes: 3, settled: 'success' });
  });

  test('what a node remembers counts more than what was known of replication; a former primary is never used again', async () => {
    const { first, standby, url } = await replicated(cleanups);
    const { deployment, tokens } = await serving(url, cleanups);
    const [token] = tokens as [VerifyToken];
    await deployment.stop();
    await sql(first, 'update installation set commits_awaited = 1');
    await expect
      .poll(async () => (await sql(standby, 'select commits_awaited from installation')).rows[0])
      .toEqual({ commits_awaited: 1 });
    await sql(standby, 'select pg_promote()');
    const opened = [first, standby].map(({ url: place }) => openAsItIs({ kind: 'postgresql', url: place }));
    cleanups.push(() => Promise.all(opened.map((db) => db.destroy())));
    const [former, promoted] = opened as [(typeof opened)[0], (typeof opened)[0]];
    const { rows } = await sql(
      standby,
      `select s.id, s.position::int from seeds s join tokens t on t.id = s.token_id where t.serial = '${token.serial}'`,
    );
    const seed = rows[0] as { id: string; position: number };
    const present = intervalAt(Date.now() / 1000, PROFILE.interval);
    const accepted = { id: seed.id, position: present + 1 };
    const context = (recent: readonly (typeof accepted)[]) => ({
      sealing: sealing(new Uint8Array(32), (length) => new Uint8Array(length)),
      now: () => Date.now(),
      random: (length: number) => new Uint8Array(length).map(() => Math.floor(Math.random() * 256)),
      recent: { list: () => recent },
    });
    const last = { timeline: 1, awaited: true };
    const timelines = async () =>
      (await sql(standby, 'select timeline, lossy_timeline from installation')).rows[0];
    expect(await settlePromotion(promoted, context([]), last)).toEqual({ timeline: 2, awaited: false });
    expect(await timelines()).toEqual({ timeline: 2, lossy_timeline: null });
    // Another process has accepted something that is not there.
    await settlePromotion(promoted, context([accepted]), last);
    expect(await timelines()).toEqual({ timeline: 2, lossy_timeline: 2 });
    const after = await sql(standby, `select position::int from seeds where id = '${seed.id}'`);
    expect(after.rows[0]).toEqual({ position: present + 1 });
    await expect(settlePromotion(former, context([]), { timeline: 2, awaited: false })).rejects.toThrow(
      ConnectionLost,
    );
  });
});
