import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobDetail } from '@sower/api/jobs';
import { fingerprintOf } from '@sower/otp/transfer-key';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type FakeServer, fakeServer, type Routes } from '../../../apps/cli/test/fake-server.ts';
import { sower } from '../../../apps/cli/test/fake-terminal.ts';

let folder: string;
let server: FakeServer;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sower-token-files-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => server.close());

const JOB: JobDetail = {
  ...{ id: 'j1', kind: 'token-import', name: 'Fobs', state: 'waiting', phase: 'check', codes: 'none' },
  ...{ permission: 'tokens:mint', resumable: false },
  ...{ total: 2, position: 2, done: 1, leftOut: 1, failed: 0, reasons: [], samples: [], states: {} },
  ...{ startedBy: 'api-key:x', createdAt: '2026-06-15T12:00:00.000Z' },
};

function importing(): Routes {
  let state: JobDetail['state'] = 'waiting';
  const to = (next: JobDetail['state']) => () => {
    state = next;
    return { body: { ...JOB, state } };
  };
  return {
    'POST /jobs/token-imports': () => ({ status: 201, body: { ...JOB, state: 'queued' } }),
    'POST /jobs/:id/start': to('done'),
    'POST /jobs/:id/cancel': to('cancelled'),
    'GET /jobs/:id': () => ({ body: { ...JOB, state } }),
  };
}
const write = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

describe('sower token import', () => {
  test('sends the file, its password and who owns what, and reminds of the file', async () => {
    server = await fakeServer(importing());
    const file = write('fobs.csv', 'FOB-1,x\n');
    const argv = [
      'token',
      'import',
      file,
      '--name',
      'Fobs',
      '--maker',
      'Acme',
      '--column',
      'serial=SN',
      '--yes',
    ];
    const secrets = ['--password-file', write('p', 's3cret\n'), '--owners', write('o', 'FOB-1,ada\n')];
    const ran = await sower([...argv, ...secrets], { env: server.env });
    expect(ran.code).toBe(0);
    expect(server.asked[0]?.body).toEqual({
      ...{ name: 'Fobs', file: Buffer.from('FOB-1,x\n').toString('base64'), password: 's3cret' },
      ...{ owners: 'FOB-1,ada\n', maker: 'Acme', columns: { serial: 'SN' } },
    });
    expect(ran.out + ran.err).toContain(`Anyone who has ${file} has the seeds.`);
  });

  test('after a dry run the server keeps no seed: the job is canceled', async () => {
    server = await fakeServer(importing());
    const ran = await sower(['token', 'import', write('dry.csv', 'x'), '--dry-run'], { env: server.env });
    expect(ran.code).toBe(0);
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toContain('POST /jobs/j1/cancel');
  });
});

describe('sower token export', () => {
  const passwordFile = () => write('long', 'a long phrase for the export\n');

  test('writes file after file that only this user can read, and needs a password', async () => {
    const pages = [
      { count: 2, leftOut: ['000100000001'], next: 'B', pskc: '<first/>' },
      { count: 1, leftOut: [], pskc: '<second/>' },
    ];
    server = await fakeServer({ 'POST /tokens/exports': () => ({ body: pages.shift() }) });
    const to = join(folder, 'out.pskc');
    expect((await sower(['token', 'export', to, '--all'], { env: server.env })).code).toBe(2);
    expect(existsSync(to)).toBe(false);
    const argv = ['token', 'export', to, '--all', '--password-file', passwordFile(), '--json'];
    const ran = await sower(argv, { env: server.env });
    expect(JSON.parse(ran.out)).toMatchObject({
      count: 3,
      leftOut: ['000100000001'],
      files: [to, `${to}.2`],
    });
    expect([readFileSync(to, 'utf8'), readFileSync(`${to}.2`, 'utf8')]).toEqual(['<first/>', '<second/>']);
    expect(statSync(to).mode & 0o777).toBe(0o600);
    expect(server.asked.at(-1)?.body).toMatchObject({ choose: { all: true }, after: 'B' });
  });

  test('to a transfer key: after its fingerprint was compared, and a private key is never sent', async () => {
    server = await fakeServer({
      'POST /tokens/exports': () => ({ body: { count: 2, leftOut: [], pskc: '<x/>' } }),
    });
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 3_072 });
    const pem = publicKey.export({ format: 'pem', type: 'spki' }) as string;
    const fingerprint = fingerprintOf(publicKey.export({ format: 'der', type: 'spki' }));
    const to = join(folder, 'moved.pskc');
    const run = (file: string, ...more: string[]) =>
      sower(['token', 'export', to, '--all', '--transfer-key', file, ...more], { env: server.env });
    const secret = write('secret.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }) as string);
    for (const more of [[], ['--yes'], ['--dry-run'], ['--fingerprint', fingerprint]])
      expect((await run(secret, ...more)).err).toContain('has a private key. It was not sent.');
    const file = write('there.pem', pem);
    const asked = await run(file);
    expect(asked.code).toBe(2);
    expect(asked.err).toContain(fingerprint);
    const other = await run(file, '--fingerprint', '0000 0000 0000 0000 0000 0000 0000 0000', '--yes');
    expect([other.code, existsSync(to)]).toEqual([1, false]);
    expect(server.asked).toEqual([]);
    const heard = fingerprint.toUpperCase().replaceAll(' ', ':');
    expect((await run(file, '--fingerprint', heard)).code).toBe(0);
    expect(readFileSync(to, 'utf8')).toBe('<x/>');
    expect(server.asked.map(({ body }) => body)).toEqual([
      { choose: { all: true }, transferKey: pem.trim() },
    ]);
  });
});

test('sower token transfer-key prints the key alone, and its fingerprint beside it', async () => {
  const body = { pem: '-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n', fingerprint: '1a2b 3c4d' };
  server = await fakeServer({
    'GET /transfer-key': () => ({ body: { ...body, createdAt: '2026-06-15T12:00:00.000Z' } }),
  });
  const ran = await sower(['token', 'transfer-key'], { env: server.env });
  expect([ran.code, ran.out]).toEqual([0, body.pem]);
  expect(ran.err).toContain('Fingerprint: 1a2b 3c4d.');
});
