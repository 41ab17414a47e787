/**
 * A Samba domain controller on a loopback address of its own: Active Directory as a client sees it, LDAP and LDAPS on their own ports, which
 * Samba does not let one choose.
 */
import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'ldapts';
import { makeAuthority } from '../authority.ts';
import { spawn } from '../processes/spawn.ts';

/** Root, since the ports are below 1024, and the programs. */
export const hasSamba =
  process.getuid?.() === 0 &&
  ['samba', 'samba-tool'].every((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0);
if (!hasSamba)
  console.warn(
    'No Samba domain controller here: its tests are skipped. Install it (apt-get install samba samba-ad-dc) and run as root.',
  );

export const REALM = 'example.test';
export const BASE = 'DC=example,DC=test';
export const ADMINISTRATOR = `administrator@${REALM}`;
export const ADMINISTRATOR_PASSWORD = 'Pass-w0rd-of-the-test';

export type Samba = {
  readonly url: string;
  readonly ldapsUrl: string;
  readonly authority: string;
  readonly client: Client;
  /** `samba-tool`, on the data of this one. */
  tool(...words: string[]): string;
  stop(): Promise<void>;
};

/** An address where nobody listens: one that is left over, or that of another test, keeps its own. */
async function freeAddress(): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const address = `127.0.${1 + Math.floor(Math.random() * 254)}.${1 + Math.floor(Math.random() * 254)}`;
    if (await isFree(address, 389)) return address;
  }
  throw new Error('no loopback address is free');
}

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port }, () => server.close(() => resolve(true)));
  });

export async function startSamba(): Promise<Samba> {
  const address = await freeAddress();
  const folder = mkdtempSync(join(tmpdir(), 'sower-samba-'));
  const authority = await makeAuthority(['localhost', address]);
  const certificate = await authority.issue();
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  for (const name of ['run', 'nc', 'log']) mkdirSync(join(folder, name));
  execFileSync(
    'samba-tool',
    [
      ...['domain', 'provision', '--server-role=dc', '--dns-backend=NONE', `--realm=${REALM.toUpperCase()}`],
      ...['--domain=EXAMPLE', `--adminpass=${ADMINISTRATOR_PASSWORD}`, `--targetdir=${folder}`],
      ...[
        '--host-name=dc',
        '--host-ip=127.0.0.1',
        '--option=bind interfaces only = yes',
        '--option=interfaces = lo',
      ],
    ],
    { stdio: 'pipe' },
  );
  const conf = join(folder, 'etc', 'smb.conf');
  const options = {
    interfaces: `${address}/8`,
    'bind interfaces only': 'yes',
    'server services': 'ldap',
    'pid directory': join(folder, 'run'),
    'ncalrpc dir': join(folder, 'nc'),
    'log file': join(folder, 'log', 'log'),
    'tls certfile': file('cert.pem', certificate.pem + authority.intermediate.pem),
    'tls keyfile': file('key.pem', certificate.keyPem),
    'tls cafile': file('ca.pem', authority.root.pem),
  };
  const child: ChildProcess = spawn(
    'samba',
    [
      ...['-F', '-M', 'single', '--no-process-group', '-s', conf],
      ...Object.entries(options).map(([name, value]) => `--option=${name}=${value}`),
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for (let tries = 0; !(await answers(address, 636)); tries += 1) {
    if (tries > 600 || child.exitCode !== null) throw new Error('samba does not start');
    await wait(100);
  }
  const client = new Client({
    url: `ldaps://${address}`,
    timeout: 30_000,
    connectTimeout: 10_000,
    tlsOptions: { ca: authority.root.pem, servername: 'localhost' },
  });
  await client.bind(ADMINISTRATOR, ADMINISTRATOR_PASSWORD);
  return {
    url: `ldap://${address}`,
    ldapsUrl: `ldaps://${address}`,
    authority: authority.root.pem,
    client,
    tool: (...words) =>
      execFileSync('samba-tool', [...words, '-s', conf, '-H', join(folder, 'private', 'sam.ldb')], {
        stdio: 'pipe',
        encoding: 'utf8',
      }),
    async stop() {
      await client.unbind().catch(() => undefined);
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
