/** Another certificate on a running deployment of two processes: looked at, taken without a restart, asked for, given back. */
import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { ApiProblem } from '@sower/api/client';
import { afterAll, beforeAll, type ExpectStatic, expect, test } from 'vitest';
import { sower as typed } from '../../../apps/cli/test/fake-terminal.ts';
import { type Authority, issue, makeAuthority } from '../../harness/authority.ts';
import { type FreshDatabase, onBothAtOnce } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { problemOf } from '../../harness/problems.ts';

const CALLERS = 50;

onBothAtOnce('certificates', (kind) => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let authority: Authority;
  let folder: string;

  beforeAll(async () => {
    authority = await makeAuthority();
    folder = mkdtempSync(join(tmpdir(), 'sower-certificates-'));
    database = await kind.installed();
    deployment = await deploy(database, { processes: 2, alsoTrusted: authority.root.pem });
  });
  afterAll(async () => {
    await deployment.stop();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const served = (server: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const port = deployment.servers[server]?.port as number;
      const socket = connect(
        { port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false },
        () => {
          resolve(socket.getPeerCertificate().fingerprint256);
          socket.destroy();
        },
      );
      socket.on('error', reject);
    });
  const fingerprint = (pem: string): string => new X509Certificate(pem).fingerprint256;
  async function bothServe(pem: string, expect: ExpectStatic): Promise<void> {
    await expect.poll(() => served(0)).toBe(fingerprint(pem));
    // PostgreSQL announces it; on SQLite the other process looks every 15 seconds.
    const timeout = kind.name === 'PostgreSQL' ? 8_000 : 40_000;
    await expect.poll(() => served(1), { timeout, interval: 500 }).toBe(fingerprint(pem));
  }
  const sower = (...argv: string[]) => typed([...argv, '--data', deployment.dataFolder]);

  test('a wrong one is refused with what and where, and nothing is changed', async () => {
    const { api } = deployment;
    const before = await served(0);
    const other = await authority.issue();
    const leaf = await authority.issue({ names: ['elsewhere.example'] });
    const body = { kind: 'pem', chain: leaf.pem, key: other.keyPem } as const;
    const check = await api('checkCertificate', { body });
    expect(check.usable).toBe(false);
    expect(check.findings.map(({ code }) => code)).toEqual([
      'key-of-another',
      'name-missing',
      'chain-incomplete',
    ]);
    const problem = await problemOf(api('addCertificate', { body }));
    expect(problem).toMatchObject({ code: 'certificate-refused', status: 422 });
    expect(problem.errors?.map(({ path }) => path)).toEqual(['key', 'chain', 'chain']);
    expect(problem.detail).toContain('Nothing was changed');
    expect((await api('listCertificates', {})).items).toEqual([]);
    expect(await served(0)).toBe(before);
  });

  test('a right one is taken by every process without a restart, told to the command line, and there after a restart', async ({
    expect,
  }) => {
    const { api } = deployment;
    const own = await served(0);
    const leaf = await authority.issue();
    const body = { kind: 'pem', chain: authority.chain(leaf), key: leaf.keyPem } as const;
    expect(await api('checkCertificate', { body })).toMatchObject({ usable: true, findings: [] });
    const stored = await api('addCertificate', { body });
    expect(stored).toMatchObject({ state: 'in-use', subject: 'CN=localhost', names: ['DNS:localhost'] });
    expect(await served(0)).toBe(fingerprint(leaf.pem));
    await bothServe(leaf.pem, expect);
    const seen = await api('getCertificate', {});
    expect(seen).toMatchObject({ source: 'stored', reachable: 'untrusted', thisServer: true });
    expect(seen.chain.map(({ subject }) => subject)).toEqual([
      'CN=localhost',
      'CN=Test Intermediate',
      'CN=Test Root',
    ]);
    expect(seen.problems.map(({ code }) => code)).toEqual(['untrusted']);
    const metrics = await deployment.metrics(0);
    const expiry = Number(/^sower_tls_certificate_expiry_timestamp_seconds (\S+)$/m.exec(metrics)?.[1]);
    expect(Math.floor((expiry - Date.now() / 1000) / 86_400)).toBe(89);

    // The command line on this host trusts what its server presents.
    const shown = await sower('certificate', '--json');
    expect(shown.err).toBe('');
    expect(JSON.parse(shown.out)).toMatchObject({ source: 'stored' });

    await deployment.servers[1]?.kill('SIGKILL');
    await deployment.start();
    expect(await served(2)).toBe(fingerprint(leaf.pem));

    // The way back, and the way forth again.
    await api('useCertificate', { params: { id: 'own' } });
    expect(await served(0)).toBe(own);
    expect((await api('listCertificates', {})).items[0]).toMatchObject({ id: stored.id, state: 'kept' });
    await api('useCertificate', { params: { id: stored.id } });
    expect(await served(0)).toBe(fingerprint(leaf.pem));
    expect(await problemOf(api('deleteCertificate', { params: { id: stored.id } }))).toMatchObject({
      code: 'in-use',
    });
    const trail = await api('listAudit', { query: { object: `certificate:${stored.id}` } });
    expect(trail.items.map(({ action }) => action)).toEqual(['certificate.use', 'certificate.use']);
    expect(trail.items[1]?.reason).toContain(fingerprint(leaf.pem));
  });

  test('a request: the key stays here, its answer is found by it, once', async ({ expect }) => {
    const { api } = deployment;
    for (const keyType of ['rsa-2048', 'ec-p256'] as const) {
      const made = await api('requestCertificate', {
        body: { keyType, names: ['localhost', '127.0.0.1'], organization: 'Ärzte, "GmbH"', country: 'de' },
      });
      expect(made).toMatchObject({ state: 'request', chain: [] });
      const request = new x509.Pkcs10CertificateRequest(made.request as string);
      expect(await request.verify()).toBe(true);
      expect(request.subjectName.getField('O')).toEqual(['Ärzte, "GmbH"']);
      expect(request.subjectName.getField('C')).toEqual(['DE']);
      expect(request.subjectName.getField('CN')).toEqual(['localhost']);
      const publicKey = await request.publicKey.export();
      const wrong = await authority.issue();
      expect(
        await problemOf(api('addCertificate', { body: { kind: 'pem', chain: authority.chain(wrong) } })),
      ).toMatchObject({ code: 'certificate-refused', errors: [{ path: 'key' }] });
      const answer = await authority.issue({ publicKey });
      const chain = authority.chain(answer);
      const answers = await Promise.all(
        Array.from({ length: CALLERS }, (_, caller) =>
          deployment
            .apiOf((caller % 2) * 2)('addCertificate', { body: { kind: 'pem', chain } })
            .then(
              ({ id }) => id,
              (error: unknown) => (error instanceof ApiProblem ? error.problem.code : String(error)),
            ),
        ),
      );
      // One answers the request. Who looked before that is told so, as is who waited for too long; who comes later stores one more
      // with the same key.
      expect(answers.filter((id) => id === made.id)).toHaveLength(1);
      const others = answers.filter((id) => ![made.id, 'wrong-state', 'unavailable'].includes(id));
      for (const id of others) expect(id).toMatch(/^[0-9a-f-]{36}$/);
      expect(new Set(others).size).toBe(others.length);
      await expect.poll(() => served(0), { timeout: 20_000 }).toBe(fingerprint(answer.pem));
    }
  });

  test('fifty at once: one is in use', async () => {
    const leaf = await authority.issue();
    const body = { kind: 'pem', chain: authority.chain(leaf), key: leaf.keyPem } as const;
    await Promise.all(
      Array.from({ length: CALLERS }, (_, caller) =>
        deployment.apiOf((caller % 2) * 2)('addCertificate', { body }),
      ),
    );
    const { items } = await deployment.api('listCertificates', {});
    expect(items.filter(({ state }) => state === 'in-use')).toHaveLength(1);
  });

  test('who may not, may not', async () => {
    const { key } = await deployment.api('addApiKey', {
      body: { name: 'viewer', permissions: ['tokens:view', 'settings:edit'] },
    });
    const api = deployment.apiOf(0, key);
    await api('getCertificate', {});
    const leaf = await authority.issue();
    const body = { kind: 'pem', chain: leaf.pem, key: leaf.keyPem } as const;
    for (const call of [
      () => api('listCertificates', {}),
      () => api('checkCertificate', { body }),
      () => api('addCertificate', { body }),
      () => api('requestCertificate', { body: { names: ['localhost'] } }),
      () => api('useCertificate', { params: { id: 'own' } }),
      () => api('deleteCertificate', { params: { id: 'x' } }),
    ]) {
      expect(await problemOf(call())).toMatchObject({ code: 'not-permitted' });
    }
  });

  test('the command line: request, look, upload, use, delete', async () => {
    const requested = await sower('certificate', 'request', '--key-type', 'ec-p256', '--json');
    const { id, request } = JSON.parse(requested.out) as { id: string; request: string };
    const publicKey = await new x509.Pkcs10CertificateRequest(request).publicKey.export();
    const answer = await authority.issue({ publicKey });
    const file = join(folder, 'answer.pem');
    writeFileSync(file, answer.pem);
    const short = await sower('certificate', 'upload', file, '--json');
    expect(short.code).toBe(1);
    expect(JSON.parse(short.out)).toMatchObject({
      error: { reason: 'certificate-refused', findings: [{ code: 'chain-incomplete' }] },
    });
    writeFileSync(file, authority.chain(answer));
    expect((await sower('certificate', 'upload', file, '--check')).out).toContain('It can be used.');
    expect(await served(0)).not.toBe(fingerprint(answer.pem));
    const uploaded = await sower('certificate', 'upload', file, '--json');
    expect(JSON.parse(uploaded.out)).toMatchObject({ id, state: 'in-use' });
    expect((await sower('certificate', 'use', 'own')).out).toContain('is in use');
    expect((await sower('certificate', 'delete', id, '--yes')).out).toContain('is deleted');
    const left = await deployment.api('listCertificates', {});
    expect(left.items.some((item) => item.id === id)).toBe(false);
  });

  test('files given at the start go before what is stored, and the server says so', async () => {
    const leaf = await issue({ subject: 'CN=files', names: ['localhost'] });
    const stored = await authority.issue();
    const [cert, key] = [join(folder, 'files.pem'), join(folder, 'files.key')];
    writeFileSync(cert, leaf.pem);
    writeFileSync(key, leaf.keyPem);
    const fresh = await kind.installed();
    const other = await deploy(fresh, {
      arguments: ['--tls-certificate', cert, '--tls-key', key],
      ca: cert,
    });
    try {
      await other.api('addCertificate', {
        body: { kind: 'pem', chain: authority.chain(stored), key: stored.keyPem },
      });
      const seen = await other.api('getCertificate', {});
      expect(seen).toMatchObject({ source: 'files' });
      expect(seen.problems.map(({ code }) => code)).toContain('overridden');
    } finally {
      await other.stop();
      await fresh.drop();
    }
  });
});
