/** CSV by RFC 4180: written so that spreadsheets execute nothing in it, and read as spreadsheets write it. */

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

export type CsvRecord = {
  /** Where it begins, from 1. */
  readonly line: number;
  /** Without white space around them. */
  readonly cells: readonly string[];
  /** A quotation mark is never closed: the rest of the file is in the last cell. */
  readonly open?: true;
};

/** One record at a time, without empty ones, so that a long file is never in memory twice. */
export function* csvRecords(text: string, separator: string): Generator<CsvRecord> {
  let [line, begun] = [1, 1];
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
  const endRecord = (): CsvRecord | undefined => {
    endCell();
    const record: CsvRecord = { line: begun, cells, ...(open ? { open } : {}) };
    cells = [];
    begun = line;
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
      const record = endRecord();
      if (record) yield record;
    } else {
      cell += character;
      if (blank && character.trim() !== '') blank = false;
    }
  }
  const record = endRecord();
  if (record) yield record;
}

/** A comma, or a semicolon if the first line has one and no comma. */
export function separatorOf(text: string): ',' | ';' {
  const end = text.search(/[\r\n]/);
  const firstLine = end === -1 ? text : text.slice(0, end);
  return firstLine.includes(';') && !firstLine.includes(',') ? ';' : ',';
}

/** Cells by row, without empty rows. A quote that is never closed takes the rest. */
export const readCsv = (text: string): string[][] =>
  Array.from(csvRecords(text, separatorOf(text)), ({ cells }) => [...cells]);
