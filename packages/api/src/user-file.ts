/**
 * Files of users as people have them: octets to text, text to rows, and which column is what. Pure, so that the console and the command line
 * show what the server will read. Judges no value.
 */
import { csvRecords, csvValue, firstOf, recognizeDelimiter } from './csv.ts';
import { objectIn } from './json.ts';
import type { Delimiter, FileFormat, UserColumn, UserColumns } from './user-columns.ts';
import type { User } from './users.ts';

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** UTF-16 is recognized by its byte order mark only. Anything that is not UTF-8 is read as Windows-1252, in which any octets are valid. */
export function decodeText(
  octets: Uint8Array,
  encoding: Encoding = recognizeEncoding(octets),
): { readonly text: string; readonly encoding: Encoding } {
  return { text: new TextDecoder(encoding).decode(octets), encoding };
}

function recognizeEncoding(octets: Uint8Array): Encoding {
  const [first, second] = octets;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(octets);
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

/** Why a row cannot be read, whatever it says. */
export const ROW_PROBLEMS = ['open-quote', 'too-many-cells', 'not-json', 'unknown-field'] as const;
type RowProblem = (typeof ROW_PROBLEMS)[number];
export type FileRow = {
  readonly line: number;
  /** In the order of the file's columns; absent values are empty, and values that are not text are undefined. */
  readonly cells: readonly (string | undefined)[];
  readonly problem?: RowProblem;
};
export type UserFile = {
  readonly format: FileFormat;
  /** Of CSV only. */
  readonly delimiter?: Delimiter;
  /** Their names: without a header, numbers from 1. */
  readonly columns: readonly string[];
  rows(): Generator<FileRow>;
};
export type HowToRead = {
  readonly format?: FileFormat | undefined;
  readonly delimiter?: Delimiter | undefined;
  /** The first row names the columns. */
  readonly header?: boolean | undefined;
};

/** Options that are not given are detected. @param names of columns that are wanted, even where the first rows do not have them */
export function readUserFile(
  text: string,
  how: HowToRead = {},
  names: Readonly<Record<string, string | undefined>> = {},
): UserFile {
  const format = how.format ?? (/^[\ufeff\s]*\{/.test(text.slice(0, 1000)) ? 'json-lines' : 'csv');
  return format === 'csv' ? csvFile(text, how) : jsonFile(text, Object.values(names));
}

/** More are not read: a row would cost as much as there are columns. */
const MAX_COLUMNS = 256;

/** Spreadsheets that write a line such as `sep=;` first mean it. */
const SEPARATOR_LINE = /^\ufeff?sep=([,;|\t])\r?\n/i;

function csvFile(text: string, { delimiter, header = true }: HowToRead): UserFile {
  const match = SEPARATOR_LINE.exec(text);
  const separator = delimiter ?? (match?.[1] as Delimiter | undefined) ?? recognizeDelimiter(text);
  const body = match ? text.slice(match[0].length) : text;
  const [first] = csvRecords(body, separator);
  const width = first?.cells.length ?? 0;
  const columns = (first?.cells ?? [])
    .slice(0, MAX_COLUMNS)
    .map((cell, index) => (header ? csvValue(cell) : String(index + 1)));
  return {
    format: 'csv',
    delimiter: separator,
    columns,
    *rows() {
      let skip = header;
      for (const { line, cells, open } of csvRecords(body, separator)) {
        if (skip) {
          skip = false;
          continue;
        }
        const more = cells.slice(width).some((cell) => cell !== '');
        yield {
          line: match ? line + 1 : line,
          cells: columns.map((_, index) => csvValue(cells[index] ?? '')),
          // Something was not quoted, so it is unclear which cell is which.
          ...(open ? { problem: 'open-quote' } : more ? { problem: 'too-many-cells' } : {}),
        };
      }
    },
  };
}

const LOOKED_AT_LINES = 100;

/** A column for each name of the first lines. */
function jsonFile(text: string, wanted: readonly (string | undefined)[]): UserFile {
  const names = new Set<string>();
  for (const { value } of firstOf(jsonLines(text), LOOKED_AT_LINES))
    for (const name of Object.keys(value ?? {}).slice(0, MAX_COLUMNS)) names.add(name);
  const columns = [
    ...new Set([...wanted.flatMap((name) => name ?? []), ...[...names].slice(0, MAX_COLUMNS)]),
  ];
  const known = new Set(columns);
  return {
    format: 'json-lines',
    columns,
    *rows() {
      for (const { line, value } of jsonLines(text)) {
        if (!value) yield { line, cells: columns.map(() => ''), problem: 'not-json' };
        else
          yield {
            line,
            cells: columns.map((name) => textOf(Object.hasOwn(value, name) ? value[name] : undefined)),
            // The person who decided what the fields mean has not seen it.
            ...(Object.keys(value).every((name) => known.has(name)) ? {} : { problem: 'unknown-field' }),
          };
      }
    },
  };
}

type JsonLine = { readonly line: number; readonly value: Readonly<Record<string, unknown>> | undefined };

function* jsonLines(text: string): Generator<JsonLine> {
  let line = 0;
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at);
    const end = found === -1 ? text.length : found;
    const content = text.slice(at, end).replace(/^\ufeff/, '');
    line += 1;
    at = end + 1;
    if (content.trim() !== '') yield { line, value: objectIn(content) };
  }
}

/** @returns undefined if it is more than a text */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** How people, directories and other products call them; without spaces, punctuation and case. */
const USUAL_NAMES: Readonly<Record<UserColumn, readonly string[]>> = {
  userId:
    'userid user username login loginname logonname logon uid samaccountname accountname account defaultlogin benutzerid benutzer benutzername benutzerkennung kennung anmeldename'.split(
      ' ',
    ),
  firstName: 'firstname givenname forename first vorname'.split(' '),
  lastName: 'lastname surname familyname sn last nachname familienname name'.split(' '),
  email: 'email mail emailaddress mailaddress emailadresse mailadresse'.split(' '),
  telephone:
    'telephone telephonenumber phone phonenumber mobile mobilephone mobilenumber cellphone telefon telefonnummer mobil mobiltelefon handy handynummer'.split(
      ' ',
    ),
  securityDomain: 'securitydomain domain sicherheitsdomäne sicherheitsdomaene domäne'.split(' '),
  language: 'language preferredlanguage lang locale sprache mailsprache'.split(' '),
  enabled: 'enabled active isactive accountenabled aktiv aktiviert freigegeben'.split(' '),
  leaving:
    'leaving leavingdate leaveson lastday accessends austritt austrittsdatum letztertag zugangendet'.split(
      ' ',
    ),
};

const plain = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

export const guessColumns = (columns: readonly string[]): UserColumns => columnsBy(USUAL_NAMES, columns);

/** By their usual names; of several, the first. */
export function columnsBy<Column extends string>(
  usualNames: Readonly<Record<Column, readonly string[]>>,
  columns: readonly string[],
): { [C in Column]?: string } {
  const names = columns.map(plain);
  const guessed: { [C in Column]?: string } = {};
  for (const column of Object.keys(usualNames) as Column[]) {
    const usual = usualNames[column].find((name) => names.includes(name));
    if (usual !== undefined) guessed[column] = columns[names.indexOf(usual)] as string;
  }
  return guessed;
}

/** Columns of an export: the first ones are those of an import. */
export const EXPORT_COLUMNS = [
  'userId',
  'firstName',
  'lastName',
  'email',
  'telephone',
  'securityDomain',
  'enabled',
  'leaving',
  'source',
  'tokens',
  'createdAt',
] as const;

export const exportRow = (user: User): string[] => [
  user.userId,
  user.firstName,
  user.lastName,
  user.email,
  user.telephone,
  user.securityDomain,
  String(user.enabled),
  user.leaving?.at ?? '',
  user.source?.name ?? '',
  user.tokens.join(' '),
  user.createdAt,
];
