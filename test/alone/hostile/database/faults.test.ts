/**
 * PostgreSQL is ended, frozen, cut off and silenced under mixed load: no process ends, nothing is answered but the truth or 503, every accepted
 * passcode is used, and service is back soon after the database.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { utf8 } from '@sower/bytes/octets';
import { readReply } from '@sower/radius/client';
import { CODE } from '@sower/radius/packet';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { codeOf, openSupply, type Supply } from '../../../bench/supply.ts';
import type { VerifyToken } from '../../../bench/verifications.ts';
import { runExchange, tokencode } from '../../../harness/authenticator.ts';
import { type Deployment, deploy, timedReadiness } from '../../../harness/deployment.ts';
import { freshPostgresql } from '../../../harness/fresh-database.ts';
import { startPostgresql, type TestPostgresql } from '../../../harness/postgresql.ts';
import { RADIUS_OPTIONS, radiusPeer, radiusPort, request } from '../../../harness/radius/client.ts';
import { amount, randomness } from '../../../harness/randomness.ts';
import { type MeddlingWire, meddlingWire } from '../meddling-wire.ts';

const FAULTS = ['terminate', 'restart', 'crash', 'reset', 'silence', 'silence all', 'freeze'] as const;
const ROUNDS = amount({ usual: FAULTS.length, long: 10 * FAULTS.length });
const FREEZE_SECONDS = amount({ usual: 3, long: 30 });
const BACK_MILLISECONDS = 3_000;
/** A second, and some room. */
const READY_MILLISECONDS = 1_500;
const random = randomness('database faults');
const SECRET = 'secret-of-the-radius-client-0';
/** Callers: at once sixteen. */
const REST = 8;
const RADIUS = 4;
const EXCHANGES = 4;

type Use = { readonly token: VerifyToken; readonly code: string; readonly outcome: string };

describe.skipIf(!inject('postgresql'))('a database that fails under load', () => {
  let postgres: TestPostgresql;
  let wire: MeddlingWire;
  let deployment: Deployment;
  let supply: Supply;
  let url: string;

  beforeAll(async () => {
    postgres = (await startPostgresql()) as TestPostgresql;
    const database = await freshPostgresql(postgres.url);
    url = database.option;
    const { port } = new URL(url);
    wire = await meddlingWire(Number(port));
    deployment = await deploy(
      { ...database, option: url.replace(port, String(wire.port)) },
      { arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS] },
    );
    supply = await openSupply(deployment, database.location);
    await deployment.api('addRadiusClient', { body: { name: 'c', network: '127.0.0.1', secret: SECRET } });
  });
  afterAll(async () => {
    await supply?.close();
    await deployment?.stop();
    await wire?.close();
    await postgres?.stop();
  });

  /** Answers: accepted, rejected, or what else came. */
  async function verify({ userId }: VerifyToken, passcode: string): Promise<string> {
    try {
      const { status, body } = await deployment.send(0, {
        method: 'POST',
        path: '/api/v1/authentications',
        headers: { authorization: `Bearer ${deployment.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ userId, passcode }),
      });
      return status === 200 ? JSON.parse(body.toString()).result : String(status);
    } catch (error) {
      return String(error);
    }
  }

  async function fault(kind: (typeof FAULTS)[number]): Promise<void> {
    switch (kind) {
      case 'terminate': {
        const client = new pg.Client({ connectionString: url, application_name: 'test' });
        await client.connect();
        await client.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'sower %'",
        );
        return client.end();
      }
      case 'restart':
        return postgres.restart('fast');
      case 'crash':
        return postgres.restart('immediate');
      case 'reset':
        return wire.reset();
      case 'silence':
        return wire.silence();
      case 'silence all':
        wire.silence(true);
        await wait(FREEZE_SECONDS * 1000);
        return wire.speak();
      case 'freeze':
        postgres.freeze();
        await wait(FREEZE_SECONDS * 1000);
        return postgres.thaw();
    }
  }

  async function round(kind: (typeof FAULTS)[number]) {
    const tokens = await supply.tokens(1_000);
    const codes = await supply.codes(400);
    const uses: Use[] = [];
    const exchanged: Awaited<ReturnType<typeof runExchange>>[] = [];
    let over = false;
    const next = (): VerifyToken => {
      const token = tokens.pop();
      if (!token) throw new Error('out of tokens');
      return token;
    };
    /** @param step whether it was served */
    const repeat = (count: number, step: () => Promise<boolean>): Promise<void>[] =>
      Array.from({ length: count }, async () => {
        while (!over) await wait((await step()) ? 100 : 500);
      });
    const port = radiusPort(deployment.servers[0] as never, 'authentication');
    const load = [
      ...repeat(REST, async () => {
        const token = next();
        const code = codeOf(token);
        const outcome = await verify(token, code);
        uses.push({ token, code, outcome });
        return outcome === 'accepted';
      }),
      ...repeat(RADIUS, async () => {
        const token = next();
        const code = codeOf(token);
        const peer = await radiusPeer(port);
        const packet = request(SECRET, token.userId, code);
        const answer = await peer.exchange(packet, 3_000);
        peer.close();
        const read = answer && readReply(answer, packet, utf8(SECRET));
        const outcome = !read
          ? 'no answer'
          : read.ok && read.reply.code === CODE.accessAccept
            ? 'accepted'
            : 'rejected';
        uses.push({ token, code, outcome });
        return outcome === 'accepted';
      }),
      ...repeat(EXCHANGES, async () => {
        const activationCode = codes.pop();
        if (activationCode === undefined) return false;
        const ctkipUrl = `https://localhost:${deployment.servers[0]?.port}/ctkip/services/CtkipService`;
        const result = await runExchange(
          deployment,
          { ctkipUrl, activationCode },
          { attempts: 1, dialectName: 'deployed' },
        );
        exchanged.push(result);
        return result.ok;
      }),
    ];
    // What readiness says meanwhile, and how long it takes to.
    const ready: { readonly at: number; readonly status: number; readonly took: number }[] = [];
    const watching = (async () => {
      while (!over) {
        const at = performance.now();
        ready.push({ at, ...(await timedReadiness(deployment)) });
        await wait(100);
      }
    })();

    await wait(300 + random() * 500);
    const broken = performance.now();
    await fault(kind);
    const there = performance.now();
    let back = Number.NaN;
    while (performance.now() - there < 20_000) {
      const token = next();
      const code = codeOf(token);
      const outcome = await verify(token, code);
      uses.push({ token, code, outcome });
      if (outcome === 'accepted') {
        back = performance.now() - there;
        break;
      }
      await wait(20);
    }
    await wait(1_200);
    // A busy machine may look once more before it sees that.
    for (const end = performance.now() + 5_000; performance.now() < end && ready.at(-1)?.status !== 200; )
      await wait(100);
    over = true;
    await Promise.all([...load, watching]);

    expect(deployment.servers[0]?.child.exitCode, 'the process lives').toBeNull();
    // Readiness: no while the database is away, yes at the end. What it says is a second old at most: a database that was away for less may have
    // been there whenever it looked.
    if (!['terminate', 'reset', 'silence'].includes(kind) && there - broken > 1_000)
      expect(
        ready.filter(({ at, status }) => at > broken && at < there && status === 503).length,
      ).toBeGreaterThan(0);
    expect(ready.at(-1)?.status).toBe(200);
    for (const { outcome } of uses) expect(['accepted', '503', 'no answer']).toContain(outcome);
    // Once accepted, used; never told, then accepted once at most.
    for (const { token, code, outcome } of uses) {
      const again = await verify(token, code);
      if (outcome === 'accepted') expect(again, `${kind}: ${token.userId} again`).toBe('rejected');
      else if (again === 'accepted') expect(await verify(token, code)).toBe('rejected');
    }
    for (const result of exchanged) {
      if (!result.ok) {
        expect(result.httpStatus, `${result.stage} ${result.error} ${result.detail}`).toBe(503);
        continue;
      }
      const { serial } = result.token;
      const { userId } = await deployment.api('getToken', { params: { serial } });
      expect(await verify({ userId } as VerifyToken, tokencode(result.token))).toBe('accepted');
    }
    return { back, ready, uses, exchanged };
  }

  const slowestOf = ({ ready }: { readonly ready: readonly { readonly took: number }[] }): number =>
    Math.max(...ready.map(({ took }) => took));

  test(
    `${ROUNDS} faults under mixed load`,
    async () => {
      const lines: string[] = [];
      for (let count = 0; count < ROUNDS; count += 1) {
        const kind = FAULTS[count % FAULTS.length] as (typeof FAULTS)[number];
        let seen = await round(kind);
        // Whatever else the machine does may delay it once.
        for (
          let tries = 0;
          tries < 2 && !(seen.back < BACK_MILLISECONDS && slowestOf(seen) < READY_MILLISECONDS);
          tries += 1
        )
          seen = await round(kind);
        const { back, ready, uses, exchanged } = seen;
        const slowest = slowestOf(seen);
        expect(back, `${kind}: served again after`).toBeLessThan(BACK_MILLISECONDS);
        expect(slowest, `${kind}: readiness answers`).toBeLessThan(READY_MILLISECONDS);
        const tally = (outcome: string): number => uses.filter((use) => use.outcome === outcome).length;
        lines.push(
          `${count + 1} ${kind}: back after ${Math.round(back)} ms; ${tally('accepted')} accepted, ${tally('503')} told 503, ${tally('no answer')} not answered; exchanges ${exchanged.filter(({ ok }) => ok).length} of ${exchanged.length}; readiness 503 ${ready.filter(({ status }) => status === 503).length} of ${ready.length}, slowest ${Math.round(slowest)} ms`,
        );
        console.log(lines.at(-1));
      }
    },
    60_000 + ROUNDS * (180_000 + FREEZE_SECONDS * 1000),
  );
});
