/**
 * A request that is sent on to another server, and what of its reply goes back (RFC 2865 §2.3). Knows no socket.
 *
 * The client's Proxy-State attributes are left out of the request that is sent on, and are in the reply again: {@link encodeReply} puts them
 * there.
 */
import { utf8 } from '@sower/bytes/octets';
import { TYPE, vendorAttributes } from './attributes.ts';
import { signMessageAuthenticator } from './authenticators.ts';
import {
  type Attribute,
  CODE,
  encodePacket,
  HEADER_LENGTH,
  MAX_PACKET_LENGTH,
  type ParsedPacket,
} from './packet.ts';
import { hidePassword } from './password.ts';
import { octetsOf } from './server.ts';

/** What is replaced, and what only the two who share a secret can read. */
const NOT_SENT_ON: ReadonlySet<number> = new Set([
  TYPE.userPassword,
  TYPE.chapPassword,
  TYPE.state,
  TYPE.proxyState,
  TYPE.eapMessage,
  TYPE.messageAuthenticator,
]);

/**
 * An Access-Request for the other server, with a Message-Authenticator.
 * @param request that arrived, and was found to be authentic
 * @returns undefined if it does not fit into a packet
 */
export function forwardedRequest(
  request: ParsedPacket,
  as: {
    readonly identifier: number;
    /** 16 unpredictable octets. */
    readonly authenticator: Uint8Array;
    /** At most 128 octets. */
    readonly password: Uint8Array;
    /** That the other server gave with its challenge. */
    readonly state: Uint8Array | undefined;
    readonly proxyState: Uint8Array;
    /** For a request that does not say which client it came from (RFC 2865 §4.1). */
    readonly nasIdentifier: string;
    /** That the other server shares with us. */
    readonly secret: Uint8Array;
  },
): Uint8Array | undefined {
  const kept = request.attributes.filter(({ type }) => !NOT_SENT_ON.has(type));
  const named = kept.some(({ type }) => type === TYPE.nasIpAddress || type === TYPE.nasIdentifier);
  const attributes: Attribute[] = [
    { type: TYPE.messageAuthenticator, value: new Uint8Array(16) },
    ...kept,
    ...(named ? [] : [{ type: TYPE.nasIdentifier, value: utf8(as.nasIdentifier) }]),
    { type: TYPE.userPassword, value: hidePassword(as.password, as.secret, as.authenticator) },
    ...(as.state === undefined ? [] : [{ type: TYPE.state, value: as.state }]),
    { type: TYPE.proxyState, value: as.proxyState },
  ];
  if (HEADER_LENGTH + octetsOf(attributes) > MAX_PACKET_LENGTH) return undefined;
  const octets = encodePacket({
    code: CODE.accessRequest,
    identifier: as.identifier,
    authenticator: as.authenticator,
    attributes,
  });
  signMessageAuthenticator(octets, as.secret);
  return octets;
}

/** Salted with the secret of those two (RFC 2868 §3.5, RFC 2548 §2.4): the client could not read it. */
const TUNNEL_PASSWORD = 69;
const MICROSOFT = 311;
const MPPE_KEYS: ReadonlySet<number> = new Set([16, 17]);

/** The attributes of a reply that mean the same to the client. State is left out, and User-Name is for the caller to say. */
export const repliedAttributes = (reply: ParsedPacket): Attribute[] =>
  reply.attributes.filter(
    ({ type, value }) =>
      !NOT_SENT_ON.has(type) &&
      type !== TYPE.userName &&
      type !== TUNNEL_PASSWORD &&
      !(type === TYPE.vendorSpecific && carriesKeys(value)),
  );

const carriesKeys = (value: Uint8Array): boolean =>
  vendorAttributes(value)?.some(({ vendor, type }) => vendor === MICROSOFT && MPPE_KEYS.has(type)) ?? false;
