/** kill -9 of the node that works on a distribution of many, or an action on many, with another node there and without: every token once. */

import type { ApiClient } from '@sower/api/client';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { addPeople } from '../../harness/jobs/many-people.ts';
import { amount, randomness } from '../../harness/randomness.ts';

/** Every other one with a second node there. */
const KILLS = amount({ usual: 2, long: 20 });
/** So many that a node does not get through them before it is killed. */
const ROWS = KILLS * 2_500;
const ACTION_ROWS = 1_000;
const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

onBothDatabases('kill -9 in a job', (kind) => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let stored: OpenDatabase;

  beforeAll(async () => {
    database = await kind.installed();
    deployment = await deploy(database);
    stored = await openDatabase(database.location);
    await deployment.api('addProfile', { body: { name: 'qr', deviceType: 'sower', delivery: 'qr' } });
  });
  afterAll(async () => {
    await stored.close();
    await deployment.stop();
    await database.drop();
  });

  test(`${KILLS} kills while ${ROWS} tokens are distributed`, async () => {
    const random = randomness(`kills of jobs, ${kind.name}`);
    const { serials } = await addPeople(stored.db, 'kill', ROWS);
    const { id } = await deployment.api('distributeMany', {
      body: { name: 'kills', profile: 'qr', choose: { serials } },
    });
    expect(await jobSettled(deployment.api, id)).toMatchObject({ state: 'waiting', done: ROWS });
    await deployment.api('startJob', { params: { id }, body: { name: 'kills' } });
    const job = () => stored.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

    let alive = deployment.servers.length - 1;
    let api: ApiClient = deployment.api;
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
      const made = await stored.db
        .selectFrom('distributions')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('job_id', '=', id)
        .executeTakeFirstOrThrow();
      // Whatever was committed is counted, and nothing else.
      if (!withSecond) expect(Number(made.count)).toBe((await job()).done);
      if (!withSecond) await deployment.start();
      alive = deployment.servers.length - 1;
      api = deployment.apiOf(alive);
    }
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
