/** A Debian with nothing in it but what every Debian has, and commands in it: by chroot, with mounts that are gone when the command ends. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { chownSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from '../../harness/processes/spawn.ts';

/** @returns `file`, a tarball of the smallest Debian, made now if it is not a path already */
export function baseTarball(packages: string, file: string): string {
  if (packages.includes('/')) return packages;
  const args = ['--variant=minbase', '--include=ca-certificates', '--quiet', 'trixie', file];
  execFileSync('mmdebstrap', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  return file;
}

/** Whom this host trusts: what it fetches may come through a proxy of its own. */
export const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

export type CleanRoot = {
  readonly folder: string;
  /** As root. @returns what it printed */
  readonly run: (script: string, env?: Record<string, string>) => string;
  /** As `user`, who may listen at low ports and nothing else that root may, in a folder of its own: a program and its arguments. */
  readonly as: (
    user: string,
    env: Record<string, string>,
  ) => (script: string) => readonly [program: string, ...args: string[]];
};

export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** What the service gets from systemd. */
const RIGHTS = ['inh-caps', 'ambient-caps', 'bounding-set'].map((set) => `--${set}=-all,+net_bind_service`);

export function cleanRoot(tarball: string, folder: string): CleanRoot {
  mkdirSync(folder);
  execFileSync('tar', ['--extract', '--file', tarball, '--directory', folder]);
  copyFileSync('/etc/resolv.conf', join(folder, 'etc/resolv.conf'));
  copyFileSync(AUTHORITIES, join(folder, AUTHORITIES));
  writeFileSync(join(folder, 'etc/hosts'), '127.0.0.1 localhost\n::1 localhost\n');
  const inside = (env: Record<string, string>, ...command: string[]): [string, ...string[]] => {
    const mounts = 'mount --rbind /dev "$1/dev"; mount -t proc proc "$1/proc"; exec chroot "$@"';
    const variables = Object.entries({ PATH, LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive', ...env });
    return [
      ...(['unshare', '--mount', 'sh', '-ec', mounts, 'sh', folder, '/usr/bin/env', '-i'] as const),
      ...variables.map((pair) => pair.join('=')),
      ...command,
    ];
  };
  return {
    folder,
    run(script, env = {}) {
      const [program, ...args] = inside(env, 'sh', '-ec', script);
      return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
    },
    as(user, env) {
      const number = (flag: string): number => Number(this.run(`id ${flag} ${user}`));
      const home = `/var/tmp/${user}`;
      mkdirSync(join(folder, home), { recursive: true });
      chownSync(join(folder, home), number('-u'), number('-g'));
      const identity = [`--reuid=${user}`, `--regid=${user}`, '--init-groups', '--no-new-privs', ...RIGHTS];
      return (script) =>
        inside({ HOME: home, ...env }, 'setpriv', ...identity, 'sh', '-ec', `cd ${home}; ${script}`);
    },
  };
}

export function start(
  [program, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv = process.env,
): ChildProcess {
  return spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
}
