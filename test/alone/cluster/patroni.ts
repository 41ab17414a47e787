/**
 * A cluster of Patroni, etcd, HAProxy and PgBouncer out of Debian's packages, with the files in packaging/patroni and the commands of
 * docs/operations.md as they are: each host is a namespace of the network, on a bridge that only this machine reaches, and has folders of its
 * own. Everything runs as the user postgres.
 */
import { type ChildProcess, execFile, execFileSync, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { recipe, shipped } from '../../harness/documents/shipped.ts';
import { spawn } from '../../harness/processes/spawn.ts';
import { type Pgbouncer, startPgbouncer } from './pgbouncer.ts';

const BINARIES = '/usr/lib/postgresql/17/bin';
const MEMBERS = ['db1', 'db2', 'db3'] as const;
const SHIPPED_NETWORK = '10.1.0.';

const userId = (what: '-u' | '-g'): number =>
  Number(spawnSync('id', [what, 'postgres'], { encoding: 'utf8' }).stdout);

/** It has to become the user postgres. */
export const hasPatroni =
  process.getuid?.() === 0 &&
  existsSync(join(BINARIES, 'postgres')) &&
  ['ip', 'setpriv', 'patroni', 'etcd', 'etcdctl', 'haproxy', 'pgbouncer', 'psql', 'runuser'].every(
    (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
  );

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
  configure(setting: string): Promise<void>;
  /** As somebody without a password or certificate: the status, or why there is none. */
  strangers(): Promise<Readonly<Record<'rest' | 'etcd' | 'postgresql', string>>>;
  stop(): Promise<void>;
};

const numberOf = (member: Member): number => 11 + MEMBERS.indexOf(member);

type Account = { readonly uid: number; readonly gid: number };

/** Namespaces of the network with an address each, and a bridge between them and this machine, which is `.1`. */
function virtualHosts(network: string, numbers: readonly number[]) {
  const bridge = `sower${randomInt(1e6)}`;
  const nameOf = (number: number): string => `${bridge}-${number}`;
  const ip = (...args: readonly string[]): void =>
    void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  ip('link', 'add', bridge, 'type', 'bridge');
  ip('addr', 'add', `${network}1/24`, 'dev', bridge);
  ip('link', 'set', bridge, 'up');
  for (const number of numbers) {
    const name = nameOf(number);
    const [outside, inside] = [`v${name.slice(5)}`, `w${name.slice(5)}`];
    ip('netns', 'add', name);
    ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name);
    ip('link', 'set', outside, 'master', bridge, 'up');
    ip('-n', name, 'addr', 'add', `${network}${number}/24`, 'dev', inside);
    for (const device of ['lo', inside]) ip('-n', name, 'link', 'set', device, 'up');
  }
  return {
    /** What a command there begins with. */
    as: (number: number, { uid, gid }: Account): readonly [string, ...string[]] => [
      'ip',
      ...['netns', 'exec', nameOf(number), 'setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
    ],
    end(): void {
      for (const number of numbers) ip('netns', 'del', nameOf(number));
      ip('link', 'del', bridge);
    },
  };
}

export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'sower-patroni-'));
  const user = { uid: userId('-u'), gid: userId('-g') };
  const own = (path: string): string => {
    chownSync(path, user.uid, user.gid);
    return path;
  };
  own(folder);
  const network = `10.${randomInt(100, 250)}.${randomInt(1, 250)}.`;
  const places = virtualHosts(network, [10, 11, 12, 13, 20]);
  const hosts = Object.fromEntries(
    MEMBERS.map((member, index) => [member, `${network}${11 + index}`]),
  ) as Record<Member, string>;
  const running: ChildProcess[] = [];
  const poolers: Pgbouncer[] = [];
  const run = (
    host: number,
    command: string,
    args: readonly string[],
    env: Record<string, string> = {},
  ): ChildProcess => {
    const [program, ...before] = places.as(host, user);
    const child = spawn(program, [...before, command, ...args], {
      env: { ...process.env, HOME: folder, ETCD_UNSUPPORTED_ARCH: process.arch, ...env },
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = (chunk: Buffer): void => {
      if (process.env.SOWER_CLUSTER_LOG) process.stderr.write(`${command}: ${chunk}`);
    };
    child.stdout.on('data', log);
    child.stderr.on('data', log);
    running.push(child);
    return child;
  };
  const sh = (script: string, env: Record<string, string> = {}): string =>
    execFileSync('sh', ['-ec', script], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return own(join(folder, name));
  };

  const made = join(folder, 'made');
  mkdirSync(made);
  sh(`cd made\n${recipe('operations.md', 'patroni: certificates', { [SHIPPED_NETWORK]: network })}`);
  /** What the page says where to put. */
  const tlsOf = (name: string, host: string): string => {
    const tls = join(folder, name, 'tls');
    mkdirSync(tls, { recursive: true });
    for (const [from, to] of [
      ['ca.pem', 'ca.pem'],
      [`${host}.pem`, 'host.pem'],
      [`${host}.key`, 'host.key'],
    ] as const)
      if (existsSync(join(made, from))) {
        cpSync(join(made, from), join(tls, to));
        own(join(tls, to));
      }
    own(join(folder, name));
    return tls;
  };
  const ca = readFileSync(join(made, 'ca.pem'), 'utf8');
  const stores = MEMBERS.map((member) => {
    const host = `10.1.0.${hosts[member].split('.')[3]}`;
    const text = shipped('packaging/patroni/etcd.yml', {
      'name: db1': `name: ${member}`,
      // The file is that of db1.
      'listen-client-urls: https://10.1.0.11:2379': `listen-client-urls: https://${host}:2379`,
      'listen-peer-urls: https://10.1.0.11:2380': `listen-peer-urls: https://${host}:2380`,
      'advertise-client-urls: https://10.1.0.11:2379': `advertise-client-urls: https://${host}:2379`,
      'initial-advertise-peer-urls: https://10.1.0.11:2380': `initial-advertise-peer-urls: https://${host}:2380`,
      '/etc/etcd/tls': tlsOf(`etcd-${member}`, hosts[member]),
      '/var/lib/etcd/sower': join(folder, `etcd-${member}`, 'data'),
      [SHIPPED_NETWORK]: network,
    });
    return run(numberOf(member), 'etcd', [], { ETCD_CONFIG_FILE: write(`etcd-${member}.yml`, text) });
  });
  const asRoot = { ETCDCTL_ENDPOINTS: `https://${hosts.db1}:2379`, ETCDCTL_CACERT: join(made, 'ca.pem') };
  for (let tries = 0; ; tries += 1) {
    const { status, stderr } = spawnSync('etcdctl', ['endpoint', 'health'], {
      env: { ...process.env, ...asRoot },
      encoding: 'utf8',
    });
    if (status === 0) break;
    if (tries === 200) throw new Error(`etcd does not answer: ${stderr}`);
    await wait(100);
  }
  sh(recipe('operations.md', 'patroni: etcd', { [SHIPPED_NETWORK]: network, '/etc/patroni/tls': made }));

  const patronis = new Map<Member, ChildProcess>();
  const settings = (member: Member): string => join(folder, `${member}.yml`);
  const sockets = (member: Member): string => join(folder, member, 'run');
  for (const member of MEMBERS) {
    const host = `10.1.0.${hosts[member].split('.')[3]}`;
    const tls = tlsOf(member, hosts[member]);
    mkdirSync(sockets(member));
    own(sockets(member));
    write(
      `${member}.yml`,
      shipped('packaging/patroni/patroni.yml', {
        'name: db1': `name: ${member}`,
        'listen: 10.1.0.11': `listen: ${host}`,
        'connect_address: 10.1.0.11': `connect_address: ${host}`,
        '/var/lib/postgresql/17/sower': join(folder, member, 'data'),
        '/var/lib/postgresql/.pgpass-patroni': join(folder, member, 'pgpass'),
        '/var/run/postgresql': sockets(member),
        '/etc/patroni/tls': tls,
        [SHIPPED_NETWORK]: network,
      }),
    );
  }
  const start = (member: Member): void => {
    patronis.set(member, run(numberOf(member), 'patroni', [settings(member)]));
  };
  for (const member of MEMBERS) start(member);
  const balancer = shipped('packaging/patroni/haproxy.cfg', {
    '/etc/haproxy/tls': tlsOf('haproxy', `${network}10`),
    [SHIPPED_NETWORK]: network,
  });
  run(10, 'haproxy', ['-db', '-f', write('haproxy.cfg', balancer)]);

  const tls = `sslmode=verify-full&sslrootcert=${join(made, 'ca.pem')}`;
  const urlAt = (at: string): string => `postgresql://sower:CHANGE-THIS-SOWER@${at}/sower?${tls}`;
  const asked = (url: string, authority?: string): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const call = get(url, { ca: authority, timeout: 1_000, agent: false }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
        answer.on('error', reject);
      });
      call.on('timeout', () => call.destroy(new Error('no answer')));
      call.on('error', reject);
    });
  const states: Cluster['states'] = async () => {
    for (const member of MEMBERS) {
      const answer = await asked(`https://${hosts[member]}:8008/cluster`, ca).catch(() => undefined);
      if (answer?.status === 200) return (JSON.parse(answer.text) as { members: State[] }).members;
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
  const ctl = async (...args: readonly string[]): Promise<void> => {
    await promisify(execFile)('patronictl', ['-c', settings('db1'), ...args]);
  };
  const cluster: Cluster = {
    url: urlAt(MEMBERS.map((member) => `${hosts[member]}:5432`).join(',')),
    haproxyUrl: urlAt(`${network}10:5000`),
    async pgbouncer(mode) {
      const leader = await healthy();
      const users = sh(recipe('operations.md', 'patroni: pgbouncer', {}), { PGHOST: sockets(leader) });
      const pooler = await startPgbouncer({
        mode,
        backend: `host=${network}10 port=5000 dbname=sower`,
        address: `${network}20`,
        tls: { folder: tlsOf(`pgbouncer-${poolers.length}`, `${network}20`), ca: join(made, 'ca.pem') },
        users,
        user: 'sower:CHANGE-THIS-SOWER',
        as: (account) => places.as(20, account),
      });
      poolers.push(pooler);
      return pooler.url;
    },
    urlOf: (member) => urlAt(`${hosts[member]}:5432`),
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
    signalEtcd(signal) {
      for (const store of stores) store.kill(signal);
    },
    revive: start,
    switchover: (from) => ctl('switchover', 'sower', '--leader', from, '--force'),
    configure: (setting) => ctl('edit-config', 'sower', '--force', '--quiet', '--set', setting),
    async strangers() {
      const put = spawnSync('etcdctl', ['put', '/service/sower/x', 'y'], {
        env: { ...process.env, ...asRoot },
        encoding: 'utf8',
      });
      const change = spawnSync(
        'curl',
        [
          '-sk',
          '-o',
          '/dev/null',
          '-w',
          '%{http_code}',
          '-X',
          'PATCH',
          '-d',
          '{}',
          `https://${hosts.db1}:8008/config`,
        ],
        { encoding: 'utf8' },
      );
      const plain = spawnSync(
        'psql',
        [`${urlAt(`${hosts.db1}:5432`).split('?')[0]}?sslmode=disable`, '-c', 'select 1'],
        {
          encoding: 'utf8',
        },
      );
      return { rest: change.stdout, etcd: put.stderr, postgresql: plain.stderr };
    },
    async stop() {
      for (const pooler of poolers) await pooler.stop();
      for (const child of running.reverse()) child.kill('SIGKILL');
      for (const member of MEMBERS) cluster.signal(member, 'SIGKILL', 'postgres');
      await wait(200);
      places.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    const leader = await healthy();
    sh(recipe('operations.md', 'patroni: database', {}), { PGHOST: sockets(leader) });
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}
