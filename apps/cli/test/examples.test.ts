/** Each command has an example, which is a command line that it reads. */
import { Writable } from 'node:stream';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { EXAMPLES } from '../src/examples.ts';
import { program } from '../src/main.ts';

/** All commands that do something, by their words; `read` gets those of the one that a command line means. */
function commandsOf(read: (path: string) => void): { root: Command; paths: string[] } {
  const nowhere = new Writable({ write: (_, __, done) => done() });
  const terminal = {
    ...{ stdin: process.stdin, stdout: nowhere, stderr: nowhere, env: {} },
    ...{ now: Date.now, version: () => '0' },
  };
  const root = program({ terminal, exit: 0 });
  const paths: string[] = [];
  const walk = (command: Command, path: string): void => {
    for (const inner of command.commands) {
      const own = `${path} ${inner.name()}`.trim();
      // Groups only have commands.
      if (inner.commands.length === 0 || inner.options.length > 0) {
        paths.push(own);
        inner.action(() => read(own));
      }
      walk(inner, own);
    }
  };
  walk(root, '');
  return { root, paths: paths.filter((path) => !/(^| )help$/.test(path)) };
}

/** As a shell takes a line apart, without what goes into a file. */
const wordsOf = (line: string): string[] =>
  [...line.replace(/ > \S+$/, '').matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );

test('each command has an example', () => {
  expect(commandsOf(() => {}).paths.sort()).toEqual(Object.keys(EXAMPLES).sort());
});

test.each(Object.entries(EXAMPLES))('%s', async (path, line) => {
  let ran: string | undefined;
  const { root } = commandsOf((own) => {
    ran = own;
  });
  await root.parseAsync(wordsOf(line), { from: 'user' });
  expect(ran).toBe(path);
});
