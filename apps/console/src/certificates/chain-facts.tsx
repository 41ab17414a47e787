/** One certificate of a chain, as clients see it. */
import type { ChainEntry } from '@sower/api/certificates';
import { useConsole } from '../session/use-console.ts';
import { Facts } from '../ui/facts.tsx';

export function ChainFacts({ entry }: { entry: ChainEntry }) {
  const { t, time } = useConsole();
  const left =
    entry.daysLeft < 0
      ? t('certificates.expiredAlready')
      : t('certificates.daysLeft', { count: entry.daysLeft });
  return (
    <Facts
      facts={[
        [t('certificates.subject'), <Long key="subject" text={entry.subject} />],
        [t('certificates.issuer'), <Long key="issuer" text={entry.issuer} />],
        [t('certificates.selfSigned'), entry.selfSigned ? t('certificates.selfSignedYes') : t('ui.no')],
        [t('certificates.names'), <Long key="names" text={entry.names.join(', ') || '–'} />],
        [t('certificates.validFrom'), time(entry.validFrom)],
        [t('certificates.validTo'), `${time(entry.validTo)} (${left})`],
        [t('certificates.keyType'), entry.keyType],
        [t('certificates.signature'), entry.signature],
        [
          t('certificates.fingerprint'),
          <span key="fingerprint" className="sower-mono sower-wrap">
            {entry.fingerprint}
          </span>,
        ],
      ]}
    />
  );
}

const Long = ({ text }: { text: string }) => <span className="sower-wrap">{text}</span>;
