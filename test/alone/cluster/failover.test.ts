/**
 * A primary and its standby, both named in the URL of the database: whatever becomes of the primary, servers find the one that takes over. With
 * commits that wait for the standby, some order explains what clients were answered before, meanwhile and after.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase } from '@sower/server/store/db/open';
import { hostsOf } from '@sower/server/store/db/postgresql/hosts';
import { sql as statement } from 'kysely';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { codeOf } from '../../bench/supply.ts';
import type { VerifyToken } from '../../bench/verifications.ts';
import type { TestPostgresql } from '../../harness/postgresql.ts';
import { amount } from '../../harness/randomness.ts';
import { unexplainedIn } from '../../simulation/histories.ts';
import {
  awaitStandby,
  type Cleanups,
  history,
  presentInterval,
  replicated,
  served,
  serving,
  sql,
  verify,
  verifyNow,
} from './replicated.ts';

const FAILOVERS = amount({ usual: 1, long: 20 });
const CALLERS = 8;

const cleanups: Cleanups = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe.skipIf(!inject('postgresql'))('several hosts', () => {
  test('the primary is killed, and the standby takes over: served, and no used code counts again', async () => {
    const { first, standby, url } = await replicated(cleanups);
    const { deployment, tokens } = await serving(url, cleanups);
    await awaitStandby(first);
    const [used, fresh] = tokens as [VerifyToken, VerifyToken];
    const code = codeOf(used);
    expect(await verify(deployment, used, code)).toMatchObject({ result: 'accepted' });
    first.kill();
    await sql(standby, 'select pg_promote()');
    const answer = await served(() => verifyNow(deployment, fresh));
    expect(answer).toMatchObject({ result: 'accepted' });
    expect(answer.milliseconds).toBeLessThan(10_000);
    expect(await verify(deployment, used, code)).toMatchObject({ result: 'rejected' });
    // Commands that run once find it too, and so does a backup.
    const hosts = hostsOf(url);
    await hosts.known();
    expect(new URL(hosts.current).host).toBe(new URL(standby.url).host);
  });

  test(
    `the primary is killed under load ${FAILOVERS} times: some order explains every answer`,
    async () => {
      const { show, judge } = history();
      for (let failover = 1; failover <= FAILOVERS; failover += 1) {
        const { first, standby, url } = await replicated(cleanups);
        const { deployment, tokens } = await serving(url, cleanups, { count: 1_000 });
        await awaitStandby(first);
        const outcomeOf = (token: VerifyToken, interval: number): Promise<string> =>
          show(token, interval, async (code) => {
            const { result, status } = await verify(deployment, token, code);
            return result ?? String(status);
          });
        const shown: { token: VerifyToken; interval: number; outcome: string }[] = [];
        let over = false;
        const load = Promise.all(
          Array.from({ length: CALLERS }, async () => {
            for (let token = tokens.pop(); token && !over; token = tokens.pop()) {
              const interval = presentInterval();
              const outcome = await outcomeOf(token, interval);
              shown.push({ token, interval, outcome });
              await wait(outcome === 'accepted' ? 40 : 200);
            }
          }),
        );
        const accepted = (): number => shown.filter(({ outcome }) => outcome === 'accepted').length;
        await expect.poll(accepted).toBeGreaterThan(50);
        first.kill();
        await sql(standby, 'select pg_promote()');
        const before = accepted();
        await expect.poll(accepted).toBeGreaterThan(before + 50);
        over = true;
        await load;
        // What was accepted is used; what was not answered is accepted once at most.
        for (const { token, interval } of shown) await outcomeOf(token, interval);
        console.log(`${failover}: ${accepted()} of ${shown.length} accepted at once`);
        for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
      }
      const judged = judge();
      console.log(`${judged.operations} tokencodes shown, for ${judged.keys} tokens`);
      expect(unexplainedIn(judged)).toBe('');
      expect(judged.operations).toBeGreaterThan(judged.keys);
    },
    60_000 + FAILOVERS * 90_000,
  );

  test('the primary accepts no writes any more: on to the one that does', async () => {
    const { first, standby, url } = await replicated(cleanups);
    const { deployment, tokens } = await serving(url, cleanups);
    await awaitStandby(first);
    const [before, after] = tokens as [VerifyToken, VerifyToken];
    expect(await verifyNow(deployment, before)).toMatchObject({ result: 'accepted' });
    // What was open stays open, as behind a balancer.
    await sql(first, 'alter system set default_transaction_read_only = on', 'select pg_reload_conf()');
    await sql(standby, 'select pg_promote()');
    const answer = await served(() => verifyNow(deployment, after));
    expect(answer).toMatchObject({ result: 'accepted' });
    expect(answer.milliseconds).toBeLessThan(10_000);
  });

  test('a connection that was kept says that it accepts no writes any more: it is dropped, and the next statement goes to the other', async () => {
    const { first, standby, url } = await replicated(cleanups);
    const { db, close } = await openDatabase({ kind: 'postgresql', url });
    cleanups.push(close);
    const written = async (): Promise<string> => {
      await statement`update heartbeats set at = at`.execute(db);
      const { rows } = await statement<{ port: number }>`select inet_server_port()::int as port`.execute(db);
      return String(rows[0]?.port);
    };
    const portOf = (server: TestPostgresql): string => new URL(server.url).port;
    expect(await written()).toBe(portOf(first));
    await sql(first, 'alter system set default_transaction_read_only = on', 'select pg_reload_conf()');
    await sql(standby, 'select pg_promote()');
    // One after the other, so that the pool never needs another connection.
    const refused: unknown[] = [];
    const begun = performance.now();
    for (;;) {
      const port = await written().catch((error: { code?: unknown }) => {
        refused.push(error.code);
      });
      if (port === portOf(standby)) break;
      expect(performance.now() - begun).toBeLessThan(20_000);
      await wait(50);
    }
    expect(refused[0]).toBe('25006');
    expect(refused.filter((code) => code === '25006')).toHaveLength(1);
  });

  test('of two that accept writes, the one that was promoted later', async () => {
    const { first, standby, url } = await replicated(cleanups);
    await sql(standby, 'select pg_promote()');
    // Whichever of them is the quicker one to answer.
    for (let tries = 0; tries < 6; tries += 1) {
      const hosts = hostsOf(url);
      await hosts.known();
      expect(new URL(hosts.current).host).toBe(new URL(standby.url).host);
    }
    first.kill();
    await expect(hostsOf(url.replace(new URL(standby.url).host, '127.0.0.1:1')).find()).rejects.toThrow(
      /127\.0\.0\.1:1: connect ECONNREFUSED.*; 127\.0\.0\.1:\d+: /,
    );
  });
});
