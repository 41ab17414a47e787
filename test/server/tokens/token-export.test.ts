/** Exporting tokens with their seeds, and importing them elsewhere: Sower to Sower, with no clear text between. On both databases. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { ApiClient } from '@sower/api/client';
import { hotp } from '@sower/otp/hotp';
import { openPskc } from '@sower/otp/pskc';
import { totp } from '@sower/otp/totp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { problemCode } from '../../harness/problems.ts';

const PASSWORD = 'a long phrase for the export';
const KEY = Uint8Array.from(randomBytes(20));
const HEX = Buffer.from(KEY).toString('hex');

onBothDatabases('exporting tokens', (kind) => {
  let databases: FreshDatabase[];
  let deployments: Deployment[];
  let here: ApiClient;
  let there: ApiClient;

  beforeAll(async () => {
    databases = [await kind.installed(), await kind.installed()];
    deployments = [];
    for (const database of databases) deployments.push(await deploy(database));
    [here, there] = deployments.map(({ api }) => api) as [ApiClient, ApiClient];
    for (const api of [here, there]) {
      await api('editTokenPolicy', { params: { domain: 'top' }, ifMatch: 0, body: { pinRequired: false } });
      await api('addUser', { body: { userId: 'ada' } });
      await api('addUser', { body: { userId: 'ben' } });
    }
    // For so long the server remembers policies.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const file = `serial,seed,type,step,hash,counter,user\nEXP-1,${HEX},totp,45,sha256,,ada\nEXP-2,${HEX},hotp,,,4,ben\n`;
    await imported(here, file, { enabled: true, maker: 'Acme' });
    await here('mintTokens', { body: { count: 1 } });
  });
  afterAll(async () => {
    for (const deployment of deployments) await deployment.stop();
    for (const database of databases) await database.drop();
  });

  async function imported(api: ApiClient, file: string, more: object): Promise<void> {
    const body = { name: 'delivery', file: Buffer.from(file).toString('base64'), ...more };
    const { id } = await api('importTokens', { body });
    await jobSettled(api, id);
    await api('startJob', { params: { id }, body: { name: 'delivery' } });
    expect(await jobEnded(api, id)).toMatchObject({ state: 'done', done: 2 });
  }
  async function accepted(api: ApiClient, userId: string, passcode: string): Promise<boolean> {
    const answer = await api('authenticate', { body: { userId, passcode } });
    return 'result' in answer && answer.result === 'accepted';
  }
  const body = { choose: { batch: 'delivery' }, password: PASSWORD };

  test('without a password it says what would be exported, and exports nothing', async () => {
    const { choose } = body;
    expect(await here('exportTokens', { body: { choose } })).toEqual({ count: 2, leftOut: [] });
    const all = await here('exportTokens', { body: { choose: { all: true } } });
    expect(all).toMatchObject({ count: 2, leftOut: [expect.stringMatching(/^\d{12}$/)] });
    expect((await here('listAudit', { query: { action: 'token.export' } })).items).toEqual([]);
    expect(await problemCode(here('exportTokens', { body: { choose, password: 'short' } }))).toBe(
      'invalid-request',
    );
  });

  test('what was exported here is accepted there, from where it stands, and each token has an audit row', async () => {
    expect(await accepted(here, 'ben', hotp({ key: KEY, counter: 4, digits: 6 }))).toBe(true);
    const { pskc = '', count } = await here('exportTokens', { body });
    expect(count).toBe(2);
    for (const clear of [HEX, Buffer.from(KEY).toString('base64')]) expect(pskc).not.toContain(clear);
    const { items } = await here('listAudit', { query: { action: 'token.export' } });
    expect(items.map(({ object }) => object).sort()).toEqual(['token:EXP-1', 'token:EXP-2']);
    expect((await openPskc(pskc, { password: 'another long phrase' })).ok).toBe(false);
    const tool = spawnSync('pskctool', ['--info'], { input: pskc, encoding: 'utf8' });
    if (!tool.error) expect(tool.stdout).toContain('EXP-1');
    await imported(there, pskc, { password: PASSWORD, enabled: true });
    expect(await there('getToken', { params: { serial: 'EXP-1' } })).toMatchObject({
      maker: 'Acme',
      userId: 'ada',
    });
    const interval = Math.floor(Date.now() / 1000 / 45);
    expect(await accepted(there, 'ada', totp({ key: KEY, interval, digits: 6, hash: 'sha256' }))).toBe(true);
    expect(await accepted(there, 'ben', hotp({ key: KEY, counter: 4, digits: 6 }))).toBe(false);
    expect(await accepted(there, 'ben', hotp({ key: KEY, counter: 5, digits: 6 }))).toBe(true);
  });
});
