import { describe, expect, test } from 'vitest';
import { fields, jsonText, printable, table } from '../src/terminal/output.ts';
import { speak, t } from '../src/texts.ts';

const HOSTILE = 'a\u001b[2J\u0007b\u009bc\rd\u202eevil\u0000\ud800z';

describe('what a terminal would obey', () => {
  test('is written as escapes, everything else is left alone', () => {
    expect(printable(HOSTILE)).toBe('a\\u001b[2J\\u0007b\\u009bc\\u000dd\\u202eevil\\u0000\\ud800z');
    expect(printable('Zoë 李 😀 \\ "x"')).toBe('Zoë 李 😀 \\ "x"');
  });

  test('does not get out of a table or a field list, and breaks no line', () => {
    const text = table([{ title: 'field.name', value: (row: string) => row }], [HOSTILE, 'one\ntwo']);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text.split('\n')).toHaveLength(3);
    expect(fields([['Name', 'one\u001b]0;two\u0007']])).toBe('Name:  one\\u001b]0;two\\u0007');
  });

  test('is escaped in JSON too, which then still says the same', () => {
    const text = jsonText({ name: HOSTILE.replace('\ud800', '') });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(JSON.parse(text)).toEqual({ name: HOSTILE.replace('\ud800', '') });
  });
});

test('columns line up also where characters are wide or combine', () => {
  const rows = [
    { a: '李', b: 1 },
    { a: 'e\u0301', b: 22 },
    { a: 'abc', b: 333 },
  ];
  const text = table(
    [
      { title: 'field.id', value: (row) => row.a },
      { title: 'field.at', value: (row) => row.b, align: 'right' },
    ],
    rows,
  );
  expect(text).toBe('ID    At\n李     1\ne\u0301     22\nabc  333');
});

test('where a word of a page may break, that of a terminal has no sign', async () => {
  await speak('de');
  try {
    expect(t('profile-field.authenticationType.label')).toBe('Authentifizierungsart');
  } finally {
    await speak('en');
  }
});
