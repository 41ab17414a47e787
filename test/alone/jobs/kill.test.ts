/** kill -9 of the node that works on a distribution of many, or an action on many, with another node there and without: every token once. */

import type { ApiClient } from '@sower/api/client';
import { beforeAll, expect, test } from 'vitest';
import { onBothAtOnce } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { addPeople } from '../../harness/jobs/many-people.ts';
import { amount, randomness } from '../../harness/randomness.ts';

/** Every other one with a second node there. */
const KILLS = amount({ usual: 2, long: 50 });
/** So many that a node does not get through them before it is killed. */
const ROWS = KILLS * 2_500;
const ACTION_ROWS = 1_000;
const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

onBothAtOnce('kill -9 in a job', (kind) => {
  const { database, deployment } = deployed(kind);
  const stored = openedFor(database);

  beforeAll(async () => {
    await deployment.api('addProfile', { body: { name: 'qr', deviceType: 'sower', delivery: 'qr' } });
  });

  /**
   * Kills the node that works on the job, again and again; every other time with a second one there.
   * @param done how many are done, counted in what was made
   */
  async function killed(
    id: string,
    random: () => number,
    done: () => Promise<number>,
  ): Promise<{ readonly kills: number; readonly api: ApiClient }> {
    const job = () => stored.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    let alive = deployment.servers.length - 1;
    let api: ApiClient = deployment.apiOf(alive);
    let kills = 0;
    while (kills < KILLS) {
      const withSecond = kills % 2 === 1;
      if (withSecond) await deployment.start();
      // Until a node is in the middle of it.
      const before = await job();
      let now = before;
      for (const end = Date.now() + 30_000; now.state !== 'done' && now.position <= before.position; ) {
        if (Date.now() > end) throw new Error(`nobody goes on: ${JSON.stringify(now)}`);
        await wait(5);
        now = await job();
      }
      if (now.state === 'done') break;
      await wait(random() * 60);
      await (deployment.servers[alive] as (typeof deployment.servers)[number]).kill('SIGKILL');
      kills += 1;
      // Whatever was committed is counted, and nothing else.
      if (!withSecond) {
        const made = await done();
        expect(made).toBe((await job()).done);
        await deployment.start();
      }
      alive = deployment.servers.length - 1;
      api = deployment.apiOf(alive);
    }
    return { kills, api };
  }

  test(`${KILLS} kills while ${ROWS} tokens are distributed`, async () => {
    const random = randomness(`kills of jobs, ${kind.name}`);
    const { serials } = await addPeople(stored.db, 'kill', ROWS);
    const { id } = await deployment.api('distributeMany', {
      body: { name: 'kills', profile: 'qr', choose: { serials } },
    });
    expect(await jobSettled(deployment.api, id)).toMatchObject({ state: 'waiting', done: ROWS });
    await deployment.api('startJob', { params: { id }, body: { name: 'kills' } });
    const { kills, api } = await killed(id, random, async () => {
      const made = await stored.db
        .selectFrom('distributions')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('job_id', '=', id)
        .executeTakeFirstOrThrow();
      return Number(made.count);
    });
    const ended = await jobEnded(api, id, 300);
    console.log(`${kind.name}: ${kills} kills, ${ended.done} of ${ROWS} distributed`);
    expect(ended).toMatchObject({
      state: 'done',
      done: ROWS,
      leftOut: 0,
      failed: 0,
      states: { issued: ROWS },
    });
    expect(kills).toBeGreaterThanOrEqual(Math.min(KILLS, 2));
    const rows = await stored.db
      .selectFrom('distributions')
      .select(['token_id', 'latest'])
      .where('job_id', '=', id)
      .execute();
    expect(rows).toHaveLength(ROWS);
    expect(new Set(rows.map(({ token_id }) => token_id)).size).toBe(ROWS);
    const trail = await stored.db
      .selectFrom('audit')
      .select(({ fn }) => [
        fn.countAll<number>().as('count'),
        fn.count<number>('object').distinct().as('tokens'),
      ])
      .where('action', '=', 'token.distribute')
      .executeTakeFirstOrThrow();
    expect([Number(trail.count), Number(trail.tokens)]).toEqual([ROWS, ROWS]);
  }, 900_000);

  test(`${KILLS} kills while ${ROWS} tokens are imported: each is there once, and undo takes away those alone`, async () => {
    const random = randomness(`kills of imports, ${kind.name}`);
    const before = deployment.apiOf(deployment.servers.length - 1);
    const lines = Array.from(
      { length: ROWS },
      (_, index) =>
        `KILL-${index},${Buffer.from(`seed of ${index}`.padEnd(20, '.')).toString('hex')},totp,6,30`,
    );
    const file = Buffer.from(lines.join('\n')).toString('base64');
    const { id } = await before('importTokens', { body: { name: 'killed', file } });
    expect(await jobSettled(before, id)).toMatchObject({ state: 'waiting', done: ROWS });
    await before('startJob', { params: { id }, body: { name: 'killed' } });
    const count = async () => {
      const { tokens } = await stored.db
        .selectFrom('tokens')
        .select(({ fn }) => fn.countAll<number>().as('tokens'))
        .where('batch', '=', 'killed')
        .executeTakeFirstOrThrow();
      return Number(tokens);
    };
    const { kills, api } = await killed(id, random, count);
    expect(await jobEnded(api, id, 300)).toMatchObject({ state: 'done', done: ROWS, leftOut: 0, failed: 0 });
    console.log(`${kind.name}: ${kills} kills, ${await count()} of ${ROWS} imported`);
    expect(kills).toBeGreaterThanOrEqual(Math.min(KILLS, 2));
    expect(await count()).toBe(ROWS);
    const { seeds } = await stored.db
      .selectFrom('seeds')
      .innerJoin('tokens', 'tokens.id', 'seeds.token_id')
      .select(({ fn }) => fn.countAll<number>().as('seeds'))
      .where('tokens.batch', '=', 'killed')
      .executeTakeFirstOrThrow();
    expect(Number(seeds)).toBe(ROWS);
    await stored.db
      .updateTable('tokens')
      .set({ label: 'changed', version: 2 })
      .where('serial', 'in', ['KILL-1', 'KILL-2'])
      .execute();
    const undo = await api('undoJob', { params: { id } });
    expect(await jobEnded(api, undo.id, 300)).toMatchObject({ state: 'done', done: ROWS - 2, leftOut: 2 });
    expect(await count()).toBe(2);
  }, 900_000);

  test('a kill in the middle of an action on many: each is done once', async () => {
    const { serials } = await addPeople(stored.db, 'action', ACTION_ROWS);
    const node = deployment.servers.length - 1;
    const { id } = await deployment.apiOf(node)('doToTokens', {
      body: { action: 'lost', choose: { serials } },
    });
    const job = () => stored.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    while ((await job()).position === 0) await wait(5);
    await deployment.servers[node]?.kill('SIGKILL');
    const reached = await job();
    expect(reached).toMatchObject({ state: 'running', done: reached.position, failed: 0 });
    const lost = async () => {
      const { count } = await stored.db
        .selectFrom('audit')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('action', '=', 'token.lost')
        .executeTakeFirstOrThrow();
      return Number(count);
    };
    expect(await lost()).toBe(reached.done);
    await deployment.start();
    const ended = await jobEnded(deployment.apiOf(deployment.servers.length - 1), id);
    console.log(`${kind.name}: killed at ${reached.done} of ${ACTION_ROWS}`);
    expect(ended).toMatchObject({ state: 'done', done: ACTION_ROWS, failed: 0 });
    expect(await lost()).toBe(ACTION_ROWS);
  });
});
