/** CSV by RFC 4180: written so that spreadsheets execute nothing in it, and read as spreadsheets write it. */

/**
 * Spreadsheets treat these first characters as the start of a formula, including the full-width forms; some skip white space and invisible
 * characters before them.
 */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|^[\t\r\n]/u;

export function csvCell(value: string): string {
  const plain = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/**
 * Cells by row, without empty rows. The separator is a comma, or a semicolon if the first line has one and no comma. A quote that is never
 * closed takes the rest.
 */
export function readCsv(text: string): string[][] {
  const body = text.replace(/^\ufeff/, '');
  const [firstLine = ''] = body.split(/\r?\n/, 1);
  const separator = firstLine.includes(';') && !firstLine.includes(',') ? ';' : ',';
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  const endCell = (): void => {
    row.push(cell.trim());
    cell = '';
  };
  const endRow = (): void => {
    endCell();
    if (row.some((value) => value !== '')) rows.push(row);
    row = [];
  };
  for (let at = 0; at < body.length; at += 1) {
    const character = body[at] as string;
    if (character === '"' && cell.trim() === '') {
      cell = '';
      for (at += 1; at < body.length; at += 1) {
        if (body[at] !== '"') cell += body[at];
        else if (body[at + 1] === '"') {
          cell += '"';
          at += 1;
        } else break;
      }
    } else if (character === separator) endCell();
    else if (character === '\n') endRow();
    else cell += character;
  }
  endRow();
  return rows;
}
