/** Details of a certificate for mail. */
import type { MailCertificate } from '@sower/api/mail';
import { useTexts } from '../texts/use-texts.ts';
import { Facts } from '../ui/facts.tsx';
import { useTimes } from '../ui/times.ts';

export function MailCertificateFacts({ certificate }: { certificate: MailCertificate }) {
  const t = useTexts();
  const { time } = useTimes();
  return (
    <Facts
      facts={[
        [t('mailSettings.certificate.subject'), certificate.subject],
        [t('mailSettings.certificate.issuer'), certificate.issuer],
        [t('mailSettings.certificate.addresses'), certificate.addresses.join(', ') || '–'],
        [t('mailSettings.certificate.validTo'), time(certificate.validTo)],
        [
          t('mailSettings.certificate.fingerprint'),
          <span key="fingerprint" className="sower-mono sower-wrap">
            {certificate.fingerprint}
          </span>,
        ],
      ]}
    />
  );
}
