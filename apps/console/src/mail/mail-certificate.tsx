/** Details of a certificate for mail. */
import type { MailCertificate } from '@sower/api/mail';
import { useConsole } from '../session/use-console.ts';
import { Facts, monospaced } from '../ui/titled-card.tsx';

export function MailCertificateFacts({ certificate }: { certificate: MailCertificate }) {
  const { t, time } = useConsole();
  return (
    <Facts
      facts={[
        [t('mailSettings.certificate.subject'), certificate.subject],
        [t('mailSettings.certificate.issuer'), certificate.issuer],
        [t('mailSettings.certificate.addresses'), certificate.addresses.join(', ') || '–'],
        [t('mailSettings.certificate.validTo'), time(certificate.validTo)],
        [t('mailSettings.certificate.fingerprint'), monospaced(certificate.fingerprint)],
      ]}
    />
  );
}
