import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withProgress } from '../src/terminal/progress.ts';
import { processTerminal } from '../src/terminal/terminal.ts';

async function shownWhile(isTTY: boolean, milliseconds: number, total?: number): Promise<string> {
  let text = '';
  const stderr = Object.assign(
    new Writable({
      write(chunk, _, done) {
        text += String(chunk);
        done();
      },
    }),
    { isTTY, columns: 80 },
  );
  const options = total === undefined ? { message: 'Sowing' } : { message: 'Sowing', total };
  const result = await withProgress(
    { ...processTerminal(() => '0.1.1'), stderr },
    options,
    async ({ report }) => {
      report('Reaping', 1);
      await sleep(milliseconds);
      return 'done';
    },
  );
  expect(result).toBe('done');
  return text;
}

test('what takes over a second is shown to a person, with what it is at', async () => {
  expect(await shownWhile(true, 1300)).toContain('Reaping');
  expect(await shownWhile(true, 1300, 4)).toMatch(/[━=].*Reaping/);
});

test('nothing is shown of what is quick, nor where nobody looks', async () => {
  expect(await shownWhile(true, 100)).toBe('');
  expect(await shownWhile(false, 1300)).toBe('');
});

test('work within work has no second bar', async () => {
  let text = '';
  const write = (chunk: string) => {
    text += chunk;
    return true;
  };
  const stderr = Object.assign(new Writable(), { isTTY: true, columns: 80, write });
  const terminal = { ...processTerminal(() => '0.1.1'), stderr: stderr as never };
  await withProgress(terminal, { message: 'Outer' }, () =>
    withProgress(terminal, { message: 'Inner' }, () => sleep(1300)),
  );
  expect(text).toContain('Outer');
  expect(text).not.toContain('Inner');
});

test('a failure of the work passes through', async () => {
  const failing = withProgress(
    processTerminal(() => '0.1.1'),
    { message: 'x' },
    () => Promise.reject(new Error('no')),
  );
  await expect(failing).rejects.toThrow('no');
});
