/** The catalogue: values stay values, every language has every text with its values, and the pseudo-locale leaves nothing out. */
import { describe, expect, test } from 'vitest';
import { authenticatorDe } from '../src/authenticator.de.ts';
import { authenticatorEn } from '../src/authenticator.en.ts';
import { type Texts, type Translation, translator } from '../src/catalogue.ts';
import { cliDe } from '../src/cli/all.de.ts';
import { cliEn } from '../src/cli/all.en.ts';
import { consoleDe } from '../src/console/all.de.ts';
import { consoleEn } from '../src/console/all.en.ts';
import { selfServiceDe } from '../src/console/self-service.de.ts';
import { selfServiceEn, uiEn } from '../src/console/self-service.en.ts';
import { importingDe } from '../src/importing.de.ts';
import { importingEn } from '../src/importing.en.ts';
import { mailDe } from '../src/mail.de.ts';
import { mailEn } from '../src/mail.en.ts';
import { outcomesDe } from '../src/outcomes.de.ts';
import { outcomesEn } from '../src/outcomes.en.ts';
import { readText } from '../src/outcomes.ts';
import { pseudoText, pseudoTexts } from '../src/pseudo.ts';

const TABLES: Readonly<Record<string, { readonly en: Texts; readonly de: Texts }>> = {
  authenticator: { en: authenticatorEn, de: authenticatorDe },
  cli: { en: cliEn, de: cliDe as Texts },
  importing: { en: importingEn, de: importingDe },
  outcomes: { en: outcomesEn, de: outcomesDe },
  mail: { en: mailEn, de: mailDe },
  console: { en: consoleEn, de: consoleDe as Texts },
  selfService: { en: selfServiceEn, de: selfServiceDe as Texts },
};

/** Paths and texts of a table's leaves. */
function leaves(texts: Texts, path = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : leaves(value, `${path}${key}.`),
  );
}

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)[^}]*\}\}/g)].map(([, name]) => name!).sort();

/** Options of i18next's: as the name of a value they would change what is looked up. */
const RESERVED =
  /^(context|lng|lngs|fallbackLng|ns|defaultValue.*|ordinal|interpolation|joinArrays|postProcess|replace|returnObjects|returnDetails|skipInterpolation|keySeparator|nsSeparator)$/;

describe('texts', () => {
  const TEXTS = {
    hello: 'Hello {{name}}, {{other}}',
    rows_one: '{{count, number}} row',
    rows_other: '{{count, number}} rows',
    save: 'Save',
  } as const;
  const t = translator<typeof TEXTS>('en', TEXTS);

  test.each(['{{other}}', '$t(save)', '$&', '$1', 'save', '{{', '<b>', '__proto__', 'a\u0000b'])(
    'the value %j goes in as it is',
    (name) => {
      expect(t('hello', { name, other: 'OTHER' })).toBe(`Hello ${name}, OTHER`);
    },
  );

  test('plurals and numbers follow the language', () => {
    expect([t('rows', { count: 1 }), t('rows', { count: 12_345 })]).toEqual(['1 row', '12,345 rows']);
    const de: Translation<typeof TEXTS> = {
      hello: 'Hallo {{name}}, {{other}}',
      rows_one: '{{count, number}} Zeile',
      rows_other: '{{count, number}} Zeilen',
      save: 'Sichern',
    };
    expect(translator<typeof TEXTS>('de', de)('rows', { count: 12_345 })).toBe('12.345 Zeilen');
  });

  test('what an object has besides the values does not matter', () => {
    const user = { name: 'a', other: 'b', steps: { done: 1 }, domain: null };
    expect(t('hello', user)).toBe('Hello a, b');
  });

  test('a text as a value is the same text', () => {
    expect(t({ code: 'hello', values: { name: 'a', other: 'b' } })).toBe(
      t('hello', { name: 'a', other: 'b' }),
    );
  });

  test('what is missing or has no place does not compile', () => {
    // @ts-expect-error no such key
    t('goodbye');
    // @ts-expect-error a value is missing
    t('hello', { name: 'a' });
    // @ts-expect-error a value without a place
    t('save', { name: 'a' });
    // @ts-expect-error a plural is chosen by a number
    t('rows', { count: 'many' });
    // @ts-expect-error German lacks a text
    const lacking: Translation<typeof TEXTS> = { hello: '', rows_one: '', rows_other: '' };
    expect(Object.keys(lacking)).not.toContain('save');
  });
});

describe.each(Object.entries(TABLES))('%s', (_, { en, de }) => {
  test('German has the values of English, text by text', () => {
    const german = new Map(leaves(de));
    const differing = leaves(en).filter(([path, text]) => {
      const own = new Set(placeholders(text));
      const theirs = new Set(placeholders(german.get(path) ?? ''));
      own.delete('count');
      theirs.delete('count');
      return own.size !== theirs.size || [...own].some((name) => !theirs.has(name));
    });
    expect(differing).toEqual([]);
  });

  test('no text is empty, and no value has the name of an option', () => {
    for (const [path, text] of [...leaves(en), ...leaves(de)]) {
      expect(text.trim(), path).not.toBe('');
      expect(
        placeholders(text).filter((name) => RESERVED.test(name)),
        path,
      ).toEqual([]);
    }
  });

  test('the pseudo-locale has every text and every value', () => {
    const pseudo = new Map(leaves(pseudoTexts(en) as Texts));
    for (const [path, text] of leaves(en)) {
      expect(pseudo.get(path), path).toMatch(/^⟦.*⟧$/s);
      expect(placeholders(pseudo.get(path)!), path).toEqual(placeholders(text));
    }
  });
});

test('every outcome that was stored is known again, whatever the language of its reader', () => {
  const codes = leaves(outcomesEn).map(([path]) => path.replace(/_(one|other|zero)$/, ''));
  expect(codes.filter((code) => readText(JSON.stringify({ code })) === undefined)).toEqual([]);
});

test('what parts of both consoles show is in both tables, with the same values', () => {
  const own = new Map(leaves(consoleEn));
  for (const [path, text] of leaves(uiEn))
    expect(placeholders(own.get(path) ?? `no text ${path}`), path).toEqual(placeholders(text));
  expect(leaves(uiEn).filter(([path]) => !own.has(path))).toEqual([]);
});

test('a pseudo-text keeps its places and its tags', () => {
  expect(pseudoText('Delete {{name}} <b>now</b>')).toBe('⟦Đéļéţé {{name}} <b>ñöŵ</b>⟧');
});
