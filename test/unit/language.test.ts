/** What the server says, in the caller's language: which one that is, what a finding of a schema becomes, and that no text is lost. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CERTIFICATE_FINDINGS } from '@sower/api/certificate-findings';
import { FIELD_RULES } from '@sower/api/field-rules';
import { MAIL_EVENT_NAMES } from '@sower/api/mail-events';
import { PERMISSION_NAMES } from '@sower/api/permissions';
import { PROBLEMS } from '@sower/api/problems';
import { BUILT_IN_ROLES } from '@sower/api/roles';
import { settingsSchema } from '@sower/api/settings';
import type { Texts } from '@sower/texts/catalogue';
import { inEnglish, outcomesIn, type Text, text } from '@sower/texts/outcomes';
import { AUDIT_ACTIONS } from '@sower/texts/tables/audit-actions';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { summaryOf } from '../../apps/cli/src/command.ts';
import { program } from '../../apps/cli/src/main.ts';
import { processTerminal } from '../../apps/cli/src/terminal/terminal.ts';
import { type Finding, fieldText } from '../../apps/server/src/api/validation-texts.ts';
import { DROP_REASONS } from '../../apps/server/src/radius/drops.ts';
import { languageOf } from '../../apps/server/src/web/language.ts';
import { leavesOf, readLanguages } from '../../packages/texts/generate.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['de', 'de'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['en;q=0.5, de;q=0.4', 'en'],
  ['fr, de;q=0.3', 'de'],
  ['de;q=0', 'en'],
  ['de;q=x', 'en'],
  ['DE', 'de'],
  ['en-XA', 'en-XA'],
  ['en-GB', 'en'],
])('Accept-Language %s is answered in %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});

test.each<[Partial<Finding>, string]>([
  [{ keyword: 'invalid_type', message: 'Invalid input: expected string, received undefined' }, 'Required.'],
  [{ keyword: 'invalid_type', message: 'x', params: { expected: 'array' } }, 'Must be a list.'],
  [{ keyword: 'too_small', params: { origin: 'string', minimum: 1 } }, 'Required.'],
  [{ keyword: 'too_small', params: { origin: 'number', minimum: 5 } }, 'Must be 5 or more.'],
  [{ keyword: 'too_big', params: { origin: 'string', maximum: 9 } }, 'Must have at most 9 characters.'],
  [
    { keyword: 'invalid_format', message: 'Invalid e', params: { format: 'email' } },
    'Not an e-mail address.',
  ],
  [
    { keyword: 'invalid_format', message: 'serial-number' },
    'A serial number has 12 digits, or up to 64 characters as its maker wrote it.',
  ],
  [{ keyword: 'unrecognized_keys', params: { keys: ['a', 'b'] } }, 'Unknown field: a and b.'],
  [{ keyword: 'something new' }, 'Not in the expected format.'],
])('%o reads "%s"', (finding, words) => {
  expect(inEnglish(fieldText({ params: {}, keyword: '', ...finding }))).toBe(words);
});

const LANGUAGES = readLanguages();
const { de: GERMAN = {}, en: ENGLISH = {} } = LANGUAGES;

/** Where the keys of each area are written. */
const AREAS: Readonly<Record<string, readonly string[]>> = {
  outcomes: ['apps/server/src', 'packages/api/src'],
  'first-page': ['apps/server/src'],
  mail: ['apps/server/src', 'packages/api/src'],
  console: ['apps/console/src'],
  'console-start': ['apps/console/src'],
  'both-consoles': ['apps/console/src'],
  'self-service': ['apps/console/src'],
  authenticator: ['apps/authenticator/src'],
  cli: ['apps/cli/src'],
  names: ['apps/server/src', 'apps/console/src', 'apps/cli/src'],
  importing: ['apps/authenticator/src', 'apps/cli/src', 'packages/ctkip/src'],
  telephone: ['apps/server/src', 'apps/console/src'],
};

const keysOf = (texts: Texts, path = ''): string[] =>
  Object.entries(texts).flatMap(([name, text]) =>
    typeof text === 'string'
      ? [path + name.replace(/_(zero|one|other)$/, '')]
      : keysOf(text, `${path}${name}.`),
  );

const escaped = (text: string): string => text.replace(/[.:-]/g, '[$&]');

/** What keys that are put together are put together from; elsewhere it may be anything. */
const PUT_TOGETHER: Readonly<Record<string, readonly string[]>> = {
  problem: Object.keys(PROBLEMS),
  field: FIELD_RULES,
  'certificate-finding': CERTIFICATE_FINDINGS,
  drop: DROP_REASONS,
  'profile.delivery': ['url', 'qr'],
  'permission-name': PERMISSION_NAMES,
  'role-description': Object.keys(BUILT_IN_ROLES),
  mailEvents: MAIL_EVENT_NAMES,
};

test.each(Object.entries(ENGLISH))('every text has a place where it is used: %s', (area, texts) => {
  const folders = AREAS[area] ?? [];
  const source = folders
    .flatMap(filesIn)
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const whole = new Set(
    [...source.matchAll(/'((?:importing\.)?[\w-]+(?:[.][\w:-]+)+|[\w-]+)'/g)].map(([, key]) => key),
  );
  // What a field is called, and what stands below it.
  for (const [, key] of source.matchAll(/\bhelped\(t, '([\w.]+)'\)/g)) whole.add(`${key}Help`);
  // What a window asks.
  for (const [, key] of source.matchAll(/\basking\(\s*t,\s*'([\w.]+)'/g))
    for (const part of ['Title', 'Body']) whole.add(`${key}${part}`);
  // What a command does.
  if (area === 'cli') for (const key of SUMMARIES) whole.add(key);
  // Keys that are put together: `problem.${code}`.
  const patterns = [...source.matchAll(/`([\w-]+[.](?:[\w.:-]|\$\{[^`]*?\})*)`/g)]
    .map(([, template = '']) => template.split(/\$\{.*?\}/))
    .filter((parts) => parts.length > 1)
    .map((parts) => {
      const values = PUT_TOGETHER[parts.length === 2 ? (parts[0] ?? '').slice(0, -1) : ''];
      const value =
        values === undefined ? '[\\w.:/-]+' : `(?:${values.map((each) => escaped(each)).join('|')})`;
      return new RegExp(`^${parts.map((part) => escaped(part)).join(value)}$`);
    });
  // Templates of mail are found by the name of their event.
  const isTemplate = (key: string) =>
    area === 'mail' && MAIL_EVENT_NAMES.includes(key.split('.')[0] as 'report');
  const keys = [...new Set(keysOf(texts))].filter((key) => !isTemplate(key));
  expect(keys.length).toBeGreaterThan(3);
  expect(keys.filter((key) => !whole.has(key) && !patterns.some((pattern) => pattern.test(key)))).toEqual([]);
});

test('every action of the audit trail is written somewhere', () => {
  const source = filesIn('apps/server/src')
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  expect(AUDIT_ACTIONS.length).toBeGreaterThan(150);
  expect(AUDIT_ACTIONS.filter((action) => !source.includes(`'${action}'`))).toEqual([]);
});

const SUMMARIES = commandsIn(program({ terminal: processTerminal(() => '0.1.1'), exit: 0 })).map(summaryOf);

function commandsIn({ commands }: Command): Command[] {
  return commands.flatMap((each) => (each.name() === 'help' ? [] : [each, ...commandsIn(each)]));
}

test('every command says what it does', () => {
  const texts = new Set(keysOf(ENGLISH.cli ?? {}));
  expect(SUMMARIES.length).toBeGreaterThan(200);
  expect(SUMMARIES.filter((key) => !texts.has(key))).toEqual([]);
});

const filesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(ROOT, folder, name));

/** Names, and words that German has too. What is more than one word and still the same is here. */
const ALIKE = new Set([
  ...['Security Console', 'Sower Authenticator', '{{title}} – Sower Security Console'],
  ...['Active Directory', '389 Directory Server', 'RSA 2048', 'RSA 3072', '{{role}} in {{domain}}'],
]);

test.each(Object.entries(ENGLISH))('no German text is English: %s', (area, english) => {
  const german = GERMAN[area] ?? {};
  const found = pairsOf(english, german).filter(
    ([one, other]) => one === other && /\p{L} +\S/u.test(one.replace(/\{\{.*?\}\}/g, '')) && !ALIKE.has(one),
  );
  expect(found).toEqual([]);
});

const pairsOf = (english: Texts, german: Texts): [string, string][] =>
  Object.entries(english).flatMap(([name, text]) => {
    const other = german[name] ?? '';
    if (typeof text === 'string' && typeof other === 'string') return [[text, other] as [string, string]];
    return pairsOf(text as Texts, other as Texts);
  });

test('a value is never read as a text: a user "somebody", a domain "tokens (5)", a list of them', () => {
  const german = outcomesIn('de');
  expect(german(text('user.not-found', { user: 'somebody' }))).toBe('Es gibt keinen Benutzer „somebody“.');
  expect(german(text('domain.not-found', { domain: 'tokens (5)' }))).toBe(
    'Es gibt keine Sicherheitsdomäne „tokens (5)“.',
  );
  expect(german(text('domain.not-found', { domain: 'domain.top' }))).toContain('„domain.top“');
  expect(german(text('field.unknown', { fields: ['Required.', 'a user'] }))).toBe(
    'Unbekanntes Feld: Required. und a user.',
  );
});

test('a text inside another, a list of texts, a date and a number are in the language of the whole', () => {
  const inUse = text('domain.in-use', {
    contents: [text('domain.users', { count: 1 }), text('domain.radius-clients', { count: 1200 })],
  });
  expect(outcomesIn('de')(inUse)).toBe(
    'Die Sicherheitsdomäne enthält noch 1 Benutzer und 1.200 RADIUS-Clients. Verschieben oder löschen Sie das zuerst.',
  );
  expect(inEnglish(inUse)).toContain('1 user and 1,200 RADIUS clients');
  const barred: Text = text('resynchronize.barred', { reason: text('barred.token-lost') });
  expect(outcomesIn('de')(barred)).toContain('das Token ist als verloren gemeldet.');
  expect(outcomesIn('de')(text('token.expired', { date: '2030-01-31' }))).toContain('31.01.2030');
  expect(inEnglish(text('token.expired', { date: '2030-01-31' }))).toContain('Jan 31, 2030');
});

test.each(['drop', 'refused-call'])('what is counted reads for one as for many: %s', (area) => {
  const plural = {
    en: /^that (?:are|were|have|repeat)\b|\bthey\b/,
    de: /^die .*\b(?:sind|wurden|hatten?)\b|\b(?:als|weil) sie\b/,
  };
  const found = Object.entries(plural).flatMap(([language, pattern]) => {
    const outcomes = LANGUAGES[language]?.outcomes ?? {};
    return textsOf(outcomes[area] as Texts).filter((each) => pattern.test(each));
  });
  expect(found).toEqual([]);
});

test('a long value costs no more than reading it', () => {
  const user = '{{user}} $t(user.not-found) '.repeat(20_000);
  expect(inEnglish(text('user.not-found', { user }))).toBe(`There is no user "${user}".`);
});

test('no message names a setting by its key: screens have labels', () => {
  const said = ['outcomes', 'console', 'console-start', 'both-consoles', 'self-service', 'mail'].flatMap(
    (area) => Object.values(LANGUAGES).flatMap((texts) => textsOf(texts[area] ?? {})),
  );
  const keys = Object.keys(settingsSchema.shape);
  expect(keys.length).toBeGreaterThan(30);
  expect(said.filter((text) => keys.some((key) => text.includes(key)))).toEqual([]);
});

test('what is wrong with a certificate does not send the reader to the page on which it stands', () => {
  const said = Object.values(LANGUAGES).flatMap((texts) =>
    textsOf((texts.outcomes as { 'certificate-finding': Texts })['certificate-finding']),
  );
  expect(said.length).toBeGreaterThan(20);
  expect(said.filter((text) => /(Setup|Einrichtung) > /.test(text))).toEqual([]);
});

test('a message speaks to the one person who reads it: of no crowd, and of nothing that they are to see to themselves', () => {
  const said = Object.values(LANGUAGES).flatMap((texts) => Object.values(texts).flatMap(textsOf));
  expect(said.length).toBeGreaterThan(2_000);
  expect(said.filter((text) => /too many people|melden sich zu viele|kümmern Sie sich/i.test(text))).toEqual(
    [],
  );
});

const textsOf = (texts: Texts): string[] =>
  Object.values(texts).flatMap((text) => (typeof text === 'string' ? [text] : textsOf(text)));

test('one thing has one word in German, in mails, on pages and in what the server says', () => {
  const others = /Service[ -]?Desk|Benutzerkennung|Self-Service[ -](?:Console|Konsole)/;
  const found = Object.entries(readLanguages().de ?? {}).flatMap(([area, texts]) =>
    leavesOf(texts).flatMap(([key, words]) => (others.test(words) ? [`${area} ${key}: ${words}`] : [])),
  );
  expect(found).toEqual([]);
});

test('what says that seeds go with the user of a token names software tokens: hardware tokens keep theirs', () => {
  const found = Object.entries(readLanguages()).flatMap(([language, areas]) =>
    ['console', 'cli'].flatMap((area) =>
      leavesOf(areas[area] ?? {}).map(([key, words]) => ({ language, key, words })),
    ),
  );
  // Those of one token are chosen by its kind.
  const many = found.filter(
    ({ key, words }) => /\bPINs?\b.*\bseeds?\b/i.test(words) && !key.startsWith('tokens.confirm.unassign.'),
  );
  expect(many.map(({ language, key }) => `${language} ${key}`).sort()).toEqual(
    ['de', 'en'].flatMap((language) =>
      [
        ...['token.unassign.confirm', 'token.unassign.summary', 'tokens.bulk.unassign.body'],
        ...['userFiles.bulk.delete.body', 'users.confirm.delete.body'],
      ].map((key) => `${language} ${key}`),
    ),
  );
  expect(many.filter(({ words }) => !/software[ -]token/i.test(words))).toEqual([]);
});

test('a token is a neuter in German', () => {
  const found = Object.values(readLanguages().de ?? {}).flatMap((texts) => leavesOf(texts));
  expect(found.length).toBeGreaterThan(2_000);
  expect(
    found.filter(([, words]) =>
      /\b(Der|Dieser) Token (wird|ist|hat|kann|darf)\b|\bk?einen Token\b/.test(words),
    ),
  ).toEqual([]);
});

test('what a window says before an act on many users speaks of that act: not each takes the right to edit them', () => {
  const said = Object.values(readLanguages()).flatMap((areas) =>
    leavesOf(areas.console ?? {}).filter(([key]) => /^userFiles\.bulk\.(countNone|typeCountHelp)$/.test(key)),
  );
  expect(said).toHaveLength(4);
  expect(said.filter(([, words]) => /\bedit\b|bearbeiten/.test(words))).toEqual([]);
});

test('of a withdrawn activation code, the console names each cause, a lost token among them, and accuses no one', () => {
  const said = Object.values(readLanguages()).flatMap((areas) =>
    leavesOf(areas.console ?? {}).flatMap(([key, words]) => (key === 'live.now.withdrawn' ? [words] : [])),
  );
  expect(said).toHaveLength(2);
  for (const words of said) {
    expect(words).toMatch(/lost|verloren/);
    expect(words).not.toMatch(/someone|jemand/);
  }
});
