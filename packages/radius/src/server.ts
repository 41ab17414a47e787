/**
 * The server side: verifies requests before anything in them is trusted, and signs replies.
 *
 * A request that is not authentic yields a reason, never a packet, so that no one can answer it by mistake.
 */

import { equalOctets } from '@sower/bytes/octets';
import { TYPE } from './attributes.ts';
import {
  accountingAuthenticator,
  checkMessageAuthenticator,
  responseAuthenticator,
  signedAuthenticator,
  signMessageAuthenticator,
} from './authenticators.ts';
import {
  type Attribute,
  CODE,
  countAttributes,
  encodePacket,
  findAttribute,
  HEADER_LENGTH,
  MAX_PACKET_LENGTH,
  type Malformed,
  type ParsedPacket,
  parsePacket,
} from './packet.ts';
import { revealPassword } from './password.ts';

/** Why a request is not answered. */
export type DropReason =
  | Malformed
  /** A code that is not a request's, or not for this port. */
  | 'wrong-code'
  /** Two of what RFC 2865 §5.44 allows once. Readers differ in which one they use, so it could name two users or two attempts. */
  | 'repeated-attribute'
  | 'no-message-authenticator'
  /** The Message-Authenticator or the accounting authenticator is wrong: a different secret, or an attacker in the middle. */
  | 'wrong-authenticator';

export type ReadRequest =
  | { readonly ok: true; readonly request: ParsedPacket }
  | { readonly ok: false; readonly reason: DropReason };

export type RequestRules = {
  readonly secret: Uint8Array;
  /** Codes that this port accepts. */
  readonly codes: readonly number[];
  /**
   * Whether an Access-Request must have a Message-Authenticator. Without it, an attacker in the middle can forge the answer
   * (CVE-2024-3596). Status-Server always must (RFC 5997 §3), and so must anything that came through a proxy.
   */
  readonly messageAuthenticator: 'required' | 'optional';
};

export function readRequest(octets: Uint8Array, rules: RequestRules): ReadRequest {
  const parsed = parsePacket(octets);
  if (!parsed.ok) return parsed;
  return checkRequest(parsed.packet, rules);
}

export function checkRequest(request: ParsedPacket, rules: RequestRules): ReadRequest {
  if (!rules.codes.includes(request.code)) return { ok: false, reason: 'wrong-code' };
  const proof = checkMessageAuthenticator(request, rules.secret, signedAuthenticator(request));
  if (proof === 'wrong') return { ok: false, reason: 'wrong-authenticator' };
  if (request.code === CODE.accountingRequest) {
    const expected = accountingAuthenticator(request.octets, rules.secret);
    if (!equalOctets(expected, request.authenticator)) return { ok: false, reason: 'wrong-authenticator' };
    return once(request);
  }
  const required =
    rules.messageAuthenticator === 'required' ||
    request.code === CODE.statusServer ||
    // RFC 3579 §3.1, and the room that the forgery of CVE-2024-3596 uses.
    countAttributes(request, TYPE.eapMessage) > 0 ||
    countAttributes(request, TYPE.proxyState) > 0;
  if (proof === 'absent' && required) return { ok: false, reason: 'no-message-authenticator' };
  return once(request);
}

/** What a request is about: the user, and the attempt. */
const ONCE = [TYPE.userName, TYPE.state];

const once = (request: ParsedPacket): ReadRequest =>
  ONCE.some((type) => countAttributes(request, type) > 1)
    ? { ok: false, reason: 'repeated-attribute' }
    : { ok: true, request };

export type Password =
  | { readonly kind: 'pap'; readonly password: Uint8Array }
  /** CHAP, EAP, MS-CHAP, two passwords, or one with an impossible length: nothing to verify. */
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'none' };

/** The password in an Access-Request. */
export function passwordOf(request: ParsedPacket, secret: Uint8Array): Password {
  if (countAttributes(request, TYPE.chapPassword) + countAttributes(request, TYPE.eapMessage) > 0) {
    return { kind: 'unsupported' };
  }
  const hidden = findAttribute(request, TYPE.userPassword);
  if (!hidden) return { kind: 'none' };
  if (countAttributes(request, TYPE.userPassword) > 1) return { kind: 'unsupported' };
  const password = revealPassword(hidden, secret, request.authenticator);
  return password ? { kind: 'pap', password } : { kind: 'unsupported' };
}

const EMPTY_MESSAGE_AUTHENTICATOR: Attribute = {
  type: TYPE.messageAuthenticator,
  value: new Uint8Array(16),
};

export const octetsOf = (attributes: readonly Attribute[]): number =>
  attributes.reduce((sum, { value }) => sum + value.length + 2, 0);

const proxyStatesOf = (request: ParsedPacket): readonly Attribute[] =>
  request.attributes.filter(({ type }) => type === TYPE.proxyState);

/** Octets of attributes that fit into a reply, besides the Message-Authenticator and the Proxy-State attributes. */
export const replyRoom = (request: ParsedPacket): number =>
  MAX_PACKET_LENGTH -
  HEADER_LENGTH -
  octetsOf([EMPTY_MESSAGE_AUTHENTICATOR]) -
  octetsOf(proxyStatesOf(request));

/**
 * A reply: Message-Authenticator first (CVE-2024-3596), then the attributes, then the request's Proxy-State attributes, unchanged and in
 * order (RFC 2865 §5.33).
 * @returns undefined if the attributes do not fit, see {@link replyRoom}: a reply without some of them would mean something else
 */
export function encodeReply(
  request: ParsedPacket,
  reply: { readonly code: number; readonly attributes: readonly Attribute[] },
  secret: Uint8Array,
): Uint8Array | undefined {
  if (octetsOf(reply.attributes) > replyRoom(request)) return undefined;
  // RFC 2869 §5.19 allows none in accounting, and those who add one compute it in different ways.
  const signature = request.code === CODE.accountingRequest ? [] : [EMPTY_MESSAGE_AUTHENTICATOR];
  const octets = encodePacket({
    code: reply.code,
    identifier: request.identifier,
    authenticator: request.authenticator,
    attributes: [...signature, ...reply.attributes, ...proxyStatesOf(request)],
  });
  signMessageAuthenticator(octets, secret);
  octets.set(responseAuthenticator(octets, secret), 4);
  return octets;
}
