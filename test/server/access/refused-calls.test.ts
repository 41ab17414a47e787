/** Calls with keys that open nothing, and calls that are not permitted: in the trail, in summary. */
import { randomBytes } from 'node:crypto';
import { refusals } from '@sower/server/audit/refused-calls';
import { sealing } from '@sower/server/keys/seal/sealing';
import { listAudit } from '@sower/server/store/audit/search';
import { expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedDatabase } from '../../harness/deployed.ts';

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const times = (reason: string | null | undefined): number => Number(/^\d+/.exec(reason ?? '')?.[0]);

onBothDatabases('refused calls', (kind) => {
  const { deployment } = deployed(kind);

  test('wrong keys, missing permissions and other sites stand in the trail, a row for each kind', async () => {
    const limited = await deployment.api('addApiKey', {
      body: { name: 'limited', permissions: ['users:view'] },
    });
    const call = async (key: string, path = '/api/v1/users') =>
      (await deployment.send(0, { path, headers: { authorization: `Bearer ${key}` } })).status;
    for (let round = 0; round < 15; round += 1) {
      const keys = Array.from({ length: 20 }, () => `sower_${randomBytes(32).toString('base64url')}`);
      expect(new Set(await Promise.all(keys.map((key) => call(key))))).toEqual(new Set([401]));
    }
    for (let count = 0; count < 4; count += 1) expect(await call(limited.key, '/api/v1/api-keys')).toBe(403);
    expect(await call(limited.key)).toBe(200);
    const agent = await deployment.send(0, {
      method: 'POST',
      path: '/mfa/v1_1/authn/initialize',
      headers: { 'client-key': 'sower_agent_wrong', 'content-type': 'application/json' },
      body: '{}',
    });
    expect(agent.status).toBe(401);
    const foreign = await deployment.send(0, {
      method: 'POST',
      path: '/api/v1/users',
      headers: {
        cookie: `__Host-sower-session=${'a'.repeat(43)}`,
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
        'content-type': 'application/json',
      },
      body: '{"userId":"u"}',
    });
    expect(foreign.status).toBe(403);

    await deployment.servers[0]?.kill('SIGTERM');
    await deployment.start();
    const { items } = await deployment.apiOf(1)('listAudit', { query: { action: 'api.refused' } });
    // A minute may have ended in between.
    expect(items.length).toBeLessThanOrEqual(8);
    const count = (actor: string, object: string, words: string) =>
      items
        .filter((row) => row.actor === actor && row.object === object && row.reason?.includes(words))
        .reduce((sum, row) => sum + times(row.reason), 0);
    expect(count('client', 'api', 'API key that is unknown')).toBe(300);
    expect(count('api-key:limited', 'operation:listApiKeys', '"keys:edit"')).toBe(4);
    expect(count('client', 'agents', 'agent key')).toBe(1);
    expect(count('client', 'api', 'another web site')).toBe(1);
    for (const row of items) expect(row).toMatchObject({ result: 'refused', source: '127.0.0.1' });
  });
});

onBothDatabases('a flood of strangers', (kind) => {
  const { stored: database } = openedDatabase(kind.fresh);

  test('costs 51 rows a minute, loses no count, and does not crowd out callers that are known', async () => {
    const { db } = database;
    const calls = refusals({ db, sealing: sealing(random(32), random), now: Date.now, random }, (error) => {
      throw error;
    });
    for (let i = 0; i < 30_000; i += 1)
      calls.countStranger('api-key', `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    // One subscriber's network is one source.
    for (let i = 0; i < 500; i += 1) calls.countStranger('api-key', `2001:db8::${i.toString(16)}`);
    calls.countDenied({
      actor: 'api-key:portal',
      operation: 'addUser',
      permission: undefined,
      source: '10.9.9.9',
    });
    await calls.stop();
    const rows = await listAudit(db, { action: 'api.refused' }, 1_000);
    const strangers = rows.filter(({ actor }) => actor === 'client');
    expect(strangers).toHaveLength(51);
    expect(strangers.reduce((sum, { reason }) => sum + times(reason), 0)).toBe(30_500);
    expect(rows.filter(({ actor }) => actor === 'api-key:portal')).toHaveLength(1);
  });
});
