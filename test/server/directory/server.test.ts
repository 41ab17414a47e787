/**
 * A directory and a server as an operator starts it: saved, tested, read and logged on to over the API; and processes that are killed in the
 * middle of runs, after which the next run ends in the same state.
 */

import { setTimeout as wait } from 'node:timers/promises';
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { hasSlapd, PEOPLE, personLdif, type Slapd, startSlapd } from '../../harness/directory/slapd.ts';
import { slapdSource } from '../../harness/directory/source.ts';
import { amount } from '../../harness/randomness.ts';
import { problemOf, selfServiceClient } from '../../harness/self-service-client.ts';

const PASSWORD = 'the password of everybody here';
const COUNT = 2_000;
const KILLS = amount({ usual: 2, long: 20 });

describe.skipIf(!hasSlapd)('a directory and a server', () => {
  onBothDatabases('a directory and a server', (kind) => {
    let slapd: Slapd;
    const { deployment } = deployed(kind, { processes: 2 });
    let id: string;

    beforeAll(async () => {
      slapd = await startSlapd({
        ldif: Array.from({ length: COUNT }, (_, index) =>
          personLdif({
            uid: `user${index}`,
            mail: `user${index}@example.com`,
            ...(index === 0 ? { userPassword: PASSWORD } : {}),
          }),
        ).join(''),
      });
      const { id: made } = await deployment.api('addIdentitySource', {
        body: slapdSource(slapd, { enabled: true, connection: { pageSize: 100 } }),
      });
      id = made;
    });
    afterAll(async () => {
      await slapd?.stop();
    });

    /** @param server that is alive */
    async function ended(run: string, server = 0) {
      const api = deployment.apiOf(server);
      for (const end = Date.now() + 120_000; ; await wait(50)) {
        // While the locks of a killed process are still held, the database may be busy: whoever asks again gets an answer.
        const now = await api('getSourceRun', { params: { id, run } }).catch((error: unknown) => {
          if ((error as { problem?: { code?: string } }).problem?.code !== 'unavailable') throw error;
          return undefined;
        });
        if (!now) continue;
        if (!['queued', 'running'].includes(now.state)) return now;
        if (Date.now() > end) throw new Error(JSON.stringify(now));
      }
    }

    test('a preview by the API, done, and a log-on with the directory password', async () => {
      const { api } = deployment;
      const tested = await api('testIdentitySource', { params: { id }, body: { find: 'user0' } });
      expect(tested.steps.filter(({ state }) => state === 'failed')).toEqual([]);
      expect(tested.entries[0]?.userId).toBe('user0');
      const { id: run } = await api('startSourceRun', { params: { id }, body: {} });
      expect(await ended(run)).toMatchObject({ state: 'waiting', counts: { added: COUNT } });
      const page = await api('listSourceFindings', { params: { id, run }, query: { limit: 2 } });
      expect(page.items).toHaveLength(2);
      await api('confirmSourceRun', { params: { id, run }, body: {} });
      expect(await ended(run)).toMatchObject({ state: 'done', done: COUNT, leftOut: 0 });
      expect(await api('getUser', { params: { userId: 'user0' } })).toMatchObject({
        enabled: true,
        source: { name: 'slapd', state: 'active', entry: `uid=user0,${PEOPLE}` },
      });
      const logOn = (password: string) =>
        selfServiceClient(deployment).api('openUserSession', {
          body: { method: 'password', userId: 'user0@example.com', password },
        });
      expect((await problemOf(logOn('wrong'))).code).toBe('log-on-failed');
      expect(await logOn(PASSWORD)).toMatchObject({ userId: 'user0' });
      for (const server of deployment.servers) expect(server.output()).not.toContain(PASSWORD);
    });

    test('two nodes start a run at once: one runs', async () => {
      for (let round = 0; round < 5; round += 1) {
        const starts = await Promise.allSettled(
          [0, 1, 0, 1].map((server) =>
            deployment.apiOf(server)('startSourceRun', { params: { id }, body: { preview: false } }),
          ),
        );
        const started = starts.flatMap((start) => (start.status === 'fulfilled' ? start.value.id : []));
        const reasons = starts.flatMap((start) =>
          start.status === 'rejected'
            ? (start.reason as { problem?: { reason?: string } }).problem?.reason
            : [],
        );
        expect([started.length, reasons]).toEqual([1, Array(3).fill('source-run.running')]);
        expect(await ended(started[0] ?? '')).toMatchObject({ state: 'done', done: 0, read: COUNT });
      }
      const { items } = await deployment.api('listSourceRuns', { params: { id }, query: {} });
      expect(items.filter(({ state }) => state === 'done')).toHaveLength(6);
    });

    test(
      'processes that are killed in the middle: the run is done by another, each user once',
      async () => {
        for (let kill = 0; kill < KILLS; kill += 1) {
          for (let index = 0; index < 300; index += 1)
            await slapd.client.modify(`uid=user${index},${PEOPLE}`, [
              new Change({
                operation: 'replace',
                modification: new Attribute({ type: 'sn', values: [`Kill${kill}`] }),
              }),
            ]);
          const api = deployment.apiOf(0);
          const { id: run } = await api('startSourceRun', { params: { id }, body: { preview: false } });
          // Each time a little later, in every stage of it.
          await wait(60 + (kill * 900) / KILLS);
          const victim = deployment.servers[1];
          await victim?.kill('SIGKILL');
          const first = await ended(run);
          expect(first).toMatchObject({ state: 'done', leftOut: 0, disables: 0 });
          expect(await api('getUser', { params: { userId: 'user299' } })).toMatchObject({
            lastName: `Kill${kill}`,
          });
          const { id: second } = await api('startSourceRun', { params: { id }, body: { preview: false } });
          expect(await ended(second)).toMatchObject({ state: 'done', done: 0 });
          (deployment.servers as unknown[]).splice(1, 1);
          // As a supervisor does: again, if the database was too busy to answer.
          await deployment.start().catch(() => deployment.start());
        }
      },
      120_000 + KILLS * 60_000,
    );
  });
});
