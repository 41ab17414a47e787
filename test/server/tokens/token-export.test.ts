/** Exporting tokens with their seeds, and importing them elsewhere: Sower to Sower, with no clear text between. On both databases. */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { ApiClient } from '@sower/api/client';
import { hotp } from '@sower/otp/hotp';
import { openPskc } from '@sower/otp/pskc';
import { totp } from '@sower/otp/totp';
import { openDatabase } from '@sower/server/store/db/open';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { superAdminWithTokenOf } from '../../harness/administrator.ts';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { pemOfNewKey } from '../../harness/jobs/token-files.ts';
import { problemCode, problemOf, problemReason } from '../../harness/problems.ts';

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
      for (const userId of ['ben', 'cy', 'dee']) await api('addUser', { body: { userId } });
    }
    const file = `serial,seed,type,step,hash,counter,user\nEXP-1,${HEX},totp,45,sha256,,ada\nEXP-2,${HEX},hotp,,,4,ben\n`;
    await imported(here, file, { enabled: true, maker: 'Acme' });
    const moved = `serial,seed,type,step,hash,counter,user\nMOV-1,${HEX},totp,30,sha1,,cy\nMOV-2,${HEX},hotp,,,7,dee\n`;
    await imported(here, moved, { enabled: true, name: 'to move' });
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
    await api('startJob', { params: { id }, body: { name: body.name } });
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
    expect(all).toMatchObject({ count: 4, leftOut: [expect.stringMatching(/^\d{12}$/)] });
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

  test('the seed of an administrator’s token is exported only by those with as many rights', async () => {
    const { db, close } = await openDatabase((databases[0] as FreshDatabase).location);
    await superAdminWithTokenOf(here, db, { userName: 'boss', userId: 'ada' });
    const made = await here('addApiKey', { body: { name: 'keys', permissions: ['keys:edit'] } });
    const keys = deployments[0]?.apiOf(0, made.key) as ApiClient;
    expect(await keys('exportTokens', { body })).toMatchObject({ count: 1, leftOut: ['EXP-1'] });
    expect(await here('exportTokens', { body })).toMatchObject({ count: 2, leftOut: [] });
    await here('deleteAdministrator', { params: { userId: 'boss' } });
    await close();
  });

  test('a transfer key is made once, and only if it is asked for', async () => {
    for (let times = 0; times < 2; times += 1)
      expect(await problemReason(there('showTransferKey', {}))).toBe('transfer-key.none');
    const replaces = '0000 1111 2222 3333 4444 5555 6666 7777';
    expect(await problemReason(there('makeTransferKey', { body: { replaces } }))).toBe('transfer-key.none');
    const made = await Promise.allSettled([1, 2, 3, 4].map(() => there('makeTransferKey', { body: {} })));
    const [key, ...more] = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(more).toEqual([]);
    expect(await there('showTransferKey', {})).toEqual(key);
    expect(await problemReason(there('makeTransferKey', { body: {} }))).toBe('transfer-key.exists');
    const { items } = await there('listAudit', { query: { action: 'transfer-key.create' } });
    expect(items.map(({ object }) => object)).toEqual([`transfer-key:${key?.fingerprint}`]);
    expect((await here('makeTransferKey', { body: {} })).fingerprint).not.toBe(key?.fingerprint);
  });

  test('a transfer key is replaced by its fingerprint, once, and the former one opens nothing', async () => {
    const former = await there('showTransferKey', {});
    const choose = { serials: ['EXP-1'] };
    const { pskc = '' } = await here('exportTokens', { body: { choose, transferKey: former.pem } });
    const other = { replaces: '0000 1111 2222 3333 4444 5555 6666 7777' };
    expect(await problemReason(there('makeTransferKey', { body: other }))).toBe('transfer-key.another');
    // As it is typed by hand.
    const replaces = former.fingerprint.replaceAll(' ', '-').toUpperCase();
    const made = await Promise.allSettled(
      [1, 2, 3, 4].map(() => there('makeTransferKey', { body: { replaces } })),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const present = await there('showTransferKey', {});
    expect(present.fingerprint).not.toBe(former.fingerprint);
    const { items } = await there('listAudit', { query: { action: 'transfer-key.replace' } });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ object: `transfer-key:${present.fingerprint}` });
    expect(items[0]?.reason).toContain(former.fingerprint);
    const file = Buffer.from(pskc).toString('base64');
    const problem = await problemOf(there('importTokens', { body: { name: 'x', file } }));
    expect(problem.errors?.[0]?.reason).toBe('token-file.for-another');
    const again = await here('exportTokens', { body: { choose, transferKey: present.pem } });
    const { id } = await there('importTokens', {
      body: { name: 'x', file: Buffer.from(again.pskc ?? '').toString('base64') },
    });
    await there('cancelJob', { params: { id } });
  });

  test('a whole move to the key of the other installation: no password, and nothing in the clear', async () => {
    const [own, theirs] = [await here('showTransferKey', {}), await there('showTransferKey', {})];
    const choose = { batch: 'to move' };
    const { pskc = '', count } = await here('exportTokens', { body: { choose, transferKey: theirs.pem } });
    expect(count).toBe(2);
    for (const clear of [HEX, Buffer.from(KEY).toString('base64')]) expect(pskc).not.toContain(clear);
    const { items } = await here('listAudit', { query: { action: 'token.export' } });
    const rows = items.filter(({ object }) => object?.startsWith('token:MOV-'));
    expect(rows).toHaveLength(2);
    for (const { reason } of rows) expect(reason).toContain(theirs.fingerprint);

    // Bad input first: nothing of it is imported.
    const attempt = (api: ApiClient, text: string) =>
      api('importTokens', { body: { name: 'x', file: Buffer.from(text).toString('base64') } });
    const another = await problemOf(attempt(here, pskc));
    expect(JSON.stringify(another)).toContain(theirs.fingerprint);
    expect(JSON.stringify(another)).toContain(own.fingerprint);
    const refusal = async (text: string): Promise<string> => {
      const { errors = [] } = await problemOf(attempt(there, text));
      return errors[0]?.reason ?? '';
    };
    expect(await refusal(pskc.slice(0, -40))).toBe('token-file.unreadable');
    expect(await refusal(pskc.replace(/<ValueMAC>..../, '<ValueMAC>AAAA'))).toBe('token-file.wrong-key');
    expect(await refusal(pskc.replace(/<xenc:CipherValue>..../, '<xenc:CipherValue>AAAA'))).toBe(
      'token-file.wrong-key',
    );
    let seen = 0;
    const second = pskc.replace(/<ValueMAC>..../g, (found) => (++seen === 2 ? '<ValueMAC>AAAA' : found));
    const { id } = await attempt(there, second);
    expect(await jobSettled(there, id)).toMatchObject({ total: 2, done: 1, leftOut: 1 });
    await there('cancelJob', { params: { id } });

    await imported(there, pskc, { name: 'moved', enabled: true });
    const interval = Math.floor(Date.now() / 1000 / 30);
    expect(await accepted(there, 'cy', totp({ key: KEY, interval, digits: 6, hash: 'sha1' }))).toBe(true);
    expect(await accepted(there, 'dee', hotp({ key: KEY, counter: 6, digits: 6 }))).toBe(false);
    expect(await accepted(there, 'dee', hotp({ key: KEY, counter: 7, digits: 6 }))).toBe(true);
  });

  test('what is no transfer key is refused by its reason, and never repeated', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pasted = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    const choose = { all: true } as const;
    const refusal = async (transferKey: string, more: object = {}) => {
      const problem = await problemOf(here('exportTokens', { body: { choose, transferKey, ...more } }));
      expect(JSON.stringify(problem)).not.toContain(pasted.split('\n')[1]);
      return problem.errors?.[0]?.reason;
    };
    expect(await refusal(pasted)).toBe('token-export.key.private');
    expect(await refusal(publicKey.export({ format: 'pem', type: 'spki' }) as string)).toBe(
      'token-export.key.not-rsa',
    );
    expect(await refusal(pemOfNewKey(2_048))).toBe('token-export.key.size');
    expect(await refusal('a key')).toBe('token-export.key.no-key');
    const { pem } = await there('showTransferKey', {});
    expect(await refusal(pem, { password: PASSWORD })).toBe('token-export.one-protection');
    expect(deployments[0]?.servers[0]?.output()).not.toContain(pasted.split('\n')[1]);
  });
});
