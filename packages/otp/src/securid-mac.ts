/**
 * The hash inside CTF: a Davies-Meyer construction over AES-128, and its 15-bit short form.
 *
 * It is part of a file format, not a MAC to build on: it has no key.
 */
import { encryptBlocks, xorBlock } from './aes-block.ts';

/** 16 bytes over a message of any length. */
export function securidMac(message: Uint8Array): Uint8Array {
  let W: Uint8Array = new Uint8Array(16).fill(0xff);
  let odd = false;
  let offset = 0;
  const absorb = (block: Uint8Array): void => {
    W = xorBlock(W, encryptBlocks(block, W));
  };
  for (; message.length - offset > 16; offset += 16) {
    absorb(message.subarray(offset, offset + 16));
    odd = !odd;
  }
  const last = new Uint8Array(16);
  last.set(message.subarray(offset));
  absorb(last);
  if (odd) absorb(new Uint8Array(16));
  // L = length of the message in bits, 128-bit big-endian
  const L = new Uint8Array(16);
  new DataView(L.buffer).setBigUint64(8, BigInt(message.length) * 8n);
  absorb(L);
  return xorBlock(W, encryptBlocks(W, W));
}

/** The first 15 bits of {@link securidMac}, 0 to 32767. */
export function shortMac(message: Uint8Array): number {
  const hash = securidMac(message);
  return (hash[0]! << 7) | (hash[1]! >> 1);
}
