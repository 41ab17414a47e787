/** Commands of the operator's: what they print, what they must not know, and that nothing of them stays behind. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

test('what it started ends with it: too late, given up, or of no more use', async () => {
  const ways = {
    late: { milliseconds: 300 },
    signal: { signal: AbortSignal.timeout(300) },
    killed: {},
  } as const;
  for (const [name, options] of Object.entries(ways)) {
    const file = join(folder, name);
    const running = runCommand(`sleep 600 & echo $! > ${file}; wait`, options);
    await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8').trim()).toMatch(/^\d+$/);
    if (name === 'killed') running.kill('SIGTERM');
    await expect(running.ended).rejects.toMatchObject({ late: name === 'late' });
    await expect.poll(() => isAlive(Number(readFileSync(file, 'utf8')))).toBe(false);
  }
});
