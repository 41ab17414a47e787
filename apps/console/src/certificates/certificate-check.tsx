/**
 * Certificate and reachability check before a token goes to a device: whether the device will refuse the server, what to do then, and the
 * details for those who want them.
 */
import { ExpandableSection } from '@patternfly/react-core';
import type { CertificateFindingCode } from '@sower/api/certificate-findings';
import type { DeviceType } from '@sower/api/device-types';
import { useTexts } from '../texts/use-texts.ts';
import { Link } from '../ui/link.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { AddressFacts, CertificateFindings, ChainFacts } from './certificate-findings.tsx';
import { useCertificate } from './use-certificate.ts';

/** With these, no client can connect, whatever it trusts. */
const HARD: readonly CertificateFindingCode[] = [
  'expired',
  'not-yet-valid',
  'unreachable',
  'another-server',
  'no-tls',
];
/** These are no objection to the current certificate. */
const SOFT: readonly CertificateFindingCode[] = ['expires-soon', 'overridden', 'other-certificate'];

export function CertificateCheck({ deviceType }: { deviceType: DeviceType }) {
  const t = useTexts();
  const certificate = useCertificate();
  if (certificate.isError)
    return <ProblemAlert error={certificate.error} onRetry={() => certificate.refetch()} />;
  if (!certificate.data) return <p role="status">{t('distribute.certificateChecking')}</p>;
  const { problems, chain } = certificate.data;
  const device = deviceType.name;
  const has = (list: readonly CertificateFindingCode[]) => problems.some(({ code }) => list.includes(code));
  const kind = has(HARD)
    ? 'hard'
    : problems.every(({ code }) => SOFT.includes(code))
      ? 'soft'
      : deviceType.trustedCertificateRequired
        ? 'refused'
        : 'asked';
  const title = {
    hard: t('distribute.certificateHard'),
    soft: t('home.certificate'),
    refused: t('distribute.certificateRefused', { device }),
    asked: t('distribute.certificateAsked', { device }),
  }[kind];
  const toDo = {
    hard: t('distribute.certificateMend'),
    soft: undefined,
    refused: t('distribute.certificateToDo'),
    asked: t('distribute.certificateTell'),
  }[kind];
  return (
    <>
      {problems.length === 0 ? (
        <Alert isPlain variant="success" title={t('certificates.fine')} />
      ) : (
        <Alert variant={kind === 'hard' || kind === 'refused' ? 'warning' : 'info'} title={title}>
          <CertificateFindings findings={problems} />
          {toDo !== undefined && <p>{toDo}</p>}
          <Link to="/certificates" otherwise={null}>
            {t('distribute.certificateLink')}
          </Link>
        </Alert>
      )}
      <ExpandableSection toggleText={t('distribute.certificateCheck')} isIndented>
        <div className="sower-stack">
          <AddressFacts seen={certificate.data} />
          {chain.map((entry) => (
            <ChainFacts key={entry.fingerprint} entry={entry} />
          ))}
        </div>
      </ExpandableSection>
    </>
  );
}
