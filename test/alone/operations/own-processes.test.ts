/** What tests start ends with their run, and nothing takes their ports. */
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const HARNESS = new URL('../../harness/processes/', import.meta.url);
const hasSetpriv = spawnSync('setpriv', ['--pdeathsig', 'KILL', '--', 'true']).status === 0;

/** A process of its own, which says something and then waits. */
async function apart<T>(script: string): Promise<{ readonly said: T; kill(): Promise<void>; end(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'sower-own-'));
  const file = join(folder, 'apart.ts');
  writeFileSync(file, script);
  const child = fork(file);
  const [said] = (await once(child, 'message')) as [T];
  return {
    said,
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    end: () => rmSync(folder, { recursive: true }),
  };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

test.skipIf(!hasSetpriv)('what a test has started ends with its run, even if that is killed', async () => {
  const started = await apart<number>(`
    import { spawn } from '${new URL('spawn.ts', HARNESS)}';
    process.send(spawn('sleep', ['600'], { stdio: 'ignore' }).pid);
    setInterval(() => {}, 1000);`);
  expect(isAlive(started.said)).toBe(true);
  await started.kill();
  await expect.poll(() => isAlive(started.said)).toBe(false);
  started.end();
});

test('tests start processes in this way alone', () => {
  const others = globSync(['test/**/*.ts', '{apps,packages}/*/test/**/*.ts'], { cwd: ROOT })
    .filter((file) => file !== 'test/harness/processes/spawn.ts')
    .filter((file) =>
      /import \{[^}]*\bspawn\b[^}]*\} from 'node:child_process'/.test(readFileSync(ROOT + file, 'utf8')),
    );
  expect(others).toEqual([]);
});

test('runs at the same time get ports of their own, which the kernel gives to nothing else', async () => {
  const script = `
    import { freePort } from '${new URL('free-port.ts', HARNESS)}';
    const ports = [];
    while (ports.length < 1500) ports.push(await freePort());
    process.send(ports);
    setInterval(() => {}, 1000);`;
  const runs = await Promise.all([apart<number[]>(script), apart<number[]>(script), apart<number[]>(script)]);
  const ports = runs.flatMap(({ said }) => said);
  for (const run of runs) {
    await run.kill();
    run.end();
  }
  expect(new Set(ports).size).toBe(4_500);
  if (process.platform === 'linux') {
    const [first = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
      .split('\t')
      .map(Number);
    expect(Math.max(...ports)).toBeLessThan(first);
  }
});
