/**
 * The certificates in a PKCS#7 file (RFC 2315, .p7b), which some authorities send as their answer. It contains no key, and its order means
 * nothing.
 */
import { X509Certificate } from 'node:crypto';
import { Certificate, ContentInfo, SignedData } from 'pkijs';

/** @returns undefined if it is something else */
export function readPkcs7(octets: Uint8Array): X509Certificate[] | undefined {
  try {
    const info = ContentInfo.fromBER(new Uint8Array(octets));
    if (info.contentType !== ContentInfo.SIGNED_DATA) return undefined;
    const { certificates = [] } = new SignedData({ schema: info.content });
    return certificates
      .filter((certificate) => certificate instanceof Certificate)
      .map((certificate) => new X509Certificate(new Uint8Array(certificate.toSchema(false).toBER(false))));
  } catch {
    return undefined;
  }
}
