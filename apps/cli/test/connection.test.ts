import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CERTIFICATE, type FakeServer, fakeServer } from './fake-server.ts';
import { sower } from './fake-terminal.ts';

let folder: string;
let server: FakeServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sower-cli-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await server?.close();
  server = undefined;
});

const routes = { 'GET /users': () => ({ body: { items: [] } }) };

function describeServer(description: object, key = 'key-in-a-file\n') {
  writeFileSync(join(folder, 'server.json'), JSON.stringify(description));
  writeFileSync(join(folder, 'admin-api-key'), key, { mode: 0o600 });
  mkdirSync(join(folder, 'tls'), { recursive: true });
  writeFileSync(join(folder, 'tls', 'ca.pem'), CERTIFICATE);
}

describe('a data folder', () => {
  test('gives address, authority, the name to check, and the key', async () => {
    server = await fakeServer(routes, { tls: true });
    describeServer({ url: `https://127.0.0.1:${server.port}`, serverName: 'sower.test', ca: 'tls/ca.pem' });
    const ran = await sower(['user', 'list', '--data', folder]);
    expect(ran.code).toBe(0);
    expect(server.asked[0]?.headers.authorization).toBe('Bearer key-in-a-file');
    expect((await sower(['user', 'list'], { env: { SOWER_DATA: folder } })).code).toBe(0);
  });

  test('counts for a command below one that takes the same option, and is not sent', async () => {
    const intact = {
      intact: true,
      rows: 3,
      detail: '',
      findings: [],
      restores: [],
      unmarked: 0,
      unlinked: 0,
    };
    server = await fakeServer({ 'GET /audit/chain': () => ({ body: intact }) }, { tls: true });
    describeServer({ url: `https://127.0.0.1:${server.port}`, serverName: 'sower.test', ca: 'tls/ca.pem' });
    const ran = await sower(['audit', 'verify', '--data', folder, '--json']);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toEqual(intact);
    expect(server.asked[0]?.query).toEqual({});
  });

  test('a certificate for another name is not trusted: exit code 4, and nothing is sent', async () => {
    server = await fakeServer(routes, { tls: true });
    describeServer({ url: `https://127.0.0.1:${server.port}`, serverName: 'other.test', ca: 'tls/ca.pem' });
    const ran = await sower(['user', 'list', '--data', folder, '--json']);
    expect(ran.code).toBe(4);
    expect(JSON.parse(ran.out)).toMatchObject({
      error: { reason: 'untrusted-certificate', cause: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    expect(server.asked).toEqual([]);
  });

  test('without an authority of its own the platform decides: a self-signed one is not trusted', async () => {
    server = await fakeServer(routes, { tls: true });
    describeServer({ url: `https://127.0.0.1:${server.port}`, serverName: 'sower.test', ca: null });
    expect((await sower(['user', 'list', '--data', folder])).code).toBe(4);
    expect(server.asked).toEqual([]);
  });

  test('an empty one asks whether the server is started', async () => {
    const ran = await sower(['user', 'list', '--data', folder]);
    expect(ran.code).toBe(3);
    expect(ran.err).toContain('npm start');
  });

  test('a key that others can read is warned of', async () => {
    server = await fakeServer(routes);
    describeServer({ url: `http://127.0.0.1:${server.port}`, serverName: 'sower.test', ca: null });
    expect((await sower(['user', 'list', '--data', folder])).err).not.toContain('chmod');
    chmodSync(join(folder, 'admin-api-key'), 0o644);
    expect((await sower(['user', 'list', '--data', folder])).err).toContain('chmod 600');
  });
});

describe('the environment', () => {
  test('SOWER_CA is trusted for the host of the URL', async () => {
    server = await fakeServer(routes, { tls: true });
    describeServer({});
    const env = { ...server.env, SOWER_URL: `https://localhost:${server.port}` };
    expect((await sower(['user', 'list'], { env })).code).toBe(4);
    const trusting = { ...env, SOWER_CA: join(folder, 'tls', 'ca.pem') };
    expect(await sower(['user', 'list'], { env: trusting })).toMatchObject({ code: 0 });
  });

  test('an URL without a key, or in clear to another host, is wrong use', async () => {
    expect((await sower(['user', 'list'], { env: { SOWER_URL: 'https://x.test' } })).code).toBe(2);
    const ran = await sower(['user', 'list'], { env: { SOWER_URL: 'http://192.0.2.1', SOWER_API_KEY: 'k' } });
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('unencrypted');
  });

  test('--data goes before it', async () => {
    server = await fakeServer(routes);
    const ran = await sower(['user', 'list', '--data', folder], { env: server.env });
    expect(ran.code).toBe(3);
    expect(server.asked).toEqual([]);
  });
});

describe('no answer', () => {
  test('nobody listens: exit code 3', async () => {
    const ran = await sower(['user', 'list', '--json'], {
      env: { SOWER_URL: 'http://127.0.0.1:1', SOWER_API_KEY: 'k' },
    });
    expect(ran.code).toBe(3);
    expect(JSON.parse(ran.out)).toMatchObject({ error: { reason: 'unreachable', cause: 'ECONNREFUSED' } });
  });

  test('the connection is closed: exit code 3', async () => {
    const closing = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve));
    const { port } = closing.address() as AddressInfo;
    const ran = await sower(['user', 'list'], {
      env: { SOWER_URL: `http://127.0.0.1:${port}`, SOWER_API_KEY: 'k' },
    });
    closing.close();
    expect(ran.code).toBe(3);
  });

  test('a redirect is not followed', async () => {
    server = await fakeServer({
      'GET /users': () => ({ status: 302, raw: '{}', headers: { location: '/api/v1/elsewhere' } }),
    });
    const ran = await sower(['user', 'list'], { env: server.env });
    expect(ran.code).toBe(3);
    expect(server.asked).toHaveLength(1);
  });
});
