/**
 * Opens CTF versions 3 and 4 from their 291 bytes. Reading only: every authenticator accepts version 2.
 *
 * Layout: version, password flag, device flag, SHA-256(nonce || D), SHA-256(nonce || D || password), nonce (16), AES-256-CBC ciphertext
 * (176), HMAC-SHA-256 over everything before it.
 */
import { cbc } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { concat, equalOctets } from '@sower/bytes/octets';
import { dayText } from './calendar.ts';
import type { CtfKeys, CtfReason, CtfRefusal, CtfResult } from './ctf-result.ts';
import { isDigits, isIntervalSeconds } from './securid-token.ts';

const TOTAL = 291;
const MAX_PASSWORD = 128;
const DEVICE_ID_LENGTH = 48;
const ITERATIONS = 1_000;
const DAY_MS = 86_400_000n;

const PIN_ADDED = 0x21;
const PIN_NOT_ADDED = 0x1f;

const MAC_CONSTANT = hexToBytes('d014433c6d179febda09abfc3249634c');
const ENCRYPTION_CONSTANT = hexToBytes('3bafff4d918d89b68160de444e05c0dd');

/** Opens the bytes; `expiryDay` comes from a millisecond timestamp. Never throws. */
export function decodeCtfV3(bytes: Uint8Array, keys: CtfKeys = {}): CtfResult {
  const refuse = (reason: CtfReason): CtfRefusal => ({ ok: false, reason });
  const version = bytes[0];
  if (version !== 3 && version !== 4) return refuse('unsupported-version');
  if (bytes.length !== TOTAL) return refuse('damaged');

  const passwordProtected = bytes[1] !== 0;
  const deviceBound = bytes[2] !== 0;
  const nonce = bytes.subarray(67, 83);
  const passwordText = passwordProtected ? (keys.password ?? '') : '';
  if (deviceBound && !keys.deviceId) return refuse('device-id-needed');
  if (passwordProtected && passwordText === '') return refuse('password-needed');
  if (passwordText.length > MAX_PASSWORD) return refuse('wrong-password');
  const password = new TextEncoder().encode(passwordText);
  const D = deviceField(deviceBound ? (keys.deviceId ?? '') : '');

  if (!equalOctets(sha256(concat(nonce, D)), bytes.subarray(3, 35))) {
    return refuse(deviceBound ? 'wrong-device-id' : 'damaged');
  }
  if (!equalOctets(sha256(concat(nonce, D, password)), bytes.subarray(35, 67))) {
    return refuse(passwordProtected ? 'wrong-password' : 'damaged');
  }
  const deriveKey = (constant: Uint8Array): Uint8Array => {
    const material = concat(password, D, constant, nonce);
    // Version 3 feeds only every second byte into the derivation.
    const used = version === 3 ? material.filter((_, index) => index % 2 === 1) : material;
    return pbkdf2(sha256, used, nonce, { c: ITERATIONS, dkLen: 32 });
  };
  const mac = hmac(sha256, deriveKey(MAC_CONSTANT), bytes.subarray(0, 259));
  if (!equalOctets(mac, bytes.subarray(259))) return refuse('damaged');

  let plaintext: Uint8Array;
  try {
    plaintext = cbc(deriveKey(ENCRYPTION_CONSTANT), nonce).decrypt(bytes.subarray(83, 259));
  } catch {
    // Wrong padding under a right MAC: the writer does not follow the format.
    return refuse('damaged');
  }
  if (plaintext.length !== 160) return refuse('damaged');
  return parsePlaintext(plaintext, version, { passwordProtected, deviceBound });
}

function parsePlaintext(
  plaintext: Uint8Array,
  version: 3 | 4,
  protection: { readonly passwordProtected: boolean; readonly deviceBound: boolean },
): CtfResult {
  const unsupported: CtfRefusal = { ok: false, reason: 'unsupported-parameters' };
  const serial = /^(\d{12})\0*$/.exec(String.fromCharCode(...plaintext.subarray(0, 16)))?.[1];
  const digits = plaintext[35]!;
  const addPin = plaintext[36]!;
  const intervalSeconds = plaintext[37]!;
  if (serial === undefined || !isDigits(digits) || !isIntervalSeconds(intervalSeconds)) return unsupported;
  if (addPin !== PIN_ADDED && addPin !== PIN_NOT_ADDED) return unsupported;
  const view = new DataView(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength);
  const expiryDay = dayText(Number(view.getBigInt64(46) / DAY_MS));
  if (expiryDay === undefined) return unsupported;
  return {
    ok: true,
    token: {
      serial,
      seed: plaintext.slice(16, 32),
      digits,
      intervalSeconds,
      addPin: addPin === PIN_ADDED,
      localPin: false,
      expiryDay,
    },
    version,
    ...protection,
  };
}

/** D: letters and digits of the device ID, upper case, truncated or zero-padded to 48 bytes. */
function deviceField(deviceId: string): Uint8Array {
  const field = new Uint8Array(DEVICE_ID_LENGTH);
  const text = deviceId.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
  field.set(new TextEncoder().encode(text.slice(0, DEVICE_ID_LENGTH)));
  return field;
}
