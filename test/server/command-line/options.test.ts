/** Every command with the options that all of them have: `--data` and `--json` change where the answer comes from and its form, nothing else. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { program } from '../../../apps/cli/src/main.ts';
import { processTerminal } from '../../../apps/cli/src/terminal/terminal.ts';
import { type Ran, sower } from '../../../apps/cli/test/fake-terminal.ts';
import { SQLITE } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import type { FreshDatabase } from '../../harness/fresh-database.ts';
import { commandLines } from './command-lines.ts';

type Side = { fresh: FreshDatabase; deployment: Deployment; folder: string };

const sides: Side[] = [];
beforeAll(async () => {
  for (const _ of ['environment', 'options']) {
    const fresh = await SQLITE.installed();
    const folder = mkdtempSync(join(tmpdir(), 'sower-options-'));
    sides.push({ fresh, deployment: await deploy(fresh), folder });
  }
});
afterAll(async () => {
  for (const { fresh, deployment, folder } of sides) {
    await deployment.stop();
    await fresh.drop();
    rmSync(folder, { recursive: true, force: true });
  }
});

const leavesOf = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
const pathOf = (command: Command): string[] =>
  command.parent === null ? [] : [...pathOf(command.parent), command.name()];
const has = (command: Command, option: string): boolean =>
  command.options.some(({ long }) => long === option);

/** The command that a line runs: a group may have one that is meant when none is named. */
function commandOf(words: readonly string[], from: Command): Command {
  const named = (name: string | undefined) => from.commands.find((each) => each.name() === name);
  const next = named(words[0]);
  if (next !== undefined) return commandOf(words.slice(1), next);
  return named((from as unknown as { _defaultCommandName?: string })._defaultCommandName) ?? from;
}

test('every command gets the same answer with --data and --json as from the environment', async () => {
  const top = program({ terminal: processTerminal(() => '0.1.1'), exit: 0 });
  const walks: { argv: string; command: Command; ran: Ran }[][] = [];
  for (const [index, { deployment, folder }] of sides.entries()) {
    const byOptions = index === 1;
    const { first } = await deployment.api('mintTokens', { body: { count: 12 } });
    const { lines } = commandLines({
      first,
      folder,
      authority: join(deployment.dataFolder, 'tls', 'ca.pem'),
    });
    const store = { SOWER_AUTHENTICATOR: join(folder, 'authenticator.json') };
    const env = byOptions ? store : { ...store, SOWER_DATA: deployment.dataFolder };
    const walk: (typeof walks)[number] = [];
    for (const [argv, stdin] of lines) {
      const command = commandOf(argv.split(' '), top);
      const global = [
        ...(has(command, '--data') ? ['--data', deployment.dataFolder] : []),
        ...(has(command, '--json') ? ['--json'] : []),
      ];
      const ran = await sower([...argv.split(' '), ...(byOptions ? global : [])], {
        env,
        ...(stdin === undefined ? {} : { stdin: `${stdin}\n` }),
      });
      walk.push({ argv, command, ran });
    }
    walks.push(walk);
  }

  const [plain = [], withOptions = []] = walks;
  const differing = withOptions.flatMap(({ argv, ran }, index) => {
    const before = plain[index]!.ran;
    return ran.code === before.code
      ? []
      : [`${argv}: ${before.code} ${before.err} -> ${ran.code} ${ran.err}`];
  });
  expect(differing).toEqual([]);
  for (const { argv, command, ran } of withOptions) {
    expect(ran.out + ran.err, argv).not.toMatch(/\bundefined\b/);
    if (has(command, '--json') && ran.out !== '') expect(() => JSON.parse(ran.out), argv).not.toThrow();
  }

  // A command that is in no line would be tested by none.
  const walked = new Set(plain.map(({ command }) => command));
  const missing = leavesOf(top)
    .filter((command) => command.options.length > 0 && !walked.has(command))
    .map((command) => pathOf(command).join(' '));
  // Run the server, which the launcher does: here is only their help.
  const launched = ['key rotate', 'api-key recover'];
  // About the user's own file: contexts.test.ts.
  const own = ['login', 'context list', 'context use', 'context remove'];
  // Print pages about the command line, which the walk in the pseudo-locale leaves out.
  const pages = ['completion', 'manual'];
  expect(missing).toEqual(['serve', ...own, ...launched, ...pages]);
  for (const argv of ['completion bash --json', 'manual --json']) {
    const ran = await sower(argv.split(' '), { env: {} });
    expect(ran, argv).toMatchObject({ code: 0, err: '' });
    expect(() => JSON.parse(ran.out), argv).not.toThrow();
  }
});

test('a switch of any command takes no value, however it is written', async () => {
  const below = (command: Command): Command[] => [command, ...command.commands.flatMap(below)];
  const switches = below(program({ terminal: processTerminal(() => '0.1.1'), exit: 0 })).flatMap((command) =>
    command.options
      .filter(({ long, required, optional }) => long && !required && !optional)
      .map(({ long }) => [...pathOf(command), `${long}=maybe`]),
  );
  expect(switches.length).toBeGreaterThan(100);
  const accepted: string[] = [];
  for (const argv of switches) {
    const { code } = await sower(argv, { env: {} });
    if (code !== 2) accepted.push(argv.join(' '));
  }
  expect(accepted).toEqual([]);
});
