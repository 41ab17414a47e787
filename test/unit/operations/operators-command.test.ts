/** Commands of the operator's: what they print, what they must not know, and that nothing of them stays behind. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailed, printedBy, runCommand } from '@sower/server/keys/operators-command';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'sower-command-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

test('what it prints is returned, and its environment has none of our secrets', async () => {
  process.env.SOWER_MASTER_KEY = 'secret';
  try {
    expect((await printedBy('echo "[$SOWER_MASTER_KEY$SOWER_DATABASE]"')).toString()).toBe('[]\n');
  } finally {
    delete process.env.SOWER_MASTER_KEY;
  }
});

test('one that fails says how, and what it said last', async () => {
  await expect(printedBy('echo the disk is gone >&2; exit 7')).rejects.toMatchObject({
    how: '7',
    words: 'the disk is gone',
    late: false,
  });
  await expect(printedBy('yes')).rejects.toBeInstanceOf(CommandFailed);
});

test('one that cannot be started because no file descriptor is left has failed, and the process goes on', () => {
  const script = join(folder, 'none-left.mjs');
  writeFileSync(
    script,
    `import { openSync } from 'node:fs';
     import { printedBy, runCommand } from ${JSON.stringify(import.meta.resolve('@sower/server/keys/operators-command'))};
     try {
       for (;;) openSync('/dev/null');
     } catch {}
     const how = ({ how }) => how;
     const { stdin, ended, kill } = runCommand('true');
     kill('SIGTERM');
     console.log(stdin.destroyed, await ended.catch(how), await printedBy('true').catch(how));`,
  );
  const { stdout, stderr } = spawnSync(
    'sh',
    ['-c', 'ulimit -n 64 && exec "$0" "$1"', process.execPath, script],
    { encoding: 'utf8', env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' } },
  );
  expect(stderr).toBe('');
  expect(stdout).toBe('true spawn /bin/sh EMFILE spawn /bin/sh EMFILE\n');
});

test('what nobody wants to read may be long, and what stays in the background delays nothing', async () => {
  await expect(runCommand('head -c 100000 /dev/zero').ended).resolves.toHaveLength(0);
  const file = join(folder, 'background');
  // It holds on to standard error, as whatever a command starts does.
  await runCommand(`sleep 600 & echo $! > ${file}`).ended;
  process.kill(Number(readFileSync(file, 'utf8')));
}, 30_000);

test('what it started ends with it: too late, given up, or of no more use', async () => {
  const file = join(folder, 'started');
  const command = `sleep 600 & echo $! > ${file}; wait`;
  const started = async (): Promise<number> => {
    await expect.poll(() => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '')).toMatch(/^\d+$/);
    return Number(readFileSync(file, 'utf8'));
  };
  const isGone = async (): Promise<void> => {
    const pid = await started();
    await expect.poll(() => isAlive(pid)).toBe(false);
    rmSync(file);
  };
  const given = new AbortController();
  const aborted = runCommand(command, { signal: given.signal });
  await started();
  given.abort();
  await expect(aborted.ended).rejects.toMatchObject({ late: false });
  await isGone();

  const killed = runCommand(command);
  await started();
  killed.kill('SIGTERM');
  await expect(killed.ended).rejects.toMatchObject({ late: false });
  await isGone();

  // However long a shell takes to begin on a busy machine.
  for (let milliseconds = 300; !existsSync(file); milliseconds *= 2)
    await expect(runCommand(command, { milliseconds }).ended).rejects.toMatchObject({ late: true });
  await isGone();
});
