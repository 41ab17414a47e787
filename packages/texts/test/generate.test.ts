/** What generate.js writes of the texts, and which texts it refuses. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generate } from '../generate.js';

let folder: string;
beforeEach(() => {
  folder = `${mkdtempSync(join(tmpdir(), 'sower-texts-'))}/`;
  cpSync(fileURLToPath(new URL('../src', import.meta.url)), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function edit(file: string, change: (texts: Record<string, Record<string, unknown>>) => void): void {
  const texts = JSON.parse(readFileSync(folder + file, 'utf8'));
  change(texts);
  writeFileSync(folder + file, JSON.stringify(texts));
}
const table = (name: string): string => readFileSync(`${folder}tables/${name}.ts`, 'utf8');

test('a table that says the same keeps its time, and one of another text does not', () => {
  const long = new Date('2026-01-01');
  for (const name of ['authenticator', 'types']) utimesSync(`${folder}tables/${name}.ts`, long, long);
  edit('en/cli.json', (texts) =>
    Object.assign(texts.token!, { added: 'Of {{user}}, {{n, number}}, {{at, time}}' }),
  );
  generate(folder);
  expect(statSync(`${folder}tables/authenticator.ts`).mtime).toEqual(long);
  expect(statSync(`${folder}tables/types.ts`).mtime).not.toEqual(long);
  expect(table('types')).toContain(
    '"token.added": { readonly user: Value; readonly n: number; readonly at: string };',
  );
});

test('a language is in the tables whose own area it has, with English beside it as long as it lacks a text', () => {
  generate(folder);
  expect(table('authenticator')).toContain('"de": { "de": [de_authenticator, de_importing] },');
  edit('de/importing.json', (texts) => delete texts.importing!.noQrCode);
  mkdirSync(`${folder}fr`);
  writeFileSync(`${folder}fr/authenticator.json`, '{}');
  generate(folder);
  expect(table('authenticator')).toContain(
    '"de": { "de": [de_authenticator, de_importing], "en": [en_authenticator, en_importing] },',
  );
  expect(table('authenticator')).toContain(
    '"fr": { "fr": [fr_authenticator], "en": [en_authenticator, en_importing] },',
  );
  expect(table('cli')).not.toContain('"fr"');
  expect(table('languages')).toContain('{"en":"English","de":"Deutsch","fr":"Français"}');
});

test('a group in two areas of a table is refused, and a text that is a plural as well', () => {
  edit('en/names.json', (texts) => Object.assign(texts, { token: { more: 'x' } }));
  expect(() => generate(folder)).toThrow('more than one area has token');
  edit('en/names.json', (texts) => delete texts.token);
  edit('en/console.json', (texts) => Object.assign(texts.reporting!, { days_one: 'x', days: 'y' }));
  expect(() => generate(folder)).toThrow(
    'reporting.days is a text, and reporting.days_one a plural form of it',
  );
});
