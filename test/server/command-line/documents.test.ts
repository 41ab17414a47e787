/**
 * Every command of `sower` in the documents: it exists, with these options, and takes as many arguments. Nothing is run here; what the commands
 * do is in the tests of each.
 */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ARGUMENTS } from '@sower/server/config';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { program } from '../../../apps/cli/src/main.ts';
import { processTerminal } from '../../../apps/cli/src/terminal/terminal.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Decisions may name what there was when they were made. */
const DOCUMENTS = ['README.md', ...globSync('{docs,packaging,monitoring}/**/*.md', { cwd: ROOT })].filter(
  (path) => !path.startsWith('docs/decisions/'),
);

/** Words as a shell reads them: quoted parts, escapes and comments; what ends a command ends the words. */
function words(line: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] as string;
    if (character === '"' || character === "'") {
      const end = line.indexOf(character, at + 1);
      word = (word ?? '') + line.slice(at + 1, end === -1 ? line.length : end);
      at = end === -1 ? line.length : end;
    } else if (character === '\\') {
      at += 1;
      word = (word ?? '') + (line[at] ?? '');
    } else if (/\s/.test(character)) {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else if (word === undefined && character === '#') break;
    else if (/[|;&<>)]/.test(character)) break;
    else word = (word ?? '') + character;
  }
  return word === undefined ? found : [...found, word];
}

type Given = {
  readonly words: readonly string[] /** Of a sentence, where arguments may be left out. */;
  readonly inline: boolean;
};

/** Where a command begins; also as another user, in a container and with variables. */
const BEGINS =
  /(?:^|[|;(]|&&|sudo -u sower(?: env \S+)?|exec sower|^\S+=\S+)\s*(?:npx )?sower (?=[a-z])(.*)/g;

const commandsOf = (line: string, inline: boolean): Given[] =>
  [...line.matchAll(BEGINS)].map(([, rest = '']) => ({ words: words(rest), inline }));

/** From the blocks of shell, and from what stands in sentences as code: each command with what follows `sower`. */
function commandsIn(text: string): Given[] {
  const [block, prose]: [string[], string[]] = [[], []];
  let language: string | undefined;
  for (const line of text.split('\n')) {
    const fence = /^\s*```(\w*)/.exec(line);
    if (fence) language = language === undefined ? fence[1] : undefined;
    else if (language === undefined) prose.push(line);
    else if (['', 'sh', 'bash'].includes(language)) block.push(line);
  }
  const lines = block
    .join('\n')
    .replace(/\\\n\s*/g, ' ')
    .split('\n');
  const spans = [...prose.join('\n').matchAll(/`([^`]+)`/g)].map(([, code = '']) =>
    code.replace(/\s+/g, ' '),
  );
  return [
    ...lines.filter((line) => !/^\s*#/.test(line)).flatMap((line) => commandsOf(line, false)),
    ...spans.filter((code) => /^(?:npx )?sower /.test(code)).flatMap((code) => commandsOf(code, true)),
  ];
}

const SERVERS_OWN = new Set(['serve', 'doctor', 'key']);
/** They read files without a server, with options of their own. */
const OF_FILES = ['restore', 'backup verify'];

/** What is wrong with it, if anything. */
function wrongWith(all: Command, { words: given, inline }: Given): string | undefined {
  let command = all;
  let rest = [...given];
  for (;;) {
    const [next] = rest;
    const found = command.commands.find(
      (each) => each.name() === next || each.aliases().includes(next ?? ''),
    );
    if (!found) break;
    command = found;
    rest = rest.slice(1);
  }
  if (command === all) return `there is no command ${given[0]}`;
  if (command.commands.length > 0 && rest[0] !== undefined && !rest[0].startsWith('-'))
    return `there is no command ${given.slice(0, 3).join(' ')}`;
  // The launcher hands these to the server, whose options are those of `sower serve`.
  if (OF_FILES.some((name) => given.join(' ').startsWith(name))) return undefined;
  const isServers = SERVERS_OWN.has(given[0] ?? '');
  const known = [command, ...ancestors(command)].flatMap(({ options }) => options);
  let count = 0;
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] as string;
    if (word === '…' || word === '--') continue;
    if (!word.startsWith('-') || word === '-') {
      count += 1;
      continue;
    }
    const [name = ''] = word.split('=');
    const option = known.find(({ long, short }) => long === name || short === name);
    const ofServer = isServers ? ARGUMENTS[name.slice(2)] : undefined;
    if (!option && !ofServer) return `${command.name()} has no option ${name}`;
    const takes = option ? option.required || option.optional : ofServer?.type === 'string';
    if (takes && !word.includes('=')) at += 1;
  }
  const { registeredArguments } = command;
  const least = registeredArguments.filter(({ required }) => required).length;
  const most = registeredArguments.some(({ variadic }) => variadic)
    ? Number.POSITIVE_INFINITY
    : registeredArguments.length;
  if (isServers || inline || given.includes('…')) return undefined;
  if (count < least) return `${command.name()} needs ${least} arguments, not ${count}`;
  return count > most ? `${command.name()} takes ${most} arguments, not ${count}` : undefined;
}

function ancestors(command: Command): Command[] {
  return command.parent ? [command.parent, ...ancestors(command.parent)] : [];
}

test('each command in the documents exists, with its options and arguments', () => {
  const all = program({ terminal: processTerminal(() => '0.1.1'), exit: 0 });
  const commands = DOCUMENTS.flatMap((file) =>
    commandsIn(readFileSync(`${ROOT}${file}`, 'utf8')).map((command) => ({ file, command })),
  );
  expect(commands.length).toBeGreaterThan(100);
  const wrong = commands.flatMap(({ file, command }) => {
    const why = wrongWith(all, command);
    return why === undefined ? [] : [`${file}: sower ${command.words.join(' ')}: ${why}`];
  });
  expect(wrong).toEqual([]);
});

test('what does not exist is found', () => {
  const all = program({ terminal: processTerminal(() => '0.1.1'), exit: 0 });
  const said = (line: string) =>
    commandsIn(`\`\`\`sh\n${line}\n\`\`\``).map((command) => wrongWith(all, command));
  expect(said('sower tokens list')).toEqual(['there is no command tokens']);
  expect(said('npx sower token list --serials 1')).toEqual(['list has no option --serials']);
  expect(said('sower token show')).toEqual(['show needs 1 arguments, not 0']);
  expect(said('sower token show 1 2')).toEqual(['show takes 1 arguments, not 2']);
  expect(said('sower serve --listne 1.2.3.4:1')).toEqual(['serve has no option --listne']);
  expect(said('ls | sower verify jdoe # as it is')).toEqual([undefined]);
});
