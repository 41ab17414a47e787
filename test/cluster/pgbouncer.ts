/** PgBouncer as it is shipped (packaging/patroni/pgbouncer.ini), on loopback and in front of what a test gives it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { freePort } from '../harness/free-port.ts';

const FILE = fileURLToPath(new URL('../../packaging/patroni/pgbouncer.ini', import.meta.url));
const NOBODY = 65_534;

export const hasPgbouncer = spawnSync('pgbouncer', ['--version']).status === 0;

export type Pgbouncer = {
  readonly url: string;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Again, on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** @param to URL of the database behind it, whose users need no password */
export async function startPgbouncer(to: string, mode: 'session' | 'transaction'): Promise<Pgbouncer> {
  const folder = mkdtempSync(join(tmpdir(), 'sower-pgbouncer-'));
  const behind = new URL(to);
  const port = await freePort();
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const users = write('userlist.txt', `"${behind.username}" ""\n`);
  const file = write(
    'pgbouncer.ini',
    readFileSync(FILE, 'utf8')
      .replace(/^sower = .*/m, `* = host=${behind.hostname} port=${behind.port}`)
      .replace(/listen_addr = .*/, 'listen_addr = 127.0.0.1')
      .replace(/listen_port = .*/, `listen_port = ${port}`)
      .replace(/auth_type = .*/, 'auth_type = trust\nunix_socket_dir =')
      .replace(/auth_file = .*/, `auth_file = ${users}`)
      .replace(/pool_mode = .*/, `pool_mode = ${mode}`),
  );
  // It refuses root.
  const root = process.getuid?.() === 0;
  if (root) for (const path of [folder, users, file]) chownSync(path, NOBODY, NOBODY);
  behind.port = String(port);
  behind.hostname = '127.0.0.1';
  const url = behind.href;
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn('pgbouncer', [file], { ...(root ? { uid: NOBODY, gid: NOBODY } : {}), stdio: 'ignore' });
    for (let tries = 0; ; tries += 1) {
      const client = new pg.Client({ connectionString: url });
      const answered = await client.connect().then(
        () => true,
        () => false,
      );
      await client.end().catch(() => {});
      if (answered) return;
      if (tries === 100) throw new Error('PgBouncer does not answer');
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
