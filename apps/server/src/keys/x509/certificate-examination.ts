/** Whether a certificate chain and its key can be served: everything that clients would refuse, and where it is. Reads no file. */

import { type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { getCACertificates } from 'node:tls';
import { x509 } from './asn1.later.ts';
import { type CertificateFinding, certificateFinding } from './certificate-findings.ts';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

export type Expected = {
  /** Names that clients connect to: the certificate must have each of them. */
  readonly hosts: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
  /** The field of the upload that contains the chain, for error messages. */
  readonly path: 'chain' | 'file';
};

/** @returns what is wrong, in the order of the chain; nothing if it can be used */
export function examineCertificate(
  chain: readonly X509Certificate[],
  key: KeyObject | undefined,
  { hosts, now, path }: Expected,
): CertificateFinding[] {
  const findings: CertificateFinding[] = [];
  const say = (...finding: Parameters<typeof certificateFinding>): void => {
    findings.push(certificateFinding(finding[0], finding[1], finding[2] ?? path));
  };
  const [leaf] = chain;
  if (!leaf) return [certificateFinding('certificate-missing', {}, path)];

  if (key === undefined) say('key-missing', {}, path === 'file' ? 'file' : 'key');
  else if (!leaf.checkPrivateKey(key)) {
    const owner = chain.findIndex((certificate) => certificate.checkPrivateKey(key));
    if (owner > 0) say('key-further-down', positionOf(chain, owner));
    else say('key-of-another', positionOf(chain, 0), path === 'file' ? 'file' : 'key');
  }
  for (const host of hosts) {
    if (!names(leaf, host)) say('name-missing', { host, names: leaf.subjectAltName ?? '–' });
  }
  // If absent, everything is allowed; Node returns the list of its OIDs.
  const purposes = leaf.keyUsage as string[] | undefined;
  if (purposes !== undefined && !purposes.includes(SERVER_AUTH) && !purposes.includes('2.5.29.37.0')) {
    say('not-for-servers', positionOf(chain, 0));
  }
  chain.forEach((certificate, index) => {
    const where = positionOf(chain, index);
    if (chain.findIndex((other) => other.fingerprint256 === certificate.fingerprint256) < index) {
      say('certificate-repeated', where);
      return;
    }
    if (certificate.validToDate.getTime() <= now) {
      say('expired', { ...where, date: day(certificate.validToDate) });
    }
    if (certificate.validFromDate.getTime() > now) {
      say('not-yet-valid', { ...where, date: certificate.validFromDate.toISOString() });
    }
    const weak = weakKey(certificate);
    if (weak !== undefined) say('weak-key', { ...where, key: weak });
    const algorithm = signatureOf(certificate);
    // No one verifies a root's signature on itself.
    if (/SHA-1\b|MD5|MD2/i.test(algorithm) && !selfSigned(certificate)) {
      say('weak-signature', { ...where, algorithm });
    }
    const before = chain[index - 1];
    if (before && !issued(before, certificate)) {
      const right = chain.findIndex((other) => other !== before && issued(before, other));
      if (right >= 0) say('wrong-order', { ...where, right: right + 1 });
      else say('foreign-certificate', { ...where, before: index, issuer: nameOf(before.issuer) });
    }
  });
  const last = chain.at(-1) as X509Certificate;
  const connected = !findings.some(({ code }) =>
    ['wrong-order', 'foreign-certificate', 'certificate-repeated'].includes(code),
  );
  if (connected && !selfSigned(last) && !knownAuthorities().has(nameOf(last.issuer))) {
    say('chain-incomplete', { ...positionOf(chain, chain.length - 1), issuer: nameOf(last.issuer) });
  }
  return findings;
}

export const selfSigned = (certificate: X509Certificate): boolean => issued(certificate, certificate);

/** Whether `issuer` signed `certificate`: compares the names first, then verifies the signature. */
function issued(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** Only by its subject alternative names; clients have ignored the common name for years (RFC 9525 §6.3). */
export function names(certificate: X509Certificate, host: string): boolean {
  return isIP(host)
    ? certificate.checkIP(host) !== undefined
    : certificate.checkHost(host, { subject: 'never' }) !== undefined;
}

function weakKey(certificate: X509Certificate): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= 2048) return undefined;
  if (type === 'ec' && CURVES.includes(details?.namedCurve ?? '')) return undefined;
  return keyType(certificate);
}

export function keyType(certificate: X509Certificate): string {
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  const size = asymmetricKeyDetails?.modulusLength ?? asymmetricKeyDetails?.namedCurve ?? '';
  return `${(asymmetricKeyType ?? 'unknown').toUpperCase()} ${size}`.trim();
}

/** Such as `RSASSA-PKCS1-v1_5 with SHA-256`. */
export function signatureOf(certificate: X509Certificate): string {
  const { signatureAlgorithm } = new x509.X509Certificate(new Uint8Array(certificate.raw));
  const { name, hash } = signatureAlgorithm as { name: string; hash?: { name: string } };
  return hash === undefined ? name : `${name} with ${hash.name}`;
}

/** A distinguished name on one line. */
export const nameOf = (distinguished: string): string => distinguished.replaceAll('\n', ', ');

const positionOf = (chain: readonly X509Certificate[], index: number) => ({
  number: index + 1,
  subject: nameOf(chain[index]?.subject ?? '') || '–',
});

const day = (date: Date): string => date.toISOString().slice(0, 10);

let authorities: ReadonlySet<string> | undefined;

/** Names of the authorities that the runtime and the operating system trust. */
function knownAuthorities(): ReadonlySet<string> {
  authorities ??= new Set(trustedAuthorities().map((pem) => nameOf(new X509Certificate(pem).subject)));
  return authorities;
}

export const trustedAuthorities = (): string[] => [
  ...getCACertificates('default'),
  ...getCACertificates('system'),
];
