/** Setup > Certificates: what clients see, what is wrong with it, and how to install another certificate. */
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { TitledCard } from '../ui/titled-card.tsx';
import { AcmeCard } from './acme-card.tsx';
import { AddressFacts, CertificateFindings, ChainFacts } from './certificate-findings.tsx';
import { RequestDialog } from './request-dialog.tsx';
import { StoredCertificates } from './stored-certificates.tsx';
import { UploadDialog } from './upload-dialog.tsx';
import { useCertificate } from './use-certificate.ts';

export function Component() {
  const { t, can } = useConsole();
  const [open, setOpen] = useState<'upload' | 'request'>();
  const certificate = useCertificate();
  const edits = can('keys:edit') && certificate.data !== undefined && certificate.data.source !== 'none';
  return (
    <Screen
      title={t('certificates.title')}
      intro={t('certificates.intro')}
      actions={
        <>
          {edits && <Button onClick={() => setOpen('upload')}>{t('certificates.upload.open')}</Button>}
          {edits && (
            <Button variant="secondary" onClick={() => setOpen('request')}>
              {t('certificates.request.open')}
            </Button>
          )}
          <Button
            variant="secondary"
            onClick={() => void certificate.refetch()}
            pending={certificate.isFetching}
          >
            {t('certificates.check')}
          </Button>
        </>
      }
    >
      <Loaded query={certificate}>
        {(seen) => (
          <div className="sower-stack">
            {seen.problems.length === 0 ? (
              <Alert variant="success" title={t('certificates.fine')} />
            ) : (
              <Alert variant="warning" title={t('certificates.problems')}>
                <CertificateFindings findings={seen.problems} />
              </Alert>
            )}
            {can('keys:edit') && (
              <StoredCertificates source={seen.source} onUpload={() => setOpen('upload')} />
            )}
            {can('keys:edit') && seen.source !== 'none' && <AcmeCard />}
            <div className="sower-columns sower-tiles">
              <TitledCard title={t('certificates.address')}>
                <AddressFacts seen={seen} />
              </TitledCard>
              {seen.chain.map((entry, index) => (
                <TitledCard
                  key={entry.fingerprint}
                  title={
                    index === 0 ? t('certificates.leaf') : t('certificates.issuerCard', { number: index })
                  }
                >
                  <ChainFacts entry={entry} />
                </TitledCard>
              ))}
            </div>
          </div>
        )}
      </Loaded>
      {open === 'upload' && <UploadDialog onClose={() => setOpen(undefined)} />}
      {open === 'request' && certificate.data && (
        <RequestDialog publicUrl={certificate.data.publicUrl} onClose={() => setOpen(undefined)} />
      )}
    </Screen>
  );
}
