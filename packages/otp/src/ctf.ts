/**
 * CTF, the compressed token format: reading any version, and writing version 2 (81 digits).
 *
 * Makes no link (the part before `ctfData=` depends on the device type) and does not write versions 3 or 4. The password protects little:
 * it is one hash away from the seed, so anyone who has the string can try passwords at leisure.
 */
import { decryptBlock, encryptBlocks } from './aes-block.ts';
import { dayNumber, dayText } from './calendar.ts';
import { type CtfForm, ctfData } from './ctf-link.ts';
import type { CtfKeys, CtfReason, CtfRefusal, CtfResult } from './ctf-result.ts';
import { decodeCtfV3 } from './ctf-v3.ts';
import { securidMac, shortMac } from './securid-mac.ts';
import { isDigits, isIntervalSeconds, isSecuridToken, type SecuridToken } from './securid-token.ts';

export type CtfWritten =
  | { readonly ok: true; readonly digits: string }
  | {
      readonly ok: false;
      readonly reason: 'invalid-token' | 'expiry-out-of-range' | 'unusable-password' | 'unusable-device-id';
    };

const FLAG_128_BIT = 0x4000;
const FLAG_PASSWORD = 0x2000;
const FLAG_DEVICE = 0x1000;
const FLAG_TIME_DERIVED = 0x0200;

const HEAD_LENGTH = 13;
const CHECKSUM_START = 76;
const MAX_PASSWORD = 40;
const MAX_EXPIRY = 0x3fff;
/** Expiry counts from 2000-01-01. */
const EPOCH_DAY = 10_957;
const KEY_SUFFIX = Uint8Array.of(0xd8, 0xf5, 0x32, 0x53, 0x82, 0x89);

/** How much of the device ID counts: the same token has two encodings, one for links and one for the bare number. */
const DEVICE_ID_LENGTH: Readonly<Record<CtfForm, number>> = { link: 40, plain: 32 };

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * Reads a CTF string of version 2, 3 or 4 from a link or by itself. Tokens without a password or device ID ignore the one given.
 *
 * The device-ID check of version 2 is enforced only if the token says it is bound; checksum and seed check always are.
 */
export function readCtf(input: string, keys: CtfKeys = {}): CtfResult {
  const data = ctfData(input);
  if (!data.ok) return data;
  return data.version === 2 ? decodeV2(data.digits, data.form, keys) : decodeCtfV3(data.bytes, keys);
}

function decodeV2(digits: string, form: CtfForm, keys: CtfKeys): CtfResult {
  const refuse = (reason: CtfReason): CtfRefusal => ({ ok: false, reason });
  const body = digits.slice(HEAD_LENGTH, CHECKSUM_START);
  if (!/^[0-7]+$/.test(digits.slice(HEAD_LENGTH))) return refuse('damaged');
  if (Number.parseInt(digits.slice(CHECKSUM_START), 8) !== shortMac(ascii(digits.slice(0, CHECKSUM_START)))) {
    return refuse('damaged');
  }
  const fields = unpack(body);
  const { flags } = fields;
  const tokenDigits = ((flags >> 6) & 7) + 1;
  const intervalSeconds = [30, 60][flags & 3] ?? 0;
  const expiryDay = dayText(EPOCH_DAY + fields.expiry);
  if ((flags & FLAG_128_BIT) === 0 || !isDigits(tokenDigits) || !isIntervalSeconds(intervalSeconds)) {
    return refuse('unsupported-parameters');
  }
  if (expiryDay === undefined) return refuse('unsupported-parameters');

  const passwordProtected = (flags & FLAG_PASSWORD) !== 0;
  const deviceBound = (flags & FLAG_DEVICE) !== 0;
  const password = passwordProtected ? (keys.password ?? '') : '';
  const deviceId = deviceBound ? (keys.deviceId ?? '') : '';
  if (deviceBound && deviceId === '') return refuse('device-id-needed');
  if (passwordProtected && password === '') return refuse('password-needed');
  if (!isPassword(password)) return refuse('wrong-password');

  const otherForm: CtfForm = form === 'link' ? 'plain' : 'link';
  let deviceKnown = false;
  for (const variant of [form, otherForm]) {
    const length = DEVICE_ID_LENGTH[variant];
    const device = deviceDigits(deviceId, length);
    if (deviceBound && deviceCheck(device, length) !== fields.deviceCheck) continue;
    deviceKnown = true;
    const seed = decryptBlock(seedKey(password, device), fields.encryptedSeed);
    if (shortMac(seed) !== fields.seedCheck) continue;
    const token: SecuridToken = {
      serial: digits.slice(1, HEAD_LENGTH),
      seed,
      digits: tokenDigits,
      intervalSeconds,
      addPin: (flags & 0x10) !== 0,
      localPin: (flags & 0x08) !== 0,
      expiryDay,
    };
    return { ok: true, token, version: 2, passwordProtected, deviceBound };
  }
  if (!deviceKnown) return refuse('wrong-device-id');
  return refuse(passwordProtected ? 'wrong-password' : 'damaged');
}

/**
 * Writes CTF version 2: 81 digits, without dashes.
 *
 * @param form `link` if the digits will follow `ctfData=`, `plain` for the bare number; readers differ in how much of the device ID they
 * use, even of an empty one
 */
export function encodeCtf(token: SecuridToken, form: CtfForm, keys: CtfKeys = {}): CtfWritten {
  const { password = '', deviceId = '' } = keys;
  const expiry = (dayNumber(token.expiryDay) ?? 0) - EPOCH_DAY;
  const length = DEVICE_ID_LENGTH[form];
  const device = deviceDigits(deviceId, length);
  if (!isSecuridToken(token)) return { ok: false, reason: 'invalid-token' };
  if (expiry < 0 || expiry > MAX_EXPIRY) return { ok: false, reason: 'expiry-out-of-range' };
  if (!isPassword(password)) return { ok: false, reason: 'unusable-password' };
  if (deviceId !== '' && device === '') return { ok: false, reason: 'unusable-device-id' };

  const flags =
    FLAG_128_BIT |
    (password === '' ? 0 : FLAG_PASSWORD) |
    (deviceId === '' ? 0 : FLAG_DEVICE) |
    FLAG_TIME_DERIVED |
    ((token.digits - 1) << 6) |
    (token.addPin ? 0x10 : 0) |
    (token.localPin ? 0x08 : 0) |
    (token.intervalSeconds === 60 ? 1 : 0);
  const head = `2${token.serial}${pack({
    encryptedSeed: encryptBlocks(seedKey(password, device), token.seed),
    flags,
    expiry,
    seedCheck: shortMac(token.seed),
    deviceCheck: deviceCheck(device, length),
  })}`;
  return { ok: true, digits: head + octal(shortMac(ascii(head)), 5) };
}

/** The 189 bits between serial number and checksum. */
type Fields = {
  /** 16 bytes. */
  readonly encryptedSeed: Uint8Array;
  /** 16 bits. */
  readonly flags: number;
  /** 14 bits, days since 2000-01-01; a zero bit follows. */
  readonly expiry: number;
  /** 15 bits each. */
  readonly seedCheck: number;
  readonly deviceCheck: number;
};

function pack(fields: Fields): string {
  const seed = fields.encryptedSeed.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const tail = [
    [fields.flags, 16n],
    [fields.expiry, 14n],
    [0, 1n],
    [fields.seedCheck, 15n],
    [fields.deviceCheck, 15n],
  ] as const;
  return octal(
    tail.reduce((value, [field, width]) => (value << width) | BigInt(field), seed),
    63,
  );
}

function unpack(octalDigits: string): Fields {
  const bits = BigInt(`0o${octalDigits}`);
  const field = (shift: bigint, width: bigint): number => Number((bits >> shift) & ((1n << width) - 1n));
  const encryptedSeed = Uint8Array.from({ length: 16 }, (_, i) => field(61n + 8n * BigInt(15 - i), 8n));
  return {
    encryptedSeed,
    flags: field(45n, 16n),
    expiry: field(31n, 14n),
    seedCheck: field(15n, 15n),
    deviceCheck: field(0n, 15n),
  };
}

function octal(value: number | bigint, width: number): string {
  return value.toString(8).padStart(width, '0');
}

/** The hexadecimal digits among the first `length` characters, upper case: the rest is grouping. */
function deviceDigits(deviceId: string, length: number): string {
  return deviceId
    .slice(0, length)
    .replace(/[^0-9a-fA-F]/g, '')
    .toUpperCase();
}

function deviceCheck(device: string, length: number): number {
  const padded = new Uint8Array(length);
  padded.set(ascii(device));
  return shortMac(padded);
}

function seedKey(password: string, device: string): Uint8Array {
  return securidMac(Uint8Array.of(...ascii(password + device), ...KEY_SUFFIX));
}

function isPassword(password: string): boolean {
  return password.length <= MAX_PASSWORD && /^[\x20-\x7e]*$/.test(password);
}
