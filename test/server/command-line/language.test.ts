/**
 * The command line in the pseudo-locale: the help of every command, and what commands say when they are run against a server, in wrong
 * use, and when they ask. What stands outside of ⟦ ⟧ and is no value did not come from the catalogue.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { PERMISSION_NAMES } from '@sower/api/permissions';
import { POLICY_SCHEMAS } from '@sower/api/policies';
import type { Texts } from '@sower/texts/catalogue';
import { PSEUDO } from '@sower/texts/language';
import { pseudoTexts } from '@sower/texts/pseudo';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXAMPLES } from '../../../apps/cli/src/examples.ts';
import { program } from '../../../apps/cli/src/main.ts';
import { processTerminal } from '../../../apps/cli/src/terminal/terminal.ts';
import { type Ran, sower, sowerTyping } from '../../../apps/cli/test/fake-terminal.ts';
import { cliDe, cliEn } from '../../../packages/texts/test/tables.ts';
import { outsideOfBrackets } from '../../harness/browser/foreign-texts.ts';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { commandLines } from './command-lines.ts';

const { deployment } = deployed(SQLITE);
let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sower-language-'));
  env = {
    SOWER_DATA: deployment.dataFolder,
    SOWER_AUTHENTICATOR: join(folder, 'authenticator.json'),
    SOWER_LANGUAGE: PSEUDO,
  };
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
});

const commandsBelow = (command: Command): Command[] => [command, ...command.commands.flatMap(commandsBelow)];
const everyCommand = (): Command[] =>
  commandsBelow(program({ terminal: processTerminal(() => '0.1.1'), exit: 0 }));
const pathOf = (command: Command): string[] =>
  command.parent === null ? [] : [...pathOf(command.parent), command.name()];

/** Ids, keys and numbers are no words, nor is a device ID in its groups of four. */
const wordsIn = (text: string): string[] =>
  (text.replace(/[\w.+-]{20,}|(?:[0-9A-F]{4} ){5}[0-9A-F]{4}/g, ' ').match(/[\p{L}\p{N}_]+/gu) ?? []).filter(
    (word) => /^\p{L}{2,}$/u.test(word),
  );

/** Names of commands, options, what they take and what they choose from. */
function syntax(): Set<string> {
  const parts = everyCommand().flatMap((command) => [
    command.name(),
    ...command.registeredArguments.flatMap((each) => [each.name(), ...(each.argChoices ?? [])]),
    ...command.options.flatMap((each) => [each.flags, ...(each.argChoices ?? []), String(each.defaultValue)]),
  ]);
  const fields = Object.values(POLICY_SCHEMAS).flatMap((schema) => Object.keys(schema.shape));
  return new Set(
    wordsIn([...parts, ...fields, ...PERMISSION_NAMES, '[options] [command]', '-h --help'].join(' ')),
  );
}

/** A key, as other programs read it. */
const PEM = /-----BEGIN (PUBLIC KEY)-----[^-]+-----END \1-----/g;

const foreign = (shown: string, isKnown: (word: string) => boolean): string[] =>
  outsideOfBrackets(stripVTControlCharacters(shown).replace(PEM, ''))
    .split('\n')
    // What a person has typed so far is shown at every key.
    .map((line) => line.replace(/\S*█/g, ''))
    .filter((line) => wordsIn(line).some((word) => !isKnown(word)));

test('the help of every command, and what is said of wrong use', async () => {
  const known = syntax();
  const found: string[] = [];
  for (const command of everyCommand()) {
    const path = pathOf(command);
    const helped = await sower([...path, '--help'], { env });
    expect(helped, path.join(' ')).toMatchObject({ code: 0, err: '' });
    expect(helped.out).toContain('⟦');
    // A command line is the same in each language.
    const said = helped.out.replace(`sower ${EXAMPLES[path.join(' ')]}`, '');
    found.push(...foreign(said, (word) => known.has(word)).map((line) => `${path.join(' ')}: ${line}`));
  }
  const wrong = [
    ['nonsense'],
    ['tokn'],
    ['token', 'nonsense'],
    ['token', 'lst'],
    ['user', 'add'],
    ['user', 'add', 'ada', 'eve'],
    ['user', 'list', '--serch', 'ada'],
    ['user', 'list', '--limit'],
    ['user', 'list', '--limit', 'none'],
    ['token', 'list', '--assigned', '--unassigned'],
    ['token', 'show', '1/2'],
    ['token', 'bulk', 'nothing'],
    ['profile', 'add', 'ada'],
    ['profile', 'add', 'ada', '--device-type', 'android', '--delivery', 'nothing'],
    ['api-key', 'add', 'ada', '--permission', 'nothing'],
    ['api-key', 'add', 'ada', '--permission', 'users:view', '--expires', 'nothing'],
    ['administrator', 'add', 'ada', '--role', '@'],
    ['radius-client', 'add', 'ada', '192.0.2.7', '--attribute', 'nothing'],
    ['token', 'distribute', '000000000000', '--profile', 'ada', '--code-expires', 'nothing'],
    ['serve'],
    ['api-key', 'recover'],
    ['key', 'status'],
    ['doctor'],
    ['retention', 'nonsense'],
  ];
  const values = new Set([...known, ...wordsIn(wrong.flat().join(' '))]);
  for (const argv of wrong) {
    const ran = await sower(argv, { env });
    expect(ran, argv.join(' ')).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toContain('⟦');
    found.push(...foreign(ran.err, (word) => values.has(word)).map((line) => `${argv.join(' ')}: ${line}`));
  }
  expect(found.join('\n')).toBe('');
});

/** What the server says in words, which it does in the language of the caller. */
const IN_WORDS = /^(detail|reason|meaning|description|text|message|notices|title|subject|body)$/;
/** Keys and values of a document that are no words of a language. */
const valuesIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, each]) => (IN_WORDS.test(key) ? [] : [key, ...valuesIn(each)]))
    : [String(value)];

const textsOf = (texts: Texts): string[] =>
  Object.values(texts).flatMap((each) => (typeof each === 'string' ? [each] : textsOf(each)));
/** What is the same of it whatever its values. */
const longestPart = (text: string): string =>
  text.split(/\{\{.*?\}\}/).reduce((longest, part) => (part.length > longest.length ? part : longest));

/** What something was while the walk went by, and no longer is when its documents are read. */
const AT_THE_TIME = ['pending', 'optional', 'North', 'connection', 'urls', 'mode'];

test('what commands say to a server that answers, that refuses, and that is not there', async () => {
  const { api } = deployment;
  const { lines, one, users, empty } = commandLines({
    first: (await api('mintTokens', { body: { count: 12 } })).first,
    folder,
    authority: join(deployment.dataFolder, 'tls', 'ca.pem'),
  });
  const said: { argv: string; ran: Ran }[] = [];
  for (const [argv, stdin] of lines) {
    const options = stdin === undefined ? { env } : { env, stdin: `${stdin}\n` };
    said.push({ argv, ran: await sower(argv.split(' '), options) });
  }

  // The user's own side, from a link of the server.
  const [trusted, { link = '', activationCode }] = [
    ['--ca', join(deployment.dataFolder, 'tls', 'ca.pem')],
    await api('distributeToken', {
      params: { serial: one },
      body: { profile: 'Phones', deviceBinding: { kind: 'class' } },
    }),
  ];
  for (const [argv, stdin] of [
    [['import', link]],
    [['import', '-', ...trusted], link],
    [['import', link, ...trusted]],
    [['list']],
    [['code']],
    [['code', '--pin'], '4711'],
    [['code', '000000000000']],
    [['approve']],
    [['export', one, '--to', 'ctf']],
    [['export', one, '--to', 'sdtid', '--out', users]],
    [['export', one, '--to', 'sdtid', '--out', join(folder, 'token.xml'), '--password'], 'a password'],
    [['remove', one]],
    [['remove', one, '--yes']],
    [['about', '--store', join(folder, 'other.json'), '--key-file', empty]],
    [['list', '--store', users]],
  ] as const) {
    const options = stdin === undefined ? { env } : { env, stdin: `${stdin}\n` };
    said.push({
      argv: `authenticator ${argv.join(' ')}`,
      ran: await sower(['authenticator', ...argv], options),
    });
  }

  // Questions to a person.
  const text = pseudoTexts(cliEn);
  const [before] = text.prompt.typeName.split('{{consequence}}');
  const again = { keys: 'another phrase of mine\r', awaited: text.prompt.again };
  for (const [argv, keys, awaited, then] of [
    ['security-domain delete South', 'North\r', before ?? ''],
    ['user password ada', 'a phrase of my own\r', text.prompt.newSecret.password, again],
    [
      `authenticator about --passphrase --store ${join(folder, 'new.json')}`,
      '\u0003',
      text.prompt.newSecret.passphrase,
    ],
    [`token pin ${one}`, '\r', text.prompt.secret.pin, { keys: '\u0003', awaited: text.prompt.empty }],
  ] as const) {
    said.push({ argv, ran: await sowerTyping(argv.split(' '), keys, awaited, env, then) });
  }

  // A server that is not there, or not to be trusted, or none of ours.
  const { url } = deployment.servers[0]!;
  for (const around of [
    { SOWER_DATA: folder },
    { SOWER_URL: url },
    { SOWER_URL: 'zzz', SOWER_API_KEY: 'zzz' },
    { SOWER_URL: 'http://otp.example.com', SOWER_API_KEY: 'zzz' },
    { SOWER_URL: url, SOWER_API_KEY: 'zzz' },
    { SOWER_URL: url, SOWER_API_KEY: 'zzz', SOWER_CA: join(deployment.dataFolder, 'tls', 'ca.pem') },
    { SOWER_URL: url, SOWER_API_KEY: 'zzz', SOWER_CA: 'zzz' },
    { SOWER_URL: 'https://127.0.0.1:9', SOWER_API_KEY: 'zzz' },
    { SOWER_URL: `http://127.0.0.1:${deployment.servers[0]!.metricsPort}`, SOWER_API_KEY: 'zzz' },
  ]) {
    const argv = 'user list';
    said.push({ argv, ran: await sower(argv.split(' '), { env: { SOWER_LANGUAGE: PSEUDO, ...around } }) });
  }

  const documents = await Promise.all(
    lines
      .map(([argv]) => argv)
      .filter((argv) =>
        /^[\w-]+ (list|show)( |$)|^(audit|certificate (acme )?show|statistics( clients| tokens| health)?|settings list)$/.test(
          argv,
        ),
      )
      .map(async (argv) => (await sower([...argv.split(' '), '--json'], { env })).out),
  );
  const given = [...lines.flat(), folder, deployment.dataFolder, link, activationCode ?? '', url];
  const values = new Set([
    ...syntax(),
    ...wordsIn(given.join(' ')),
    ...documents.flatMap((document) => valuesIn(JSON.parse(document)).flatMap(wordsIn)),
    ...AT_THE_TIME,
  ]);
  const found = said.flatMap(({ argv, ran }) =>
    [...foreign(ran.out, (word) => values.has(word)), ...foreign(ran.err, (word) => values.has(word))].map(
      (line) => `${argv}: ${line}`,
    ),
  );
  expect([...new Set(found)].join('\n')).toBe('');
  // A walk that no longer gets anywhere finds nothing either.
  const output = said.map(({ ran }) => stripVTControlCharacters(`${ran.out}\n${ran.err}`)).join('\n');
  expect(textsOf(text).filter((each) => output.includes(longestPart(each))).length).toBeGreaterThan(350);
  for (const { argv, ran } of said) {
    expect(ran.out + ran.err, argv).not.toMatch(/\[object |undefined|NaN/);
    expect(ran.code, `${argv}\n${ran.err}`).not.toBe(70);
  }
});

test('German and English by the locale, JSON in English whatever it is', async () => {
  const said = async (locale: Record<string, string>, ...more: string[]) =>
    (await sower(['user', 'show', 'zzz', ...more], { env: { SOWER_DATA: env.SOWER_DATA, ...locale } })).err;
  const english = await said({});
  const german = await said({ LANG: 'de_AT.UTF-8' });
  expect(english).toContain('There is no user "zzz".');
  expect(german).toContain('Es gibt keinen Benutzer „zzz“.');
  expect(await said({ LC_ALL: 'C', LANG: 'de_DE' })).toBe(english);
  expect(await said({ LC_MESSAGES: 'de', LANG: 'en_US' })).toBe(german);
  expect(await said({ SOWER_LANGUAGE: 'de', LC_ALL: 'C.UTF-8' })).toBe(german);
  expect(await said({ LANG: 'fr_FR.UTF-8' })).toBe(english);
  expect(await said({ LANG: 'de_DE.UTF-8' }, '--json')).toBe(english);
  const help = await sower(['token', '--help'], { env: { LANG: 'de_DE.UTF-8' } });
  expect(help.out).toContain(cliDe.token.summary);
});

test('a language that Sower does not have is named on standard error, and the answer is English', async () => {
  const ran = await sower(['--version'], { env: { SOWER_LANGUAGE: 'klingon' } });
  expect(ran).toMatchObject({ code: 0, err: 'SOWER_LANGUAGE takes en, de; not "klingon".\n' });
  // A locale is the business of the system, which has more languages.
  for (const env of [{ LANG: 'fr_FR.UTF-8' }, { SOWER_LANGUAGE: 'C.UTF-8' }, { SOWER_LANGUAGE: 'de_AT' }])
    expect(await sower(['--version'], { env })).toMatchObject({ code: 0, err: '' });
});
