/** The certificate of the server's own CA is renewed while the server runs. Its clock is moved by the test; nothing waits for a day. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { sealing } from '@sower/server/keys/seal/sealing';
import { servedCertificate } from '@sower/server/keys/x509/served-certificate';
import { ownCertificate, type TlsMaterial } from '@sower/server/keys/x509/tls';
import { openDatabase } from '@sower/server/store/db/open';
import { afterAll, expect, test } from 'vitest';
import { SQLITE } from '../../harness/databases.ts';
import { deploy } from '../../harness/deployment.ts';
import { freePort } from '../../harness/processes/free-port.ts';

const DAY = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'sower-own-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const presented = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(
      { host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false },
      () => {
        resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
        socket.destroy();
      },
    );
    socket.once('error', reject);
  });

test('by the clock: not before its last 30 days, then once, also when another process made it or left two halves', async () => {
  const database = await SQLITE.fresh();
  const { db, close } = await openDatabase(database.location);
  let now = Date.now();
  const tls = join(folder, 'tls');
  const own = () => ownCertificate(tls, ['localhost'], now);
  const taken: TlsMaterial[] = [];
  const first = await own();
  const served = servedCertificate({
    db,
    sealing: sealing(new Uint8Array(32), () => new Uint8Array(16)),
    given: { source: 'own', material: first },
    renewOwn: own,
    now: () => now,
    onProblem: (error) => {
      throw error;
    },
  });
  served.watch(first, async (material) => {
    taken.push(material);
  });
  const later = async (days: number): Promise<void> => {
    now += days * DAY;
    await served.look();
  };
  await later(300);
  expect(taken).toHaveLength(0);
  await later(68);
  expect(taken).toHaveLength(1);
  const second = new X509Certificate(taken[0]?.cert ?? '');
  expect(second.validToDate.getTime()).toBeGreaterThan(now + 390 * DAY);
  expect(served.facts()).toMatchObject({ source: 'own', pem: taken[0]?.cert });
  await later(1);
  expect(taken).toHaveLength(1);

  // By another process on the same folder.
  now += 380 * DAY;
  const other = await own();
  await later(1);
  expect(taken[1]?.cert).toBe(other.cert);

  writeFileSync(join(tls, 'server.key'), first.key);
  await later(1);
  expect(taken).toHaveLength(3);
  expect(taken[2]?.cert).not.toBe(other.cert);
  served.stop();
  await close();
  await database.drop();
});

test('halves of two CAs, as two processes leave them that renew at once, are one CA again, which has issued what is presented', async () => {
  const now = Date.now();
  const [here, there] = [join(folder, 'here'), join(folder, 'there')];
  const own = () => ownCertificate(here, ['localhost'], now);
  const fits = async (): Promise<boolean[]> => {
    const { cert } = await own();
    const authority = new X509Certificate(readFileSync(join(here, 'ca.pem')));
    const key = createPrivateKey(readFileSync(join(here, 'ca.key')));
    return [new X509Certificate(cert).verify(authority.publicKey), authority.checkPrivateKey(key)];
  };
  const [first] = [await own(), await ownCertificate(there, ['localhost'], now)];
  // Of the CA, the other was first with one file and last with the other; of the certificate, it was first.
  writeFileSync(join(here, 'ca.key'), readFileSync(join(there, 'ca.key')));
  rmSync(join(here, 'server.pem'));
  expect(await fits()).toEqual([true, true]);
  for (const name of ['ca.key', 'ca.pem']) writeFileSync(join(here, name), readFileSync(join(there, name)));
  expect(await fits()).toEqual([true, true]);
  const second = await own();
  expect(second.made).toBe(false);
  expect(second.cert).not.toBe(first.cert);
});

test('one that a clock made that was a year ahead is made anew once the clock is right, while the server runs', async () => {
  const database = await SQLITE.fresh();
  const { db, close } = await openDatabase(database.location);
  const tls = join(folder, 'ahead');
  let now = Date.now() + 365 * DAY;
  const own = () => ownCertificate(tls, ['localhost'], now);
  const first = await own();
  let taken: TlsMaterial | undefined;
  const served = servedCertificate({
    db,
    sealing: sealing(new Uint8Array(32), () => new Uint8Array(16)),
    given: { source: 'own', material: first },
    renewOwn: own,
    now: () => now,
    onProblem: (error) => {
      throw error;
    },
  });
  served.watch(first, async (material) => {
    taken = material;
  });
  await served.look();
  expect(taken).toBeUndefined();
  now -= 365 * DAY;
  await served.look();
  const authority = new X509Certificate(readFileSync(join(tls, 'ca.pem')));
  const leaf = new X509Certificate(taken?.cert ?? '');
  expect(leaf.checkIssued(authority)).toBe(true);
  for (const { validFromDate } of [leaf, authority]) expect(validFromDate.getTime()).toBeLessThan(now);
  expect((await ownCertificate(tls, ['localhost'], now + DAY)).made).toBe(false);
  served.stop();
  await close();
  await database.drop();
});

test('in the running server, for HTTPS and RadSec, and a kept connection goes on', async () => {
  // The process has 380 days more when it is told, and what it does every few seconds it does at once.
  const plant = join(folder, 'later.mjs');
  writeFileSync(
    plant,
    `const every = globalThis.setInterval;
     globalThis.setInterval = (work, milliseconds, ...rest) => every(work, Math.min(milliseconds, 100), ...rest);
     const { now } = Date;
     process.on('SIGUSR2', () => { Date.now = () => now() + ${380 * DAY}; });`,
  );
  const database = await SQLITE.fresh();
  const radsec = await freePort();
  const deployment = await deploy(database, {
    arguments: ['--radsec', `127.0.0.1:${radsec}`],
    env: { NODE_OPTIONS: `--import=${plant}` },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const server = deployment.servers[0];
    const port = server?.port ?? 0;
    const kept = (): Promise<{ status: number | undefined; reused: boolean }> =>
      new Promise((resolve, reject) => {
        const call = request(
          { host: '127.0.0.1', port, servername: 'localhost', path: '/healthz', ca: deployment.ca, agent },
          (answer) => {
            answer.resume();
            answer.on('end', () => resolve({ status: answer.statusCode, reused: call.reusedSocket }));
          },
        );
        call.on('error', reject);
        call.end();
      });
    expect(await kept()).toEqual({ status: 200, reused: false });
    const before = await presented(port);
    expect(await presented(radsec)).toBe(before);
    server?.child.kill('SIGUSR2');
    await expect.poll(() => presented(port), { timeout: 30_000 }).not.toBe(before);
    const after = await presented(port);
    expect(await presented(radsec)).toBe(after);
    expect(await kept()).toEqual({ status: 200, reused: true });
    const renewed = new X509Certificate(readFileSync(join(deployment.dataFolder, 'tls', 'server.pem')));
    expect(renewed.fingerprint256).toBe(after);
    // What the command line on this host trusts.
    await expect
      .poll(() => readFileSync(join(deployment.dataFolder, 'tls', `presented-${port}.pem`), 'utf8'))
      .toContain(renewed.toString().trim());
    expect(server?.output()).toContain('the TLS certificate was replaced');
  } finally {
    agent.destroy();
    await deployment.stop();
    await database.drop();
  }
});
