/** An audit row as others read it: JSON, as in an export; syslog (RFC 5424); CEF. Pure. */

import type { ChainedRow } from '@sower/api/audit';

export type ForwardedRow = ChainedRow & {
  readonly result: 'success' | 'refused' | 'failure';
  readonly text: string | null;
  readonly request: string | null;
};

/** As `sower audit export` writes it: a file of these can be verified. */
export const jsonLine = (row: ForwardedRow): string => JSON.stringify(row);

/** Log audit (RFC 5424 §6.2.1). */
const FACILITY = 13;
const SEVERITIES = { success: 6, refused: 5, failure: 4 } as const;
/** The number that is for examples (RFC 5612): Sower has none of its own. */
const STRUCTURED = 'sower@32473';

const printable = (words: string, most: number): string =>
  words.replace(/[^\x21-\x7e]/g, '_').slice(0, most) || '-';
const param = (value: string): string => value.replace(/["\\\]]/g, '\\$&');

export type LineFormat = 'json' | 'cef';

/** @param host the name of this installation */
export function syslogLine(
  row: ForwardedRow,
  { host, format, version }: { readonly host: string; readonly format: LineFormat; readonly version: string },
): string {
  const head = [
    `<${FACILITY * 8 + SEVERITIES[row.result]}>1`,
    new Date(row.at).toISOString(),
    printable(host, 255),
    'sower',
    '-',
    printable(row.action, 32),
    `[${STRUCTURED} seq="${row.seq}" id="${param(row.id)}"]`,
  ];
  return `${head.join(' ')} \ufeff${format === 'cef' ? cefLine(row, version) : jsonLine(row)}`;
}

/** Octet counting (RFC 6587 §3.4.1, RFC 5425 §4.3): a line break inside a message ends nothing. */
export const framed = (line: string): string => `${Buffer.byteLength(line)} ${line}`;

const header = (value: string): string => value.replace(/[\\|]/g, '\\$&').replace(/[\r\n]+/g, ' ');
const extension = (value: string): string =>
  value.replace(/[\\=]/g, '\\$&').replace(/\r?\n/g, '\\n').replace(/\r/g, '\\r');

export function cefLine(row: ForwardedRow, version: string): string {
  const fields: [string, string | null][] = [
    ['rt', String(row.at)],
    ['externalId', row.id],
    ['suser', row.actor],
    ['src', row.source],
    ['act', row.action],
    ['outcome', row.result],
    ['cs1Label', 'object'],
    ['cs1', row.object],
    ['cn1Label', 'seq'],
    ['cn1', String(row.seq)],
    ['cs2Label', 'hash'],
    ['cs2', row.hash],
    ['cs3Label', row.request === null ? null : 'request'],
    ['cs3', row.request],
    ['msg', row.reason],
  ];
  const said = fields.flatMap(([name, value]) => (value === null ? [] : [`${name}=${extension(value)}`]));
  const severity = { success: 2, refused: 5, failure: 7 }[row.result];
  return [
    'CEF:0',
    'Sower',
    'Sower',
    header(version),
    header(row.action),
    header(row.action),
    severity,
    said.join(' '),
  ].join('|');
}
