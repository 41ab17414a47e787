/**
 * Approval codes: with one, the holder of a token agrees that another device replaces it.
 *
 * Our own, not from a standard. They are separate from the tokencodes of the same seed and reveal nothing about them, or the reverse. So a
 * tokencode that was overheard or typed into the wrong page moves no token, and an approval does not log anyone on. The server accepts each once.
 * Needs no bytes of the seed, only its use: WebCrypto's non-extractable keys will do.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { encryptBlocks, xorBlock } from './aes-block.ts';
import { HASHES, type OtpHash } from './hotp.ts';

/** Each code stands for one of these intervals, counted from 1970. */
export const APPROVAL_SECONDS = 60;
/** How far the clock of a device may be off, in these intervals; a code is valid for as long. */
export const APPROVAL_WINDOW = 5;
export const APPROVAL_DIGITS = 12;

const PURPOSE = 'Sower: another device may take the place of this one';

/** How the seed is used. */
export type ApprovalSeed =
  /** One AES block under the seed: 16 bytes in, 16 bytes out. */
  | { readonly encryptWithSeed: (block: Uint8Array<ArrayBuffer>) => Promise<Uint8Array> }
  /** HMAC under the seed, at least 16 bytes. */
  | { readonly mac: (data: Uint8Array<ArrayBuffer>) => Promise<Uint8Array> };

/**
 * Twelve decimal digits, with leading zeros.
 *
 * @param input.moment floor(unix seconds / 60)
 * @throws RangeError for an invalid interval; rejects if using the seed does
 */
export async function approvalCode(
  input: ApprovalSeed & { readonly serial: string; readonly moment: number },
): Promise<string> {
  const { serial, moment } = input;
  if (!Number.isSafeInteger(moment) || moment < 0) throw new RangeError('moment');
  const text = new TextEncoder().encode(`${PURPOSE}\0${serial}\0`);
  const message = new Uint8Array(text.length + 8);
  message.set(text);
  new DataView(message.buffer).setBigUint64(text.length, BigInt(moment));
  const M = 'mac' in input ? await input.mac(message) : await twoBlocks(message, input.encryptWithSeed);
  const value = new DataView(M.buffer, M.byteOffset).getBigUint64(0) % 10n ** BigInt(APPROVAL_DIGITS);
  return value.toString().padStart(APPROVAL_DIGITS, '0');
}

/** E(seed, E(seed, h[0..16]) xor h[16..32]) with h = SHA-256(message): a CBC-MAC, for one length only. */
async function twoBlocks(
  message: Uint8Array,
  encryptWithSeed: (block: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const h = Uint8Array.from(sha256(message));
  const first = await encryptWithSeed(h.slice(0, 16));
  return encryptWithSeed(Uint8Array.from(xorBlock(first, h.subarray(16))));
}

/** Uses a seed whose bytes are available, as on a server. @param token `hash` counts for totp and hotp alone */
export function approvalSeed(
  token: { readonly algorithm: 'securid' | 'totp' | 'hotp'; readonly hash: OtpHash },
  seed: Uint8Array,
): ApprovalSeed {
  return token.algorithm === 'securid'
    ? { encryptWithSeed: async (block) => encryptBlocks(seed, block) }
    : { mac: async (data) => hmac(HASHES[token.hash], seed, data) };
}
