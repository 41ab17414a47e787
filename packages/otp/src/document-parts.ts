/**
 * A long PSKC or sdtid document in parts, each a document of its own: what comes before the records, some of the records, and what comes
 * after them. So each part is opened by the reader of its format, with all that it checks. A part is the same whenever the document is the same.
 *
 * The last part comes only when the document is known to be whole and well-formed.
 */
import { child, readXml } from '@sower/xml';
import { readChildren, UnreadableXml, type XmlChild } from '@sower/xml/children';
import { PSKC_ITERATIONS, PSKC_LIMITS, serialOf } from './pskc.ts';
import { below } from './pskc-elements.ts';
import { deriveKey } from './pskc-protection.ts';
import { SDTID_LIMITS } from './sdtid.ts';

export type DocumentFormat = 'pskc' | 'sdtid';

export type DocumentPart = {
  readonly text: string;
  /** What its first record is in the document, from 1. */
  readonly line: number;
  /** Records in it, good or not. */
  readonly count: number;
};

/** Characters of the records of a part. */
const PART = 65_536;
/** Characters of what is before and after the records, which each part or the last one has too. */
const MAX_AROUND = 16_384;

type Format = {
  readonly isRecord: (name: string) => boolean;
  /** What may follow the records. In any other order, parts would be read in another way than the document. */
  readonly mayFollow: readonly string[];
  /** What a part that is not the last one has to have behind its records. */
  readonly closing: string;
};
const FORMATS: Readonly<Record<DocumentFormat, Format>> = {
  pskc: {
    isRecord: (name) => name.toLowerCase() === 'keypackage',
    mayFollow: ['signature', 'extensions'],
    closing: '',
  },
  sdtid: { isRecord: (name) => name === 'TKN', mayFollow: ['tkntrailer'], closing: '<TKNTrailer/>' },
};

/** @throws UnreadableXml, also for what may not stand where it does, and for a document without records */
export async function* documentParts(
  octets: AsyncIterable<Uint8Array>,
  format: DocumentFormat,
): AsyncGenerator<DocumentPart, void> {
  const { isRecord, mayFollow, closing } = FORMATS[format];
  let [head, tail, end] = ['', '', ''];
  let records: string[] = [];
  let length = 0;
  let line = 1;
  const cut = (behind: string): DocumentPart => {
    const part = { text: `${head}${records.join('')}${behind}${end}`, line, count: records.length };
    line += records.length;
    records = [];
    length = 0;
    return part;
  };
  const around = ({ name, source, line: at }: XmlChild): void => {
    if (records.length === 0 && line === 1) head += source;
    else if (mayFollow.includes(name.toLowerCase())) tail += source;
    else throw new UnreadableXml(`${name} comes after the records`, at);
    if (head.length + tail.length > MAX_AROUND) throw new UnreadableXml(`${name} is too long`, at);
  };
  for await (const piece of readChildren(octets, PART)) {
    if ('root' in piece) {
      head = piece.root.start;
      end = piece.root.end;
    } else if (!isRecord(piece.child.name)) around(piece.child);
    else {
      const { name, source, line: at } = piece.child;
      if (tail !== '') throw new UnreadableXml(`${name} comes after the end`, at);
      if (records.length > 0 && length + source.length > PART) yield cut(closing);
      records.push(source);
      length += source.length;
    }
  }
  if (records.length === 0) throw new UnreadableXml('no records', 1);
  yield cut(tail);
}

/** Serial numbers of the records of a part, as the readers have them; none if it cannot be read. */
export function serialsOfDocument(text: string, format: DocumentFormat): string[] {
  const document = readXml(text, format === 'pskc' ? PSKC_LIMITS : SDTID_LIMITS);
  if (!document.ok) return [];
  const { isRecord } = FORMATS[format];
  const records = document.root.children.filter(({ name }) => isRecord(name));
  return records.map(format === 'pskc' ? serialOf : (record) => child(record, 'SN')?.text ?? '');
}

/**
 * The encryption key that a password opens a PSKC document with, so that it is derived once for all parts.
 * @returns undefined if the document has no key that is derived like this
 */
export async function pskcKeyOf(text: string, password: string): Promise<Uint8Array | undefined> {
  const document = readXml(text, PSKC_LIMITS);
  const derived = document.ok ? below(document.root, 'EncryptionKey', 'DerivedKey') : undefined;
  const made = derived && (await deriveKey(derived, { password, maxIterations: PSKC_ITERATIONS }));
  return made?.ok ? made.key : undefined;
}
