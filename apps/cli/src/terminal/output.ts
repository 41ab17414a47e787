/**
 * Text for the terminal: tables, field lists and JSON. Everything stored or received passes through `printable`: a name may not
 * move the cursor, ring the bell or turn the writing direction of an administrator's screen.
 */

import { csvText } from '@sower/api/csv';
import { printable } from '@sower/bytes/printable';
import { type PlainKey, t } from '../texts.ts';

export { printable };

/** The same for text of several lines that we wrote ourselves: the line breaks stay. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** One JSON document, pure of what a terminal would obey; the escapes are JSON's own, so the value is unchanged. */
export function jsonText(value: unknown): string {
  return `${printableLines(JSON.stringify(value, undefined, 2) ?? 'null')}\n`;
}

type Cell = string | number | boolean | undefined;
type Value<Row> = {
  readonly value: (row: Row) => Cell;
  readonly align?: 'right';
};
/** Titled after a field of the row, which it shows as it is. */
type FieldOf<Row> = {
  [P in keyof Row & string]-?: Row[P] extends Cell ? Extract<`field.${P}`, PlainKey> : never;
}[keyof Row & string];
export type Column<Row> = (Value<Row> & { readonly title: PlainKey }) | FieldOf<Row>;
/** What names one, whatever is in its rows. */
export type Titled = PlainKey | { readonly title: PlainKey };
/** Of a list whose columns come with it, titled by the server. */
export type LabelledColumn<Row> = Value<Row> & { readonly name: string; readonly label: string };
type AnyColumn<Row> = Column<Row> | LabelledColumn<Row>;

export function table<Row>(columns: readonly AnyColumn<Row>[], rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  return aligned(
    [
      columns.map((column) =>
        typeof column === 'object' && 'label' in column ? printable(column.label) : t(titleOf(column)),
      ),
      ...rows.map((row) => columns.map((column) => printable(cell(valueIn(column, row))))),
    ],
    columns.map((column) => (typeof column === 'object' ? column.align : undefined)),
  );
}

/** A key of a row of any kind as any text: the compiler would compare it with each key that there is. */
const titleOf = (column: string | { readonly title: PlainKey }): PlainKey =>
  typeof column === 'object' ? column.title : (column as PlainKey);

const valueIn = <Row>(column: AnyColumn<Row>, row: Row): Cell =>
  typeof column === 'object' ? column.value(row) : (row as Record<string, Cell>)[nameOf(column)];

/** What `--fields` and the first line of a CSV file call it: the same in each language. */
export const nameOf = (column: string | { readonly title: PlainKey } | { readonly name: string }): string =>
  typeof column === 'object' && 'name' in column ? column.name : lastOf(titleOf(column));
const lastOf = (key: string): string => key.slice(key.lastIndexOf('.') + 1);

/** A list in some of its columns, in the order of their names. */
export type Rendering = {
  readonly names: readonly string[];
  readonly text: (wanted: { readonly fields?: readonly string[]; readonly csv: boolean }) => string;
};

const rendering = <Row>(columns: readonly AnyColumn<Row>[], rows: readonly Row[]): Rendering => ({
  names: columns.map(nameOf),
  text: ({ fields: names, csv }) => {
    const chosen = names?.flatMap((name) => columns.filter((column) => nameOf(column) === name)) ?? columns;
    if (!csv) return table(chosen, rows);
    const lines = rows.map((row) => chosen.map((column) => printable(String(valueIn(column, row) ?? ''))));
    // What prints it ends the last line. A row of empty cells is a row.
    return csvText([chosen.map(nameOf), ...lines]).replace(/\r\n$/, '');
  },
});

/** What an outcome says of a list: a table of it, and what it is in other columns. */
export const tabled = <Row>(columns: readonly AnyColumn<Row>[], rows: readonly Row[]) => ({
  text: table(columns, rows),
  rendered: rendering(columns, rows),
});

function aligned(cells: readonly (readonly string[])[], aligns: readonly ('right' | undefined)[] = []) {
  const widths = (cells[0] ?? []).map((_, index) => Math.max(...cells.map((line) => width(line[index]!))));
  return cells
    .map((line) =>
      line
        .map((text, index) => {
          const gap = ' '.repeat(widths[index]! - width(text));
          return aligns[index] === 'right' ? gap + text : text + gap;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `Name:  value` lines; undefined values are left out. */
export function fields(entries: readonly (readonly [string, string | number | boolean | undefined])[]) {
  const present = entries.filter(([, value]) => value !== undefined);
  const longest = Math.max(0, ...present.map(([name]) => width(name)));
  return present
    .map(([name, value]) =>
      `${name}:${' '.repeat(longest - width(name) + 2)}${printable(cell(value))}`.trimEnd(),
    )
    .join('\n');
}

function cell(value: string | number | boolean | undefined): string {
  if (value === undefined || value === '') return '-';
  if (typeof value === 'boolean') return t(value ? 'output.yes' : 'output.no');
  return String(value);
}

/** Columns a text takes: wide for East Asian and emoji, none for combining marks. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{Mn}|\p{Me}/u.test(character)) continue;
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return columns;
}

/** `2026-11-24T10:00:00Z` as people read it. */
export function time(iso: string | undefined): string | undefined {
  return iso?.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
}
