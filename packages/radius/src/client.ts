/** The client side: signs requests, and verifies replies before they are used. It has no socket and no randomness of its own. */

import { equalOctets, utf8 } from '@sower/bytes/octets';
import { TYPE } from './attributes.ts';
import {
  accountingAuthenticator,
  checkMessageAuthenticator,
  responseAuthenticator,
  signMessageAuthenticator,
} from './authenticators.ts';
import { type Attribute, CODE, encodePacket, type ParsedPacket, parsePacket } from './packet.ts';
import { hidePassword } from './password.ts';

export type AccessRequest = {
  readonly identifier: number;
  /** 16 unpredictable octets. */
  readonly authenticator: Uint8Array;
  readonly userName: string;
  readonly password: string;
  readonly attributes?: readonly Attribute[];
};

const messageAuthenticator: Attribute = { type: TYPE.messageAuthenticator, value: new Uint8Array(16) };

export function accessRequest(request: AccessRequest, secret: Uint8Array): Uint8Array {
  const octets = encodePacket({
    code: CODE.accessRequest,
    identifier: request.identifier,
    authenticator: request.authenticator,
    attributes: [
      messageAuthenticator,
      { type: TYPE.userName, value: utf8(request.userName) },
      {
        type: TYPE.userPassword,
        value: hidePassword(utf8(request.password), secret, request.authenticator),
      },
      ...(request.attributes ?? []),
    ],
  });
  signMessageAuthenticator(octets, secret);
  return octets;
}

/** RFC 5997: is the server there? */
export function statusServer(
  identifier: number,
  authenticator: Uint8Array,
  secret: Uint8Array,
  attributes: readonly Attribute[] = [],
): Uint8Array {
  const octets = encodePacket({
    code: CODE.statusServer,
    identifier,
    authenticator,
    attributes: [...attributes, messageAuthenticator],
  });
  signMessageAuthenticator(octets, secret);
  return octets;
}

/** RFC 2866 §3: the authenticator is computed, so nothing in it is random. */
export function accountingRequest(
  identifier: number,
  attributes: readonly Attribute[],
  secret: Uint8Array,
): Uint8Array {
  const octets = encodePacket({
    code: CODE.accountingRequest,
    identifier,
    authenticator: new Uint8Array(16),
    attributes,
  });
  octets.set(accountingAuthenticator(octets, secret), 4);
  return octets;
}

export type ReadReply =
  | { readonly ok: true; readonly reply: ParsedPacket }
  | { readonly ok: false; readonly reason: string };

/** @param request the octets that were sent */
export function readReply(octets: Uint8Array, request: Uint8Array, secret: Uint8Array): ReadReply {
  const parsed = parsePacket(octets);
  if (!parsed.ok) return { ok: false, reason: `malformed: ${parsed.reason}` };
  const reply = parsed.packet;
  if (reply.identifier !== request[1])
    return { ok: false, reason: 'another identifier: an answer to something else' };
  const asked = request.subarray(4, 20);
  const unsigned = new Uint8Array(reply.octets);
  unsigned.set(asked, 4);
  if (!equalOctets(responseAuthenticator(unsigned, secret), reply.authenticator)) {
    return { ok: false, reason: 'the response authenticator is wrong: another secret, or a forged reply' };
  }
  // RFC 2869 §5.19: accounting has none.
  if (request[0] === CODE.accountingRequest) return { ok: true, reply };
  const proof = checkMessageAuthenticator(reply, secret, asked);
  if (proof !== 'right') return { ok: false, reason: `the Message-Authenticator is ${proof}` };
  return { ok: true, reply };
}
