/**
 * A cluster of Patroni, etcd, HAProxy and PgBouncer out of Debian's packages, on loopback, with the files in packaging/patroni: only addresses,
 * folders and passwords differ. Everything runs as nobody, since PostgreSQL refuses root.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../harness/free-port.ts';
import { type Pgbouncer, startPgbouncer } from './pgbouncer.ts';

const FILES = fileURLToPath(new URL('../../packaging/patroni/', import.meta.url));
const BINARIES = '/usr/lib/postgresql/17/bin';
const NOBODY = 65_534;
const MEMBERS = ['db1', 'db2', 'db3'] as const;

export const hasPatroni =
  existsSync(join(BINARIES, 'postgres')) &&
  ['patroni', 'etcd', 'haproxy', 'pgbouncer'].every((name) => spawnSync('which', [name]).status === 0);

export type Member = (typeof MEMBERS)[number];
type State = { readonly name: Member; readonly role: string; readonly state: string };

export type Cluster = {
  /** All members, as `--database` takes them. */
  readonly url: string;
  readonly haproxyUrl: string;
  /** Behind PgBouncer, in front of HAProxy. */
  pgbouncer(mode: 'session' | 'transaction'): Promise<string>;
  urlOf(member: Member): string;
  states(): Promise<readonly State[]>;
  /** One leads, the others stream, and one of them is waited for. @returns the leader */
  healthy(): Promise<Member>;
  /** Every process of PostgreSQL at once; `host`: and Patroni. */
  signal(member: Member, signal: NodeJS.Signals, what: 'postgres' | 'host'): void;
  signalEtcd(signal: NodeJS.Signals): void;
  /** Patroni again, after its host was killed. */
  revive(member: Member): void;
  switchover(from: Member): Promise<void>;
  /** Takes effect within some seconds. */
  configure(changes: Record<string, unknown>): Promise<void>;
  stop(): Promise<void>;
};

export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'sower-patroni-'));
  const root = process.getuid?.() === 0;
  const user = root ? { uid: NOBODY, gid: NOBODY } : {};
  const own = (path: string): string => {
    if (root) chownSync(path, NOBODY, NOBODY);
    return path;
  };
  own(folder);
  const running: ChildProcess[] = [];
  const poolers: Pgbouncer[] = [];
  const run = (command: string, args: readonly string[]): ChildProcess => {
    const env = { ...process.env, HOME: folder, ETCD_UNSUPPORTED_ARCH: process.arch };
    const child = spawn(command, args, { ...user, env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const log = (chunk: Buffer): void => {
      if (process.env.SOWER_CLUSTER_LOG) process.stderr.write(`${command}: ${chunk}`);
    };
    child.stdout.on('data', log);
    child.stderr.on('data', log);
    running.push(child);
    return child;
  };
  const place: Record<string, string> = {};
  const port = async (address: string): Promise<number> => {
    const free = await freePort();
    place[address] = `127.0.0.1:${free}`;
    return free;
  };
  const ports: Record<Member, { readonly postgres: number; readonly rest: number }> = {} as never;
  const etcd = await port('10.1.0.11:2379');
  for (const [place, member] of MEMBERS.entries()) {
    const host = `10.1.0.1${place + 1}`;
    ports[member] = { postgres: await port(`${host}:5432`), rest: await port(`${host}:8008`) };
  }
  const balancer = await port('10.1.0.10:5000');
  const configured = (file: string, more: (text: string) => string = (text) => text): string => {
    let text = readFileSync(join(FILES, file), 'utf8');
    for (const [given, here] of Object.entries(place)) text = text.replaceAll(given, here);
    return more(text);
  };
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return own(join(folder, name));
  };

  const peer = await freePort();
  const store = run('etcd', [
    ...['--name', 'db1', '--data-dir', join(folder, 'etcd')],
    ...[
      '--listen-client-urls',
      `http://127.0.0.1:${etcd}`,
      '--advertise-client-urls',
      `http://127.0.0.1:${etcd}`,
    ],
    ...[
      '--listen-peer-urls',
      `http://127.0.0.1:${peer}`,
      '--initial-advertise-peer-urls',
      `http://127.0.0.1:${peer}`,
    ],
    ...['--initial-cluster', `db1=http://127.0.0.1:${peer}`],
  ]);
  while (spawnSync('etcdctl', [`--endpoints=127.0.0.1:${etcd}`, 'endpoint', 'health']).status !== 0)
    await wait(100);

  const patronis = new Map<Member, ChildProcess>();
  const settings = (member: Member): string => join(folder, `${member}.yml`);
  for (const [index, member] of MEMBERS.entries()) {
    mkdirSync(join(folder, member));
    own(join(folder, member));
    const text = configured('patroni.yml', (given) =>
      given
        .replace('name: db1', `name: ${member}`)
        .replace(/hosts: \[.*\]/, `hosts: ['127.0.0.1:${etcd}']`)
        .replace('/var/lib/postgresql/17/sower', join(folder, member, 'data'))
        .replace('/var/lib/postgresql/.pgpass-patroni', join(folder, member, 'pgpass'))
        // Nothing is on the way on loopback.
        .replace('local all postgres peer', 'local all all trust')
        .replace(
          /hostssl replication replicator .*/,
          'host replication replicator 127.0.0.1/32 scram-sha-256',
        )
        .replace(/hostssl all all .*/, 'host all all 127.0.0.1/32 trust')
        .replace('      parameters:\n', `      parameters:\n        unix_socket_directories: ${folder}\n`),
    );
    write(`${member}.yml`, replaceAgain(text, place, index + 1));
  }
  const start = (member: Member): void => {
    patronis.set(member, run('patroni', [settings(member)]));
  };
  for (const member of MEMBERS) start(member);
  run('haproxy', ['-db', '-f', write('haproxy.cfg', portsOfChecks(configured('haproxy.cfg'), ports))]);

  const urlAt = (at: string, database = 'sower'): string => `postgresql://postgres@${at}/${database}`;
  const states: Cluster['states'] = async () => {
    for (const { rest } of Object.values(ports)) {
      const answer = await fetch(`http://127.0.0.1:${rest}/cluster`, {
        signal: AbortSignal.timeout(1_000),
      }).catch(() => undefined);
      if (answer?.ok) return ((await answer.json()) as { members: State[] }).members;
    }
    return [];
  };
  const healthy: Cluster['healthy'] = async () => {
    for (const end = Date.now() + 120_000; ; ) {
      const all = await states();
      const leader = all.find(({ role, state }) => role === 'leader' && state === 'running');
      const following = all.filter(({ role, state }) => role !== 'leader' && state === 'streaming');
      if (leader && following.length === 2 && following.some(({ role }) => role === 'sync_standby'))
        return leader.name;
      if (Date.now() > end) throw new Error(`the cluster does not recover: ${JSON.stringify(all)}`);
      await wait(200);
    }
  };
  const postgresPids = (member: Member): number[] => {
    try {
      const [pid] = readFileSync(join(folder, member, 'data', 'postmaster.pid'), 'utf8').split('\n');
      const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
      return [Number(pid), ...stdout.split(/\s+/).filter(Boolean).map(Number)];
    } catch {
      return [];
    }
  };
  const cluster: Cluster = {
    url: urlAt(MEMBERS.map((member) => `127.0.0.1:${ports[member].postgres}`).join(',')),
    haproxyUrl: urlAt(`127.0.0.1:${balancer}`),
    async pgbouncer(mode) {
      const pooler = await startPgbouncer(cluster.haproxyUrl, mode);
      poolers.push(pooler);
      return pooler.url;
    },
    urlOf: (member) => urlAt(`127.0.0.1:${ports[member].postgres}`),
    states,
    healthy,
    signal(member, signal, what) {
      const pids = postgresPids(member);
      const patroni = what === 'host' ? patronis.get(member)?.pid : undefined;
      for (const pid of patroni === undefined ? pids : [patroni, ...pids]) {
        try {
          process.kill(pid, signal);
        } catch {
          // It has ended meanwhile.
        }
      }
    },
    signalEtcd: (signal) => void store.kill(signal),
    revive: start,
    async switchover(from) {
      await promisify(execFile)('patronictl', [
        ...['-c', settings(from), 'switchover', 'sower'],
        ...['--leader', from, '--force'],
      ]);
    },
    async configure(changes) {
      const answer = await fetch(`http://127.0.0.1:${ports.db1.rest}/config`, {
        method: 'PATCH',
        body: JSON.stringify(changes),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async stop() {
      for (const pooler of poolers) await pooler.stop();
      for (const child of running.reverse()) child.kill('SIGKILL');
      for (const member of MEMBERS) cluster.signal(member, 'SIGKILL', 'postgres');
      await wait(200);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const leader = await healthy();
  const client = new pg.Client({
    connectionString: urlAt(`127.0.0.1:${ports[leader].postgres}`, 'postgres'),
  });
  await client.connect();
  await client.query('create database sower');
  await client.end();
  return cluster;
}

/** The file is that of db1, whose own addresses another member replaces by its own. */
function replaceAgain(text: string, place: Readonly<Record<string, string>>, member: number): string {
  const first = [place['10.1.0.11:5432'], place['10.1.0.11:8008']] as [string, string];
  const own = [place[`10.1.0.1${member}:5432`], place[`10.1.0.1${member}:8008`]] as [string, string];
  return text.replaceAll(first[0], own[0]).replaceAll(first[1], own[1]);
}

/** `check port 8008` is the same for all where each has a host of its own. */
function portsOfChecks(text: string, ports: Readonly<Record<Member, { readonly rest: number }>>): string {
  return text.replace(
    /server (db\d) (\S+) check port 8008/g,
    (_, member: Member, at: string) => `server ${member} ${at} check port ${ports[member].rest}`,
  );
}
