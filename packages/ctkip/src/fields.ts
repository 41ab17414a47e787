/**
 * Typed reading of a message's elements: cardinality, base64, limits.
 *
 * Elements are found by local name in either CT-KIP namespace, in XML-DSig's or in none, because the schema and its own samples disagree on
 * qualification (RFC 4758 Appendix A and B). Unknown elements and attributes are ignored. An invalid field throws `Refusal`, which
 * `decode.ts` turns into a value; it never leaves this package.
 */
import type { XmlElement } from '@sower/xml';
import { CT_KIP, CT_KIP_2005_11, type FailureStatus, XML_DSIG } from './algorithms.ts';
import type { Dialect } from './dialect.ts';
import { fromBase64 } from './octets.ts';

/** The decoder's only exception, internal to it. */
export class Refusal extends Error {
  readonly status: FailureStatus;
  constructor(status: FailureStatus, reason: string) {
    super(reason);
    this.status = status;
  }
}

export function malformed(reason: string): never {
  throw new Refusal('MalformedRequest', reason);
}

/** Maximum sizes; characters for text, octets for octet strings. */
export const LIMITS = {
  /** RFC 4758 §3.7.6. */
  identifier: 128,
  uri: 512,
  algorithms: 32,
  tokenId: 128,
  /** RFC 4758 §3.8.6 lets servers use 64 and requires clients to accept at least as many. */
  keyId: 128,
  /** An RSA key of 8192 bits. */
  encryptedNonce: 1024,
  rsaNumber: 1024,
  extensions: 16,
  data: 4096,
  logo: 32_768,
  otpLength: 64,
} as const;

const NAMESPACES: ReadonlySet<string> = new Set([CT_KIP, CT_KIP_2005_11, XML_DSIG, '']);

/** The protocol's children with this name. */
export function all(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name && NAMESPACES.has(child.namespace));
}

/** The child with this name, if any; two are malformed. */
export function optional(element: XmlElement, name: string): XmlElement | undefined {
  const found = all(element, name);
  if (found.length > 1) malformed(`more than one ${name}`);
  return found[0];
}

export function required(element: XmlElement, name: string): XmlElement {
  return optional(element, name) ?? malformed(`no ${name}`);
}

/** The text of an element that contains nothing else. */
export function text(element: XmlElement, max: number): string {
  if (element.children.length > 0) malformed(`${element.name} holds elements`);
  if (element.text.length > max) malformed(`${element.name} too long`);
  return element.text;
}

export function optionalText(element: XmlElement, name: string, max: number): string | undefined {
  const found = optional(element, name);
  return found && text(found, max);
}

/** An anyURI or another value whose surrounding white space does not count. */
export function token(element: XmlElement, max: number): string {
  const value = text(element, max + 64).trim();
  if (value.length > max) malformed(`${element.name} too long`);
  return value;
}

/** Octets of a base64 element. White space inside is ignored, hence the generous bound before decoding. */
export function octets(element: XmlElement, bounds: { min: number; max: number }): Uint8Array {
  const value = fromBase64(text(element, bounds.max * 4 + 64));
  if (!value) return malformed(`${element.name} is not base64`);
  if (value.length < bounds.min) malformed(`${element.name} too short`);
  if (value.length > bounds.max) malformed(`${element.name} too long`);
  return value;
}

export function optionalOctets(
  element: XmlElement,
  name: string,
  bounds: { min: number; max: number },
): Uint8Array | undefined {
  const found = optional(element, name);
  return found && octets(found, bounds);
}

export function nonce(dialect: Dialect, element: XmlElement): Uint8Array {
  return octets(element, dialect.nonceLength);
}

export function optionalNonce(dialect: Dialect, element: XmlElement, name: string): Uint8Array | undefined {
  const found = optional(element, name);
  return found && nonce(dialect, found);
}

/** The URIs of a list of algorithms, at least one. */
export function algorithmList(element: XmlElement, name: string): string[] {
  const uris = all(required(element, name), 'Algorithm').map((item) => token(item, LIMITS.uri));
  if (uris.length === 0) malformed(`${name} is empty`);
  if (uris.length > LIMITS.algorithms) malformed(`${name} is too long`);
  return uris;
}

/** The attribute SessionID, exactly as written. */
export function sessionId(element: XmlElement): string | undefined {
  const { SessionID } = element.attributes;
  if (SessionID === undefined) return undefined;
  if (SessionID === '' || SessionID.length > LIMITS.identifier) malformed('SessionID empty or too long');
  return SessionID;
}

/** A positive whole number of at most six digits. */
export function positive(value: string, name: string): number {
  if (!/^\s*\+?0*[1-9]\d{0,5}\s*$/.test(value)) malformed(`${name} is not a positive number`);
  return Number(value);
}

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))?$/;

/** An xs:dateTime as Unix seconds. Fractions are dropped; without a zone it is read as UTC. */
export function dateTime(element: XmlElement): number {
  const match = DATE_TIME.exec(token(element, 64));
  if (!match) return malformed(`${element.name} is not a date and time`);
  const [year, month, day, hour, minute, second, , zoneHour, zoneMinute] = match
    .slice(1)
    .map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const instant = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC accepts overflow (31 April becomes 1 May); such a date must be refused.
  const back = new Date(instant);
  const fields = [back.getUTCFullYear(), back.getUTCMonth() + 1, back.getUTCDate(), back.getUTCHours()];
  const overflow =
    [year, month, day, hour].some((value, i) => value !== fields[i]) || minute > 59 || second > 59;
  if (overflow || zoneHour > 14 || zoneMinute > 59) malformed(`${element.name} is no such date and time`);
  const offset = (zoneHour * 60 + zoneMinute) * 60;
  return instant / 1000 - (match[7] === '-' ? -offset : offset);
}
