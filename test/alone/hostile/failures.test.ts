/** The disk full, the database gone, the certificate renewed, the settings wrong: what clients and operators get. */
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { HttpRequest } from '@sower/ctkip/http';
import { ownCertificate } from '@sower/server/keys/x509/tls';
import { MIGRATIONS } from '@sower/server/store/db/migrate';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { acceptAround, provisioned, runExchange, sender, tokencode } from '../../harness/authenticator.ts';
import { earlierSchema } from '../../harness/databases/earlier-schema.ts';
import {
  type DatabaseKind,
  type FreshDatabase,
  onBothDatabases,
  POSTGRESQL,
  SQLITE,
} from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';

const LAUNCHER = fileURLToPath(new URL('../../../apps/cli/bin/sower.js', import.meta.url));

/** @param atEnd of tests that run at once it is the one of their context */
async function ready(
  kind: DatabaseKind | FreshDatabase,
  args?: readonly string[],
  atEnd = onTestFinished,
): Promise<Deployment> {
  const database = 'installed' in kind ? await kind.installed() : kind;
  atEnd(() => database.drop());
  const deployment = await deploy(database, args ? { arguments: args } : {});
  atEnd(() => deployment.stop());
  const { api } = deployment;
  await acceptAround(api);
  await api('addProfile', {
    body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
  });
  await api('addUser', { body: { userId: 'u' } });
  await api('mintTokens', { body: {} });
  await api('assignToken', { params: { serial: SERIAL }, body: { userId: 'u' } });
  return deployment;
}
const SERIAL = '000100000001';
const distribute = (deployment: Deployment) =>
  deployment.api('distributeToken', { params: { serial: SERIAL }, body: { profile: 'p' } });

/** Runs an exchange whose ClientNonce meets a failing database, then the same request again once it is well. */
async function survives(
  deployment: Deployment,
  fail: () => Promise<void>,
  heal: () => Promise<void>,
): Promise<void> {
  const first = await provisioned(deployment, await distribute(deployment));
  const verify = async (passcode: string) =>
    (await deployment.api('authenticate', { body: { userId: 'u', passcode } })).result;
  expect(await verify(tokencode(first, -1))).toBe('accepted');

  const send = sender(deployment);
  let nonce: HttpRequest | undefined;
  const failed = await runExchange(deployment, await distribute(deployment), {
    attempts: 1,
    send: async (request) => {
      if (request.headers.SOAPAction === 'ServerFinished') {
        nonce = request;
        await fail();
      }
      return send(request);
    },
  });
  expect(failed).toMatchObject({ ok: false, httpStatus: 503 });
  const answer = await deployment.send(0, {
    method: 'POST',
    path: '/api/v1/authentications',
    headers: { authorization: `Bearer ${deployment.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ userId: 'u', passcode: tokencode(first) }),
  });
  expect([answer.status, answer.body.toString()]).toEqual([503, expect.anything()]);
  expect(JSON.parse(answer.body.toString())).toMatchObject({ code: 'unavailable' });
  await heal();

  // Nothing half-done: the old seed verifies, and so does the passcode that met the failure, since it was not accepted then.
  const token = await deployment.api('getToken', { params: { serial: SERIAL } });
  expect(token.seeds).toHaveLength(1);
  expect(['issued', 'opened']).toContain(token.distribution?.state);
  expect(await verify(tokencode(first))).toBe('accepted');
  const again = await send(nonce as HttpRequest);
  expect(again.status).toBe(200);
  expect((await deployment.api('getToken', { params: { serial: SERIAL } })).distribution?.state).toBe(
    'provisioned',
  );
}

describe.skipIf(process.getuid?.() !== 0)('a full disk (SQLite)', () => {
  test('503 before anything is promised, and nothing half-done', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sower-small-'));
    // Room for the tables, as the migrations write them.
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
    const file = join(folder, 'sower.sqlite');
    const deployment = await ready({
      location: { kind: 'sqlite', file },
      option: `sqlite:${file}`,
      drop: async () => {
        execFileSync('umount', ['-l', folder]);
        rmSync(folder, { recursive: true });
      },
    });
    const filler = join(folder, 'filler');
    // A reader that stays keeps the log from being written over from its start, where it has room although the disk is full.
    const reader = new DatabaseSync(file, { readOnly: true });
    await survives(
      deployment,
      async () => {
        reader.exec('begin; select count(*) from sqlite_master');
        for (const size of [64 * 1024, 4096, 512, 1]) {
          try {
            for (;;) writeFileSync(filler, Buffer.alloc(size, 1), { flag: 'a' });
          } catch {
            // Full, but for less than this size.
          }
        }
        fillLog(file);
      },
      async () => {
        rmSync(filler);
        reader.close();
      },
    );
  });

  /**
   * The log may still have room from before it was last begun anew, or after a commit that did not fit: by commits of one page until not
   * even that fits. What a server commits is larger, each time by other pages.
   */
  function fillLog(file: string): void {
    const writer = new DatabaseSync(file, { timeout: 60_000 });
    let version = 0;
    const more = (): void => {
      for (; version < 10_000; version += 1) writer.exec(`pragma user_version = ${version}`);
    };
    expect(more).toThrow(/full/);
    writer.close();
  }
});

describe.skipIf(!inject('postgresql'))('a lost database (PostgreSQL)', () => {
  test('503 before anything is promised, and nothing half-done', async () => {
    const database = await POSTGRESQL.installed();
    const deployment = await ready(database);
    const url = database.option;
    const name = url.slice(url.lastIndexOf('/') + 1);
    const maintain = async (...statements: string[]): Promise<void> => {
      const client = new pg.Client({ connectionString: inject('postgresql') });
      await client.connect();
      for (const statement of statements) await client.query(statement);
      await client.end();
    };
    await survives(
      deployment,
      () =>
        maintain(
          `alter database ${name} allow_connections false`,
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
        ),
      () => maintain(`alter database ${name} allow_connections true`),
    );
    expect((await deployment.send(0, { path: '/readyz' })).status).toBe(200);
  });
});

// Servers look at files every few seconds, and wait for a handshake.
describe.concurrent('certificates', () => {
  test('files are read again when they change; a pair that does not fit is not taken', async ({
    expect,
    onTestFinished: atEnd,
  }) => {
    const folder = mkdtempSync(join(tmpdir(), 'sower-certificates-'));
    atEnd(() => rmSync(folder, { recursive: true }));
    const make = async (name: string) => {
      await ownCertificate(join(folder, name), ['localhost'], Date.now());
      return (file: string) => join(folder, name, file);
    };
    const [one, two] = [await make('one'), await make('two')];
    const live = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    copyFileSync(one('server.pem'), live.cert);
    copyFileSync(one('server.key'), live.key);
    const database = await SQLITE.installed();
    atEnd(() => database.drop());
    const deployment = await deploy(database, {
      arguments: ['--tls-certificate', live.cert, '--tls-key', live.key],
      ca: one('ca.pem'),
    });
    atEnd(() => deployment.stop());
    const port = deployment.servers[0]?.port as number;
    expect(await served(port)).toBe(new X509Certificate(readFileSync(one('server.pem'))).fingerprint256);
    copyFileSync(two('server.pem'), live.cert);
    await expect.poll(() => deployment.servers[0]?.output()).toContain('the earlier one stays');
    expect(await served(port)).toBe(new X509Certificate(readFileSync(one('server.pem'))).fingerprint256);
    copyFileSync(two('server.key'), live.key);
    await expect
      .poll(() => served(port))
      .toBe(new X509Certificate(readFileSync(two('server.pem'))).fingerprint256);
  });

  test('TLS before 1.2 is refused', async ({ expect, onTestFinished: atEnd }) => {
    const deployment = await ready(SQLITE, undefined, atEnd);
    const port = deployment.servers[0]?.port as number;
    // Node's own level of security would refuse it here, and the test would not see what the server does.
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    await expect(served(port, old)).rejects.toThrow();
    await served(port, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
  });

  test('a connection that begins no TLS handshake is closed', async ({ expect, onTestFinished: atEnd }) => {
    const deployment = await ready(SQLITE, undefined, atEnd);
    const socket = connectTcp(deployment.servers[0]?.port as number, '127.0.0.1');
    const closed = new Promise<string>((resolve) => {
      socket.on('error', () => resolve('closed'));
      socket.on('close', () => resolve('closed'));
    });
    const patience = new Promise<string>((resolve) => setTimeout(() => resolve('still open'), 60_000));
    expect(await Promise.race([closed, patience])).toBe('closed');
  });

  function served(port: number, options: object = {}): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(
        { port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false, ...options },
        () => {
          resolve(socket.getPeerCertificate().fingerprint256);
          socket.destroy();
        },
      );
      socket.on('error', reject);
    });
  }
});

describe('addresses', () => {
  const sourceOf = async (deployment: Deployment): Promise<string | undefined> => {
    const headers = {
      authorization: `Bearer ${deployment.apiKey}`,
      'x-forwarded-for': '203.0.113.9',
      'content-type': 'application/json',
    };
    await deployment.send(0, { method: 'POST', path: '/api/v1/tokens', headers, body: '{}' });
    const { items } = await deployment.api('listAudit', { query: { action: 'token.mint', limit: 1 } });
    return items[0]?.source;
  };
  test('forwarded addresses are believed from configured proxies only', async () => {
    const sources = [[], ['--trusted-proxies', '127.0.0.1'], ['--trusted-proxies', '10.0.0.0/8']].map(
      async (args) => sourceOf(await ready(SQLITE, args)),
    );
    expect(await Promise.all(sources)).toEqual(['127.0.0.1', '203.0.113.9', '127.0.0.1']);
  });

  test('a source that guesses is slowed; its guesses are in the audit trail in one row; the Host header names nothing', async () => {
    const deployment = await ready(SQLITE, ['--wrong-codes', '5']);
    const distributed = await distribute(deployment);
    const { hostname, port } = new URL(distributed.ctkipUrl);
    expect(`${hostname}:${port}`).toBe(`localhost:${deployment.servers[0]?.port}`);
    const guess = async (): Promise<number> => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', host: 'evil.example' };
      const body = 'activationCode=000000000000';
      return (await deployment.send(0, { method: 'POST', path: '/ctkip/trigger', headers, body })).status;
    };
    for (let count = 0; count < 5; count += 1) expect(await guess()).toBe(403);
    const waiting = Array.from({ length: 12 }, guess);
    const first = await Promise.race(waiting);
    expect(first).toBe(429);
    expect((await deployment.send(0, { path: '/healthz' })).status).toBe(200);
    await deployment.servers[0]?.kill('SIGTERM');
    await Promise.allSettled(waiting);
    await deployment.start();
    const { items } = await deployment.apiOf(1)('listAudit', { query: { action: 'ctkip.wrong-code' } });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ source: '127.0.0.1', result: 'refused' });
  });
});

describe('starting', () => {
  const serve = (...args: string[]) =>
    spawnSync(process.execPath, [LAUNCHER, 'serve', ...args], { encoding: 'utf8', timeout: 60_000 });

  test('wrong settings: every mistake at once, exit code 2', () => {
    const { status, stdout } = serve('--listen', 'x', '--database', 'y', '--tls-key', '/none');
    expect(status).toBe(2);
    expect(JSON.parse(stdout).mistakes).toHaveLength(4);
  });

  test('the data folder and what is secret in it is for its owner only', async () => {
    // As a first start writes them.
    const { dataFolder } = await ready(await SQLITE.fresh());
    expect(statSync(dataFolder).mode & 0o077).toBe(0);
    for (const name of [
      'master.key',
      'admin-api-key',
      'first-password',
      'server.json',
      'tls/server.key',
      'tls/ca.key',
    ]) {
      expect(statSync(join(dataFolder, name)).mode & 0o777, name).toBe(0o600);
    }
  });
});

onBothDatabases('another master key', (kind) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await kind.fresh();
    const deployment = await deploy(database);
    await deployment.stop();
  });
  afterAll(() => database.drop());
  test('the server does not start, and says why', async () => {
    await expect(deploy(database)).rejects.toThrow(/another master key/);
  });
});

onBothDatabases('a newer schema', (kind) => {
  test('is refused in one sentence that says so, and left as it is', async () => {
    const database = await kind.empty();
    const newer = await earlierSchema(database.location, Object.keys(MIGRATIONS).at(-1) as string);
    const row = { name: '9999-of-tomorrow', timestamp: '2030-01-01T00:00:00.000Z' };
    await newer.insertInto('kysely_migration').values(row).execute();
    const before = await newer.selectFrom('kysely_migration').selectAll().orderBy('name').execute();
    await expect(deploy(database)).rejects.toThrow(
      /a newer Sower has changed this database \(9999-of-tomorrow/,
    );
    expect(await newer.selectFrom('kysely_migration').selectAll().orderBy('name').execute()).toEqual(before);
    await newer.destroy();
    await database.drop();
  });
});
