/**
 * Files of tokens in one form: which format it is, and its records one after the other. Reads octets and returns values; knows no database.
 * A file is refused as a whole if it cannot be opened, and a record by itself if only that is wrong.
 */

import { canonicalSerial } from '@sower/api/serial';
import { dayOf } from '@sower/api/time';
import { formatOfTokenFile, ownersIn, readTokenCsv, serialOfLink } from '@sower/api/token-file';
import type { ImportTokens, TokenFileFormat } from '@sower/api/token-imports';
import { isLink, linkIn } from '@sower/api/token-parts';
import { decodeText } from '@sower/api/user-file';
import { openFernet } from '@sower/otp/fernet';
import type { OtpHash } from '@sower/otp/hotp';
import { type OathCells, type OathToken, readOathRow } from '@sower/otp/oath-row';
import { parseOtpauth } from '@sower/otp/otpauth';
import { openPskc, type PskcOptions } from '@sower/otp/pskc';
import { readSdtid } from '@sower/otp/sdtid';

/** A token as a file has it. */
type FileToken = {
  readonly seed: Uint8Array;
  readonly algorithm: 'securid' | 'totp' | 'hotp';
  readonly hash: OtpHash;
  readonly digits: 6 | 7 | 8;
  /** 30 if it has none. */
  readonly intervalSeconds: number;
  /** The next counter. */
  readonly counter: number;
  /** By how many intervals its clock is ahead. */
  readonly drift: number;
  readonly authenticationType: 'pinpad' | 'fob' | 'tokencode';
  /** The file says that a PIN comes before the tokencode, and has none: the user chooses it at the first use. */
  readonly newPin: boolean;
  readonly maker: string;
  readonly model: string;
  readonly label: string;
  /** As the file has it in the clear, or empty. */
  readonly pin: string;
  /** `YYYY-MM-DD`, or empty. */
  readonly expiresOn: string;
  /** Unix milliseconds. */
  readonly validFrom: number | undefined;
};

export type FileRecord = {
  /** Of the record or the line, from 1. */
  readonly line: number;
  /** As it stands in the file. */
  readonly serial: string;
  /** User ID, or empty. */
  readonly owner: string;
} & ({ readonly token: FileToken } | { readonly problem: string; readonly at?: string });

type TokenFile =
  | { readonly ok: true; readonly format: TokenFileFormat; readonly records: Iterable<FileRecord> }
  | { readonly ok: false; readonly reason: string; readonly at?: string };

type How = Partial<
  Pick<ImportTokens, 'format' | 'password' | 'key' | 'layout' | 'delimiter' | 'columns' | 'owners'>
> &
  Pick<PskcOptions, 'transferKey' | 'keysProven'>;

export async function readTokenFile(octets: Uint8Array, how: How): Promise<TokenFile> {
  const owners = ownersIn(how.owners ?? '');
  const opened = await open(octets, how);
  if (!opened.ok) return opened;
  return { ...opened, records: withOwners(opened.records, owners) };
}

function* withOwners(
  records: Iterable<FileRecord>,
  owners: ReadonlyMap<string, string>,
): Generator<FileRecord> {
  for (const record of records)
    yield { ...record, owner: owners.get(canonicalSerial(record.serial)) ?? record.owner };
}

async function open(octets: Uint8Array, how: How): Promise<TokenFile> {
  const format = how.format ?? formatOfTokenFile(octets);
  const key = how.key === undefined ? undefined : keyIn(how.key);
  if (how.key !== undefined && key === undefined) return { ok: false, reason: 'key-form' };
  const { password } = how;
  switch (format) {
    case 'pskc': {
      const file = await openPskc(octets, {
        ...(password === undefined ? {} : { password }),
        ...(key === undefined ? {} : { key }),
        transferKey: how.transferKey,
        keysProven: how.keysProven === true,
      });
      return file.ok ? { ok: true, format, records: pskcRecords(file.records()) } : file;
    }
    case 'sdtid': {
      const file = readSdtid(octets, password === undefined ? {} : { password });
      return file.ok ? { ok: true, format, records: sdtidRecords(file.tokens) } : file;
    }
    case 'otpauth':
      return { ok: true, format, records: linkRecords(decodeText(octets).text) };
    case 'privacyidea': {
      if (key === undefined) return { ok: false, reason: 'key-needed' };
      const opened = openFernet(decodeText(octets).text, key);
      if (!opened.ok) return opened;
      const list = listIn(opened.octets);
      return list ? { ok: true, format, records: exportRecords(list) } : { ok: false, reason: 'not-export' };
    }
    default:
      return csvFile(decodeText(octets).text, how);
  }
}

function keyIn(text: string): Uint8Array | undefined {
  const plain = text.trim();
  if (/^(?:[0-9a-f]{2})+$/i.test(plain)) return Uint8Array.from(Buffer.from(plain, 'hex'));
  if (!/^[A-Za-z0-9+/_-]+=*$/.test(plain)) return undefined;
  return Uint8Array.from(Buffer.from(plain, 'base64url'));
}

const NOTHING: Omit<FileToken, 'seed' | 'algorithm' | 'digits'> = {
  hash: 'sha1',
  intervalSeconds: 30,
  counter: 0,
  drift: 0,
  authenticationType: 'fob',
  newPin: false,
  maker: '',
  model: '',
  label: '',
  pin: '',
  expiresOn: '',
  validFrom: undefined,
};

const day = (seconds: number | undefined): string => (seconds === undefined ? '' : dayOf(seconds * 1000));

type PskcRecords = Extract<Awaited<ReturnType<typeof openPskc>>, { ok: true }>['records'];

function* pskcRecords(records: ReturnType<PskcRecords>): Generator<FileRecord> {
  for (const record of records) {
    const common = { line: record.position, serial: record.serial };
    if (!record.ok) {
      yield { ...common, owner: '', problem: record.reason, at: record.at };
      continue;
    }
    const { token } = record;
    const { seed, algorithm, digits, startTime } = token;
    yield {
      ...common,
      owner: userIn(token.userId) || userIn(token.deviceUserId),
      token: {
        ...NOTHING,
        ...{
          seed,
          algorithm,
          digits,
          maker: token.manufacturer,
          model: token.model,
          label: token.friendlyName,
        },
        // A device that checks its PIN itself shows no tokencode without it (RFC 6030 §5).
        authenticationType: token.pin === 'local' ? 'tokencode' : 'fob',
        newPin: token.pin === 'prepend',
        expiresOn: day(token.expiryTime),
        validFrom: startTime === undefined ? undefined : startTime * 1000,
        ...(token.algorithm === 'securid' ? {} : { hash: token.hash }),
        ...(token.algorithm === 'hotp'
          ? { counter: token.counter }
          : { intervalSeconds: token.intervalSeconds, drift: token.driftIntervals }),
      },
    };
  }
}

/** RFC 6030 §4.2.1 wants a distinguished name: its CN or UID. Makers and other products write a user ID. */
function userIn(text: string): string {
  if (!text.includes('=')) return text;
  return /(?:^|,)\s*(?:cn|uid)\s*=\s*([^,+]+)/i.exec(text)?.[1]?.trim() ?? '';
}

type SdtidTokens = Extract<ReturnType<typeof readSdtid>, { ok: true }>['tokens'];

function* sdtidRecords(tokens: SdtidTokens): Generator<FileRecord> {
  for (const [index, token] of tokens.entries())
    yield {
      ...{ line: index + 1, serial: token.serial, owner: token.userLogin },
      token: {
        ...NOTHING,
        ...{ seed: token.seed, algorithm: 'securid', digits: token.digits, label: token.nickname },
        intervalSeconds: token.intervalSeconds,
        authenticationType: token.addPin ? 'pinpad' : 'fob',
        expiresOn: token.expiryDay,
        validFrom: Date.parse(`${token.birthDay}T00:00:00Z`),
      },
    };
}

/** A link has no serial number: it is known by its issuer and account. */
function* linkRecords(text: string): Generator<FileRecord> {
  for (const [index, written] of text.split(/\r\n|\r|\n/).entries()) {
    if (!isLink(written)) continue;
    const parsed = parseOtpauth(linkIn(written));
    if (!parsed.ok) {
      yield { line: index + 1, serial: '', owner: '', problem: parsed.reason };
      continue;
    }
    const { otpauth } = parsed;
    const { issuer, account, key: seed, hash, digits } = otpauth;
    const serial = serialOfLink(otpauth);
    yield {
      ...{ line: index + 1, serial, owner: account },
      token: {
        ...NOTHING,
        ...{ seed, hash, digits: digits as 6 | 7 | 8, algorithm: otpauth.type, maker: issuer },
        ...(otpauth.type === 'totp'
          ? { intervalSeconds: otpauth.intervalSeconds }
          : { counter: otpauth.counter }),
      },
    };
  }
}

const rowRecord = (line: number, cells: OathCells): FileRecord => {
  const read = readOathRow(cells);
  const common = { line, serial: cells.serial ?? '', owner: cells.user ?? '' };
  return read.ok ? { ...common, token: ofRow(read.token) } : { ...common, problem: read.reason };
};

const ofRow = (token: OathToken): FileToken => ({
  ...NOTHING,
  ...{ seed: token.seed, algorithm: token.algorithm, hash: token.hash, digits: token.digits },
  ...{ maker: token.maker, model: token.model, expiresOn: token.expiryDay, pin: token.pin },
  ...(token.algorithm === 'totp' ? { intervalSeconds: token.intervalSeconds } : { counter: token.counter }),
});

function csvFile(text: string, how: How): TokenFile {
  const file = readTokenCsv(text, how);
  if (!file.ok) return { ok: false, reason: 'no-column', at: file.missing };
  const records = function* (): Generator<FileRecord> {
    for (const { line, cells, open: unclosed } of file.rows())
      yield unclosed ? { line, serial: '', owner: '', problem: 'open-quote' } : rowRecord(line, cells);
  };
  return { ok: true, format: 'csv', records: { [Symbol.iterator]: records } };
}

function listIn(octets: Uint8Array): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets));
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

type Bag = Readonly<Record<string, unknown>>;
const bag = (value: unknown): Bag => (typeof value === 'object' && value !== null ? (value as Bag) : {});
const word = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** What privacyIDEA and eduMFA export for each token; hashed PINs are of no use here. */
function* exportRecords(list: readonly unknown[]): Generator<FileRecord> {
  for (const [index, value] of list.entries()) {
    const entry = bag(value);
    const info = bag(entry.info_list);
    yield rowRecord(index + 1, {
      serial: word(entry.serial),
      seed: word(entry.otpkey),
      type: word(entry.type),
      digits: word(entry.otplen),
      counter: word(entry.count),
      step: word(info.timeStep),
      hash: word(info.hashlib),
      user: word(bag(entry.user).login),
    });
  }
}
