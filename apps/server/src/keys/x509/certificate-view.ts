/** What clients see of the TLS certificate, and what is wrong with it: codes, with a sentence for each. */

import { X509Certificate } from 'node:crypto';
import type { ChainEntry } from '@sower/api/certificates';
import { judged } from '@sower/api/checks';
import { DAY } from '@sower/api/time';
import {
  examineCertificate,
  keyType,
  nameOf,
  names,
  selfSigned,
  signatureOf,
} from './certificate-examination.ts';
import { type CertificateFinding, certificateFinding } from './certificate-findings.ts';
import { certificateBlocks } from './pem.ts';
import type { Reachability } from './reachability.ts';

export type CertificateFacts = {
  readonly source: 'own' | 'stored' | 'files' | 'none';
  /** PEM, leaf first; empty if there is no TLS here. */
  readonly pem: string;
  /** A stored certificate was chosen, but the options of this process take precedence. */
  readonly overridden: boolean;
};

export function readChain(pem: string): X509Certificate[] {
  return certificateBlocks(pem).map((block) => new X509Certificate(block.pem));
}

export const pemOf = (chain: readonly X509Certificate[]): string =>
  chain.map((certificate) => `${certificate.toString().trim()}\n`).join('');

/**
 * The certificate that expires first decides.
 * @returns undefined if there is none
 */
export function daysToExpiry(chain: readonly X509Certificate[], now: number): number | undefined {
  const at = expiryOf(chain);
  return at === undefined ? undefined : Math.floor((at - now) / DAY);
}

/** When that is, in milliseconds since 1970. */
export function expiryOf(chain: readonly X509Certificate[]): number | undefined {
  if (chain.length === 0) return undefined;
  return Math.min(...chain.map(({ validToDate }) => validToDate.getTime()));
}

const daysLeft = (certificate: X509Certificate, now: number): number =>
  Math.floor((certificate.validToDate.getTime() - now) / DAY);

export function viewChain(chain: readonly X509Certificate[], now: number): ChainEntry[] {
  return chain.map((certificate) => ({
    subject: nameOf(certificate.subject ?? ''),
    issuer: nameOf(certificate.issuer ?? ''),
    names: (certificate.subjectAltName ?? '').split(', ').filter(Boolean),
    validFrom: certificate.validFromDate.toISOString(),
    validTo: certificate.validToDate.toISOString(),
    daysLeft: daysLeft(certificate, now),
    selfSigned: selfSigned(certificate),
    keyType: keyType(certificate),
    signature: signatureOf(certificate),
    fingerprint: certificate.fingerprint256,
  }));
}

/** @returns most important first */
export function certificateProblems(
  facts: CertificateFacts,
  seen: { readonly url: string; readonly reachability: Reachability; readonly hosts: readonly string[] },
  now: number,
): CertificateFinding[] {
  const { url, reachability, hosts } = seen;
  const problems: CertificateFinding[] = [];
  const say = (...finding: Parameters<typeof certificateFinding>): void => {
    problems.push(certificateFinding(...finding));
  };
  const own = readChain(facts.pem);
  const chain = facts.source === 'none' ? reachability.chain : own;
  const [leaf] = chain;
  if (facts.source === 'own') say('own-authority');
  if (leaf) {
    if (facts.source !== 'own' && selfSigned(leaf)) say('self-signed');
    const examined = examineCertificate(chain, undefined, { hosts, now, path: 'chain' });
    // The key is already here, and it is known that no one knows the own CA.
    for (const { code, values } of examined) if (code !== 'key-missing') say(code, values);
    chain.forEach((certificate, index) => {
      const days = daysLeft(certificate, now);
      if (days >= 0 && judged('certificate', days) !== 'good') {
        say('expires-soon', {
          number: index + 1,
          subject: nameOf(certificate.subject ?? '') || '–',
          days,
          date: certificate.validToDate.toISOString().slice(0, 10),
        });
      }
    });
  }
  if (reachability.reachable === 'unreachable') say('unreachable', { url });
  else {
    if (reachability.thisServer === false) say('another-server', { url });
    const [seenLeaf] = reachability.chain;
    const other =
      leaf !== undefined && seenLeaf !== undefined && seenLeaf.fingerprint256 !== leaf.fingerprint256;
    if (other) {
      say('other-certificate', { url });
      for (const host of hosts) if (!names(seenLeaf, host)) say('wrong-name', { url, host });
    }
    if (!url.startsWith('https:')) say('no-tls', { url });
    // Everyone already knows that the own certificate is not trusted.
    else if (reachability.reachable === 'untrusted' && (facts.source !== 'own' || other)) {
      say('untrusted', { url, reason: reachability.reason ?? '' });
    }
  }
  if (facts.overridden) say('overridden');
  return problems;
}
