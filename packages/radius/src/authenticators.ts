/**
 * What authenticates a packet: Message-Authenticator (RFC 2869 §5.14) and the authenticators of RFC 2865 §3 and RFC 2866 §3.
 *
 * An attacker in the middle can forge the authenticators of RFC 2865 (CVE-2024-3596): the Message-Authenticator is what counts.
 */

import { equalOctets } from '@sower/bytes/octets';
import { TYPE } from './attributes.ts';
import { hmacMd5, md5 } from './octets.ts';
import { CODE, offsetOf, type ParsedPacket } from './packet.ts';

const ZEROS = new Uint8Array(16);

export type Proof = 'right' | 'wrong' | 'absent';

/**
 * Verifies the Message-Authenticator of a packet.
 * @param authenticator the header's value while the HMAC is computed: for a request its own (zeros for accounting), for a reply that of the
 * request
 */
export function checkMessageAuthenticator(
  packet: ParsedPacket,
  secret: Uint8Array,
  authenticator: Uint8Array,
): Proof {
  const at = offsetOf(packet.octets, TYPE.messageAuthenticator);
  if (at < 0) return 'absent';
  // Of two, we would check one and someone else the other.
  if (packet.octets[at + 1] !== 18) return 'wrong';
  if (packet.attributes.filter(({ type }) => type === TYPE.messageAuthenticator).length > 1) return 'wrong';
  const copy = new Uint8Array(packet.octets);
  copy.set(authenticator, 4);
  copy.set(ZEROS, at + 2);
  const right = equalOctets(hmacMd5(secret, copy), packet.octets.subarray(at + 2, at + 18));
  return right ? 'right' : 'wrong';
}

/**
 * Fills in the Message-Authenticator of a packet in place, if it has one, using the authenticator in its header. RFC 2869 §5.14  HMAC-MD5
 * (Type, Identifier, Length, Request Authenticator, Attributes), the value itself being zeros
 */
export function signMessageAuthenticator(octets: Uint8Array, secret: Uint8Array): void {
  const at = offsetOf(octets, TYPE.messageAuthenticator);
  if (at < 0) return;
  octets.set(ZEROS, at + 2);
  octets.set(hmacMd5(secret, octets), at + 2);
}

/** RFC 2865 §3  ResponseAuth = MD5(Code+ID+Length+RequestAuth+Attributes+Secret), over a reply that still has RequestAuth in its header */
export const responseAuthenticator = (reply: Uint8Array, secret: Uint8Array): Uint8Array =>
  md5(reply, secret);

/** RFC 2866 §3  MD5(Code + Identifier + Length + 16 zero octets + request attributes + shared secret) */
export function accountingAuthenticator(request: Uint8Array, secret: Uint8Array): Uint8Array {
  const copy = new Uint8Array(request);
  copy.set(ZEROS, 4);
  return md5(copy, secret);
}

/** The header's authenticator of a request while its Message-Authenticator is computed. */
export const signedAuthenticator = (packet: ParsedPacket): Uint8Array =>
  packet.code === CODE.accountingRequest ? ZEROS : packet.authenticator;
