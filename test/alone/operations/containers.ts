/** podman and buildah as this host can run them: with limits that it allows, and a runtime that works with its control groups. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const RUNTIMES = ['crun', 'runc'];

export type Containers = {
  readonly env: NodeJS.ProcessEnv;
  /** @returns what it printed */
  readonly run: (program: 'podman' | 'buildah', ...args: string[]) => string;
};

/** A script in Sower's container, in a folder that its user may write to: a program and its arguments. */
export const inContainer = (engine: 'podman' | 'docker', name: string) => (script: string) =>
  [
    ...([engine, 'exec', '--workdir', '/tmp', '--env', 'HOME=/tmp'] as const),
    ...['--env', 'PATH=/usr/bin:/bin:/usr/lib/sower', name],
    ...['sh', '-ec', `[ -e data ] || ln -s /var/lib/sower data; ${script}`],
  ] as const;

/** @param image one that has `true` */
export function containers(
  folder: string,
  image: { readonly tarball: string; readonly name: string },
): Containers {
  const file = join(folder, 'containers.conf');
  const env = { ...process.env, CONTAINERS_CONF: file, PODMAN_IGNORE_CGROUPSV1_WARNING: '1' };
  const run: Containers['run'] = (program, ...args) =>
    execFileSync(program, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const most = (name: string): string => {
    const hard = new RegExp(`^${name}\\s+\\S+\\s+(\\d+)`, 'm').exec(limits)?.[1] ?? '1024';
    return `${hard}:${hard}`;
  };
  const ulimits = `["nofile=${most('Max open files')}", "nproc=${most('Max processes')}"]`;
  const refused: string[] = [];
  for (const runtime of RUNTIMES) {
    writeFileSync(file, `[containers]\ndefault_ulimits = ${ulimits}\n[engine]\nruntime = "${runtime}"\n`);
    try {
      run('podman', 'import', '--quiet', image.tarball, image.name);
      run('podman', 'run', '--rm', '--pull=never', '--network=none', image.name, 'true');
      return { env, run };
    } catch (error) {
      refused.push(String(error));
    }
  }
  throw new Error(refused.join('\n'));
}
