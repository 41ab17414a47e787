/**
 * AES on single blocks and as CBC-MAC, the two forms in which SecurID-AES, CTF and sdtid use it.
 *
 * Not for encrypting messages: deliberately, there is no mode, padding or authentication here. AES-128 in the forward direction is ours (FIPS
 * 197): a tokencode needs five keys and as many blocks, of which a library spends most on objects. Like a library in plain JavaScript it
 * looks tables up by secret octets.
 */
import { cbc, ecb } from '@noble/ciphers/aes.js';

const BLOCK = 16;

/** E(key, block) of each of one or more AES blocks of 16 bytes, `key` of 16 or 32. Returns as many new bytes. */
export function encryptBlocks(key: Uint8Array, blocks: Uint8Array): Uint8Array<ArrayBuffer> {
  if (blocks.length % BLOCK !== 0) throw new RangeError('blocks');
  if (key.length !== BLOCK) return Uint8Array.from(ecb(key, { disablePadding: true }).encrypt(blocks));
  const encrypted = new Uint8Array(blocks);
  encryptInPlace(key, encrypted);
  return encrypted;
}

/** D(key, block): the inverse of {@link encryptBlocks}. */
export function decryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  return ecb(key, { disablePadding: true }).decrypt(block);
}

/** The last block of AES-CBC over `data`, zero-padded to whole blocks; empty data counts as one block of zeros. */
export function cbcMac(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.max(1, Math.ceil(data.length / BLOCK)) * BLOCK);
  padded.set(data);
  return cbc(key, iv, { disablePadding: true }).encrypt(padded).slice(-BLOCK);
}

/** a xor b over 16 bytes. */
export function xorBlock(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(BLOCK);
  for (let i = 0; i < BLOCK; i += 1) out[i] = a[i]! ^ b[i]!;
  return out;
}

const SBOX = new Uint8Array(256);
/** MixColumns of a substituted octet in the first row; the other rows are rotations of it. */
const MIXED = new Uint32Array(256);
/** FIPS 197 §4.2: in GF(2^8) by x^8 + x^4 + x^3 + x + 1. */
const doubled = (value: number): number => (value << 1) ^ (value & 0x80 ? 0x11b : 0);

function makeTables(): void {
  // p runs through all elements but zero, as powers of 3; q is its inverse.
  let [p, q] = [1, 1];
  do {
    p ^= doubled(p);
    q ^= q << 1;
    q ^= q << 2;
    q ^= q << 4;
    q &= 0xff;
    if (q & 0x80) q ^= 0x09;
    const rotations = q ^ (q << 1) ^ (q << 2) ^ (q << 3) ^ (q << 4);
    SBOX[p] = (rotations ^ (rotations >> 8) ^ 0x63) & 0xff;
  } while (p !== 1);
  SBOX[0] = 0x63;
  for (let value = 0; value < 256; value += 1) {
    const s = SBOX[value] as number;
    const twice = doubled(s);
    MIXED[value] = (twice << 24) | (s << 16) | (s << 8) | (twice ^ s);
  }
}

makeTables();

const ROUNDS = 10;
/** Round keys of the key in use, zero otherwise. Nothing here waits, so there is one at a time. */
const schedule = new Uint32Array(4 * (ROUNDS + 1));

const wordAt = (octets: Uint8Array, at: number): number =>
  ((octets[at] as number) << 24) |
  ((octets[at + 1] as number) << 16) |
  ((octets[at + 2] as number) << 8) |
  (octets[at + 3] as number);

const substituted = (word: number): number =>
  ((SBOX[word >>> 24] as number) << 24) |
  ((SBOX[(word >>> 16) & 0xff] as number) << 16) |
  ((SBOX[(word >>> 8) & 0xff] as number) << 8) |
  (SBOX[word & 0xff] as number);

/** FIPS 197 §5.2 */
function expand(key: Uint8Array): void {
  for (let at = 0; at < 4; at += 1) schedule[at] = wordAt(key, 4 * at);
  let round = 1;
  for (let at = 4; at < schedule.length; at += 1) {
    let word = schedule[at - 1] as number;
    if (at % 4 === 0) {
      word = substituted((word << 8) | (word >>> 24)) ^ (round << 24);
      round = doubled(round);
    }
    schedule[at] = (schedule[at - 4] as number) ^ word;
  }
}

const mixed = (a: number, b: number, c: number, d: number, key: number): number => {
  const second = MIXED[(b >>> 16) & 0xff] as number;
  const third = MIXED[(c >>> 8) & 0xff] as number;
  const fourth = MIXED[d & 0xff] as number;
  return (
    (MIXED[a >>> 24] as number) ^
    ((second >>> 8) | (second << 24)) ^
    ((third >>> 16) | (third << 16)) ^
    ((fourth >>> 24) | (fourth << 8)) ^
    key
  );
};

const last = (a: number, b: number, c: number, d: number, key: number): number =>
  (((SBOX[a >>> 24] as number) << 24) |
    ((SBOX[(b >>> 16) & 0xff] as number) << 16) |
    ((SBOX[(c >>> 8) & 0xff] as number) << 8) |
    (SBOX[d & 0xff] as number)) ^
  key;

function put(octets: Uint8Array, at: number, word: number): void {
  octets[at] = word >>> 24;
  octets[at + 1] = word >>> 16;
  octets[at + 2] = word >>> 8;
  octets[at + 3] = word;
}

/** FIPS 197 §5.1, one block in its buffer. */
function encryptAt(blocks: Uint8Array, at: number): void {
  let a = wordAt(blocks, at) ^ (schedule[0] as number);
  let b = wordAt(blocks, at + 4) ^ (schedule[1] as number);
  let c = wordAt(blocks, at + 8) ^ (schedule[2] as number);
  let d = wordAt(blocks, at + 12) ^ (schedule[3] as number);
  for (let key = 4; key < 4 * ROUNDS; key += 4) {
    const nextA = mixed(a, b, c, d, schedule[key] as number);
    const nextB = mixed(b, c, d, a, schedule[key + 1] as number);
    const nextC = mixed(c, d, a, b, schedule[key + 2] as number);
    d = mixed(d, a, b, c, schedule[key + 3] as number);
    a = nextA;
    b = nextB;
    c = nextC;
  }
  const key = 4 * ROUNDS;
  put(blocks, at, last(a, b, c, d, schedule[key] as number));
  put(blocks, at + 4, last(b, c, d, a, schedule[key + 1] as number));
  put(blocks, at + 8, last(c, d, a, b, schedule[key + 2] as number));
  put(blocks, at + 12, last(d, a, b, c, schedule[key + 3] as number));
}

/** @param blocks encrypted where they are, each by itself */
function encryptInPlace(key: Uint8Array, blocks: Uint8Array): void {
  expand(key);
  for (let at = 0; at < blocks.length; at += BLOCK) encryptAt(blocks, at);
  schedule.fill(0);
}
