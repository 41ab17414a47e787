/** Files of users as spreadsheets, directories and other products write them. */
import { csvCell, csvText, firstOf, recognizeDelimiter } from '@sower/api/csv';
import { guessTokenColumns } from '@sower/api/token-file';
import { decodeText, guessColumns, type HowToRead, readUserFile } from '@sower/api/user-file';
import { describe, expect, it } from 'vitest';

const octets = (...values: number[]): Uint8Array => Uint8Array.from(values);
const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf16 = (text: string, little: boolean): Uint8Array => {
  const view = new DataView(new ArrayBuffer(2 * text.length + 2));
  for (const [index, unit] of [0xfeff, ...Array.from(text, (c) => c.charCodeAt(0))].entries())
    view.setUint16(2 * index, unit, little);
  return new Uint8Array(view.buffer);
};
const rows = (text: string, how: HowToRead = {}) => [...readUserFile(text, how).rows()];
const cells = (text: string, how: HowToRead = {}) => rows(text, how).map((row) => row.cells);

describe('encodings', () => {
  const text = 'userId;lastName\nmüller;Müller\n';
  it.each([
    ['utf-8', new TextEncoder().encode(text)],
    ['utf-8', new TextEncoder().encode(`\ufeff${text}`)],
    ['utf-16le', utf16(text, true)],
    ['utf-16be', utf16(text, false)],
    ['windows-1252', latin(text)],
  ])('%s is recognized', (encoding, written) => {
    expect(decodeText(written)).toEqual({ text, encoding });
  });

  it('what is said counts, and what is recognized does not', () => {
    expect(decodeText(octets(0xd8), 'windows-1252').text).toBe('Ø');
    expect(decodeText(octets(0xff, 0xfe, 0x41), 'windows-1252').text).toBe('ÿþA');
    expect(decodeText(octets(0x80)).text).toBe('€');
  });
});

describe('CSV', () => {
  it.each([
    [',', 'a,b\n1,2\n'],
    [';', 'a;b\n1,5;2\n'],
    ['\t', 'a\tb\n1;1\t2,2\n'],
    ['|', 'a|b|c\n1,2|2|3\n'],
    [';', '"a,b,c";d\n"1,2,3";4\n'],
    [',', 'userId\njdoe\n'],
    [',', ''],
  ])('recognizes the delimiter %j in %j', (delimiter, text) => {
    expect(recognizeDelimiter(text)).toBe(delimiter);
  });

  it('a spreadsheet may say the delimiter in a first line', () => {
    const file = readUserFile('sep=|\r\na|b\r\n1|2\r\n');
    expect([file.delimiter, file.columns, [...file.rows()]]).toEqual([
      '|',
      ['a', 'b'],
      [{ line: 3, cells: ['1', '2'] }],
    ]);
  });

  it('quotes, line breaks in cells, old line ends and empty lines; each row knows its line', () => {
    const text = 'a,b\r\n"x ""y"", z",2\r\n\r\n"1\n2",3\r4,5';
    expect(rows(text)).toEqual([
      { line: 2, cells: ['x "y", z', '2'] },
      { line: 4, cells: ['1\n2', '3'] },
      { line: 6, cells: ['4', '5'] },
    ]);
  });

  it('short rows are filled up; long ones and open quotes are problems', () => {
    expect(rows('a,b\n1\n1,2,3\n1,2,,\n"1,2\n3\n')).toEqual([
      { line: 2, cells: ['1', ''] },
      { line: 3, cells: ['1', '2'], problem: 'too-many-cells' },
      { line: 4, cells: ['1', '2'] },
      { line: 5, cells: ['1,2\n3', ''], problem: 'open-quote' },
    ]);
  });

  it('without a header, columns are numbers', () => {
    const file = readUserFile('1,2\n3,4\n', { header: false });
    expect([file.columns, [...file.rows()].map((row) => row.cells)]).toEqual([
      ['1', '2'],
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ]);
  });

  it('what an export protected from spreadsheets comes back as it was', () => {
    const values = ['+49 89 1', '=x', ' -1'.trim(), "'quoted'", "'", '', 'plain', '@a'];
    expect(csvCell('+49 89 1')).toBe("'+49 89 1");
    expect(cells(csvText([values.map((_, at) => `c${at}`), values]))).toEqual([values]);
  });

  it('is read in linear time, whatever is in it', () => {
    const took = (text: string): number => {
      const begun = performance.now();
      let count = 0;
      for (const _ of readUserFile(text, { delimiter: ',' }).rows()) count += 1;
      expect(count).toBeGreaterThanOrEqual(0);
      return performance.now() - begun;
    };
    const size = 1_000_000;
    for (const text of [
      `a\n${'"'.repeat(size)}`,
      `a\nb${'"'.repeat(size)}`,
      `${','.repeat(size)}\n${'x\n'.repeat(2_000)}`,
      `a\n${' '.repeat(size)}"`,
      `a\n${'\n'.repeat(size)}`,
      `{"a":1}\n${'{'.repeat(size)}`,
    ])
      expect(took(text)).toBeLessThan(20_000);
  });
});

describe('JSON lines', () => {
  it('are recognized; a column for each name', () => {
    const text =
      '{"userId":"a","n":1}\r\n\n{"userId":"b","enabled":false,"list":[1]}\nx\n["a"]\n{"__proto__":"p"}';
    const file = readUserFile(text);
    expect(file.format).toBe('json-lines');
    expect(file.columns).toEqual(['userId', 'n', 'enabled', 'list', '__proto__']);
    expect([...file.rows()]).toEqual([
      { line: 1, cells: ['a', '1', '', '', ''] },
      { line: 3, cells: ['b', '', 'false', undefined, ''] },
      { line: 4, cells: ['', '', '', '', ''], problem: 'not-json' },
      { line: 5, cells: ['', '', '', '', ''], problem: 'not-json' },
      { line: 6, cells: ['', '', '', '', 'p'] },
    ]);
  });
});

it('columns are known by their usual names, in English and German', () => {
  expect(guessColumns(['sAMAccountName', 'Given Name', 'sn', 'E-Mail', 'Mobile', 'x'])).toEqual({
    userId: 'sAMAccountName',
    firstName: 'Given Name',
    lastName: 'sn',
    email: 'E-Mail',
    telephone: 'Mobile',
  });
  expect(guessColumns(['Benutzer-ID', 'Vorname', 'Name', 'Sicherheitsdomäne', 'Aktiv', 'Sprache'])).toEqual({
    userId: 'Benutzer-ID',
    firstName: 'Vorname',
    lastName: 'Name',
    securityDomain: 'Sicherheitsdomäne',
    enabled: 'Aktiv',
    language: 'Sprache',
  });
  expect(guessColumns(['constructor', ''])).toEqual({});
});

it('the first rows are had without reading the rest', () => {
  function* endless(): Generator<number> {
    for (let at = 0; ; at += 1) yield at;
  }
  expect(firstOf(endless(), 2)).toEqual([0, 1]);
});

it('a field that only later lines of JSON have is a problem of those lines, and not read past', () => {
  const usual = Array.from({ length: 100 }, (_, index) => JSON.stringify({ userId: `u${index}`, note: 'x' }));
  const text = [...usual, '{"userId":"late","email":"late@example.com"}', '{"userId":"last"}'].join('\n');
  const rows = [...readUserFile(text).rows()];
  expect(rows.filter(({ problem }) => problem !== undefined)).toMatchObject([
    { line: 101, problem: 'unknown-field' },
  ]);
  // A column that is wanted by its name is known from the start.
  const wanted = [...readUserFile(text, {}, { email: 'email' }).rows()];
  expect(wanted.filter(({ problem }) => problem !== undefined)).toEqual([]);
});

it('a column is found by its name whichever way an accented letter is written', () => {
  const counter = 'Zähler'.normalize('NFD');
  expect(guessTokenColumns(['Serial', 'Seed', counter])).toMatchObject({ counter });
  const domain = 'Domäne'.normalize('NFD');
  expect(guessColumns(['User ID', domain])).toMatchObject({ securityDomain: domain });
});
