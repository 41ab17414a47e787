/**
 * The command line in the pseudo-locale: the help of every command, and what commands say when they are run against a server, in wrong
 * use, and when they ask. What stands outside of ⟦ ⟧ and is no value did not come from the catalogue.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { PERMISSION_NAMES } from '@sower/api/permissions';
import { POLICY_SCHEMAS } from '@sower/api/policies';
import type { Texts } from '@sower/messages/catalogue';
import { cliDe } from '@sower/messages/cli/all.de';
import { cliEn } from '@sower/messages/cli/all.en';
import { PSEUDO } from '@sower/messages/language';
import { pseudoTexts } from '@sower/messages/pseudo';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { program } from '../apps/cli/src/main.ts';
import { processTerminal } from '../apps/cli/src/terminal/terminal.ts';
import { type Ran, sower, sowerTyping } from '../apps/cli/test/fake-terminal.ts';
import { outsideOfBrackets } from './harness/browser/foreign-texts.ts';
import { SQLITE } from './harness/databases.ts';
import { type Deployment, deploy } from './harness/deployment.ts';
import type { FreshDatabase } from './harness/fresh-database.ts';

let fresh: FreshDatabase;
let deployment: Deployment;
let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  fresh = await SQLITE.fresh();
  deployment = await deploy(fresh);
  folder = mkdtempSync(join(tmpdir(), 'sower-language-'));
  env = {
    SOWER_DATA: deployment.dataFolder,
    SOWER_AUTHENTICATOR: join(folder, 'authenticator.json'),
    SOWER_LANGUAGE: PSEUDO,
  };
});
afterAll(async () => {
  await deployment?.stop();
  await fresh?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const commandsBelow = (command: Command): Command[] => [command, ...command.commands.flatMap(commandsBelow)];
const everyCommand = (): Command[] => commandsBelow(program({ terminal: processTerminal('0.1.1'), exit: 0 }));
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

const foreign = (shown: string, isKnown: (word: string) => boolean): string[] =>
  outsideOfBrackets(stripVTControlCharacters(shown))
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
    found.push(...foreign(helped.out, (word) => known.has(word)).map((line) => `${path.join(' ')}: ${line}`));
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
    ['token', 'show', '12'],
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
  expect(found).toEqual([]);
});

/** What the server says in words, which it does in the language of the caller. */
const IN_WORDS =
  /^(detail|reason|meaning|description|deliveryLabel|text|message|notices|title|subject|body)$/;
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

/** A command line, and what is piped in. */
type Line = readonly [argv: string, stdin?: string];

test('what commands say to a server that answers, that refuses, and that is not there', async () => {
  const { api } = deployment;
  const { first } = await api('mintTokens', { body: { count: 12 } });
  const serial = (index: number): string => String(Number(first) + index).padStart(12, '0');
  const [one, two, three, four] = [serial(0), serial(1), serial(2), serial(3)];
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const users = file('users.csv', 'ada\nnobody\n');
  const people = file('people.csv', 'userId,lastName,email\nada,King,\nivy,Ivy,x\n');
  const template = file('template.txt', 'Subject\n\n{{serial}}\n');
  const empty = file('empty.txt', 'x');
  const lines: Line[] = [
    ['security-domain add North'],
    ['security-domain add North'],
    ['security-domain rename North South'],
    ['security-domain list'],
    ['user add ada --first Ada --last Lovelace --email ada@example.com'],
    ['user add ada'],
    ['user edit ada'],
    ['user edit ada --first Augusta'],
    ['user edit nobody --first Augusta'],
    ['user add eve --security-domain South'],
    ['user list'],
    ['user list --search zzz'],
    ['user list --limit 1'],
    ['user show ada'],
    ['user disable ada'],
    ['user enable ada'],
    ['user unlock ada'],
    ['user password ada', 'short'],
    ['user password ada', 'a long phrase for ada'],
    ['user password ada --keep', 'another phrase for ada'],
    ['user password ada --remove'],
    ['user password ada'],
    ['profile add Phones --device-type android --delivery url'],
    ['profile add Phones --device-type android --delivery url'],
    ['profile edit Phones'],
    ['profile edit Phones --digits 6'],
    ['profile duplicate Phones Others'],
    ['profile list'],
    ['profile list --name zzz'],
    ['profile show Phones'],
    ['profile show zzz'],
    ['profile delete Others'],
    ['profile delete Others --yes'],
    ['device-type list'],
    [`device-type import ${users}`],
    ['device-type import zzz'],
    ['device-type delete android --yes'],
    ['token mint'],
    ['token mint --count 2'],
    ['token list'],
    ['token list --serial 9'],
    [`token show ${one}`],
    ['token show 999999999999'],
    [`token assign ${one} ada`],
    [`token assign ${one} ada`],
    ['token assign-next ada'],
    [`token move ${four} South`],
    [`token lost ${one}`],
    [`token show ${one}`],
    [`token lost ${one} --found`],
    [`token disable ${one}`],
    [`token enable ${one}`],
    [`token pin ${one}`, '4711'],
    [`token pin ${one}`],
    [`token pin ${one} --clear`],
    [`token access ${one}`],
    [`token test ${one}`, '12345678'],
    [`token resync ${one}`, '12345678'],
    [`token resync ${one}`, '12345678 87654321'],
    [`token require-new-pin ${one}`],
    [`token require-new-pin ${one} --withdraw`],
    [`token distribute ${one} --profile Phones --nickname Work`],
    [`token distribute ${one} --profile zzz`],
    [`token distributions ${one}`],
    [`token distributions ${three}`],
    [`token show ${one}`],
    [`token withdraw ${one}`],
    [`token withdraw ${one}`],
    [`token emergency give ${one}`],
    [`token access ${one}`],
    [`token emergency end ${one}`],
    [`token emergency end ${one} --yes`],
    [`token emergency give ${one} --set`],
    [`token access ${one}`],
    [`token replace ${one} --by ${two}`],
    [`token show ${one}`],
    [`token unassign ${two}`],
    [`token unassign ${two} --yes`],
    [`token delete ${three}`],
    [`token delete ${three} --yes`],
    [`token bulk disable --from ${four} --to ${serial(5)}`],
    [`token bulk disable --from ${four} --to ${serial(5)} --yes`],
    [`token bulk clearPin --from ${four} --to ${serial(5)} --yes`],
    ['token bulk lost --serial 9 --yes'],
    [`token bulk lost ${four} --serial 9`],
    [`token bulk enable ${four} 999999999999 --yes`],
    ['verify ada', '12345678'],
    ['verify ada'],
    ['user activity ada'],
    ['user activity eve'],
    ['user activation-window ada'],
    ['user activation-window ada --close'],
    ['statistics'],
    ['statistics log-ons'],
    ['statistics log-ons --range day --over-time'],
    ['statistics distributions'],
    ['statistics distributions --range week --over-time'],
    ['statistics tokens'],
    ['statistics tokens --range week --over-time'],
    ['statistics clients'],
    ['statistics health'],
    ['report list'],
    ['report show tokens --limit 1'],
    ['report show expiring-tokens --days 1'],
    ['report show administrators'],
    [`report save tokens ${join(folder, 'report.csv')}`],
    [`report save tokens ${join(folder, 'report.pdf')}`],
    [`report save tokens ${join(folder, 'report.pdf')}`],
    ['saved-report list'],
    ['saved-report add Weekly tokens --to ada --cron x'],
    ['saved-report add Weekly tokens'],
    ['saved-report edit Weekly --days 7'],
    ['saved-report list'],
    ['saved-report mail Weekly'],
    ['saved-report mail zzz'],
    ['saved-report delete Weekly'],
    ['saved-report delete Weekly --yes'],
    ['status'],
    ['offer add Phone --profile Phones --step Manager --distribution'],
    ['offer list'],
    ['offer disable Phone'],
    ['offer enable Phone'],
    ['offer enable zzz'],
    ['request make eve --offer Phone --reason travel'],
    ['request make eve --offer zzz'],
    ['request list'],
    ['request list --user zzz'],
    ['request list --oldest --offer zzz'],
    ['request approve zzz yyy'],
    ['request defer zzz --until someday'],
    ['request show zzz'],
    ['second-approval list'],
    ['second-approval reject zzz'],
    ['stand-in list'],
    ['stand-in add zzz --until someday'],
    ['stand-in add zzz --until 2037-01-31'],
    ['stand-in end zzz'],
    [`job distribute --name Newcomers --profile Phones`],
    [`job distribute --name Newcomers --profile Phones --file zzz`],
    [`job distribute --name Newcomers --profile Phones --file ${users} --dry-run`],
    [`job distribute --name Everyone --profile Phones --file ${users} --tokens assigned --yes`],
    [`job assign --name Spares`],
    [`job assign --name Spares --file ${users} --dry-run`],
    [`job assign --name More --file ${users} --also-served --yes`],
    [`user import ${join(folder, 'zzz')}`],
    [`user import ${users} --column zzz=1`],
    [`user import ${people} --security-domain zzz`],
    [`user import ${people} --name Colleagues --dry-run`],
    [`user import ${people} --name Everybody --existing update --errors ${join(folder, 'errors.csv')} --yes`],
    ['user list --disabled --security-domain South --sort lastName --desc'],
    ['user list --enabled --disabled'],
    ['user bulk enable'],
    ['user bulk enable --search zzz'],
    ['user bulk move --search ada --to-domain zzz --yes'],
    ['user bulk disable --search eve --yes'],
    ['user bulk enable --search eve --yes'],
    ['user bulk enable eve --search ada'],
    ['user bulk disable zzz eve --yes'],
    ['user bulk enable eve --yes'],
    [`user export ${join(folder, 'users.csv')}`],
    [`user export ${join(folder, 'users.csv')}`],
    ['job list'],
    [`job letters zzz --out ${join(folder, 'letters.pdf')}`],
    ['source list'],
    [
      'source add Offices --kind openldap --url ldap://directory.example.com --no-start-tls --base dc=example,dc=com',
    ],
    ['source add Offices --kind openldap --url http://directory.example.com --base dc=example,dc=com'],
    [
      'source add Offices --kind openldap --url ldaps://directory.example.com --base dc=example,dc=com --bind cn=reader --password',
      'a password of the reader',
    ],
    ['source show Offices'],
    ['source edit Offices'],
    ['source edit Offices --bind cn=other'],
    ['source edit Offices --base dc=example,dc=org'],
    ['source test Offices'],
    ['source test zzz'],
    ['source run Offices'],
    ['source run Offices --delta'],
    ['source runs Offices'],
    ['source start Offices zzz --disable 3'],
    ['source cancel Offices zzz'],
    ['source findings Offices zzz'],
    [`source findings Offices zzz --out ${join(folder, 'findings.csv')}`],
    ['source choose Offices zzz skip'],
    ['source choose Offices zzz skip --number 1'],
    ['source choose Offices zzz link --all internal --yes'],
    ['source choices Offices'],
    ['source forget Offices zzz'],
    ['source on Offices'],
    ['source off Offices'],
    ['source list'],
    ['source delete zzz --yes'],
    ['source add Plants --kind generic --url ldaps://directory.example.com --base dc=example,dc=com'],
    ['source delete Plants --yes'],
    ['rule list'],
    ['rule add Joiners --security-domain South --profile zzz'],
    ['rule add Joiners --security-domain South --profile Phones'],
    ['rule add Joiners --security-domain South --profile Phones --per-day 0'],
    ['rule add Joiners --security-domain South --profile Phones --mail separate'],
    ['rule edit Joiners --no-mail'],
    ['rule on zzz'],
    ['rule delete zzz --yes'],
    ['backup'],
    ['retention'],
    ['retention run'],
    ['backup list'],
    ['backup report zzz --proof x'],
    ['schedule list'],
    ['node list'],
    ['schedule edit zzz --cron x'],
    ['schedule edit clean-up --cron x'],
    ['schedule edit clean-up --time-zone Nowhere'],
    ['schedule edit clean-up --time-zone Europe/Berlin'],
    ['job show zzz'],
    ['role add Night --permission users:view'],
    ['role add Night --permission users:view'],
    ['role edit Night'],
    ['role edit Night --description shifts'],
    ['role list'],
    ['who-can users:view'],
    ['administrator add grace --role Night', 'a long phrase for grace'],
    ['administrator add henry --role Night --directory-user zzz'],
    ['administrator list'],
    ['administrator edit grace'],
    ['administrator edit grace --role Auditor@South'],
    ['administrator edit grace --mail grace'],
    ['administrator edit grace --mail grace@example.com'],
    ['administrator edit grace --token-of ada'],
    ['administrator disable grace'],
    ['administrator enable grace'],
    ['administrator forget-passkeys grace'],
    ['administrator password grace', 'another phrase for grace'],
    ['administrator delete grace'],
    ['administrator delete grace --yes'],
    ['administrator delete grace --yes'],
    ['role delete Night --yes'],
    ['role delete Night --yes'],
    ['radius-client list'],
    ['radius-client add gateway 192.0.2.7'],
    ['radius-client add gateway 192.0.2.7'],
    ['radius-client add switch 192.0.2.8 --secret-from-input', 'a secret of some length'],
    ['radius-client edit gateway'],
    ['radius-client edit gateway --disable'],
    ['radius-client secret gateway --secret-from-input', 'another secret of some length'],
    ['radius-client secret gateway'],
    ['radius-client edit gateway --without-message-authenticator'],
    ['radius-client edit gateway --password with-passcode'],
    ['radius-client list'],
    ['radius-client delete gateway --yes'],
    ['radius-client delete gateway --yes'],
    ['agent list'],
    ['agent add portal'],
    ['agent edit portal'],
    ['agent edit portal --disable'],
    ['agent key portal'],
    ['agent list'],
    ['agent delete portal --yes'],
    ['agent delete portal --yes'],
    ['api-key add robot --permission users:view'],
    ['api-key list'],
    ['api-key delete zzz --yes'],
    ['server-key list'],
    ['server-key rotate'],
    ['settings list'],
    ['settings set tokens.maxPerUser 5'],
    ['settings set tokens.maxPerUser 500'],
    ['settings set tokens.maxPerUser 0'],
    ['settings set provisioning.codeExpiry zzz'],
    ['settings set provisioning.host otp.example.com'],
    ['settings set zzz 5'],
    ['policy list token'],
    ['policy show token'],
    ['policy show lockout --security-domain South'],
    ['policy set token pinMinLength 6'],
    ['policy set token pinMinLength 6 --yes'],
    ['policy set token pinMinLength 99 --yes'],
    ['policy set token pinChosenBy zzz --yes'],
    ['policy set token zzz 6 --yes'],
    ['policy set emergency setSize 12 --security-domain South --yes'],
    ['policy show emergency --security-domain South'],
    ['policy reset emergency --security-domain South --yes'],
    ['certificate show'],
    ['certificate list'],
    ['certificate request'],
    [`certificate upload ${empty}`],
    ['certificate upload zzz'],
    [`certificate upload ${join(deployment.dataFolder, 'tls', 'ca.pem')}`],
    ['certificate use zzz'],
    ['certificate use own'],
    ['certificate delete zzz --yes'],
    ['audit forward'],
    ['certificate revoke zzz --yes'],
    ['certificate acme show'],
    ['certificate acme order'],
    ['certificate acme set zzz 5'],
    ['certificate acme set directory zzz'],
    ['certificate acme set names *.example.com'],
    ['certificate acme set enabled true'],
    ['certificate acme account zzz', 'YWJj'],
    ['mail show'],
    ['mail set zzz 5'],
    ['mail set port 999999'],
    ['mail set host mail.example.com'],
    ['mail password', 'a password'],
    ['mail test ada@example.com'],
    ['mail list'],
    ['mail send-again zzz'],
    [`mail sign ${users}`, 'a password'],
    ['mail unsign'],
    ['mail template show zzz'],
    [`mail template set token-ready ${template}`],
    ['mail template reset token-ready'],
    ['audit'],
    ['audit --since 2026-01-01T00:00:00Z --until zzz'],
    ['audit --actor zzz'],
    ['audit head'],
    ['audit verify'],
    ['audit verify --anchor zzz'],
    [`audit export ${join(folder, 'trail.jsonl')}`],
    [`audit export ${join(folder, 'trail.jsonl')}`],
    [`audit verify-file ${join(folder, 'trail.jsonl')}`],
    [`audit verify-file ${join(folder, 'trail.jsonl')} --anchor zzz`],
    [`audit verify-file ${users}`],
    ['authenticator list'],
    ['authenticator code'],
    ['authenticator about'],
    ['authenticator import'],
    ['authenticator import zzz', '123456789012'],
    ['authenticator import http://otp.example.com/ctkip', '123456789012'],
    [`authenticator import --qr ${users}`],
    ['authenticator import --qr zzz'],
    ['authenticator import --url https://127.0.0.1:9/ctkip --code 123456789012'],
    ['user delete eve'],
    ['user delete ada'],
    ['user delete eve --yes'],
    ['security-domain delete South'],
    ['security-domain delete zzz --yes'],
  ];
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
  const text = pseudoTexts<typeof cliEn>(cliEn);
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
  expect([...new Set(found)]).toEqual([]);
  // A walk that no longer gets anywhere finds nothing either.
  const output = said.map(({ ran }) => stripVTControlCharacters(`${ran.out}\n${ran.err}`)).join('\n');
  expect(textsOf(text).filter((each) => output.includes(longestPart(each))).length).toBeGreaterThan(350);
  for (const { argv, ran } of said) {
    expect(ran.out + ran.err, argv).not.toMatch(/\[object |undefined|NaN/);
    expect(ran.code, `${argv}\n${ran.err}`).not.toBe(70);
  }
}, 300_000);

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
