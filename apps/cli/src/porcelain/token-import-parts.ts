/** Sending a long file of tokens to the server in parts: read as it is sent, so that its length does not matter here either. */
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiProblem } from '@sower/api/client';
import { csvText, recognizeDelimiter } from '@sower/api/csv';
import type { Job } from '@sower/api/jobs';
import { canonicalSerial } from '@sower/api/serial';
import { formatOfTokenFile } from '@sower/api/token-file';
import type { OpenTokenImport, ReadingOfParts } from '@sower/api/token-imports';
import { EndlessRecord, isPartFormat, partsOf, serialsIn, type TokenPart } from '@sower/api/token-parts';
import { decodeText, type Encoding } from '@sower/api/user-file';
import { documentParts, pskcKeyOf, serialsOfDocument } from '@sower/otp/document-parts';
import { UnreadableXml } from '@sower/xml/children';
import type { ServerCall } from '../command.ts';
import { NotAnswered } from '../connection.ts';
import { fail, type Result, success } from '../outcome.ts';
import { withProgress } from '../terminal/progress.ts';
import { t } from '../texts.ts';

type How = Pick<Partial<OpenTokenImport['reading']>, 'layout' | 'columns'> & { readonly format?: string };

/** Octets that a request takes as a whole; shorter ones need no parts. */
const SHORT = 1024 * 1024;
const BEGINNING = 65_536;
const TRIES = 5;
/** How often an upload continues from fewer records than the server had confirmed. */
const MAX_LOSSES = 3;

/** @returns undefined if the file is short, or of a format that has to be read as a whole */
export function partsNeeded(path: string, how: How): ReadingOfParts | undefined {
  if (path === '-' || statSync(path).size <= SHORT) return undefined;
  const beginning = beginningOf(path);
  const format = how.format ?? formatOfTokenFile(beginning);
  if (!isPartFormat(format)) return undefined;
  if (isDocument(format)) return { format, delimiter: ',' };
  const text = new TextDecoder(encodingBy(beginning)).decode(beginning).replace(/^#[^\n]*\n/, '');
  const { layout, columns } = how;
  return {
    format,
    delimiter: recognizeDelimiter(text),
    ...(layout === undefined ? {} : { layout }),
    ...(columns === undefined ? {} : { columns }),
  };
}

function beginningOf(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const octets = new Uint8Array(BEGINNING);
    return octets.subarray(0, readSync(file, octets));
  } finally {
    closeSync(file);
  }
}

/** By the byte order mark; whether the rest is UTF-8 is known at its end only. */
function encodingBy(beginning: Uint8Array): Encoding {
  const { encoding } = decodeText(beginning.subarray(0, 2));
  return encoding === 'windows-1252' ? 'utf-8' : encoding;
}

async function encodingOf(path: string): Promise<Encoding> {
  const marked = encodingBy(beginningOf(path));
  if (marked !== 'utf-8') return marked;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(path)) decoder.decode(chunk as Buffer, { stream: true });
    decoder.decode();
    return 'utf-8';
  } catch (error) {
    if (error instanceof TypeError) return 'windows-1252';
    throw error;
  }
}

const isDocument = (format: ReadingOfParts['format']): format is 'pskc' | 'sdtid' =>
  format === 'pskc' || format === 'sdtid';

/** What belongs to the file: sent with each part, and kept nowhere. */
export type PartSecrets = { readonly password?: string; readonly key?: string };
/** User IDs by canonical serial number. */
type Owners = ReadonlyMap<string, string>;

/** The file cut into parts, and what has to be sent with each. */
function cutter(path: string, { format, ...lines }: ReadingOfParts, secrets: PartSecrets, owners?: Owners) {
  let read = 0;
  const octets = async function* (): AsyncGenerator<Buffer> {
    read = 0;
    for await (const chunk of createReadStream(path, { highWaterMark: BEGINNING })) {
      read += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  };
  let encoding: Promise<Encoding> | undefined;
  const text = async function* (): AsyncGenerator<string> {
    encoding ??= encodingOf(path);
    const decoder = new TextDecoder(await encoding);
    for await (const chunk of octets()) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  };
  let opening: Promise<PartSecrets> | undefined;
  /** A key that takes long to derive is derived once, here, and the password stays here. */
  const secretsOf = async (part: TokenPart): Promise<PartSecrets> => {
    const { password } = secrets;
    if (format !== 'pskc' || password === undefined) return secrets;
    const key = await pskcKeyOf(part.text, password);
    return key === undefined ? secrets : { key: Buffer.from(key).toString('hex') };
  };
  const ownersOf = (part: TokenPart): { owners?: string } => {
    if (owners === undefined) return {};
    const serials = isDocument(format)
      ? serialsOfDocument(part.text, format)
      : serialsIn(part.text, { ...lines, format });
    const rows = Array.from(new Set(Array.from(serials, canonicalSerial)), (serial) => [
      serial,
      owners.get(serial),
    ]);
    const known = rows.filter((row): row is [string, string] => row[1] !== undefined);
    return known.length === 0 ? {} : { owners: csvText(known) };
  };
  return {
    read: () => read,
    parts: (): AsyncIterable<TokenPart> =>
      isDocument(format) ? documentParts(octets(), format) : partsOf(text(), { ...lines, format }),
    sentWith: async (part: TokenPart) => {
      opening ??= secretsOf(part);
      return { ...(await opening), ...ownersOf(part) };
    },
  };
}

type Upload = {
  /** ID of an import that was cut: its parts are not sent again. */
  readonly resume?: string | undefined;
  readonly secrets?: PartSecrets;
  readonly owners?: Owners | undefined;
};

/** All parts, and the end of the import: nothing is checked or imported before the file was read to its end. */
export async function sendParts(
  { api, terminal }: Pick<ServerCall<unknown>, 'api' | 'terminal'>,
  path: string,
  input: OpenTokenImportInput,
  { resume, secrets = {}, owners }: Upload = {},
): Promise<Result<Job>> {
  let job: Job =
    resume === undefined
      ? await api('openTokenImport', { body: input })
      : await api('getJob', { params: { id: resume } });
  const params = { id: job.id };
  const file = cutter(path, input.reading, secrets, owners);
  const words = (): string => t('token.import.sending', { count: job.total });
  /** What the server does not have yet. */
  async function sendRest(report: (words: string, value: number) => void): Promise<Result<Job>> {
    let from = 0;
    for await (const part of file.parts()) {
      const to = from + part.count;
      if (from < job.total && job.total < to)
        return fail('usage', 'other-file', t('token.import.otherFile', { file: path, job: job.id }));
      if (to > job.total) {
        const body = {
          ...{ from, line: part.line, file: Buffer.from(part.text).toString('base64') },
          ...(await file.sentWith(part)),
        };
        job = await persistently(() => api('addTokenImportPart', { params, body }));
      }
      from = to;
      report(words(), file.read());
    }
    return success(await persistently(() => api('endTokenImport', { params, body: { total: from } })));
  }
  /** After a power failure the server may have fewer records than it had confirmed. @returns whether it does */
  async function hasLost(error: unknown): Promise<boolean> {
    if (!(error instanceof ApiProblem && error.problem.code === 'wrong-state')) return false;
    const now = await persistently(() => api('getJob', { params }));
    if (now.total >= job.total) return false;
    job = now;
    return true;
  }
  try {
    return await withProgress(
      terminal,
      { message: words(), total: statSync(path).size },
      async (progress): Promise<Result<Job>> => {
        for (let losses = 0; ; losses += 1)
          try {
            return await sendRest(progress.report);
          } catch (error) {
            if (losses === MAX_LOSSES || !(await hasLost(error))) throw error;
          }
      },
    );
  } catch (error) {
    const command = `sower token import ${path} --resume ${job.id}`;
    if (error instanceof NotAnswered)
      return { ...error.failure, next: t('token.import.cut', { count: job.total, command }) };
    if (resume === undefined) await api('cancelJob', { params }).catch(() => undefined);
    if (error instanceof EndlessRecord)
      return fail('refused', 'endless-record', t('token.import.endless', { file: path, line: error.line }));
    if (error instanceof UnreadableXml)
      return fail('refused', 'not-whole', t('token.import.notWhole', { file: path, line: error.line }));
    throw error;
  }
}

type OpenTokenImportInput = Omit<Partial<OpenTokenImport>, 'reading'> &
  Pick<OpenTokenImport, 'name' | 'reading'>;

/** A server that restarts, or has others to serve first, does not end a long upload. A part that arrived twice is stored once. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const passing =
        error instanceof NotAnswered ||
        (error instanceof ApiProblem && error.problem.code === 'too-many-requests');
      if (!passing || attempt === TRIES) throw error;
      await wait(2 ** attempt * 500);
    }
  }
}
