/** A root with systemd in it, booted: the first process of namespaces that end with it. The network and the kernel are those of this host. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { spawn } from '../../harness/processes/spawn.ts';
import { PATH } from './clean-root.ts';

export type Booted = {
  /** As root. @returns what it printed */
  readonly run: (script: string) => string;
  /** As `user`: a program and its arguments. */
  readonly as: (user: string) => (script: string) => readonly [program: string, ...args: string[]];
  readonly end: () => Promise<void>;
};

/** Kernel interfaces as systemd wants them, seen from there alone. */
const SCRIPT = `
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount -t sysfs -o ro sysfs "$1/sys"
mountpoint -q "$1/sys/fs/cgroup" || mount -t tmpfs tmpfs "$1/sys/fs/cgroup"
mount -t cgroup2 cgroup2 "$1/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$1/dev"
for name in null zero full random urandom tty; do touch "$1/dev/$name"; mount --bind "/dev/$name" "$1/dev/$name"; done
mkdir "$1/dev/pts" "$1/dev/shm"
mount -t devpts devpts "$1/dev/pts"
mount -t tmpfs tmpfs "$1/dev/shm"
ln -s pts/ptmx "$1/dev/ptmx"
ln -s /proc/self/fd "$1/dev/fd"
mount -t tmpfs -o mode=755 tmpfs "$1/run"
exec env -i container=sower PATH=${PATH} chroot "$1" /lib/systemd/systemd --show-status=0
`;

export async function boot(folder: string): Promise<Booted> {
  const cgroups = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'utf8'))?.[1];
  if (!cgroups) throw new Error('no cgroup2 is mounted');
  const group = join(cgroups, `sower-${process.pid}`);
  mkdirSync(group);
  const namespaces = ['--mount', '--pid', '--fork', '--uts', '--ipc', '--cgroup', '--kill-child'];
  const enter = 'echo $$ > "$1/cgroup.procs"; shift; exec unshare "$@"';
  const args = ['-ec', enter, 'sh', group, ...namespaces, 'sh', '-ec', SCRIPT, 'sh', folder];
  const outside: ChildProcess = spawn('sh', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const first = async (): Promise<string> => {
    for (;;) {
      const children = readFileSync(`/proc/${outside.pid}/task/${outside.pid}/children`, 'utf8').trim();
      if (children !== '' && readFileSync(`/proc/${children}/comm`, 'utf8').trim() === 'systemd')
        return children;
      await wait(100);
    }
  };
  const pid = await first();
  const inside = [
    'nsenter',
    '-t',
    pid,
    '-m',
    '-p',
    '-u',
    '-i',
    '-C',
    '-r',
    '-w',
    'env',
    '-i',
    'LC_ALL=C.UTF-8',
  ] as const;
  const run = (script: string): string => {
    const [program, ...rest] = [
      ...inside,
      `PATH=${PATH}`,
      'DEBIAN_FRONTEND=noninteractive',
      'sh',
      '-ec',
      script,
    ];
    return execFileSync(program as string, rest, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  };
  // What it cannot do here, such as loading modules, is not what is tried.
  run('until systemctl is-system-running --wait | grep -E "running|degraded"; do sleep 0.2; done');
  return {
    run,
    as: (user) => (script) =>
      [
        ...inside,
        ...[
          'HOME=/var/tmp',
          'PATH=/usr/bin:/bin:/usr/lib/sower',
          'setpriv',
          `--reuid=${user}`,
          `--regid=${user}`,
        ],
        ...['--init-groups', 'sh', '-ec', script],
      ] as const,
    async end() {
      const ended = new Promise((resolve) => outside.once('exit', resolve));
      process.kill(Number(pid), 'SIGKILL');
      await ended;
      execFileSync('find', [group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', '+']);
    },
  };
}
