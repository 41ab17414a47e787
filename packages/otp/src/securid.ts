/**
 * SecurID-AES tokencodes: what a 128-bit time-based token shows in an interval.
 *
 * The seed is bytes, or a key that can be used but not read: then the holder computes one AES block for each code. No PIN (pin.ts), no
 * comparison (verify.ts), no clock, and none of the older 64-bit tokens. Nothing is cached beyond one call, so no derived key outlives it.
 */
import { encryptBlocks } from './aes-block.ts';

/** Four consecutive intervals share one last key: a block of 4 minutes or, at 30 seconds, of 2. */
const CODES_PER_BLOCK = 4;

/** End of the year 9999: the year is four decimal digits. */
const END_OF_TIME = 253_402_300_800;

export type SecuridParameters = {
  /** 16 bytes. */
  readonly seed: Uint8Array;
  /** 12 decimal digits; the computation uses the last eight. */
  readonly serial: string;
  /** 30 or 60. */
  readonly intervalSeconds: number;
  /** Length of the tokencode, 6 to 8. */
  readonly digits: number;
};

/**
 * The tokencode of one interval, decimal text with leading zeros.
 *
 * @param interval absolute number, floor(unix seconds / intervalSeconds)
 * @throws RangeError if an argument is outside its documented range: a bug in the caller, not a user's mistake
 */
export function securidTokencode(
  token: SecuridParameters & {
    readonly interval: number;
  },
): string {
  return securidTokencodes({ ...token, first: token.interval, last: token.interval })[0]!;
}

/**
 * The tokencodes of the intervals `first` to `last`, inclusive, in order. Neighbors share the key chain, so a window costs about one AES
 * block for four codes.
 *
 * @throws RangeError as {@link securidTokencode}, and if `last` is before `first`
 */
export function securidTokencodes(
  token: SecuridParameters & { readonly first: number; readonly last: number },
): string[] {
  const { seed, serial, intervalSeconds, digits, first, last } = token;
  if (seed.length !== 16) throw new RangeError('seed');
  check(token);

  const serialBcd = bcd(serial.slice(4));
  const codes: string[] = [];
  const perHour = 3600 / intervalSeconds;
  for (let from = first; from <= last; ) {
    const until = Math.min(last + 1, (Math.floor(from / perHour) + 1) * perHour);
    const block = from - (from % CODES_PER_BLOCK);
    const B = bcdTime(block * intervalSeconds);
    // K1 = E(seed, block(2)): the year
    const K4 = hourKey(encryptBlocks(seed, timeBlock(B, 2, serialBcd)), B, serialBcd);
    // K5 = E(K4, block(8)): four tokencodes of 32 bits. All of the hour at once, since a key costs as much as a block.
    const blocks = new Uint8Array(16 * Math.ceil((until - block) / CODES_PER_BLOCK));
    for (let at = 0; at < blocks.length; at += 16) {
      blocks.set(timeBlock(B, 8, serialBcd), at);
      blocks[at + MINUTE] = bcdByte((((block + at / 4) * intervalSeconds) / 60) % 60);
    }
    const K5s = new DataView(encryptBlocks(K4, blocks).buffer);
    for (; from < until; from += 1) codes.push(codeIn(K5s, from - block, digits));
  }
  return codes;
}

/**
 * The tokencode of one interval, for a seed that cannot be read: WebCrypto's non-extractable keys, or a smart card.
 *
 * @param token.encryptWithSeed one AES block under the seed: 16 bytes in, 16 bytes out. Its result reveals the codes of a year
 * @throws RangeError as {@link securidTokencode}; rejects if `encryptWithSeed` does
 */
export async function securidTokencodeBy(
  token: Omit<SecuridParameters, 'seed'> & {
    readonly interval: number;
    readonly encryptWithSeed: (block: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
  },
): Promise<string> {
  const { serial, intervalSeconds, digits, interval, encryptWithSeed } = token;
  check({ ...token, first: interval, last: interval });
  const serialBcd = bcd(serial.slice(4));
  const position = interval % CODES_PER_BLOCK;
  const B = bcdTime((interval - position) * intervalSeconds);
  const K1 = await encryptWithSeed(timeBlock(B, 2, serialBcd));
  const K4 = hourKey(K1, B, serialBcd);
  return codeIn(new DataView(encryptBlocks(K4, timeBlock(B, 8, serialBcd)).buffer), position, digits);
}

function check(
  token: Omit<SecuridParameters, 'seed'> & { readonly first: number; readonly last: number },
): void {
  const { serial, intervalSeconds, digits, first, last } = token;
  if (!/^\d{12}$/.test(serial)) throw new RangeError('serial');
  if (intervalSeconds !== 30 && intervalSeconds !== 60) throw new RangeError('intervalSeconds');
  if (!Number.isInteger(digits) || digits < 6 || digits > 8) throw new RangeError('digits');
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) throw new RangeError('interval');
  if (first < 0 || last < first || last * intervalSeconds >= END_OF_TIME) throw new RangeError('interval');
}

/** K2 = E(K1, block(3)), K3 = E(K2, block(4)), K4 = E(K3, block(5)): month, day, hour. */
function hourKey(K1: Uint8Array, B: Uint8Array, serialBcd: Uint8Array): Uint8Array {
  return [3, 4, 5].reduce((key, n) => encryptBlocks(key, timeBlock(B, n, serialBcd)), K1);
}

/** One of the four tokencodes in K5. */
function codeIn(K5: DataView, position: number, digits: number): string {
  return String(K5.getUint32(position * 4) % 10 ** digits).padStart(digits, '0');
}

/** block(n) = first n bytes of the time, AA up to byte 7, the serial number, BB to the end. */
function timeBlock(B: Uint8Array, n: number, serialBcd: Uint8Array): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(16);
  for (let at = 0; at < 8; at += 1) block[at] = at < n ? B[at]! : 0xaa;
  for (let at = 0; at < 4; at += 1) {
    block[8 + at] = serialBcd[at]!;
    block[12 + at] = 0xbb;
  }
  return block;
}

const MINUTE = 5;
/** Year (two bytes), month, day, hour, minute as BCD, then two zero bytes. `unixSeconds` is the start of a block. */
function bcdTime(unixSeconds: number): Uint8Array {
  const date = new Date(unixSeconds * 1000);
  const year = date.getUTCFullYear();
  const B = new Uint8Array(8);
  B[0] = bcdByte(Math.floor(year / 100));
  B[1] = bcdByte(year % 100);
  B[2] = bcdByte(date.getUTCMonth() + 1);
  B[3] = bcdByte(date.getUTCDate());
  B[4] = bcdByte(date.getUTCHours());
  B[MINUTE] = bcdByte(date.getUTCMinutes());
  return B;
}

function bcd(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i += 1) {
    bytes[i] = bcdByte(Number(digits.slice(2 * i, 2 * i + 2)));
  }
  return bytes;
}

const bcdByte = (twoDigits: number): number => Math.floor(twoDigits / 10) * 16 + (twoDigits % 10);
