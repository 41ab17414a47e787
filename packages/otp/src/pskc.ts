/**
 * Reading PSKC, the Portable Symmetric Key Container (RFC 6030): the XML file in which most makers deliver seeds, plain or encrypted with a
 * pre-shared key, with a password or to the transfer key of an installation.
 *
 * A MAC covers a value and nothing else: serial numbers, users and policies are as trustworthy as the way the file came. Signatures are not
 * verified, and a signed file is refused unless the caller accepts it unverified.
 */
import { DEFAULT_LIMITS, readXml, type XmlElement, type XmlLimits } from '@sower/xml';
import { dayNumber } from './calendar.ts';
import type { OtpHash } from './hotp.ts';
import { attributeOf, below, isNamed, octetsBelow, repeatedBelow, textBelow } from './pskc-elements.ts';
import {
  type KeysGiven,
  openProtection,
  openValue,
  type Protection,
  type ProtectionReason,
  type ValueReason,
} from './pskc-protection.ts';
import { defectOf, type PskcDefect, type PskcToken } from './pskc-token.ts';

export type PskcReason =
  /** Not well-formed XML, with a document type declaration, or beyond the limits. */
  | 'not-xml'
  /** Not a KeyContainer of RFC 6030, or one without a KeyPackage. */
  | 'not-pskc'
  | 'unsupported-version'
  /** A signature that would not be verified. */
  | 'signed'
  /** A password or key was given for a file in which nothing is encrypted. */
  | 'not-encrypted'
  /** The password or key is wrong, or the first secret was changed: the format cannot tell these apart. */
  | 'wrong-key'
  | ProtectionReason;

export type PskcRecordReason =
  /** Neither HOTP, TOTP nor time-based SecurID-AES. */
  | 'unsupported-algorithm'
  /** A hash function that is not SHA-1, SHA-256 or SHA-512. */
  | 'unsupported-suite'
  /** Times counted from another point than 1970. */
  | 'unsupported-time'
  /** A rule for the use of the key that is unknown, or that a server cannot keep. */
  | 'policy'
  | 'missing-field'
  /** Another key of the file has this serial number. */
  | 'duplicate-serial'
  /** A secret in the clear, in a file that is encrypted or should be. */
  | 'unprotected-secret'
  | ValueReason
  | PskcDefect['reason'];

type Named = {
  /** Number of the KeyPackage in the file, from 1. */
  readonly position: number;
  /** Serial number, or the key's Id; empty if there is neither. As it stands in the file. */
  readonly serial: string;
};
export type PskcRecord = Named &
  (
    | { readonly ok: true; readonly token: PskcToken }
    | {
        readonly ok: false;
        readonly reason: PskcRecordReason;
        /** Name of the element or attribute concerned. */
        readonly at: string;
      }
  );

export type PskcOpened =
  | {
      readonly ok: true;
      /** How many records there are, good or not. */
      readonly count: number;
      readonly encrypted: boolean;
      /** One after the other, each decrypted when it is its turn. */
      readonly records: () => Generator<PskcRecord, void>;
    }
  | { readonly ok: false; readonly reason: PskcReason; readonly at?: string };

export type PskcOptions = {
  readonly password?: string;
  /** The pre-shared key: 16, 24 or 32 bytes. */
  readonly key?: Uint8Array;
  readonly transferKey?: KeysGiven['transferKey'] | undefined;
  /** Beyond which a password is not tried, default {@link PSKC_ITERATIONS}. */
  readonly maxIterations?: number;
  readonly acceptUnverifiedSignature?: boolean;
  /** An earlier part of the same document was opened with these keys: a secret that they do not open is that record's matter. */
  readonly keysProven?: boolean;
  /** Sizes beyond which the file is refused unread, default {@link PSKC_LIMITS}. */
  readonly limits?: XmlLimits;
};

/** Room for about ten thousand encrypted keys. */
export const PSKC_LIMITS: XmlLimits = {
  ...DEFAULT_LIMITS,
  maxBytes: 16 * 1024 * 1024,
  maxDepth: 16,
  maxElements: 400_000,
  maxAttributes: 200_000,
  maxDeclarations: 100_000,
};

/** One to two seconds in a thread beside the one that calls. */
export const PSKC_ITERATIONS = 2_000_000;

const NAMESPACE = 'urn:ietf:params:xml:ns:keyprov:pskc';

/** With the URIs of earlier drafts; in lower case. */
const ALGORITHMS: ReadonlyMap<string, PskcToken['algorithm']> = new Map([
  [`${NAMESPACE}:hotp`, 'hotp'],
  [`${NAMESPACE}#hotp`, 'hotp'],
  [`${NAMESPACE}:totp`, 'totp'],
  [`${NAMESPACE}#totp`, 'totp'],
  ['http://www.rsasecurity.com/rsalabs/otps/schemas/2005/09/otps-wst#securid-aes', 'securid'],
  ['http://www.rsa.com/rsalabs/otps/schemas/2005/09/otps-wst#securid-aes', 'securid'],
  ['http://www.rsasecurity.com/rsalabs/otps/schemas/2005/09/otps-wst#securid-algor', 'securid'],
  ['http://www.rsa.com/names/2008/04/algorithms/securid/securid-aes128-counter', 'securid'],
]);

/** RFC 6238 §5.2 */
const DEFAULT_INTERVAL = 30;

/** Opens a file: what concerns it as a whole is decided here, and the keys are known to be right before there is any record. */
export async function openPskc(input: Uint8Array | string, options: PskcOptions = {}): Promise<PskcOpened> {
  const { limits = PSKC_LIMITS, maxIterations = PSKC_ITERATIONS } = options;
  const document = readXml(input, limits);
  if (!document.ok) return { ok: false, reason: 'not-xml' };
  const { root } = document;
  if (!isNamed(root, 'KeyContainer') || root.namespace !== NAMESPACE)
    return { ok: false, reason: 'not-pskc', at: root.name };
  if (attributeOf(root, 'Version') !== '1.0') return { ok: false, reason: 'unsupported-version' };
  const packages: XmlElement[] = [];
  const others = new Set<string>();
  for (const one of root.children) {
    const name = one.name.toLowerCase();
    if (name === 'keypackage') packages.push(one);
    else if (others.has(name) && name !== 'extensions')
      return { ok: false, reason: 'invalid-field', at: one.name };
    others.add(name);
  }
  if (packages.length === 0) return { ok: false, reason: 'not-pskc', at: 'KeyPackage' };
  if (others.has('signature') && !options.acceptUnverifiedSignature)
    return { ok: false, reason: 'signed', at: 'Signature' };

  const firstEncrypted = packages
    .map((one) => below(one, 'Key', 'Data', 'Secret'))
    .find((secret) => below(secret, 'EncryptedValue'));
  let protection: Protection | undefined;
  if (firstEncrypted || others.has('encryptionkey') || others.has('macmethod')) {
    const opened = await openProtection(root, { ...options, maxIterations });
    if (!opened.ok) return { ...opened, reason: opened.reason === 'integrity' ? 'wrong-key' : opened.reason };
    protection = opened.protection;
    const tried = !options.keysProven && firstEncrypted && openValue(firstEncrypted, protection);
    if (tried && !tried.ok && tried.reason === 'integrity') return { ok: false, reason: 'wrong-key' };
  } else if (options.password || options.key) {
    return { ok: false, reason: 'not-encrypted' };
  }

  const serials = new Map<string, number>();
  for (const one of packages) {
    const serial = canonical(serialOf(one));
    if (serial === '' || !algorithmOf(one)) continue;
    serials.set(serial, (serials.get(serial) ?? 0) + 1);
  }
  function* records(): Generator<PskcRecord, void> {
    for (const [index, one] of packages.entries()) {
      const serial = serialOf(one);
      const duplicate = (serials.get(canonical(serial)) ?? 0) > 1;
      yield { position: index + 1, serial, ...readRecord(one, { serial, duplicate, protection }) };
    }
  }
  return { ok: true, count: packages.length, encrypted: protection !== undefined, records };
}

/** A field that cannot be read. */
class Unreadable extends Error {
  readonly reason: PskcRecordReason;
  readonly at: string;
  constructor(reason: PskcRecordReason, at: string) {
    super(reason);
    this.reason = reason;
    this.at = at;
  }
}

type Surroundings = {
  readonly serial: string;
  /** Whether another key has this serial number. */
  readonly duplicate: boolean;
  readonly protection: Protection | undefined;
};

function readRecord(
  record: XmlElement,
  surroundings: Surroundings,
): { ok: true; token: PskcToken } | { ok: false; reason: PskcRecordReason; at: string } {
  try {
    return { ok: true, token: readToken(record, surroundings) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, reason: error.reason, at: error.at };
  }
}

function readToken(record: XmlElement, { serial, duplicate, protection }: Surroundings): PskcToken {
  const key = below(record, 'Key');
  if (!key) throw new Unreadable('missing-field', 'Key');
  const repeated = repeatedBelow(record);
  if (repeated) throw new Unreadable('invalid-field', repeated);
  const algorithm = algorithmOf(record);
  if (!algorithm) throw new Unreadable('unsupported-algorithm', 'Algorithm');
  // Both are refused: nothing says which one is right.
  if (duplicate) throw new Unreadable('duplicate-serial', 'SerialNo');
  const device = below(record, 'DeviceInfo');
  // First, since RFC 6030 §5 forbids any use of a key with a policy that is not understood.
  const { pin, ...times } = readPolicy(device, below(key, 'Policy'));
  const data = below(key, 'Data');
  const token = {
    serial,
    keyId: attributeOf(key, 'Id'),
    digits: digitsOf(key),
    manufacturer: textBelow(device, 'Manufacturer'),
    model: textBelow(device, 'Model'),
    issueNumber: textBelow(device, 'IssueNo'),
    issuer: textBelow(key, 'Issuer'),
    friendlyName: textBelow(key, 'FriendlyName'),
    deviceBinding: textBelow(device, 'DeviceBinding'),
    deviceUserId: textBelow(device, 'UserId'),
    userId: textBelow(key, 'UserId'),
    ...times,
    pin,
    ...movingFactor(key, algorithm, protection),
    seed: secretOf(data, protection),
  } as PskcToken;
  const defect = defectOf(token);
  if (defect) throw new Unreadable(defect.reason, defect.at);
  return token;
}

/** Of a KeyPackage. */
export const serialOf = (record: XmlElement): string =>
  textBelow(record, 'DeviceInfo', 'SerialNo') || attributeOf(below(record, 'Key'), 'Id');

/** Serial numbers that differ only in case are the same. */
const canonical = (serial: string): string => serial.toUpperCase();

const algorithmOf = (record: XmlElement): PskcToken['algorithm'] | undefined =>
  ALGORITHMS.get(attributeOf(below(record, 'Key'), 'Algorithm').toLowerCase());

/** What the code is computed from besides the secret. */
function movingFactor(
  key: XmlElement,
  algorithm: PskcToken['algorithm'],
  protection: Protection | undefined,
): object {
  const data = below(key, 'Data');
  const integer = (name: string, missing: number): number => integerOf(data, name, protection) ?? missing;
  if (algorithm === 'hotp') return { algorithm, hash: hashOf(key), counter: integer('Counter', 0) };
  if (integer('Time', 0) !== 0) throw new Unreadable('unsupported-time', 'Time');
  const time = {
    algorithm,
    intervalSeconds: integer('TimeInterval', algorithm === 'totp' ? DEFAULT_INTERVAL : Number.NaN),
    driftIntervals: integer('TimeDrift', 0),
  };
  if (algorithm === 'totp') return { ...time, hash: hashOf(key) };
  // The event-based kind is another algorithm, and its profile has no other mark.
  if (below(data, 'Counter')) throw new Unreadable('unsupported-algorithm', 'Counter');
  return time;
}

/** `HMAC-SHA256` in the draft that has the profile of TOTP, `sha256` in an attribute in files of privacyIDEA. */
function hashOf(key: XmlElement): OtpHash {
  const suite = below(key, 'AlgorithmParameters', 'Suite');
  const name = (textBelow(suite) || attributeOf(suite, 'hashalgo'))
    .toLowerCase()
    .replaceAll('-', '')
    .replace(/^hmac/, '');
  if (name === '') return 'sha1';
  if (name === 'sha1' || name === 'sha256' || name === 'sha512') return name;
  throw new Unreadable('unsupported-suite', 'Suite');
}

function digitsOf(key: XmlElement): number {
  const format = below(key, 'AlgorithmParameters', 'ResponseFormat');
  if (!format) throw new Unreadable('missing-field', 'ResponseFormat');
  const digits = attributeOf(format, 'Length');
  if (attributeOf(format, 'Encoding').toUpperCase() !== 'DECIMAL')
    throw new Unreadable('invalid-field', 'Encoding');
  if (!/^(?:false|0|)$/i.test(attributeOf(format, 'CheckDigits')))
    throw new Unreadable('invalid-field', 'CheckDigits');
  if (!/^[678]$/.test(digits)) throw new Unreadable('invalid-field', 'Length');
  return Number(digits);
}

function secretOf(data: XmlElement | undefined, protection: Protection | undefined): Uint8Array {
  const secret = below(data, 'Secret');
  if (!secret) throw new Unreadable('missing-field', 'Secret');
  const plain = plainOf(secret, 'Secret');
  if (plain === undefined) return decrypted(secret, 'Secret', protection);
  // Otherwise a secret could be put into an encrypted file by anyone.
  if (protection) throw new Unreadable('unprotected-secret', 'Secret');
  const octets = octetsBelow(secret, 'PlainValue');
  if (!octets) throw new Unreadable('invalid-field', 'Secret');
  return octets;
}

function integerOf(
  data: XmlElement | undefined,
  name: string,
  protection: Protection | undefined,
): number | undefined {
  const value = below(data, name);
  if (!value) return undefined;
  const text = plainOf(value, name) ?? integerText(decrypted(value, name, protection));
  const number = /^-?\d{1,19}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new Unreadable('invalid-field', name);
  return number;
}

/**
 * Encrypted integers are four or eight octets (RFC 6030 §4.2), decimal digits (python-pskc), or as many octets as it takes (multiOTP). Octets
 * that are digits are taken for digits, as python-pskc does.
 */
function integerText(octets: Uint8Array): string {
  if (octets.length === 0 || octets.length > 20) return '';
  const text = String.fromCharCode(...octets);
  if (/^-?\d+$/.test(text)) return text;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  if (octets.length === 4) return String(view.getInt32(0));
  if (octets.length === 8) return String(view.getBigInt64(0));
  return octets.length < 8 ? String(octets.reduce((value, octet) => value * 256 + octet, 0)) : '';
}

/** The text of a PlainValue, undefined if the value is encrypted. */
function plainOf(value: XmlElement, name: string): string | undefined {
  const plain = below(value, 'PlainValue');
  if (below(value, 'EncryptedValue')) {
    if (plain) throw new Unreadable('invalid-field', name);
    return undefined;
  }
  if (!plain) throw new Unreadable('missing-field', name);
  // RFC 6030 does not say what it would cover.
  if (below(value, 'ValueMAC')) throw new Unreadable('invalid-field', 'ValueMAC');
  return plain.text.trim();
}

function decrypted(value: XmlElement, name: string, protection: Protection | undefined): Uint8Array {
  const opened = protection ? openValue(value, protection) : ({ ok: false, reason: 'integrity' } as const);
  if (!opened.ok) throw new Unreadable(opened.reason, name);
  return opened.octets;
}

type Policy = Pick<PskcToken, 'pin' | 'startTime' | 'expiryTime'>;

/** RFC 6030 §5, with the dates of the device; the later start and the earlier end count. */
function readPolicy(device: XmlElement | undefined, policy: XmlElement | undefined): Policy {
  let pin: Policy['pin'] = 'none';
  const usages: string[] = [];
  const starts = datesOf(device, 'StartDate');
  const ends = datesOf(device, 'ExpiryDate');
  for (const rule of policy?.children ?? []) {
    if (isNamed(rule, 'StartDate')) starts.push(...datesOf(policy, 'StartDate'));
    else if (isNamed(rule, 'ExpiryDate')) ends.push(...datesOf(policy, 'ExpiryDate'));
    else if (isNamed(rule, 'PINPolicy')) pin = readPinPolicy(rule);
    else if (isNamed(rule, 'KeyUsage')) usages.push(rule.text.trim().toUpperCase());
    else throw new Unreadable('policy', rule.name);
  }
  if (usages.length > 0 && !usages.includes('OTP')) throw new Unreadable('policy', 'KeyUsage');
  return {
    pin,
    ...(starts.length > 0 ? { startTime: Math.max(...starts) } : {}),
    ...(ends.length > 0 ? { expiryTime: Math.min(...ends) } : {}),
  };
}

const PIN_RULES = ['PINKeyId', 'PINUsageMode', 'PINEncoding', 'MinLength', 'MaxLength', 'MaxFailedAttempts'];
/** The device keeps them if it checks the PIN; a server has its own for all tokens. */
const PIN_LIMITS = ['MinLength', 'MaxLength', 'MaxFailedAttempts'];

function readPinPolicy(rule: XmlElement): 'local' | 'prepend' {
  const unknown =
    rule.children[0]?.name ??
    rule.qualifiedAttributes[0]?.name ??
    Object.keys(rule.attributes).find((name) => !PIN_RULES.some((known) => isNamed({ name }, known)));
  if (unknown !== undefined) throw new Unreadable('policy', unknown);
  const mode = attributeOf(rule, 'PINUsageMode').toLowerCase();
  if (mode === 'local') return 'local';
  if (mode !== 'prepend') throw new Unreadable('policy', 'PINUsageMode');
  const limit = PIN_LIMITS.find((name) => attributeOf(rule, name) !== '');
  if (limit) throw new Unreadable('policy', limit);
  if (!/^(?:DECIMAL|)$/i.test(attributeOf(rule, 'PINEncoding')))
    throw new Unreadable('policy', 'PINEncoding');
  return 'prepend';
}

const DATE_TIME =
  /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.\d+)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/;
const DAY_SECONDS = 86_400;

/** Unix seconds of an xs:dateTime, or none; RFC 6030 §4.2.1 wants UTC, which is assumed without a zone. */
function datesOf(element: XmlElement | undefined, name: string): number[] {
  const found = below(element, name);
  if (!found) return [];
  const [, date = '', hour, minute, second, zone = 'Z'] = DATE_TIME.exec(found.text.trim()) ?? [];
  const day = dayNumber(date);
  if (day === undefined) throw new Unreadable('invalid-field', name);
  const ahead = zone === 'Z' ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  const offset = zone.startsWith('-') ? -ahead : ahead;
  return [day * DAY_SECONDS + Number(hour) * 3600 + (Number(minute) - offset) * 60 + Number(second)];
}
