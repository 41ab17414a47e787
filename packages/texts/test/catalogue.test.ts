/** The catalogue: values stay values, every language has every text with its values, and the pseudo-locale leaves nothing out. */
import { LIMITS } from '@sower/api/limits';
import { describe, expect, test } from 'vitest';
import { differences, leavesOf, readLanguages, TABLES } from '../generate.js';
import { type Texts, translator, type Value } from '../src/catalogue.ts';
import { readText } from '../src/outcomes.ts';
import { pseudoText, pseudoTexts } from '../src/pseudo.ts';
import type { Catalogue } from '../src/tables/console-start.ts';

const LANGUAGES = readLanguages();
const ENGLISH = LANGUAGES.en!;

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
  };
  type Sample = {
    hello: { readonly name: Value; readonly other: Value };
    rows: { readonly count: number };
    // As generate.js writes it of a text without values.
    // biome-ignore lint/complexity/noBannedTypes: no values at all
    save: {};
  };
  const t = translator<Sample>('en', { en: [TEXTS] });

  test.each(['{{other}}', '$t(save)', '$&', '$1', 'save', '{{', '<b>', '__proto__', 'a\u0000b'])(
    'the value %j goes in as it is',
    (name) => {
      expect(t('hello', { name, other: 'OTHER' })).toBe(`Hello ${name}, OTHER`);
    },
  );

  test('plurals and numbers follow the language', () => {
    expect([t('rows', { count: 1 }), t('rows', { count: 12_345 })]).toEqual(['1 row', '12,345 rows']);
    const de = {
      hello: 'Hallo {{name}}, {{other}}',
      rows_one: '{{count, number}} Zeile',
      rows_other: '{{count, number}} Zeilen',
      save: 'Sichern',
    };
    expect(translator<Sample>('de', { de: [de] })('rows', { count: 12_345 })).toBe('12.345 Zeilen');
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
  });
});

test('what a language lacks is English, in its numbers and plural forms', () => {
  const german = { hello: 'Hallo {{name}}', rows_one: '{{count, number}} Zeile' };
  const t = translator<{ hello: { name: string }; rows: { count: number }; more: { count: number } }>('de', {
    de: [german],
    en: [{ hello: 'Hello {{name}}', more_one: '{{count}} more', more_other: '{{count, number}} more' }],
  });
  expect([t('hello', { name: 'a' }), t('rows', { count: 1 }), t('more', { count: 12_345 })]).toEqual([
    'Hallo a',
    '1 Zeile',
    '12.345 more',
  ]);
});

test('the generated types know keys and values: what is wrong does not compile', () => {
  const t = translator<Catalogue>('en', { en: [ENGLISH['console-start']!, ENGLISH['both-consoles']!] });
  expect(t('parts.closeNotice', { notice: 'Saved' })).toBe('Close: Saved');
  expect(t('challenge.digits', { least: 4, most: 8 })).toBe('4 to 8 digits');
  // @ts-expect-error no such key
  t('parts.closeNotices', { notice: 'Saved' });
  // @ts-expect-error a value is missing
  t('challenge.digits', { least: 4 });
  // @ts-expect-error a value without a place
  t('parts.generate', { notice: 'Saved' });
});

const AREAS = Object.keys(ENGLISH);

test('each area is in a table', () => {
  expect([...new Set(Object.values(TABLES).flatMap(({ areas }) => areas))].sort()).toEqual(AREAS.sort());
});

describe.each(Object.entries(LANGUAGES))('%s', (language, areas) => {
  test('has no text that English does not have, and the values of English, text by text', () => {
    expect(Object.keys(areas).filter((area) => !AREAS.includes(area))).toEqual([]);
    for (const [area, texts] of Object.entries(areas)) {
      const { superfluous, values } = differences(ENGLISH[area]!, texts);
      expect({ superfluous, values }, `${language}/${area}.json`).toEqual({ superfluous: [], values: [] });
    }
  });

  test('no text is empty, and no value has the name of an option', () => {
    for (const [path, text] of Object.values(areas).flatMap((texts) => leavesOf(texts))) {
      expect(text.trim(), path).not.toBe('');
      expect(
        placeholders(text).filter((name) => RESERVED.test(name)),
        path,
      ).toEqual([]);
    }
  });
});

/** Other languages may lack texts, and are English there. */
test.each(AREAS)('German has every text of %s', (area) => {
  expect(differences(ENGLISH[area]!, LANGUAGES.de?.[area]).missing).toEqual([]);
});

describe('limits', () => {
  const allTexts = Object.values(LANGUAGES).flatMap((areas) =>
    Object.entries(areas).flatMap(([area, of]) =>
      leavesOf(of).map(([key, text]) => [`${area}: ${key}`, text]),
    ),
  );
  const named = (text: string) => [...text.matchAll(/\{\{limit\.(\w+)\}\}/g)].map(([, name]) => name!);

  test('each that a text names exists, and each that exists is in a text', () => {
    expect([...new Set(allTexts.flatMap(([, text]) => named(text!)))].sort()).toEqual(
      Object.keys(LIMITS).sort(),
    );
    expect(allTexts.filter(([, text]) => /\{\{limit(?!\.\w+\}\})/.test(text!))).toEqual([]);
  });

  test('are numbers of the language, beside values and plural forms as well', () => {
    const texts = {
      most: 'At most {{limit.minted}}, {{user}}',
      rows_one: '{{count, number}} of {{limit.minted}}',
      rows_other: '{{count, number}} of {{limit.minted}}',
    };
    type Sample = { most: { readonly user: Value }; rows: { readonly count: number } };
    const [en, de] = (['en', 'de'] as const).map((language) =>
      translator<Sample>(language, { [language]: [texts] }),
    );
    expect(en!('most', { user: '{{limit.name}}' })).toBe('At most 10,000, {{limit.name}}');
    expect(de!('most', { user: 'ada' })).toBe('At most 10.000, ada');
    expect(de!('rows', { count: 2_000 })).toBe('2.000 of 10.000');
  });

  /** In these a number is part of a format that one file of code knows, or no limit of Sower's. */
  const OF_A_FORMAT = [
    'authenticator: import.codeInvalid',
    'cli: authenticator.export.asciiPassword',
    'cli: coexistence.timeout',
    'cli: token.export.key.size',
    'console: reporting.nodesSay',
    'console: tokenExport.keyDefects.size',
    'names: setting-name.organization.logo.help',
    'outcomes: field.device-type-id',
    'outcomes: field.logo',
    'outcomes: field.resource-id',
    'outcomes: mail-certificate.rsa-required',
    'outcomes: token-export.key.size',
    'outcomes: token-row.pin',
  ];
  test('are not written into English texts', () => {
    const written = Object.entries(ENGLISH).flatMap(([area, of]) =>
      leavesOf(of)
        .filter(([, text]) => /\b(at least|at most|up to|shortened to|1 to|between) \d/i.test(text))
        .map(([key]) => `${area}: ${key}`),
    );
    expect(written.sort()).toEqual(OF_A_FORMAT);
  });
});

test.each(Object.entries(ENGLISH))('the pseudo-locale has every text and every value of %s', (_, texts) => {
  const pseudo = new Map(leavesOf(pseudoTexts(texts)));
  for (const [path, text] of leavesOf(texts)) {
    expect(pseudo.get(path), path).toMatch(/^⟦.*⟧$/s);
    expect(placeholders(pseudo.get(path)!), path).toEqual(placeholders(text));
  }
});

describe('differences', () => {
  const english = {
    rows_one: '{{count}} row',
    rows_other: '{{count}} rows',
    of: { user: 'Of {{user}}', no: 'No' },
  };
  test.each<[string, Texts | undefined, object]>([
    [
      'nothing',
      { rows_one: 'x', rows_many: 'y', rows_other: '{{count}} z', of: { user: '{{user}}', no: 'n' } },
      {},
    ],
    ['no file', undefined, { missing: ['rows', 'of.user', 'of.no'] }],
    ['a text that is missing', { rows_other: 'x', of: { user: '{{user}}' } }, { missing: ['of.no'] }],
    ['a text too much', { ...english, more: 'x' }, { superfluous: ['more'] }],
    [
      'another value',
      { ...english, of: { user: '{{name}}', no: 'n' } },
      { values: ['of.user: name, and in English user'] },
    ],
    [
      'a value that is missing',
      { ...english, of: { user: 'x', no: 'n' } },
      { values: ['of.user: , and in English user'] },
    ],
  ])('%s', (_, texts, found) => {
    expect(differences(english, texts)).toEqual({ missing: [], superfluous: [], values: [], ...found });
  });
});

test('every outcome that was stored is known again, whatever the language of its reader', () => {
  const codes = TABLES.outcomes!.areas.flatMap((area) => leavesOf(ENGLISH[area]!)).map(([path]) =>
    path.replace(/_(one|other|zero)$/, ''),
  );
  expect(codes.length).toBeGreaterThan(1000);
  expect(codes.filter((code) => readText(JSON.stringify({ code })) === undefined)).toEqual([]);
});

test('what both consoles say in words of their own has the same values', () => {
  const security = new Map(leavesOf(ENGLISH['console-start']!));
  const shared = leavesOf(ENGLISH['self-service']!).filter(([path]) => security.has(path));
  expect(shared.length).toBeGreaterThan(20);
  for (const [path, text] of shared)
    expect(placeholders(security.get(path)!), path).toEqual(placeholders(text));
});

test('a pseudo-text keeps its places and its tags', () => {
  expect(pseudoText('Delete {{name}} <b>now</b>')).toBe('⟦Đéļéţé {{name}} <b>ñöŵ</b>⟧');
});

describe('codes on the telephone', () => {
  const SAYS = {
    en: /\bcodes?\b.*\btelephone\b|\btelephone\b.*\bcodes?\b/is,
    // A phone is a Telefon too.
    de: /code.*(per|oder) Telefon|vorl[ie].*Telefon|Telefon.*vorl[ie]|code.*vorl[ie]|\bliest\b.*\bvor\b|telefonisch/is,
  } as const;
  const OF_THE_SETTING =
    /^telephone: |^console: mailPlaceholders\.codeRule$|^names: setting-name\.organization\.codesByTelephone/;

  test.each(['en', 'de'] as const)(
    'only the texts of the one setting say something of it (%s)',
    (language) => {
      const texts: readonly (readonly [string, string])[] = Object.entries(LANGUAGES[language]!).flatMap(
        ([area, of]) => leavesOf(of).map(([key, text]) => [`${area}: ${key}`, text] as const),
      );
      const says = texts.filter(([, text]) => SAYS[language].test(text)).map(([key]) => key);
      expect(says).toContain('telephone: telephone.users.no');
      expect(says.filter((key) => !OF_THE_SETTING.test(key))).toEqual([]);
    },
  );
});
