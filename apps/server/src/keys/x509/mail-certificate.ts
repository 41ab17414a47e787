/** Certificates for mail: parsed in any usual form, and checked before they are trusted with a secret. */

import { X509Certificate } from 'node:crypto';
import type { MailCertificate } from '@sower/api/mail';
import { type Text, text } from '@sower/texts/outcomes';
import { x509 } from './asn1.later.ts';
import { certificateBlocks } from './pem.ts';

/**
 * PEM, or DER in base64.
 * @returns PEM; undefined if it is not a certificate
 */
export function readMailCertificate(text: string): string | undefined {
  const body = certificateBlocks(text)[0]?.body ?? text;
  if (!/^[A-Za-z0-9+/=\s]+$/.test(body)) return undefined;
  try {
    return new X509Certificate(Buffer.from(body, 'base64')).toString();
  } catch {
    return undefined;
  }
}

const MAX_CERTIFICATES = 20;

/**
 * @param values certificates as DER; anything else is passed over
 * @returns PEM of the one that mail to this address may be encrypted with, and that is valid for longest; undefined if there is none
 */
export function usableCertificate(
  values: readonly (string | Buffer)[],
  address: string,
  now: number,
): string | undefined {
  if (values.length === 0) return undefined;
  // Outside of what is caught below: a library that cannot be read, as after its files were replaced, says nothing about a certificate.
  const usage = x509.KeyUsageFlags.keyEncipherment;
  let best: { readonly pem: string; readonly until: number } | undefined;
  for (const der of values.slice(0, MAX_CERTIFICATES)) {
    try {
      const certificate = new X509Certificate(der);
      const found = { pem: certificate.toString(), until: Date.parse(certificate.validTo) };
      const isBetter = best === undefined || found.until > best.until;
      if (isBetter && encryptionProblem(found.pem, address, now, usage) === undefined) best = found;
    } catch {
      // Not a certificate, or one of a kind that is not known here.
    }
  }
  return best?.pem;
}

export function mailCertificateFacts(pem: string): MailCertificate {
  const certificate = new X509Certificate(pem);
  return {
    subject: certificate.subject.replaceAll('\n', ', '),
    issuer: certificate.issuer.replaceAll('\n', ', '),
    addresses: addressesOf(certificate),
    validFrom: new Date(certificate.validFrom).toISOString(),
    validTo: new Date(certificate.validTo).toISOString(),
    fingerprint: certificate.fingerprint256,
  };
}

function addressesOf(certificate: X509Certificate): string[] {
  const named = (certificate.subjectAltName ?? '')
    .split(/,\s*/)
    .flatMap((entry) => /^email:(.+)$/.exec(entry)?.[1] ?? []);
  const old = /^emailAddress=(.+)$/m.exec(certificate.subject)?.[1];
  return [...new Set(old === undefined ? named : [...named, old])];
}

const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4';
const ANY_PURPOSE = '2.5.29.37.0';

/** Why mail to this address must not be encrypted with it, and what to do; `undefined` if it may be. */
export function encryptionProblem(
  pem: string,
  address: string,
  now: number,
  usage = x509.KeyUsageFlags.keyEncipherment,
): Text | undefined {
  const certificate = new X509Certificate(pem);
  const problem = purposeProblem(certificate, pem, now, usage);
  if (problem) return problem;
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    return text('mail-certificate.rsa-required');
  }
  const addresses = addressesOf(certificate);
  if (address === '') return text('mail.no-address-enter');
  if (!addresses.some((named) => named.toLowerCase() === address.toLowerCase())) {
    return addresses.length === 0
      ? text('mail-certificate.no-address', { address })
      : text('mail-certificate.other-address', { addresses, address });
  }
  return undefined;
}

/** The same for signing mail from this address. */
export function signingProblem(pem: string, now: number): Text | undefined {
  return purposeProblem(new X509Certificate(pem), pem, now, x509.KeyUsageFlags.digitalSignature);
}

function purposeProblem(
  certificate: X509Certificate,
  pem: string,
  now: number,
  usage: x509.KeyUsageFlags,
): Text | undefined {
  if (Date.parse(certificate.validTo) <= now) {
    return text('mail-certificate.expired', {
      date: new Date(certificate.validTo).toISOString().slice(0, 10),
    });
  }
  if (Date.parse(certificate.validFrom) > now) return text('mail-certificate.not-yet-valid');
  const parsed = new x509.X509Certificate(pem);
  const usages = parsed.getExtension(x509.KeyUsagesExtension)?.usages;
  if (usages !== undefined && (usages & usage) === 0) {
    return text('mail-certificate.key-usage');
  }
  const purposes = parsed.getExtension(x509.ExtendedKeyUsageExtension)?.usages as string[] | undefined;
  if (purposes !== undefined && !purposes.includes(EMAIL_PROTECTION) && !purposes.includes(ANY_PURPOSE)) {
    return text('mail-certificate.extended-key-usage');
  }
  return undefined;
}
