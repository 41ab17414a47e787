/** What clients see of the TLS certificate, and what is wrong with it, in sentences. */
import { X509Certificate } from 'node:crypto';
import { get } from 'node:https';
import { isIP } from 'node:net';

export type CertificateFacts = {
  readonly source: 'own' | 'files' | 'none';
  /** PEM, leaf first; empty where there is no TLS here. */
  readonly pem: string;
};

export type ChainEntry = {
  readonly subject: string;
  readonly issuer: string;
  readonly names: string[];
  readonly validFrom: string;
  readonly validTo: string;
  readonly keyType: string;
  readonly fingerprint: string;
};

export type Reachability = 'trusted' | 'untrusted' | 'unreachable';

const SOON = 21 * 86_400_000;

export function readChain(pem: string): ChainEntry[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => {
    const certificate = new X509Certificate(block);
    const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
    const size = asymmetricKeyDetails?.modulusLength ?? asymmetricKeyDetails?.namedCurve ?? '';
    return {
      subject: certificate.subject.replaceAll('\n', ', '),
      issuer: certificate.issuer.replaceAll('\n', ', '),
      names: (certificate.subjectAltName ?? '').split(', ').filter(Boolean),
      validFrom: certificate.validFromDate.toISOString(),
      validTo: certificate.validToDate.toISOString(),
      keyType: `${(asymmetricKeyType ?? 'unknown').toUpperCase()} ${size}`.trim(),
      fingerprint: certificate.fingerprint256,
    };
  });
}

export function certificateProblems(
  facts: CertificateFacts,
  publicUrl: string,
  reachable: Reachability,
  now: number,
): string[] {
  const problems: string[] = [];
  const host = new URL(publicUrl).hostname.replace(/^\[|\]$/g, '');
  const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(facts.pem)?.[0];
  if (facts.source === 'own') {
    problems.push(
      "The certificate is of this server's own CA. Phones refuse it, and people are asked to accept it. Give a trusted one: --tls-certificate and --tls-key.",
    );
  }
  if (block) {
    const leaf = new X509Certificate(block);
    const named = isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host);
    if (named === undefined)
      problems.push(`The certificate does not name ${host}, which is the public URL's host.`);
    const left = leaf.validToDate.getTime() - now;
    if (left <= 0) problems.push('The certificate has expired. No client accepts it.');
    else if (left < SOON) problems.push(`The certificate expires in ${Math.ceil(left / 86_400_000)} days.`);
    const chain = facts.pem.match(/-----BEGIN CERTIFICATE-----/g)?.length ?? 0;
    if (facts.source === 'files' && chain === 1 && leaf.issuer !== leaf.subject) {
      problems.push(
        'The file holds the certificate only, without the intermediate one; many phones refuse that.',
      );
    }
    if (facts.source === 'files' && leaf.issuer === leaf.subject) {
      problems.push('The certificate is self-signed. Phones refuse it.');
    }
  }
  if (reachable === 'unreachable') {
    problems.push(`${publicUrl} does not answer from this host. Phones must reach it, from where they are.`);
  } else if (reachable === 'untrusted' && facts.source !== 'own') {
    problems.push(
      `${publicUrl} answers with a certificate that this host's operating system does not trust.`,
    );
  }
  return problems;
}

/** Asks the public URL as a client would, with the trust of the runtime. */
export function probe(publicUrl: string): Promise<Reachability> {
  return new Promise((resolve) => {
    if (!publicUrl.startsWith('https:')) return resolve('unreachable');
    const request = get(`${publicUrl}/healthz`, { timeout: 3_000, agent: false }, (response) => {
      response.resume();
      resolve('trusted');
    });
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', (error: NodeJS.ErrnoException) => {
      const refused = [
        'ECONNREFUSED',
        'ENOTFOUND',
        'EAI_AGAIN',
        'ETIMEDOUT',
        'EHOSTUNREACH',
        'ENETUNREACH',
        'ECONNRESET',
      ];
      resolve(!error.code || refused.includes(error.code) ? 'unreachable' : 'untrusted');
    });
  });
}
