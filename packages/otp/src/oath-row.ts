/**
 * A row of a CSV file of OATH seeds, as cells: the order of columns that privacyIDEA, LinOTP and eduMFA import and export, that of
 * multiOTP, and any other, column by column.
 *
 * Says what a row means. Quotes, separators and encodings are the caller's.
 */
import { fromBase64 } from '@sower/bytes/base64';
import { fromBase32 } from './base32.ts';
import type { OtpHash } from './hotp.ts';
import { isDigits } from './securid-token.ts';

export const OATH_COLUMNS = [
  'serial',
  'seed',
  'type',
  'digits',
  'step',
  'counter',
  'hash',
  'user',
  'maker',
  'model',
  'expires',
  'pin',
] as const;
export type OathColumn = (typeof OATH_COLUMNS)[number];

/** Orders of columns in a file without a header: `oath` finds the seed, and what is before and after it; `multiotp` is that of multiOTP. */
export const OATH_LAYOUTS = ['oath', 'multiotp'] as const;
export type OathLayout = (typeof OATH_LAYOUTS)[number];

/** As they stand in the file; absent is empty. */
export type OathCells = { readonly [Column in OathColumn]?: string | undefined };

export type OathRowReason =
  | 'no-serial'
  /** Neither hexadecimal, Base32 nor Base64 of 16 to 128 octets, or all zero. */
  | 'seed'
  | 'type'
  | 'digits'
  | 'step'
  | 'counter'
  | 'hash'
  | 'expires';

export const SEED_ENCODINGS = ['hex', 'base32', 'base64'] as const;
export type SeedEncoding = (typeof SEED_ENCODINGS)[number];

export type OathToken = {
  readonly serial: string;
  readonly seed: Uint8Array;
  /** Which the seed was written in. */
  readonly encoding: SeedEncoding;
  readonly hash: OtpHash;
  readonly digits: 6 | 7 | 8;
  /** Empty if the file names none. */
  readonly user: string;
  readonly maker: string;
  readonly model: string;
  /** `YYYY-MM-DD`, or empty. */
  readonly expiryDay: string;
  /** In the clear; empty if the file has none. */
  readonly pin: string;
} & (
  | { readonly algorithm: 'hotp'; readonly counter: number }
  | { readonly algorithm: 'totp'; readonly intervalSeconds: number }
);

export type OathRowResult =
  | { readonly ok: true; readonly token: OathToken }
  | { readonly ok: false; readonly reason: OathRowReason };

const MIN_SEED = 16;
const MAX_SEED = 128;

/**
 * Distinguished by rule: an even number of hexadecimal digits is that, else letters and 2 to 7 are Base32, else it is Base64. A Base32 text
 * without letters after F would be taken for hexadecimal: for 20 octets, by chance one in 10^15.
 */
export function readSeed(
  text: string,
  encoding?: SeedEncoding,
): { readonly seed: Uint8Array; readonly encoding: SeedEncoding } | undefined {
  const plain = text.replace(/\s+/g, '');
  const decoders: Readonly<Record<SeedEncoding, (value: string) => Uint8Array | undefined>> = {
    hex: fromHex,
    base32: fromBase32,
    base64: fromBase64,
  };
  for (const one of encoding === undefined ? SEED_ENCODINGS : [encoding]) {
    const seed = decoders[one](plain);
    if (!seed) continue;
    const fits = seed.length >= MIN_SEED && seed.length <= MAX_SEED && seed.some((octet) => octet !== 0);
    return fits ? { seed, encoding: one } : undefined;
  }
  return undefined;
}

function fromHex(text: string): Uint8Array | undefined {
  if (!/^(?:[0-9a-f]{2})+$/i.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    Number.parseInt(text.slice(2 * at, 2 * at + 2), 16),
  );
}

/** multiOTP: serial number, maker, algorithm, seed, digits, interval or event. */
const MULTIOTP = ['serial', 'maker', 'type', 'seed', 'digits', 'step'] as const satisfies OathColumn[];

/**
 * A row without a header. The seed is the first cell that can be one; before it stands the serial number, and before that, first, the
 * owner, if any (OATH CSV version 2: user, realm or resolver; privacyIDEA's export: `user@realm`). After it: type, digits, and time step or
 * counter.
 */
export function oathCells(cells: readonly string[], layout: OathLayout = 'oath'): OathCells {
  const at = (index: number): string => (cells[index] ?? '').trim();
  if (layout === 'multiotp') {
    const named = Object.fromEntries(MULTIOTP.map((column, index) => [column, at(index)])) as OathCells;
    return isHotp(named.type) ? { ...named, step: '', counter: named.step } : named;
  }
  const seed = cells.findIndex((cell, index) => index > 0 && readSeed(cell) !== undefined);
  if (seed < 1) return { serial: at(0), seed: at(1) };
  const type = at(seed + 1);
  const last = at(seed + 3);
  return {
    serial: at(seed - 1),
    seed: at(seed),
    type,
    digits: at(seed + 2),
    // Without a type it is HOTP, and a step means nothing; exports write one all the same.
    ...(isHotp(type) ? {} : { step: last }),
    ...(seed > 1 ? { user: ownerOf(at(0)) } : {}),
  };
}

/** `ada@realm` is ada: an address has a dot after the `@`, a realm hardly ever. */
const ownerOf = (text: string): string =>
  /@[^.@]*$/.test(text) ? text.slice(0, text.lastIndexOf('@')) : text;

const isHotp = (type = ''): boolean => type === '' || /hotp|event|counter/i.test(type);

/** @param encoding of the seed; absent: {@link readSeed} tells */
export function readOathRow(cells: OathCells, encoding?: SeedEncoding): OathRowResult {
  const cell = (column: OathColumn): string => (cells[column] ?? '').trim();
  const refuse = (reason: OathRowReason): OathRowResult => ({ ok: false, reason });
  if (cell('serial') === '') return refuse('no-serial');
  const found = readSeed(cell('seed'), encoding);
  if (!found) return refuse('seed');
  const kind = cell('type');
  const algorithm = isHotp(kind) ? 'hotp' : /totp|time/i.test(kind) ? 'totp' : undefined;
  if (algorithm === undefined) return refuse('type');
  const digits = wholeNumber(cell('digits'), 6);
  if (!isDigits(digits)) return refuse('digits');
  const hash = hashNamed(cell('hash') || (/sha-?(?:1|256|512)/i.exec(kind)?.[0] ?? ''));
  if (hash === undefined) return refuse('hash');
  const expiryDay = cell('expires').slice(0, 10).replaceAll('/', '-');
  if (expiryDay !== '' && (!/^\d{4}-\d\d-\d\d$/.test(expiryDay) || Number.isNaN(Date.parse(expiryDay))))
    return refuse('expires');
  const token = {
    ...found,
    ...{ serial: cell('serial'), hash, digits, user: cell('user'), maker: cell('maker') },
    ...{ model: cell('model'), expiryDay, pin: cell('pin') },
  } as const;
  if (algorithm === 'totp') {
    const intervalSeconds = wholeNumber(cell('step'), 30);
    if (!(intervalSeconds >= 1 && intervalSeconds <= 86_400)) return refuse('step');
    return { ok: true, token: { ...token, algorithm, intervalSeconds } };
  }
  const counter = wholeNumber(cell('counter'), 0);
  if (!Number.isSafeInteger(counter) || counter < 0) return refuse('counter');
  return { ok: true, token: { ...token, algorithm, counter } };
}

/** NaN unless the text consists of decimal digits. */
const wholeNumber = (text: string, missing: number): number =>
  text === '' ? missing : /^\d+$/.test(text) ? Number(text) : Number.NaN;

function hashNamed(name: string): OtpHash | undefined {
  const plain = name
    .toLowerCase()
    .replace(/hmac-?/, '')
    .replace('-', '');
  if (plain === '') return 'sha1';
  return plain === 'sha1' || plain === 'sha256' || plain === 'sha512' ? plain : undefined;
}
