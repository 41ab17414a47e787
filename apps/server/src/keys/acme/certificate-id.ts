/** The identifier of a certificate at its authority (RFC 9773 §4.1). */
import 'reflect-metadata';
import type { X509Certificate } from 'node:crypto';
import { AuthorityKeyIdentifierExtension, X509Certificate as Parsed } from '@peculiar/x509';

/** @returns undefined if it does not name its authority's key */
export function certificateId(certificate: X509Certificate): string | undefined {
  const parsed = new Parsed(new Uint8Array(certificate.raw));
  const keyId = parsed.getExtension(AuthorityKeyIdentifierExtension)?.keyId;
  if (keyId === undefined) return undefined;
  const hex = parsed.serialNumber.length % 2 === 1 ? `0${parsed.serialNumber}` : parsed.serialNumber;
  // As in DER: positive.
  const serial = Buffer.from(Number.parseInt(hex.slice(0, 2), 16) > 0x7f ? `00${hex}` : hex, 'hex');
  return `${Buffer.from(keyId, 'hex').toString('base64url')}.${serial.toString('base64url')}`;
}
