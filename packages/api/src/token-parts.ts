/**
 * A long file of tokens in parts, each of whole records and readable by itself: for formats of one record a line, or a few. Reads text as it
 * comes; a part of a file is the same whenever the file is the same, so that an upload that was cut continues with the part that is missing.
 */
import { parseOtpauth } from '@sower/otp/otpauth';
import { csvRecords } from './csv.ts';
import { readTokenCsv, serialOfLink } from './token-file.ts';
import { PART_FORMATS, type PartFormat, type ReadingOfParts } from './token-imports.ts';

/** Characters of a part, before the header is put in front. */
const PART = 32_768;
/** Beyond this a record does not end: a quotation mark is never closed. */
const MAX_RECORD = 262_144;

export type TokenPart = {
  readonly text: string;
  /** What the first line of the text is in the file, from 1. */
  readonly line: number;
  /** Records in it, good or not. */
  readonly count: number;
};

/** A record is longer than any is. */
export class EndlessRecord extends Error {
  readonly line: number;
  constructor(line: number) {
    super(`the record in line ${line} does not end`);
    this.line = line;
  }
}

/** How a format of lines is read. */
export type LineReading = ReadingOfParts & { readonly format: 'csv' | 'otpauth' };

/** @param chunks of the text, without a byte order mark */
export async function* partsOf(
  chunks: AsyncIterable<string>,
  reading: LineReading,
): AsyncGenerator<TokenPart> {
  let rest = '';
  let line = 1;
  let header: string | undefined;
  let headerLines = 0;
  const cut = (text: string): TokenPart => {
    const first = header === undefined;
    header ??= headerOf(text, reading);
    if (first) headerLines = linesIn(header);
    const whole = first ? text : header + text;
    const part = { text: whole, line: first ? line : line - headerLines, count: countOf(whole, reading) };
    line += linesIn(text);
    return part;
  };
  for await (const chunk of chunks) {
    rest += chunk;
    while (rest.length > PART) {
      const end = lastRecordIn(rest.slice(0, PART), reading) || lastRecordIn(rest, reading);
      if (end === 0) {
        if (rest.length > MAX_RECORD) throw new EndlessRecord(line);
        break;
      }
      yield cut(rest.slice(0, end));
      rest = rest.slice(end);
    }
  }
  if (rest.trim() !== '') yield cut(rest);
}

/** Where the last record begins: it may not be there as a whole. */
function lastRecordIn(text: string, { format, delimiter }: LineReading): number {
  if (format === 'otpauth') return text.lastIndexOf('\n') + 1;
  let begin = 0;
  for (const record of csvRecords(text, delimiter)) begin = record.at;
  return begin;
}

const linesIn = (text: string): number => (text.match(/\r\n|\r|\n/g) ?? []).length;

/** What has to stand before each part: the row that names the columns. */
function headerOf(text: string, reading: LineReading): string {
  if (reading.format === 'otpauth') return '';
  const file = readTokenCsv(text, reading);
  if (!file.ok || !file.named) return '';
  const [, second] = csvRecords(text, reading.delimiter);
  return second === undefined ? text : text.slice(0, second.at);
}

function countOf(text: string, reading: LineReading): number {
  let count = 0;
  for (const _ of serialsIn(text, reading)) count += 1;
  return count;
}

/** Serial numbers of all records of a part; empty for one that cannot be read. */
export function* serialsIn(text: string, reading: LineReading): Generator<string> {
  if (reading.format === 'otpauth') {
    for (const written of text.split(/\r\n|\r|\n/)) {
      if (!isLink(written)) continue;
      const link = parseOtpauth(linkIn(written));
      yield link.ok ? serialOfLink(link.otpauth) : '';
    }
    return;
  }
  const file = readTokenCsv(text, reading);
  if (file.ok) for (const { cells } of file.rows()) yield cells.serial ?? '';
}

/** Of a list of links, whether a line is one, good or not. */
export const isLink = (written: string): boolean => !/^(?:#|$)/.test(linkIn(written));

export const linkIn = (written: string): string => written.replace(/^\ufeff/, '').trim();

/** Such as the name of a file says nothing about. */
export const isPartFormat = (format: string): format is PartFormat =>
  PART_FORMATS.some((known) => known === format);
