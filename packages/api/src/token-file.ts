/**
 * What can be said of a file of tokens before anything in it is opened: its format, and for CSV which column is what. The server reads by it, and
 * the Security Console shows by it what the server will read.
 */
import { type OathCells, type OathColumn, type OathLayout, oathCells } from '@sower/otp/oath-row';
import type { Otpauth } from '@sower/otp/otpauth';
import { csvRecords, csvValue, firstOf, recognizeDelimiter } from './csv.ts';
import { canonicalSerial } from './serial.ts';
import type { TokenFileFormat } from './token-imports.ts';
import type { Delimiter } from './user-columns.ts';
import { columnsBy, decodeText } from './user-file.ts';

/** Beginnings of a text that are looked at to tell the format. */
const BEGINNING = 4_096;

export function formatOfTokenFile(octets: Uint8Array): TokenFileFormat {
  const beginning = decodeText(octets.subarray(0, BEGINNING)).text.replace(/^[\ufeff\s]+/, '');
  if (beginning.startsWith('<')) return /<\s*TKNBatch/.test(beginning) ? 'sdtid' : 'pskc';
  if (/^otpauth:/i.test(beginning)) return 'otpauth';
  return /^gAAAA[\w-]+=*\s*$/.test(beginning) || (beginning.startsWith('gAAAA') && !/[,;\s]/.test(beginning))
    ? 'privacyidea'
    : 'csv';
}

/** The fingerprint of the transfer key that a PSKC file says it is encrypted to; undefined if it says nothing of one. */
export function recipientOfTokenFile(octets: Uint8Array): string | undefined {
  const beginning = decodeText(octets.subarray(0, BEGINNING)).text;
  const key = /<(?:\w+:)?EncryptedKey\b([\s\S]*)/.exec(beginning)?.[1] ?? '';
  return /<(?:\w+:)?KeyName>([^<]*)</.exec(key)?.[1]?.trim();
}

/** The serial number of an otpauth link, which has none: its issuer and account. */
export const serialOfLink = ({ issuer, account }: Pick<Otpauth, 'issuer' | 'account'>): string =>
  [issuer, account].filter((part) => part !== '').join(' ');

/** A second file, CSV: user ID by canonical serial number. With or without a header, which is no serial number of a record. */
export function ownersIn(text: string): Map<string, string> {
  const owners = new Map<string, string>();
  for (const { cells } of csvRecords(text, recognizeDelimiter(text)))
    owners.set(canonicalSerial(csvValue(cells[0] ?? '')), csvValue(cells[1] ?? ''));
  return owners;
}

/** Name of each column in the first row, or its number from 1 if that row is a token. */
export type TokenColumns = { readonly [Column in OathColumn]?: string };

/** As makers and other products call them; without spaces, punctuation and case. */
const USUAL_NAMES: Readonly<Record<OathColumn, readonly string[]>> = {
  serial: 'serial serialnumber serialno sn seriennummer tokenserial'.split(' '),
  seed: 'seed secret key otpkey secretkey seedhex'.split(' '),
  type: 'type tokentype algorithm algo typ'.split(' '),
  digits: 'digits otplen otplength length stellen'.split(' '),
  step: 'step timestep interval period timeinterval intervall'.split(' '),
  counter: 'counter count event zähler'.split(' '),
  hash: 'hash hashlib hashalgorithm'.split(' '),
  user: 'user userid username login owner benutzer'.split(' '),
  maker: 'maker manufacturer vendor hersteller'.split(' '),
  model: 'model formfactor product modell'.split(' '),
  expires: 'expires expiry expirydate enddate ablauf'.split(' '),
  pin: 'pin tokenpin staticpin otppin'.split(' '),
};

/** By the names of a first row; undefined if that row is a token. */
export function guessTokenColumns(header: readonly string[]): TokenColumns | undefined {
  const guessed = columnsBy(USUAL_NAMES, header);
  return guessed.serial === undefined || guessed.seed === undefined ? undefined : guessed;
}

export type TokenCsv = {
  readonly delimiter: Delimiter;
  /** Cells of the first row. */
  readonly header: readonly string[];
  /** Absent: the cells are known by their order. */
  readonly columns: TokenColumns | undefined;
  /** The first row names the columns, and is no token. */
  readonly named: boolean;
  readonly rows: () => Iterable<{ readonly line: number; readonly cells: OathCells; readonly open: boolean }>;
};

/** @returns or the name of a column that is not in the file, or of one that has to be: `serial`, `seed` */
export function readTokenCsv(
  text: string,
  how: {
    layout?: OathLayout | undefined;
    delimiter?: Delimiter | undefined;
    columns?: TokenColumns | undefined;
  },
): ({ readonly ok: true } & TokenCsv) | { readonly ok: false; readonly missing: string } {
  const delimiter = how.delimiter ?? recognizeDelimiter(text.replace(/^#[^\n]*\n/, ''));
  const header = firstOf(csvRecords(text, delimiter), 1)[0]?.cells ?? [];
  const columns = how.columns ?? guessTokenColumns(header);
  const named = Object.entries(columns ?? {}).flatMap(([column, name]) =>
    name === undefined ? [] : [[column as OathColumn, name] as const],
  );
  const numbered = how.columns !== undefined && named.every(([, name]) => /^\d+$/.test(name));
  const columnsAt = named.map(([column, name]) => ({
    column,
    name,
    index: numbered ? Number(name) - 1 : header.indexOf(name),
  }));
  const absent = columnsAt.find(({ index }) => index < 0 || index >= header.length);
  if (absent) return { ok: false, missing: absent.name };
  for (const column of ['serial', 'seed'] as const)
    if (columns && columns[column] === undefined) return { ok: false, missing: column };
  const isNamed = columns !== undefined && !numbered;
  const rows: TokenCsv['rows'] = function* () {
    let skip = isNamed;
    for (const { line, cells, open = false } of csvRecords(text, delimiter)) {
      if (skip) {
        skip = false;
        continue;
      }
      if ((cells[0] ?? '').startsWith('#')) continue;
      const read = columns
        ? Object.fromEntries(columnsAt.map(({ column, index }) => [column, cells[index] ?? '']))
        : oathCells(cells, how.layout);
      yield { line, cells: read, open };
    }
  };
  return { ok: true, delimiter, header, columns, named: isNamed, rows };
}
