/**
 * A small dictionary: the attributes that a server reads or replies with, and those of vendors that administrators ask for.
 *
 * Any other vendor's attribute can be written as `Vendor-ID-TYPE`. Tagged and encrypted attributes (tunnels, MPPE keys) are not supported.
 */
import { concat, utf8 } from '@sower/bytes/octets';
import { hexOf } from './octets.ts';
import { type Attribute, MAX_VALUE_LENGTH } from './packet.ts';

/** Types that the code itself uses. */
export const TYPE = {
  userName: 1,
  userPassword: 2,
  chapPassword: 3,
  nasIpAddress: 4,
  replyMessage: 18,
  state: 24,
  class: 25,
  vendorSpecific: 26,
  sessionTimeout: 27,
  callingStationId: 31,
  nasIdentifier: 32,
  proxyState: 33,
  acctStatusType: 40,
  acctInputOctets: 42,
  acctOutputOctets: 43,
  acctSessionId: 44,
  acctSessionTime: 46,
  acctTerminateCause: 49,
  acctInputGigawords: 52,
  acctOutputGigawords: 53,
  prompt: 76,
  eapMessage: 79,
  messageAuthenticator: 80,
} as const;

export type ValueKind = 'text' | 'octets' | 'integer' | 'ipv4' | 'ipv6' | 'ipv6-prefix';

export type Definition = {
  readonly type: number;
  readonly kind: ValueKind;
  /** SMI Private Enterprise Code (RFC 2865 §5.26); absent for the attributes of the RFCs. */
  readonly vendor?: number;
};

const CISCO = 9;
const MICROSOFT = 311;
const F5 = 3375;
const ASA = 3076;
const JUNIPER = 2636;
const CHECK_POINT = 2620;
const FORTINET = 12_356;
const ARUBA = 14_823;
const MIKROTIK = 14_988;
const PALO_ALTO = 25_461;

/** Attributes that an administrator may add to acceptances, by name. */
export const REPLY_ATTRIBUTES = {
  'Service-Type': { type: 6, kind: 'integer' },
  'Framed-Protocol': { type: 7, kind: 'integer' },
  'Framed-IP-Address': { type: 8, kind: 'ipv4' },
  'Framed-IP-Netmask': { type: 9, kind: 'ipv4' },
  'Filter-Id': { type: 11, kind: 'text' },
  'Framed-MTU': { type: 12, kind: 'integer' },
  'Framed-Route': { type: 22, kind: 'text' },
  Class: { type: TYPE.class, kind: 'octets' },
  'Session-Timeout': { type: TYPE.sessionTimeout, kind: 'integer' },
  'Idle-Timeout': { type: 28, kind: 'integer' },
  'Termination-Action': { type: 29, kind: 'integer' },
  'Acct-Interim-Interval': { type: 85, kind: 'integer' },
  'Framed-Pool': { type: 88, kind: 'text' },
  'Framed-IPv6-Prefix': { type: 97, kind: 'ipv6-prefix' },
  'Framed-IPv6-Pool': { type: 100, kind: 'text' },
  'Delegated-IPv6-Prefix': { type: 123, kind: 'ipv6-prefix' },
  'Framed-IPv6-Address': { type: 168, kind: 'ipv6' },
  'Cisco-AVPair': { type: 1, kind: 'text', vendor: CISCO },
  'MS-Primary-DNS-Server': { type: 28, kind: 'ipv4', vendor: MICROSOFT },
  'MS-Secondary-DNS-Server': { type: 29, kind: 'ipv4', vendor: MICROSOFT },
  'ASA-Group-Policy': { type: 25, kind: 'text', vendor: ASA },
  'Juniper-Local-User-Name': { type: 1, kind: 'text', vendor: JUNIPER },
  'CP-Gaia-User-Role': { type: 229, kind: 'text', vendor: CHECK_POINT },
  'CP-Gaia-SuperUser-Access': { type: 230, kind: 'integer', vendor: CHECK_POINT },
  'F5-LTM-User-Role': { type: 1, kind: 'integer', vendor: F5 },
  'F5-LTM-User-Info-1': { type: 12, kind: 'text', vendor: F5 },
  'Fortinet-Group-Name': { type: 1, kind: 'text', vendor: FORTINET },
  'Fortinet-Vdom-Name': { type: 3, kind: 'text', vendor: FORTINET },
  'Aruba-User-Role': { type: 1, kind: 'text', vendor: ARUBA },
  'Aruba-User-Vlan': { type: 2, kind: 'integer', vendor: ARUBA },
  'Mikrotik-Group': { type: 3, kind: 'text', vendor: MIKROTIK },
  'PaloAlto-Admin-Role': { type: 1, kind: 'text', vendor: PALO_ALTO },
  'PaloAlto-User-Group': { type: 5, kind: 'text', vendor: PALO_ALTO },
} as const satisfies Record<string, Definition>;

export type EncodedAttribute =
  | { readonly ok: true; readonly attribute: Attribute }
  | { readonly ok: false; readonly defect: AttributeDefect };

/** What is wrong with a name or a value. */
export type AttributeDefect =
  | { readonly kind: 'unknown' | 'empty' }
  | { readonly kind: 'value'; readonly takes: ValueKind }
  | { readonly kind: 'too-long'; readonly maximum: number };

/**
 * @param name from {@link REPLY_ATTRIBUTES}, or `Vendor-ID-TYPE` with a text or `0x…` as value
 * @param value as people write it: a text, a number, an address, a prefix such as `2001:db8::/64`; `0x…` for octets
 */
export function encodeAttribute(name: string, value: string): EncodedAttribute {
  const definition = definitionOf(name);
  if (!definition) return { ok: false, defect: { kind: 'unknown' } };
  const octets = encodeValue(definition.kind, value);
  if (!octets) return { ok: false, defect: { kind: 'value', takes: definition.kind } };
  const maximum = MAX_VALUE_LENGTH - (definition.vendor === undefined ? 0 : 6);
  if (octets.length > maximum) return { ok: false, defect: { kind: 'too-long', maximum } };
  if (octets.length === 0) return { ok: false, defect: { kind: 'empty' } };
  if (definition.vendor === undefined) {
    return { ok: true, attribute: { type: definition.type, value: octets } };
  }
  return { ok: true, attribute: vendorAttribute(definition.vendor, definition.type, octets) };
}

export function definitionOf(name: string): Definition | undefined {
  if (Object.hasOwn(REPLY_ATTRIBUTES, name)) return REPLY_ATTRIBUTES[name as keyof typeof REPLY_ATTRIBUTES];
  const other = /^Vendor-(\d{1,8})-(\d{1,3})$/.exec(name);
  const vendor = Number(other?.[1]);
  const type = Number(other?.[2]);
  if (!other || vendor < 1 || vendor > 0xff_ff_ff || type < 1 || type > 255) return undefined;
  return { vendor, type, kind: 'octets' };
}

/** RFC 2865 §5.26  Vendor-Id (4), vendor type (1), vendor length (1), value */
export function vendorAttribute(vendor: number, type: number, value: Uint8Array): Attribute {
  const head = Uint8Array.of(
    0,
    (vendor >> 16) & 255,
    (vendor >> 8) & 255,
    vendor & 255,
    type,
    value.length + 2,
  );
  return { type: TYPE.vendorSpecific, value: concat(head, value) };
}

export type VendorAttribute = { readonly vendor: number; readonly type: number; readonly value: Uint8Array };

/** The attributes inside a Vendor-Specific one; undefined if its lengths are wrong. */
export function vendorAttributes(value: Uint8Array): VendorAttribute[] | undefined {
  if (value.length < 4) return undefined;
  const vendor = new DataView(value.buffer, value.byteOffset, 4).getUint32(0);
  const found: VendorAttribute[] = [];
  for (let at = 4; at < value.length; ) {
    const size = value[at + 1];
    if (size === undefined || size < 2 || at + size > value.length) return undefined;
    found.push({ vendor, type: value[at] as number, value: value.subarray(at + 2, at + size) });
    at += size;
  }
  return found;
}

function encodeValue(kind: ValueKind, text: string): Uint8Array | undefined {
  switch (kind) {
    case 'text':
      return utf8(text);
    case 'octets':
      return /^0x(?:[0-9a-f]{2})+$/i.test(text)
        ? Uint8Array.from(text.slice(2).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
        : utf8(text);
    case 'integer':
      return /^\d{1,10}$/.test(text) && Number(text) <= 0xff_ff_ff_ff
        ? integerOctets(Number(text))
        : undefined;
    case 'ipv4':
      return ipv4Octets(text);
    case 'ipv6':
      return ipv6Octets(text);
    case 'ipv6-prefix': {
      const [address = '', length = '', ...rest] = text.split('/');
      const octets = ipv6Octets(address);
      if (!octets || rest.length > 0 || !/^\d{1,3}$/.test(length) || Number(length) > 128) return undefined;
      // RFC 3162 §2.3: bits beyond the prefix are zero.
      const bits = Number(length);
      const masked = octets.map((octet, i) => octet & (0xff00 >> Math.max(0, Math.min(8, bits - i * 8))));
      return concat(Uint8Array.of(0, bits), masked);
    }
  }
}

export const integerOctets = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);

/** The number in a four-octet attribute; undefined for another length. */
export function integerOf(value: Uint8Array | undefined): number | undefined {
  if (value?.length !== 4) return undefined;
  return new DataView(value.buffer, value.byteOffset, 4).getUint32(0);
}

/** Four octets of dotted decimal without leading zeros, which some read as octal. */
export function ipv4Octets(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  if (!parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined;
  return Uint8Array.from(parts, Number);
}

/** The sixteen octets of an address in the notation of RFC 4291 §2.2, without a zone. */
export function ipv6Octets(text: string): Uint8Array | undefined {
  let address = text;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (dotted) {
    const last = ipv4Octets(dotted[2] as string);
    if (!last) return undefined;
    address = `${dotted[1]}${hexOf(last.subarray(0, 2))}:${hexOf(last.subarray(2))}`;
  }
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const [left = [], right] = groups;
  const missing = 8 - left.length - (right?.length ?? 0);
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = right === undefined ? left : [...left, ...Array<string>(missing).fill('0'), ...right];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return Uint8Array.from(
    all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
  );
}

/** A text attribute, truncated to fit without breaking a character. */
export function textAttribute(type: number, text: string): Attribute {
  let cut = text;
  while (utf8(cut).length > MAX_VALUE_LENGTH) cut = [...cut].slice(0, -1).join('');
  return { type, value: utf8(cut) };
}
