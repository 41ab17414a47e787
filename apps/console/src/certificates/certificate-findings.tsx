/** What a certificate is, how it is reached, and what is wrong with it. */
import { List, ListItem } from '@patternfly/react-core';
import type { CertificateFinding } from '@sower/api/certificate-findings';
import type { Certificate, ChainEntry } from '@sower/api/certificates';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Facts, monospaced, wrapped } from '../ui/titled-card.tsx';

export function CertificateFindings({ findings }: { findings: readonly CertificateFinding[] }) {
  return (
    <List>
      {findings.map(({ code, text }) => (
        <ListItem key={`${code} ${text}`}>
          <span className="sower-wrap">{text}</span>
        </ListItem>
      ))}
    </List>
  );
}

/** Whether the public URL answers, with what, and whether it is this server. */
export function AddressFacts({ seen }: { seen: Certificate }) {
  const t = useTexts();
  return (
    <Facts
      facts={[
        [t('certificates.publicUrl'), wrapped(seen.publicUrl)],
        [t('certificates.reachable'), t(`certificates.reach.${seen.reachable}`)],
        [
          t('certificates.answeredBy'),
          seen.thisServer === undefined
            ? '–'
            : t(seen.thisServer ? 'certificates.thisServer' : 'certificates.anotherServer'),
        ],
        [t('certificates.source'), t(`certificates.sources.${seen.source}`)],
      ]}
    />
  );
}

/** One certificate of a chain, as clients see it. */
export function ChainFacts({ entry }: { entry: ChainEntry }) {
  const { t, time } = useConsole();
  const left =
    entry.daysLeft < 0
      ? t('certificates.expiredAlready')
      : t('certificates.daysLeft', { count: entry.daysLeft });
  return (
    <Facts
      facts={[
        [t('certificates.subject'), wrapped(entry.subject)],
        [t('certificates.issuer'), wrapped(entry.issuer)],
        [t('certificates.selfSigned'), entry.selfSigned ? t('certificates.selfSignedYes') : t('ui.no')],
        [t('certificates.names'), wrapped(entry.names.join(', ') || '–')],
        [t('certificates.validFrom'), time(entry.validFrom)],
        [t('certificates.validTo'), `${time(entry.validTo)} (${left})`],
        [t('certificates.keyType'), entry.keyType],
        [t('certificates.signature'), entry.signature],
        [t('certificates.fingerprint'), monospaced(entry.fingerprint)],
      ]}
    />
  );
}
