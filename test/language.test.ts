/** What the server says, in the caller's language: which one that is, what a finding of a schema becomes, and that no text is lost. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CERTIFICATE_FINDINGS } from '@sower/api/certificate-findings';
import { FIELD_RULES } from '@sower/api/field-rules';
import { PROBLEMS } from '@sower/api/problems';
import { inEnglish, outcomesIn, type Text, text } from '@sower/messages/outcomes';
import { outcomesEn } from '@sower/messages/outcomes.en';
import { expect, test } from 'vitest';
import { languageOf } from '../apps/server/src/api/language.ts';
import { type Finding, fieldText } from '../apps/server/src/api/validation-texts.ts';
import { DROP_REASONS } from '../apps/server/src/radius/drops.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

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
  [{ keyword: 'invalid_format', message: 'serial-number' }, 'A serial number has 12 digits.'],
  [{ keyword: 'unrecognized_keys', params: { keys: ['a', 'b'] } }, 'Unknown field: a and b.'],
  [{ keyword: 'something new' }, 'Not in the expected format.'],
])('%o reads "%s"', (finding, words) => {
  expect(inEnglish(fieldText({ params: {}, keyword: '', ...finding }))).toBe(words);
});

test('every text has a place where it is used', () => {
  const sources = ['apps/server/src', 'packages/api/src']
    .flatMap(filesIn)
    .map((path) => readFileSync(path, 'utf8'));
  const used = new Set(
    sources.flatMap((source) => [...source.matchAll(/'([a-z][\w-]*\.[\w-]+)'/g)].map(([, key]) => key)),
  );
  // Keys that are put together, with what they are put together from.
  for (const code of Object.keys(PROBLEMS)) used.add(`problem.${code}`);
  for (const rule of FIELD_RULES) used.add(`field.${rule}`);
  for (const code of CERTIFICATE_FINDINGS) used.add(`certificate-finding.${code}`);
  for (const reason of DROP_REASONS) used.add(`drop.${reason}`);
  for (const delivery of ['url', 'qr']) used.add(`profile.delivery-${delivery}`);
  for (const prefix of ['link-template', 'attribute-kind']) {
    expect(sources.join()).toContain(`text(\`${prefix}.\${`);
    for (const name of Object.keys(outcomesEn[prefix as 'link-template'])) used.add(`${prefix}.${name}`);
  }
  const keys = Object.entries(outcomesEn).flatMap(([group, texts]) =>
    Object.keys(texts).map((name) => `${group}.${name.replace(/_(one|other)$/, '')}`),
  );
  expect(keys.length).toBeGreaterThan(300);
  expect([...new Set(keys)].filter((key) => !used.has(key))).toEqual([]);
});

const filesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(ROOT, folder, name));

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

test('a long value costs no more than reading it', () => {
  const user = '{{user}} $t(user.not-found) '.repeat(20_000);
  expect(inEnglish(text('user.not-found', { user }))).toBe(`There is no user "${user}".`);
});
