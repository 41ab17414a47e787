/**
 * RADIUS packets (RFC 2865 §3, §5): octets to values and back, every length checked.
 *
 * Knows only the layout: no secret, no meaning of any attribute.
 */

export const CODE = {
  accessRequest: 1,
  accessAccept: 2,
  accessReject: 3,
  accountingRequest: 4,
  accountingResponse: 5,
  accessChallenge: 11,
  statusServer: 12,
} as const;

export const HEADER_LENGTH = 20;
/** RFC 2865 §3: longer packets are not RADIUS. */
export const MAX_PACKET_LENGTH = 4096;
export const MAX_VALUE_LENGTH = 253;

export type Attribute = {
  /** 1 to 255. */
  readonly type: number;
  /** 0 to 253 octets. */
  readonly value: Uint8Array;
};

export type Packet = {
  readonly code: number;
  /** 0 to 255. */
  readonly identifier: number;
  /** 16 octets. */
  readonly authenticator: Uint8Array;
  /** In the order of the packet. */
  readonly attributes: readonly Attribute[];
};

/** A packet together with the octets it was read from, without padding: signatures cover these. */
export type ParsedPacket = Packet & { readonly octets: Uint8Array };

export type Malformed = 'truncated' | 'too-long' | 'bad-length' | 'bad-attribute';

export type Parsed =
  | { readonly ok: true; readonly packet: ParsedPacket }
  | { readonly ok: false; readonly reason: Malformed };

/** Reads one packet. Octets beyond the stated length are padding (RFC 2865 §3). The values are views of `octets`, not copies. */
export function parsePacket(octets: Uint8Array): Parsed {
  if (octets.length < HEADER_LENGTH) return { ok: false, reason: 'truncated' };
  const length = ((octets[2] as number) << 8) | (octets[3] as number);
  if (length < HEADER_LENGTH) return { ok: false, reason: 'bad-length' };
  if (length > MAX_PACKET_LENGTH) return { ok: false, reason: 'too-long' };
  if (length > octets.length) return { ok: false, reason: 'truncated' };
  const attributes: Attribute[] = [];
  for (let at = HEADER_LENGTH; at < length; ) {
    const size = octets[at + 1];
    // A length octet beyond the packet, one that does not include itself and the type, or one that extends past the end.
    if (at + 2 > length || size === undefined || size < 2 || at + size > length) {
      return { ok: false, reason: 'bad-attribute' };
    }
    const type = octets[at] as number;
    if (type === 0) return { ok: false, reason: 'bad-attribute' };
    attributes.push({ type, value: octets.subarray(at + 2, at + size) });
    at += size;
  }
  return {
    ok: true,
    packet: {
      code: octets[0] as number,
      identifier: octets[1] as number,
      authenticator: octets.subarray(4, HEADER_LENGTH),
      attributes,
      octets: octets.subarray(0, length),
    },
  };
}

/** @throws RangeError for what does not fit in a packet: a bug in the caller, never because of input */
export function encodePacket(packet: Packet): Uint8Array {
  let length = HEADER_LENGTH;
  for (const { type, value } of packet.attributes) {
    if (!Number.isInteger(type) || type < 1 || type > 255) throw new RangeError(`no attribute type: ${type}`);
    if (value.length > MAX_VALUE_LENGTH) throw new RangeError(`attribute ${type} is too long`);
    length += 2 + value.length;
  }
  if (length > MAX_PACKET_LENGTH) throw new RangeError(`a packet of ${length} octets`);
  if (packet.authenticator.length !== 16) throw new RangeError('an authenticator has 16 octets');
  const octets = new Uint8Array(length);
  octets[0] = packet.code;
  octets[1] = packet.identifier;
  octets[2] = length >> 8;
  octets[3] = length & 255;
  octets.set(packet.authenticator, 4);
  let at = HEADER_LENGTH;
  for (const { type, value } of packet.attributes) {
    octets[at] = type;
    octets[at + 1] = value.length + 2;
    octets.set(value, at + 2);
    at += value.length + 2;
  }
  return octets;
}

export function findAttribute(packet: Packet, type: number): Uint8Array | undefined {
  return packet.attributes.find((attribute) => attribute.type === type)?.value;
}

export function countAttributes(packet: Packet, type: number): number {
  return packet.attributes.filter((attribute) => attribute.type === type).length;
}

/** Offset of the first attribute with this type within the octets of a well-formed packet, or -1. */
export function offsetOf(octets: Uint8Array, type: number): number {
  for (let at = HEADER_LENGTH; at < octets.length; at += octets[at + 1] as number) {
    if (octets[at] === type) return at;
  }
  return -1;
}
