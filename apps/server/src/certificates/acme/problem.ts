/** What needs fixing about certificates by ACME, for Home and wherever the certificate is shown. */
import type { Text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { isoTime } from '../../core/time.ts';
import { type CertificateFinding, certificateFinding } from '../../keys/x509/certificate-findings.ts';
import { reasonIn } from '../../store/db/reason.ts';
import { findAcme } from '../../store/keys/acme.ts';
import { findTlsCertificateInUse } from '../../store/keys/tls-certificates.ts';
import { standsAside } from './settings.ts';

export async function acmeProblem(
  { db }: Pick<ServerContext, 'db'>,
  inWords: (text: Text) => string,
): Promise<CertificateFinding[]> {
  const acme = await findAcme(db);
  if (acme.enabled === 0) return [];
  if (acme.failures > 0)
    return [
      certificateFinding('acme-failed', {
        time: isoTime(acme.failed_at ?? acme.next_at),
        reason: reasonIn(acme, inWords) ?? '–',
        next: isoTime(acme.next_at),
      }),
    ];
  return standsAside(acme, await findTlsCertificateInUse(db)) ? [certificateFinding('acme-aside')] : [];
}
