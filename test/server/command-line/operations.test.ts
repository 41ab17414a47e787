/**
 * What the commands send: options are named by what people type, and their rows say which field of an operation they give. A field that the
 * operation does not have would be refused by the server, or left out without a word.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPERATIONS, type Operation, type OperationName } from '@sower/api/operations';
import type { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { program } from '../../../apps/cli/src/main.ts';
import { processTerminal } from '../../../apps/cli/src/terminal/terminal.ts';
import { type Asked, fakeServer, type Routes } from '../../../apps/cli/test/fake-server.ts';
import { sower } from '../../../apps/cli/test/fake-terminal.ts';

const ANSWERS = JSON.parse(
  readFileSync(new URL('../../../apps/server/src/http/reference/answers.json', import.meta.url), 'utf8'),
) as Record<string, { items?: { name?: string; userName?: string; id?: string }[]; state?: string }>;

const operations = (Object.entries(OPERATIONS) as [OperationName, Operation][]).sort(
  ([, one], [, other]) => one.path.split(':').length - other.path.split(':').length,
);

/** Fields that were sent and that the operation does not have. */
function unknownFields({ path, query, body }: Operation, asked: Asked): string[] {
  const unknown = Object.keys(asked.query).filter((name) => !(name in (query?.shape ?? {})));
  const read = body?.safeParse(asked.body);
  const issues: z.core.$ZodIssue[] = read?.error?.issues ?? [];
  const flat = issues.flatMap((issue) => [
    issue,
    ...(issue.code === 'invalid_union' ? issue.errors.filter(({ length }) => length === 1).flat() : []),
  ]);
  const superfluous = flat.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const all = [
    ...unknown,
    ...superfluous,
    ...(asked.body !== undefined && body === undefined ? ['body'] : []),
  ];
  return all.map((name) => `${path}: ${name}`);
}

const below = (command: Command): Command[] => [command, ...command.commands.flatMap(below)];
const conflictsOf = (option: Option): string[] =>
  (option as Option & { conflictsWith: string[] }).conflictsWith;
const pathOf = (command: Command): string[] =>
  command.parent === null ? [] : [...pathOf(command.parent), command.name()];

/** The groups that look up what is named, with an item of the recorded answers. */
const nameIn = (group: string): string => {
  const list = operations.find(
    ([name, { path }]) => /^list/.test(name) && path.replace(/s$/, '').endsWith(`/${group}`),
  )?.[0];
  const [item] = ANSWERS[list ?? '']?.items ?? [];
  return item?.name ?? item?.userName ?? item?.id ?? 'sample';
};

const file = join(tmpdir(), `sower-operations-${process.pid}`);

function sampleOf(argChoices: readonly string[] | undefined, name: string, flags = ''): string {
  const [first] = argChoices ?? [];
  if (first !== undefined) return first;
  if (/permission/.test(name + flags)) return 'users:view';
  if (/serial/.test(name)) return '000100000001';
  if (/file|csv|image/.test(name)) return file;
  if (/^(n|number|days|seconds)$/.test(name)) return '5';
  if (/date|YYYY/.test(name)) return '2037-01-31';
  if (/code-expires/.test(flags)) return '7d';
  return /=/.test(name) ? 'Filter-Id=x' : 'sample';
}

/** Options that give no field, or keep a command from sending what others give. */
const OF_THE_FRAME = ['--yes', '--data', '--json', '--out', '--errors', '--all'];

test('no command sends a field that its operation does not have', async () => {
  writeFileSync(file, 'Subject\n\nada\n');
  const routes: Routes = Object.fromEntries(
    operations.map(([name, { method, path }]) => {
      const answer = ANSWERS[name];
      // What is done is not waited for.
      const body = answer?.state === 'queued' ? { ...answer, state: 'done' } : answer;
      return [`${method} ${path}`, () => (body === undefined ? {} : { body })];
    }),
  );
  const server = await fakeServer(routes);
  const found = new Set<string>();
  const sent = new Set<string>();
  const run = async (argv: string[]): Promise<void> => {
    const before = server.asked.length;
    await sower(argv, { env: server.env, stdin: 'a long phrase 1\n' });
    for (const asked of server.asked.slice(before)) {
      const [name, operation] =
        operations.find(
          ([, { method, path }]) =>
            method === asked.method && new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`).test(asked.path),
        ) ?? [];
      if (!operation) found.add(`${argv.join(' ')}: ${asked.method} ${asked.path}`);
      else for (const field of unknownFields(operation, asked)) found.add(`${argv.join(' ')}: ${field}`);
      if (name !== undefined) sent.add(name);
    }
  };
  try {
    const top = program({ terminal: processTerminal(() => '0.1.1'), exit: 0 });
    for (const command of below(top)) {
      const path = pathOf(command);
      const { options } = command;
      if (path[0] === 'authenticator' || !options.some(({ long }) => long === '--data')) continue;
      if (path[0] === 'serve' || path.join(' ') === 'api-key recover') continue;
      const value = (option: Option): string[] => {
        const [, name = ''] = /[<[]([^>\]]+?)(?:\.{3})?[>\]]/.exec(option.flags) ?? [];
        return name === ''
          ? [option.long!]
          : [`${option.long}=${sampleOf(option.argChoices, name, option.flags)}`];
      };
      const args = command.registeredArguments.map((argument) =>
        /^(name|username|id)$/.test(argument.name()) && !argument.argChoices
          ? nameIn(path[0]!)
          : sampleOf(argument.argChoices, argument.name()),
      );
      const needed = options.filter(({ mandatory, long }) => mandatory || long === '--yes').flatMap(value);
      // All at once, and then those that do not go together with an earlier one.
      const left: Option[] = [];
      const together = options.filter((option) => {
        if (OF_THE_FRAME.includes(option.long!)) return false;
        const before = options.slice(0, options.indexOf(option));
        const goes = before.every((one) => !conflictsOf(one).includes(option.attributeName()));
        if (!goes) left.push(option);
        return goes;
      });
      for (const some of [together, left])
        if (some.length > 0 || some === together)
          await run([...path, ...args, ...needed, ...some.flatMap(value)]);
    }
  } finally {
    await server.close();
    rmSync(file);
  }
  expect([...found]).toEqual([]);
  // As many as have a command without a file, a directory or a running job of its own.
  expect(sent.size).toBeGreaterThan(120);
});
