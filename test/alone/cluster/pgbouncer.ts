/** PgBouncer as it is shipped (packaging/patroni/pgbouncer.ini), at an address of its own and in front of what a test gives it. */
import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { recipe, shipped } from '../../harness/documents/shipped.ts';
import { startPostgresql } from '../../harness/postgresql.ts';
import { spawn } from '../../harness/processes/spawn.ts';
import type { Cleanups } from './replicated.ts';

const NOBODY = 65_534;
const PORT = 6432;

/** Addresses that no other run on this machine uses: ports are as shipped. */
export const ownNetwork = (): string => `127.${randomInt(2, 250)}.${randomInt(2, 250)}.`;

export const hasPgbouncer = spawnSync('pgbouncer', ['--version']).status === 0;

export type Pgbouncer = {
  readonly url: string;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Again, on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

export async function startPgbouncer(given: {
  readonly mode: 'session' | 'transaction';
  /** As `host=… port=… dbname=…`. */
  readonly backend: string;
  /** Where it listens. */
  readonly address: string;
  /** A folder with ca.pem, host.pem and host.key, as the file names them; the authority of both sides. */
  readonly tls: { readonly folder: string; readonly ca: string };
  /** Content of userlist.txt. */
  readonly users: string;
  /** As in a URL. */
  readonly user: string;
  /** What its command begins with as a user on another host. */
  readonly as?: (account: { readonly uid: number; readonly gid: number }) => readonly string[];
}): Promise<Pgbouncer> {
  const { mode, backend, address, tls } = given;
  const folder = mkdtempSync(join(tmpdir(), 'sower-pgbouncer-'));
  const place = (name: string): string => join(folder, name);
  mkdirSync(place('tls'));
  for (const name of ['ca.pem', 'host.pem', 'host.key']) cpSync(join(tls.folder, name), place(`tls/${name}`));
  writeFileSync(place('userlist.txt'), given.users);
  writeFileSync(
    place('pgbouncer.ini'),
    shipped('packaging/patroni/pgbouncer.ini', {
      'host=10.1.0.10 port=5000 dbname=sower': backend,
      'listen_addr = 10.1.0.20': `listen_addr = ${address}`,
      '/etc/pgbouncer/tls': place('tls'),
      '/etc/pgbouncer/userlist.txt': place('userlist.txt'),
      'pool_mode = session': `pool_mode = ${mode}`,
    }),
  );
  // It refuses root.
  const root = process.getuid?.() === 0;
  if (root)
    for (const path of ['', 'userlist.txt', 'pgbouncer.ini', 'tls', 'tls/host.key'])
      chownSync(place(path), NOBODY, NOBODY);
  const url = `postgresql://${given.user}@${address}:${PORT}/sower?sslmode=verify-full&sslrootcert=${tls.ca}`;
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    let said = '';
    const nobody = { uid: NOBODY, gid: NOBODY };
    const [program, ...args] = [...(given.as?.(nobody) ?? []), 'pgbouncer', place('pgbouncer.ini')];
    child = spawn(program as string, args, {
      ...(root && !given.as ? nobody : {}),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr?.on('data', (chunk) => {
      said = (said + chunk).slice(-5_000);
    });
    for (let tries = 0; ; tries += 1) {
      const client = new pg.Client({ connectionString: url });
      const answered = await client.connect().then(
        () => true,
        () => false,
      );
      await client.end().catch(() => {});
      if (answered) return;
      if (tries === 100) throw new Error(`PgBouncer does not answer: ${said}`);
      await wait(50);
    }
  };
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    url,
    kill,
    start,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** In front of one PostgreSQL, which has TLS as the file wants it, and a database with nothing in it. */
export async function pooled(
  mode: 'session' | 'transaction',
  cleanups: Cleanups,
): Promise<{ readonly pooler: Pgbouncer; readonly direct: string }> {
  const network = ownNetwork();
  const folder = mkdtempSync(join(tmpdir(), 'sower-pooled-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const certificates = recipe('operations.md', 'patroni: certificates', { '10.1.0.': network });
  execFileSync('sh', ['-ec', certificates], { cwd: folder, stdio: 'ignore' });
  const files = (host: string): string => {
    const tls = join(folder, host);
    mkdirSync(tls);
    cpSync(join(folder, 'ca.pem'), join(tls, 'ca.pem'));
    for (const ending of ['pem', 'key'])
      cpSync(join(folder, `${network}${host}.${ending}`), join(tls, `host.${ending}`));
    return tls;
  };
  const tls = files('11');
  // PostgreSQL takes the key of its own user alone.
  if (process.getuid?.() === 0)
    for (const path of [folder, tls, join(tls, 'host.key')]) chownSync(path, NOBODY, NOBODY);
  const server = await startPostgresql([
    `listen_addresses=${network}11`,
    ...['ssl=on', `ssl_cert_file=${join(tls, 'host.pem')}`, `ssl_key_file=${join(tls, 'host.key')}`],
  ]);
  if (!server) throw new Error('no PostgreSQL here');
  cleanups.push(() => server.stop());
  const { port } = new URL(server.url);
  const at = (database: string): string => `postgresql://sower@${network}11:${port}/${database}`;
  const client = new pg.Client({ connectionString: at('postgres') });
  await client.connect();
  await client.query('create database sower');
  await client.end();
  const pooler = await startPgbouncer({
    mode,
    backend: `host=${network}11 port=${port} dbname=sower`,
    address: `${network}20`,
    tls: { folder: files('20'), ca: join(folder, 'ca.pem') },
    users: '"sower" "CHANGE-THIS-SOWER"\n',
    user: 'sower:CHANGE-THIS-SOWER',
  });
  cleanups.push(() => pooler.stop());
  return { pooler, direct: at('sower') };
}
