/**
 * Docker of our own: its data, its socket and its bridge are gone afterwards, and the rules of this host's firewall stay as they are. No
 * registry can be reached, so the images that Compose names are made here.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { spawn } from '../../harness/processes/spawn.ts';
import { cleanRoot } from './clean-root.ts';

export type Docker = {
  readonly env: NodeJS.ProcessEnv;
  /** A script of the shell in `folder`. @returns what it printed */
  readonly run: (script: string, folder?: string) => string;
  readonly end: () => Promise<void>;
};

export async function docker(folder: string): Promise<Docker> {
  mkdirSync(folder);
  const bridge = `sower-${process.pid}`;
  const socket = `unix://${join(folder, 'docker.sock')}`;
  const env = { ...process.env, DOCKER_HOST: socket, DOCKER_CONFIG: folder };
  const run: Docker['run'] = (script, cwd = folder) =>
    execFileSync('sh', ['-ec', script], {
      cwd,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  run(`ip link add ${bridge} type bridge; ip link set ${bridge} up`);
  const places = ['data-root', 'exec-root', 'pidfile'].map((name) => `--${name}=${join(folder, name)}`);
  const network = ['--iptables=false', '--ip6tables=false', `--bridge=${bridge}`];
  const log = openSync(join(folder, 'log'), 'w');
  const daemon = spawn('dockerd', [`--host=${socket}`, ...places, ...network], {
    stdio: ['ignore', log, log],
  });
  const ended = once(daemon, 'exit');
  for (let tries = 0; ; tries += 1) {
    try {
      run('docker version');
      break;
    } catch (error) {
      if (tries === 60 || daemon.exitCode !== null) throw error;
      await wait(500);
    }
  }
  return {
    env,
    run,
    async end() {
      // Networks are bridges of this host.
      run(
        'docker ps --all --quiet | xargs --no-run-if-empty docker rm --force; docker network prune --force',
      );
      daemon.kill('SIGTERM');
      await ended;
      execFileSync('ip', ['link', 'delete', bridge]);
    },
  };
}

/** What PostgreSQL's official image does with what the Compose file gives it, and in what order. */
const ENTRYPOINT = `#!/bin/sh
set -e
chmod 0700 "$PGDATA"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" $POSTGRES_INITDB_ARGS
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  pg_ctl --wait --options="-c listen_addresses=''" start
  createdb --username="$POSTGRES_USER" "$POSTGRES_DB"
  # As long as scripts of the operator would take.
  sleep 7
  pg_ctl --wait --mode=fast stop
fi
exec postgres -c listen_addresses='*'
`;

/** Stands in for docker.io/library/postgres:17. */
export function importPostgresql({ run }: Docker, tarball: string, folder: string): void {
  const root = cleanRoot(tarball, folder);
  appendFileSync(join(folder, 'etc/passwd'), 'postgres:x:999:999::/var/lib/postgresql:/bin/sh\n');
  appendFileSync(join(folder, 'etc/group'), 'postgres:x:999:\n');
  writeFileSync(join(folder, 'usr/local/bin/entrypoint'), ENTRYPOINT, { mode: 0o755 });
  root.run(`mkdir /etc/postgresql-common; echo create_main_cluster=false > /etc/postgresql-common/createcluster.conf
    apt-get update; apt-get install --yes --no-install-recommends postgresql-17; apt-get clean
    install --directory --owner=postgres --group=postgres --mode=1777 /var/lib/postgresql/data`);
  const as = [
    'ENV PATH=/usr/local/bin:/usr/lib/postgresql/17/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/data',
    'VOLUME /var/lib/postgresql/data',
    'STOPSIGNAL SIGINT',
    'ENTRYPOINT ["entrypoint"]',
  ].map((line) => `--change '${line}'`);
  run(
    `tar --create --directory '${folder}' . | docker import ${as.join(' ')} - docker.io/library/postgres:17`,
  );
}
