/** Octet operations that only RADIUS uses. Lengths are octets; nothing here throws. */

import { hmac } from '@noble/hashes/hmac.js';
import { md5 as digest } from '@noble/hashes/legacy.js';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of UTF-8 octets; malformed sequences become U+FFFD, which matches no one's passcode. */
export const textOf = (octets: Uint8Array): string => decoder.decode(octets);

export const hexOf = (octets: Uint8Array): string =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');

// RADIUS is built on MD5 and HMAC-MD5; nothing else here should use them. Each computation copies a prepared state into the same scratch
// state, since making one costs more than the hash of a packet (docs/decisions/0118-speed-and-memory.md).
const fresh = digest.create();
const scratch = digest.create();

export function md5(...parts: readonly Uint8Array[]): Uint8Array {
  fresh._cloneInto(scratch);
  for (const part of parts) scratch.update(part);
  return digestOf(scratch);
}

type Keyed = ReturnType<typeof keyedBy>;
function keyedBy(key: Uint8Array) {
  const state = hmac.create(digest, key);
  return { state, scratch: state.clone() };
}
const keyed = new WeakMap<Uint8Array, Keyed>();

/** @param key is prepared once, and must not be altered in place afterwards */
export function hmacMd5(key: Uint8Array, message: Uint8Array): Uint8Array {
  let prepared = keyed.get(key);
  if (!prepared) {
    prepared = keyedBy(key);
    keyed.set(key, prepared);
  }
  prepared.state._cloneInto(prepared.scratch);
  return digestOf(prepared.scratch.update(message));
}

function digestOf(hash: { digestInto(out: Uint8Array): void }): Uint8Array {
  const out = new Uint8Array(16);
  hash.digestInto(out);
  return out;
}
