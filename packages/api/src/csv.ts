/** CSV by RFC 4180: written so that spreadsheets execute nothing in it, and read as spreadsheets write it. */
import { DELIMITERS, type Delimiter } from './user-columns.ts';

/**
 * Spreadsheets treat these first characters as the start of a formula, including the full-width forms; some skip white space and invisible
 * characters before them.
 */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|^[\t\r\n]/u;

/** Where a spreadsheet that does not separate by commas begins a cell of its own, whatever the quotation marks say. */
const OTHER_SEPARATOR = /(?<=[;\t])/;

export function csvCell(value: string): string {
  const plain = value
    .split(OTHER_SEPARATOR)
    .map((part) => (FORMULA.test(part) ? `'${part}` : part))
    .join('');
  return /[",;\t\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** A cell as it was before {@link csvCell} kept a spreadsheet from executing it. */
export const csvValue = (cell: string): string =>
  cell
    .split(OTHER_SEPARATOR)
    .map((part) => (part.startsWith("'") && FORMULA.test(part.slice(1)) ? part.slice(1) : part))
    .join('');

type CsvRecord = {
  /** Where it begins, from 1. */
  readonly line: number;
  /** The same as a position in the text, from 0. */
  readonly at: number;
  /** Without white space around them. */
  readonly cells: readonly string[];
  /** A quotation mark is never closed: the rest of the file is in the last cell. */
  readonly open?: true;
};

/** One record at a time, without empty ones, so that a long file is never in memory twice. */
export function* csvRecords(text: string, separator: string): Generator<CsvRecord> {
  let [line, begun] = [1, 1];
  let begunAt = 0;
  let cells: string[] = [];
  let cell = '';
  /** Nothing but white space in the cell so far. */
  let blank = true;
  let open = false;
  const endCell = (): void => {
    cells.push(cell.trim());
    cell = '';
    blank = true;
  };
  const endRecord = (end: number): CsvRecord | undefined => {
    endCell();
    const record: CsvRecord = { line: begun, at: begunAt, cells, ...(open ? { open } : {}) };
    cells = [];
    begun = line;
    begunAt = end;
    return record.cells.some((value) => value !== '') ? record : undefined;
  };
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === '"' && blank) {
      cell = '';
      [blank, open] = [false, true];
      for (at += 1; at < text.length; at += 1) {
        if (text[at] === '\n') line += 1;
        if (text[at] !== '"') cell += text[at];
        else if (text[at + 1] === '"') {
          cell += '"';
          at += 1;
        } else {
          open = false;
          break;
        }
      }
    } else if (character === separator) endCell();
    else if (character === '\n' || (character === '\r' && text[at + 1] !== '\n')) {
      line += 1;
      const record = endRecord(at + 1);
      if (record) yield record;
    } else {
      cell += character;
      if (blank && character.trim() !== '') blank = false;
    }
  }
  const record = endRecord(text.length);
  if (record) yield record;
}

/** The first ones, without reading on. */
export function firstOf<T>(all: Iterable<T>, count: number): T[] {
  const first: T[] = [];
  for (const each of all) {
    if (first.length === count) break;
    first.push(each);
  }
  return first;
}

const LOOKED_AT = 20;
/** A quotation mark that one delimiter leaves open may take the whole file. */
const LOOKED_AT_CHARACTERS = 64_000;

/** The one by which the first rows have the same number of columns, and most of them. */
export function recognizeDelimiter(text: string): Delimiter {
  const beginning = text.slice(0, LOOKED_AT_CHARACTERS);
  let [best, most] = [DELIMITERS[0] as Delimiter, 0];
  for (const delimiter of DELIMITERS) {
    const widths = firstOf(csvRecords(beginning, delimiter), LOOKED_AT).map(({ cells }) => cells.length);
    const [width = 1] = widths;
    const alike = widths.filter((each) => each === width).length / widths.length;
    const score = width === 1 ? 0 : alike * 1000 + width;
    if (score > most) [best, most] = [delimiter, score];
  }
  return best;
}

/** Cells by row, without empty rows. A quote that is never closed takes the rest. */
export const readCsv = (text: string): string[][] =>
  Array.from(csvRecords(text, recognizeDelimiter(text)), ({ cells }) => [...cells]);
