/** Which clients get a TLS connection, by what they offer: HTTPS and RadSec, before and after the certificate is replaced. */
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { ownCertificate } from '@sower/server/keys/x509/tls';
import { afterEach, expect, test } from 'vitest';
import { SQLITE } from '../../harness/databases.ts';
import { deploy } from '../../harness/deployment.ts';
import { freePort } from '../../harness/processes/free-port.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const OLD = {
  'static RSA with CBC': { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:AES256-SHA' },
  'static RSA with GCM': { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256:AES256-GCM-SHA384' },
  'ECDHE with CBC': { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA' },
} as const satisfies Record<string, ConnectionOptions>;
const PRESENT = {
  'TLS 1.2, ECDHE with GCM': { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' },
  'TLS 1.2, ECDHE with ChaCha20': { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-CHACHA20-POLY1305' },
  'TLS 1.3': { minVersion: 'TLSv1.3' },
} as const satisfies Record<string, ConnectionOptions>;
const NEVER = {
  'TLS 1.1': { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
} as const satisfies Record<string, ConnectionOptions>;

function connects(port: number, offer: ConnectionOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      rejectUnauthorized: false,
      ...offer,
    });
    const end = (connected: boolean) => {
      socket.destroy();
      resolve(connected);
    };
    socket.once('secureConnect', () => end(true));
    socket.once('error', () => end(false));
  });
}

async function check(ports: readonly number[], client: ConnectionOptions, old: boolean): Promise<void> {
  for (const port of ports) {
    for (const [expected, offers] of [
      [true, PRESENT],
      [old, OLD],
      [false, NEVER],
    ] as const) {
      for (const [name, offer] of Object.entries(offers))
        expect(await connects(port, { ...offer, ...client }), `${name} on ${port}`).toBe(expected);
    }
  }
}

async function start(
  ...more: string[]
): Promise<{ client: ConnectionOptions; ports: number[]; renew(): Promise<void> }> {
  const database = await SQLITE.installed();
  cleanups.push(() => database.drop());
  const radsec = await freePort();
  const folder = join(database.location.kind === 'sqlite' ? database.location.file : '', '..', 'tls-files');
  await ownCertificate(folder, ['localhost', '127.0.0.1'], Date.now());
  const [certificate, key] = [join(folder, 'server.pem'), join(folder, 'server.key')];
  const args = [
    '--tls-certificate',
    certificate,
    '--tls-key',
    key,
    '--radsec',
    `127.0.0.1:${radsec}`,
    ...more,
  ];
  const deployment = await deploy(database, { arguments: args, ca: join(folder, 'ca.pem') });
  cleanups.push(() => deployment.stop());
  // RadSec hangs up on clients that are not registered, in the middle of a handshake of TLS 1.2.
  const { cert, key: clientKey } = await ownCertificate(join(folder, 'client'), ['branch'], Date.now());
  await deployment.api('addRadiusClient', {
    body: {
      name: 'branch',
      network: '127.0.0.1',
      certificate: new X509Certificate(cert).fingerprint256,
    },
  });
  return {
    client: { cert, key: clientKey },
    ports: [deployment.servers[0]?.port ?? 0, radsec],
    async renew() {
      const other = await ownCertificate(join(folder, 'other'), ['localhost', '127.0.0.1'], Date.now());
      writeFileSync(key, other.key);
      writeFileSync(certificate, other.cert);
      const presented = join(deployment.dataFolder, 'tls', `presented-${deployment.servers[0]?.port}.pem`);
      await expect.poll(() => readFileSync(presented, 'utf8'), { timeout: 20_000 }).toBe(other.cert);
    },
  };
}

test('only forward secrecy and authenticated encryption, also after the certificate was replaced', async () => {
  const { ports, client, renew } = await start();
  await check(ports, client, false);
  await renew();
  await check(ports, client, false);
});

test('--tls-old-clients lets in what knows nothing else, of TLS 1.2', async () => {
  const { ports, client } = await start('--tls-old-clients');
  await check(ports, client, true);
});
