/**
 * Reading sdtid, the XML file in which SecurID seeds are delivered, one token or a batch.
 *
 * Both MACs are verified, so a file is accepted completely or not at all. The signature in the trailer is ignored: a signing key for it is
 * public, so it proves nothing.
 */

import { fromBase64 } from '@sower/bytes/base64';
import { equalOctets } from '@sower/bytes/octets';
import { child, DEFAULT_LIMITS, readXml, type XmlElement, type XmlLimits } from '@sower/xml';
import { dayNumber } from './calendar.ts';
import { batchKeys, cryptSeed, headerMac, type SdtidBatchKeys, tokenMac } from './sdtid-keys.ts';
import { sectionData } from './sdtid-section.ts';
import { isDigits, isIntervalSeconds, type SecuridToken } from './securid-token.ts';

/** A token with what only sdtid says about it; the texts are trimmed, and empty if the file has none. */
export type SdtidToken = SecuridToken & {
  /** First calendar day on which the token is valid, `YYYY-MM-DD`. */
  readonly birthDay: string;
  readonly userFirstName: string;
  readonly userLastName: string;
  readonly userLogin: string;
  /** Device ID or class GUID that the token is meant for. Not used in the encryption. */
  readonly deviceSerialNumber: string;
  readonly nickname: string;
};

export type SdtidReason =
  /** Not well-formed XML, or beyond the limits. */
  | 'not-xml'
  /** An element is missing that every sdtid file has. */
  | 'not-sdtid'
  | 'unsupported-algorithm'
  /** A field contains an invalid value. */
  | 'invalid-field'
  /** The header was changed, or the password is wrong or missing: the format cannot tell these apart. */
  | 'header-mac'
  /** A token's record was changed. */
  | 'token-mac';

export type SdtidResult =
  | { readonly ok: true; readonly origin: string; readonly tokens: readonly SdtidToken[] }
  | {
      readonly ok: false;
      readonly reason: SdtidReason;
      /** Element name, or the serial number of the token concerned. */
      readonly at?: string;
    };

/** Room for batches of about ten thousand tokens. */
export const SDTID_LIMITS: XmlLimits = {
  ...DEFAULT_LIMITS,
  maxBytes: 16 * 1024 * 1024,
  maxDepth: 8,
  maxElements: 300_000,
  // The lines that the MACs cover repeat every name above them.
  maxName: 64,
};

/**
 * Reads a file of one or more tokens.
 *
 * @param password file password; absent or empty if the file has none
 * @param limits sizes beyond which the file is refused unread, default {@link SDTID_LIMITS}
 */
export function readSdtid(
  input: Uint8Array | string,
  { password, limits = SDTID_LIMITS }: { readonly password?: string; readonly limits?: XmlLimits } = {},
): SdtidResult {
  const document = readXml(input, limits);
  if (!document.ok) return { ok: false, reason: 'not-xml' };
  const root = document.root;
  const header = child(root, 'TKNHeader');
  const records = root.children.filter((element) => element.name === 'TKN');
  if (root.name !== 'TKNBatch') return { ok: false, reason: 'not-sdtid', at: root.name };
  if (!header) return { ok: false, reason: 'not-sdtid', at: 'TKNHeader' };
  if (records.length === 0) return { ok: false, reason: 'not-sdtid', at: 'TKN' };
  if (!child(root, 'TKNTrailer')) return { ok: false, reason: 'not-sdtid', at: 'TKNTrailer' };

  const origin = child(header, 'Origin')?.text;
  const dest = child(header, 'Dest')?.text;
  const name = child(header, 'Name')?.text;
  if (origin === undefined || dest === undefined || name === undefined) {
    return { ok: false, reason: 'not-sdtid', at: 'TKNHeader' };
  }
  const secret = block(value(header, 'Secret'));
  const mac = block(value(header, 'HeaderMAC'));
  if (!secret) return { ok: false, reason: 'invalid-field', at: 'Secret' };
  if (!mac) return { ok: false, reason: 'invalid-field', at: 'HeaderMAC' };
  const keys = batchKeys({ origin, dest, name, secret }, password);
  if (!equalOctets(headerMac(keys, sectionData(header)), mac)) return { ok: false, reason: 'header-mac' };

  // Looked up once: otherwise a header of many elements would be searched for every token.
  const defaults = new Map(DEFAULTED.map((field) => [field, value(header, `Def${field}`)]));
  const tokens: SdtidToken[] = [];
  for (const record of records) {
    const token = readToken(record, defaults, keys);
    if ('reason' in token) return token;
    tokens.push(token);
  }
  return { ok: true, origin: origin.trim(), tokens };
}

/** Fields that a token may leave to its file. */
const DEFAULTED = ['Alg', 'Digits', 'Interval', 'Birth', 'Death', 'AddPIN', 'LocalPIN'] as const;
type Defaulted = (typeof DEFAULTED)[number];

function readToken(
  record: XmlElement,
  defaults: ReadonlyMap<Defaulted, string>,
  keys: SdtidBatchKeys,
): SdtidToken | (SdtidResult & { ok: false }) {
  // The raw text is an input of the record's MAC; it must be the bare number.
  const serial = child(record, 'SN')?.text ?? '';
  const invalid = (at: string): SdtidResult & { ok: false } => ({ ok: false, reason: 'invalid-field', at });
  if (!/^\d{12}$/.test(serial)) return invalid('SN');
  const mac = block(value(record, 'TokenMAC'));
  if (!mac) return invalid('TokenMAC');
  if (!equalOctets(tokenMac(keys, serial, sectionData(record)), mac)) {
    return { ok: false, reason: 'token-mac', at: serial };
  }

  /** The token's own value, or the file's default. */
  const setting = (name: Defaulted): string => value(record, name) || (defaults.get(name) ?? '');
  if (setting('Alg') !== '1') return { ok: false, reason: 'unsupported-algorithm', at: serial };
  // A meaningless character precedes the base64.
  const encryptedSeed = block(value(record, 'Seed').slice(1));
  const digits = Number(setting('Digits'));
  const intervalSeconds = Number(setting('Interval'));
  const birthDay = setting('Birth').replaceAll('/', '-');
  const expiryDay = setting('Death').replaceAll('/', '-');
  const addPin = setting('AddPIN');
  const localPin = setting('LocalPIN');
  if (!encryptedSeed) return invalid('Seed');
  if (!isDigits(digits)) return invalid('Digits');
  if (!isIntervalSeconds(intervalSeconds)) return invalid('Interval');
  if (dayNumber(birthDay) === undefined) return invalid('Birth');
  if (dayNumber(expiryDay) === undefined) return invalid('Death');
  if (!/^[01]?$/.test(addPin)) return invalid('AddPIN');
  if (!/^[01]?$/.test(localPin)) return invalid('LocalPIN');
  const attributes = child(record, 'TokenAttributes');
  return {
    serial,
    seed: cryptSeed(keys, serial, encryptedSeed),
    digits,
    intervalSeconds,
    addPin: addPin === '1',
    localPin: localPin === '1',
    birthDay,
    expiryDay,
    userFirstName: value(record, 'UserFirstName'),
    userLastName: value(record, 'UserLastName'),
    userLogin: value(record, 'UserLogin'),
    deviceSerialNumber: attributes ? value(attributes, 'DeviceSerialNumber') : '',
    nickname: attributes ? value(attributes, 'Nickname') : '',
  };
}

/** Trimmed text of a child, `''` if there is none. */
function value(element: XmlElement, name: string): string {
  return child(element, name)?.text.trim() ?? '';
}

/** 16 bytes in base64, otherwise undefined. */
function block(text: string): Uint8Array | undefined {
  const bytes = fromBase64(text);
  return bytes?.length === 16 ? bytes : undefined;
}
