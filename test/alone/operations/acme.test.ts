/**
 * Certificates by ACME, by two nodes on one database, from pebble: issued, renewed, revoked, refused. And what a stranger in the place of an
 * authority can do: nothing to the certificate that stands.
 */
import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, connect as tcpConnect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Acme, AcmeSettingsInput } from '@sower/api/acme';
import { openDatabase } from '@sower/server/store/db/open';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  hasPebble,
  type NameServer,
  type Pebble,
  startNameServer,
  startPebble,
} from '../../harness/acme/pebble.ts';
import { type Mode, type Stranger, startStranger } from '../../harness/acme/stranger.ts';
import { makeAuthority } from '../../harness/authority.ts';
import { besideOthers, type FreshDatabase, onBothDatabases, SQLITE } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { problemOf } from '../../harness/problems.ts';
import { freePort } from '../../harness/processes/free-port.ts';

const KEY = Buffer.from('a key of 32 octets, for everyone').toString('base64url');
const PATIENT = { timeout: 90_000, interval: 300 } as const;

const served = (deployment: Deployment, server: number): Promise<X509Certificate> =>
  new Promise((resolve, reject) => {
    const port = deployment.servers[server]?.port as number;
    const socket = connect(
      { port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false },
      () => {
        resolve(new X509Certificate(socket.getPeerCertificate().raw));
        socket.destroy();
      },
    );
    socket.on('error', reject);
  });
const fingerprint = async (deployment: Deployment, server: number): Promise<string> =>
  (await served(deployment, server)).fingerprint256;

async function edit({ api }: Deployment, change: Partial<AcmeSettingsInput>): Promise<Acme> {
  const { settings, version } = await api('getAcme', {});
  return api('editAcme', { body: { ...settings, ...change }, ifMatch: version });
}

async function until(deployment: Deployment, state: Acme['state']): Promise<Acme> {
  try {
    await vi.waitFor(async () => expect((await deployment.api('getAcme', {})).state).toBe(state), PATIENT);
  } catch (error) {
    // What came instead is only in the trail.
    const { items } = await deployment.api('listAudit', { query: { limit: 12 } });
    const trail = items.map(({ at, action, result, reason }) => `${at} ${action} ${result} ${reason ?? ''}`);
    const now = JSON.stringify(await deployment.api('getAcme', {}));
    throw new Error([(error as Error).message, now, ...trail].join('\n'));
  }
  return deployment.api('getAcme', {});
}

/**
 * Orders while the authority cannot see the proof. Once in a hundred orders pebble reuses a valid authorization, although
 * PEBBLE_AUTHZREUSE is 0: then nothing is proved, and the order succeeds.
 */
async function refusedOrder(deployment: Deployment): Promise<{ failing: Acme; before: string }> {
  for (;;) {
    const before = await fingerprint(deployment, 0);
    await deployment.api('orderCertificate', {});
    const ended = await vi.waitFor(async () => {
      const acme = await deployment.api('getAcme', {});
      expect(['failing', 'waiting']).toContain(acme.state);
      return acme;
    }, PATIENT);
    if (ended.state === 'failing') return { failing: ended, before };
    await vi.waitFor(async () => expect(await fingerprint(deployment, 0)).not.toBe(before), PATIENT);
  }
}

/** Beside one another, if there is an authority. */
const withPebble = hasPebble() ? besideOthers : describe.skip;

onBothDatabases(
  'ACME with pebble',
  (kind) => {
    let database: FreshDatabase;
    let deployment: Deployment;
    let pebble: Pebble;
    let http: Server;
    /** Whether what comes to port 80 is passed on. */
    let passes = true;

    beforeAll(async () => {
      pebble = await startPebble({ bindingKeys: { us: KEY } });
      database = await kind.installed();
      deployment = await deploy(database, { processes: 2, alsoTrusted: await pebble.manage('/roots/0') });
      // Port 80 leads to the second node, whichever orders, and to the first one while the second is away.
      http = createServer(async (request, response) => {
        const { status, body } = passes
          ? await deployment
              .send(1, { path: request.url ?? '/' })
              .catch(() => deployment.send(0, { path: request.url ?? '/' }))
          : { status: 404, body: Buffer.from('not here') };
        response.writeHead(status).end(body);
      });
      await new Promise<void>((resolve) => http.listen(pebble.httpPort, resolve));
    });
    afterAll(async () => {
      await deployment.stop();
      await pebble.stop();
      http.close();
      await database.drop();
    });

    test('is ordered once, and taken by both nodes without a restart', async ({ expect }) => {
      const before = await fingerprint(deployment, 0);
      const given = {
        enabled: true,
        directory: pebble.directory,
        authority: pebble.authority,
        contact: 'ops@example.com',
      };
      // Two that would be refused, each with what to do.
      await edit(deployment, given);
      const terms = await until(deployment, 'failing');
      expect(terms.failure).toContain('terms of service');
      await edit(deployment, { termsAgreed: true });
      const bound = await until(deployment, 'failing');
      expect(bound.failure).toContain('external accounts');
      expect(await fingerprint(deployment, 0)).toBe(before);

      const changed = await edit(deployment, { bindingKeyId: 'us', bindingKey: KEY });
      expect(changed).toMatchObject({ bindingKeySet: true, failures: 0 });
      expect(JSON.stringify(changed)).not.toContain(KEY);
      const on = await until(deployment, 'waiting');
      expect(on.orderedNames).toEqual(['localhost']);
      expect(on.renewAt).toBeDefined();
      await expect.poll(() => fingerprint(deployment, 0), PATIENT).not.toBe(before);
      const now = await served(deployment, 0);
      await expect.poll(() => fingerprint(deployment, 1), PATIENT).toBe(now.fingerprint256);
      expect(now.subjectAltName).toBe('DNS:localhost');
      expect(now.issuer).toContain('Pebble');
      const { items } = await deployment.api('listCertificates', {});
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({ state: 'in-use', byAcme: true, createdBy: 'system' });
      const trail = await deployment.api('listAudit', { query: { action: 'certificate.use' } });
      expect(trail.items.map(({ actor }) => actor)).toEqual(['system']);
      expect(JSON.stringify(await deployment.api('listAudit', { query: { limit: 1000 } }))).not.toContain(
        KEY,
      );
      // What it had to show is gone.
      expect(pebble.output()).toContain('challenge');
      const seen = await deployment.api('getCertificate', {});
      expect(seen.problems.map(({ code }) => code)).not.toContain('acme-failed');
    });

    test('another one on request, and the one before it is revoked', async ({ expect }) => {
      const before = await served(deployment, 0);
      const { items: earlier } = await deployment.api('listCertificates', {});
      const first = earlier[0]?.id as string;
      expect(
        await problemOf(deployment.api('revokeCertificate', { params: { id: first }, body: {} })),
      ).toMatchObject({ code: 'in-use' });
      // Many at once are one order.
      await Promise.all(
        Array.from({ length: 20 }, (_, number) => deployment.apiOf(number % 2)('orderCertificate', {})),
      );
      await expect.poll(() => fingerprint(deployment, 0), PATIENT).not.toBe(before.fingerprint256);
      await until(deployment, 'waiting');
      expect((await deployment.api('listCertificates', {})).items).toHaveLength(2);

      const status = async () =>
        JSON.parse(
          await pebble.manage(
            `/cert-status-by-serial/${before.serialNumber.toLowerCase().replace(/^0+/, '')}`,
          ),
        ) as {
          Status: string;
        };
      expect((await status()).Status).toBe('Valid');
      const revoked = await deployment.api('revokeCertificate', {
        params: { id: first },
        body: { reason: 'superseded' },
      });
      expect(revoked.state).toBe('revoked');
      expect((await status()).Status).toBe('Revoked');
      expect(await problemOf(deployment.api('useCertificate', { params: { id: first } }))).toMatchObject({
        code: 'wrong-state',
      });
      expect(
        await problemOf(deployment.api('revokeCertificate', { params: { id: first }, body: {} })),
      ).toMatchObject({ code: 'wrong-state' });
    });

    test('one that was revoked is replaced, whichever node is there', async ({ expect }) => {
      // Requests that came during the order made it due once more. Killed with the lease, a node keeps it for ten minutes.
      await vi.waitFor(async () => {
        const { state, nextAt } = await deployment.api('getAcme', {});
        expect(state).toBe('waiting');
        expect(Date.parse(nextAt as string)).toBeGreaterThan(Date.now());
      }, PATIENT);
      const before = await fingerprint(deployment, 0);
      await deployment.servers[1]?.kill('SIGKILL');
      // As if its authority had revoked it for another.

      const { db, close } = await openDatabase(database.location);
      const past = Date.now() - 60_000;
      const mine = (await db.selectFrom('acme').select('certificate_id').executeTakeFirstOrThrow())
        .certificate_id;
      const row = await db
        .selectFrom('tls_certificates')
        .selectAll()
        .where('id', '=', mine as string)
        .executeTakeFirstOrThrow();
      expect(row.directory).toBe(pebble.directory);
      await db.updateTable('tls_certificates').set({ revoked_at: past }).where('id', '=', row.id).execute();
      await db.updateTable('acme').set({ next_at: past }).execute();
      await close();
      await deployment.start(deployment.servers[1]?.port);
      await expect.poll(() => fingerprint(deployment, 0), PATIENT).not.toBe(before);
      const { renewAt, failures } = await until(deployment, 'waiting');
      expect(failures).toBe(0);
      // Two thirds of 90 days, or what the authority suggests.
      expect(Date.parse(renewAt as string) - Date.now()).toBeGreaterThan(50 * 86_400_000);
    });

    test('a refused challenge is said everywhere, and nothing is changed', async ({ expect }) => {
      passes = false;
      const { failing, before } = await refusedOrder(deployment);
      expect(failing.failure).toMatch(/localhost leads here.*Port 80/s);
      expect(failing.failures).toBe(1);
      const next = Date.parse(failing.nextAt as string) - Date.now();
      expect(next).toBeGreaterThan(3 * 60_000);
      expect(await fingerprint(deployment, 0)).toBe(before);
      const seen = await deployment.api('getCertificate', {});
      expect(seen.problems[0]).toMatchObject({ code: 'acme-failed' });
      expect(seen.problems[0]?.text).toContain('Port 80');
      expect(await deployment.metrics(0)).toMatch(/^sower_acme_failures 1$/m);
      const trail = await deployment.api('listAudit', { query: { action: 'acme.failed' } });
      expect(trail.items[0]).toMatchObject({ result: 'failure', actor: 'system' });
      passes = true;
      await deployment.api('orderCertificate', {});
      await until(deployment, 'waiting');
      await expect.poll(() => fingerprint(deployment, 0), PATIENT).not.toBe(before);
      expect(await deployment.metrics(0)).toMatch(/^sower_acme_failures 0$/m);
    });

    test('one chosen by hand is left alone until someone orders', async ({ expect }) => {
      const { items } = await deployment.api('listCertificates', {});
      await deployment.api('useCertificate', { params: { id: 'own' } });
      const own = await fingerprint(deployment, 0);
      const aside = await until(deployment, 'aside');
      expect(aside.failures).toBe(0);
      const { db, close } = await openDatabase(database.location);
      await db.updateTable('acme').set({ renew_at: 0, next_at: 0 }).execute();
      await expect
        .poll(
          async () => (await db.selectFrom('acme').select('next_at').executeTakeFirstOrThrow()).next_at,
          PATIENT,
        )
        .toBeGreaterThan(0);
      await close();
      expect(await fingerprint(deployment, 0)).toBe(own);
      expect((await deployment.api('listCertificates', {})).items).toHaveLength(items.length);
      const seen = await deployment.api('getCertificate', {});
      expect(seen.problems.map(({ code }) => code)).toContain('acme-aside');
      await deployment.api('orderCertificate', {});
      await expect.poll(() => fingerprint(deployment, 0), PATIENT).not.toBe(own);
      await edit(deployment, { enabled: false });
      expect(await problemOf(deployment.api('orderCertificate', {}))).toMatchObject({
        code: 'wrong-state',
      });
    });
  },
  withPebble,
);

withPebble('DNS-01 with pebble (SQLite)', () => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let pebble: Pebble;
  let names: NameServer;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-acme-dns-'));
    names = await startNameServer();
    pebble = await startPebble({ dns: names.address });
    database = await SQLITE.installed();
    const command = join(folder, 'set.sh');
    writeFileSync(
      join(folder, 'set.mjs'),
      `const { SOWER_ACME_NAME: name, SOWER_ACME_VALUE: value } = process.env;
await fetch('${names.manage}/set-txt', { method: 'POST', body: JSON.stringify({ host: name + '.', value }) });`,
    );
    writeFileSync(
      command,
      `echo "$SOWER_ACME_ACTION $SOWER_ACME_NAME $SOWER_MASTER_KEY" >> ${folder}/said
test -e ${folder}/broken && { echo "no such zone" >&2; exit 3; }
test "$SOWER_ACME_ACTION" = add || exit 0
exec ${process.execPath} ${folder}/set.mjs`,
    );
    deployment = await deploy(database, {
      arguments: ['--wrong-codes', '1000000', '--acme-dns-command', `sh ${command}`],
      alsoTrusted: await pebble.manage('/roots/0'),
    });
  });
  afterAll(async () => {
    await deployment.stop();
    await pebble.stop();
    await names.stop();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a command sets the record, for names that stand for many too; and says why it could not', async ({
    expect,
  }) => {
    writeFileSync(join(folder, 'broken'), '');
    await edit(deployment, {
      enabled: true,
      directory: pebble.directory,
      authority: pebble.authority,
      termsAgreed: true,
      challenge: 'dns-01',
      names: ['*.otp.example.com'],
    });
    const failing = await until(deployment, 'failing');
    expect(failing.failure).toMatch(/\(3\): no such zone/);
    rmSync(join(folder, 'broken'));
    await deployment.api('orderCertificate', {});
    await until(deployment, 'waiting');
    await expect
      .poll(async () => (await served(deployment, 0)).subjectAltName?.split(', ').sort(), PATIENT)
      .toEqual(['DNS:*.otp.example.com', 'DNS:localhost']);
    const said = readFileSync(join(folder, 'said'), 'utf8').split('\n');
    expect(said).toContain('add _acme-challenge.otp.example.com ');
    expect(said).toContain('remove _acme-challenge.otp.example.com ');
  });

  test('TLS-ALPN-01: shown to whoever validates on the port that serves, and to nobody else', async ({
    expect,
  }) => {
    const offering = (protocol: string, servername: string): Promise<string> =>
      new Promise((resolve) => {
        const port = deployment.servers[0]?.port as number;
        const socket = connect(
          { port, host: '127.0.0.1', servername, ALPNProtocols: [protocol], rejectUnauthorized: false },
          () => {
            resolve(new X509Certificate(socket.getPeerCertificate().raw).subject);
            socket.destroy();
          },
        );
        socket.on('error', ({ message }) => resolve(message));
      });
    const before = await served(deployment, 0);
    // Nothing listens where the authority looks.
    await edit(deployment, { challenge: 'tls-alpn-01', names: ['otp.example.com'] });
    expect((await until(deployment, 'failing')).failure).toContain('Port 443 of that name');
    const shown = () => offering('acme-tls/1', 'otp.example.com');
    await expect.poll(shown, PATIENT).toContain('no application protocol');

    const port443 = createTcpServer((client) => {
      const server = tcpConnect(deployment.servers[0]?.port as number, '127.0.0.1');
      client.pipe(server).pipe(client);
      for (const socket of [client, server]) socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => port443.listen(pebble.tlsPort, resolve));
    await deployment.api('orderCertificate', {});
    await expect.poll(shown, PATIENT).toContain('ACME validation');
    expect(await offering('acme-tls/1', 'elsewhere.example.com')).toContain('no application protocol');
    expect(await offering('http/1.1', 'otp.example.com')).toBe(before.subject);
    await until(deployment, 'waiting');
    await expect
      .poll(async () => (await served(deployment, 0)).subjectAltName?.split(', ').sort(), PATIENT)
      .toEqual(['DNS:localhost', 'DNS:otp.example.com']);
    await expect.poll(shown, PATIENT).toContain('no application protocol');
    port443.close();
  });
});

besideOthers('a stranger in the place of an authority (SQLite)', () => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let stranger: Stranger;
  let port: number;

  beforeAll(async () => {
    stranger = await startStranger();
    database = await SQLITE.installed();
    port = await freePort();
    deployment = await deploy(database, {
      workers: 2,
      alsoTrusted: stranger.authority.root.pem,
      arguments: ['--wrong-codes', '1000000', '--acme-listen', `127.0.0.1:${port}`],
    });
  });
  afterAll(async () => {
    await deployment.stop();
    await stranger.stop();
    await database.drop();
  });

  const attempt = async (mode: Mode, change: Partial<AcmeSettingsInput> = {}): Promise<Acme> => {
    stranger.mode = mode;
    await edit(deployment, {
      enabled: true,
      directory: stranger.directory,
      authority: stranger.authority.root.pem,
      ...change,
    });
    await deployment.api('orderCertificate', {});
    return vi.waitFor(async () => {
      const acme = await until(deployment, 'failing');
      // Ordered while the attempt for the edit was under way, it is tried at once after that.
      expect(Date.parse(acme.nextAt as string)).toBeGreaterThan(Date.parse(acme.failedAt as string));
      return acme;
    }, PATIENT);
  };

  test('whatever it answers, the certificate that stands stays, and the reason is said', async ({
    expect,
  }) => {
    const before = await fingerprint(deployment, 0);
    const said: [Mode, RegExp][] = [
      ['html', /does not speak ACME/],
      ['endless', /cannot be reached/],
      ['nonces', /refused/],
      ['limited', /no further attempt for now: too many certificates/],
      ['other-key', /key does not belong/],
      ['other-names', /does not name localhost/],
      ['tomorrow', /check the clock of this server/],
      ['other-identifier', /does not speak ACME/],
    ];
    for (const [mode, reason] of said) {
      const failing = await attempt(mode);
      expect(failing.failure, mode).toMatch(reason);
      if (mode === 'limited') {
        const wait = Date.parse(failing.nextAt as string) - Date.parse(failing.failedAt as string);
        expect(wait).toBeGreaterThan(7_100_000);
      }
    }
    expect(await fingerprint(deployment, 0)).toBe(before);
    expect((await deployment.api('listCertificates', {})).items).toEqual([]);
    // The nonces: not for ever.
    expect(stranger.calls.get('/account')).toBeLessThan(40);
    // Another certificate than that of the given authority.
    const untrusted = await attempt('good', { authority: (await makeAuthority()).root.pem });
    expect(untrusted.failure).toMatch(/not trusted/);
    expect(await fingerprint(deployment, 0)).toBe(before);
    // And the same one, with nothing wrong.
    stranger.mode = 'good';
    await edit(deployment, { authority: stranger.authority.root.pem });
    await until(deployment, 'waiting');
    await expect.poll(() => fingerprint(deployment, 0), PATIENT).not.toBe(before);
  });

  test('is renewed when the authority suggests it, and says what it replaces; else at two thirds of the lifetime', async ({
    expect,
  }) => {
    const day = 86_400_000;
    const { db, close } = await openDatabase(database.location);
    const look = async (): Promise<Acme> => {
      await db.updateTable('acme').set({ next_at: 1, renew_at: null }).execute();
      await expect
        .poll(
          async () => (await db.selectFrom('acme').select('next_at').executeTakeFirstOrThrow()).next_at,
          PATIENT,
        )
        .toBeGreaterThan(1);
      return until(deployment, 'waiting');
    };
    const inUse = async () => {
      const { chain } = await db
        .selectFrom('tls_certificates')
        .select('chain')
        .where('in_use', '=', 1)
        .executeTakeFirstOrThrow();
      return new X509Certificate(chain as string);
    };
    const before = await inUse();
    const from = before.validFromDate.getTime();
    const twoThirds = from + ((before.validToDate.getTime() - from) * 2) / 3;
    expect(Date.parse((await look()).renewAt as string)).toBe(twoThirds);
    // Some days earlier than usual, and it wants to be asked again in 15 minutes.
    stranger.window = { start: 10 * day, end: 12 * day };
    const suggested = await look();
    const days = (Date.parse(suggested.renewAt as string) - Date.now()) / day;
    expect(days).toBeGreaterThan(9.9);
    expect(days).toBeLessThan(12);
    expect((Date.parse(suggested.nextAt as string) - Date.now()) / 60_000).toBeLessThan(16);
    expect((await inUse()).fingerprint256).toBe(before.fingerprint256);
    // When it has ended would be too late.
    stranger.window = { start: 400 * day, end: 401 * day };
    const latest = from + ((before.validToDate.getTime() - from) * 9) / 10;
    expect(Date.parse((await look()).renewAt as string)).toBe(latest);
    // Something happened there: at once.
    stranger.window = { start: -2 * day, end: -day };
    stranger.orders.length = 0;
    await db.updateTable('acme').set({ next_at: 1 }).execute();
    await expect.poll(async () => (await inUse()).fingerprint256, PATIENT).not.toBe(before.fingerprint256);
    await close();
    stranger.window = undefined;
    const key = [...stranger.calls.keys()].find((path) => path.startsWith('/renewal/')) as string;
    expect(stranger.orders).toEqual([
      { identifiers: [{ type: 'dns', value: 'localhost' }], replaces: key.split('/').at(-1) },
    ]);
    const serial = Buffer.from(key.split('.').at(-1) as string, 'base64url').toString('hex');
    expect(BigInt(`0x${serial}`)).toBe(BigInt(`0x${before.serialNumber}`));
  });

  test('a fault of this server is said too, recorded, and tried again within minutes', async ({ expect }) => {
    const { db, close } = await openDatabase(database.location);
    const { account_key } = await db.selectFrom('acme').select('account_key').executeTakeFirstOrThrow();
    const sealedElsewhere = 'AAAA';
    await db.updateTable('acme').set({ account_key: sealedElsewhere }).execute();
    const failing = await attempt('good');
    expect(failing.failure).toContain('Something went wrong on the server');
    const wait = Date.parse(failing.nextAt as string) - Date.parse(failing.failedAt as string);
    expect(wait).toBeLessThanOrEqual(5 * 60_000);
    const { items } = await deployment.api('listAudit', { query: { action: 'acme.failed', limit: 1 } });
    expect(items[0]?.reason).toContain('Something went wrong on the server');
    await db.updateTable('acme').set({ account_key }).execute();
    await close();
    await deployment.api('orderCertificate', {});
    await until(deployment, 'waiting');
  });

  test('one that never answers costs one connection, and ends with the settings', async ({ expect }) => {
    stranger.mode = 'silent';
    const inUse = async () =>
      (await deployment.api('listCertificates', {})).items.find(({ state }) => state === 'in-use')?.id;
    const before = await inUse();
    expect(before).toBeDefined();
    await deployment.api('orderCertificate', {});
    await expect.poll(() => stranger.connections(), PATIENT).toBeGreaterThan(0);
    expect(await stranger.connections()).toBeLessThanOrEqual(2);
    // What was begun before comes to nothing, though it goes on.
    await edit(deployment, { contact: 'other@example.com' });
    const failing = await until(deployment, 'failing');
    expect(failing.failure).toMatch(/does not answer in time/);
    expect(await inUse()).toBe(before);
    await edit(deployment, { enabled: false });
  });

  test('plain HTTP shows what is to be shown, and sends everyone else to the public URL', async ({
    expect,
  }) => {
    const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual' });
    const token = 'A'.repeat(40);
    const challenge = `/.well-known/acme-challenge/${token}`;
    expect((await ask(challenge)).status).toBe(404);
    const { db, close } = await openDatabase(database.location);
    await db
      .insertInto('acme_challenges')
      .values([
        { token, answer: `${token}.proof`, expires_at: Date.now() + 60_000 },
        { token: 'B'.repeat(40), answer: 'old', expires_at: Date.now() - 1 },
      ])
      .execute();
    await close();
    const shown = await ask(challenge);
    expect([shown.status, await shown.text()]).toEqual([200, `${token}.proof`]);
    expect((await deployment.send(0, { path: challenge })).body.toString()).toBe(`${token}.proof`);
    expect((await ask(`/.well-known/acme-challenge/${'B'.repeat(40)}`)).status).toBe(404);
    for (const path of ['/.well-known/acme-challenge/..%2f..%2fetc%2fpasswd', `${challenge}%00`])
      expect((await ask(path)).status, path).toBeGreaterThanOrEqual(400);
    const elsewhere = await ask('//evil.example/console/?code=1');
    expect(elsewhere.status).toBe(308);
    expect(new URL(elsewhere.headers.get('location') as string).host).toBe(
      new URL(deployment.servers[0]?.url as string).host,
    );
    expect(elsewhere.headers.get('location')).not.toContain('code=1');
  });

  test('what cannot be is refused where it is entered', async ({ expect }) => {
    const { settings, version } = await deployment.api('getAcme', {});
    const refusedAt = async (change: Record<string, unknown>): Promise<string | undefined> =>
      (
        await problemOf(
          deployment.api('editAcme', {
            body: { ...settings, ...change } as AcmeSettingsInput,
            ifMatch: version,
          }),
        )
      ).errors?.[0]?.path;
    expect(await refusedAt({ enabled: true, directory: '' })).toBe('directory');
    expect(await refusedAt({ directory: 'http://ca.example/dir' })).toBe('directory');
    expect(await refusedAt({ directory: 'https://user:x@ca.example/dir' })).toBe('directory');
    expect(await refusedAt({ names: ['*.example.com'] })).toMatch(/^names/);
    expect(await refusedAt({ enabled: true, challenge: 'dns-01' })).toBe('challenge');
    expect(await refusedAt({ bindingKeyId: 'x' })).toBe('bindingKey');
    expect(await refusedAt({ bindingKey: KEY })).toBe('bindingKeyId');
    expect(await refusedAt({ authority: 'not a certificate' })).toBe('authority');
  });
});
