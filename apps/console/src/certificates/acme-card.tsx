/** Certificates that the server orders itself: the state of the order, and ordering one now. */
import type { Acme } from '@sower/api/acme';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { asking } from '../texts/use-texts.ts';
import { ConfirmDialog } from '../ui/dialogs/confirm-dialog.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { Facts, TitledCard } from '../ui/titled-card.tsx';
import { AcmeDialog } from './acme-dialog.tsx';

const WORKING_MILLISECONDS = 5_000;

export function AcmeCard() {
  const { t, api } = useConsole();
  const [open, setOpen] = useState<'edit' | 'order'>();
  const acme = useQuery({
    queryKey: ['acme'],
    queryFn: () => api('getAcme', {}),
    refetchInterval: ({ state }) => (state.data?.state === 'ordering' ? WORKING_MILLISECONDS : false),
  });
  const off = acme.data?.state === 'off';
  return (
    <TitledCard title={t('certificates.acme.title')}>
      <Loaded query={acme}>
        {(seen) => (
          <div className="sower-stack">
            <p>{t('certificates.acme.body')}</p>
            {seen.failure !== undefined && (
              <Alert variant="warning" title={t('certificates.acme.states.failing')}>
                {seen.failure}
              </Alert>
            )}
            <AcmeFacts acme={seen} />
            <div className="sower-actions">
              <Button variant="secondary" onClick={() => setOpen('edit')}>
                {t(off ? 'certificates.acme.turnOn' : 'certificates.acme.edit')}
              </Button>
              {!off && (
                <Button variant="secondary" onClick={() => setOpen('order')}>
                  {t('certificates.acme.order')}
                </Button>
              )}
            </div>
            {open === 'edit' && <AcmeDialog acme={seen} onClose={() => setOpen(undefined)} />}
          </div>
        )}
      </Loaded>
      {open === 'order' && (
        <ConfirmDialog
          {...asking(t, 'certificates.acme.order')}
          onClose={() => setOpen(undefined)}
          onConfirm={() => api('orderCertificate', {})}
          said={t('certificates.acme.ordered')}
        />
      )}
    </TitledCard>
  );
}

function AcmeFacts({ acme }: { acme: Acme }) {
  const { t, time } = useConsole();
  const { state, settings, orderedNames, renewAt, nextAt, failedAt } = acme;
  return (
    <Facts
      facts={[
        [t('certificates.acme.state'), t(`certificates.acme.states.${state}`)],
        ...(state === 'off'
          ? []
          : ([
              [
                t('certificates.acme.directory'),
                <span key="directory" className="sower-wrap">
                  {settings.directory}
                </span>,
              ],
              [t('certificates.acme.orderedNames'), orderedNames.join(', ')],
              [t('certificates.acme.renewAt'), renewAt === undefined ? '–' : time(renewAt)],
              [t('certificates.acme.nextAt'), nextAt === undefined ? '–' : time(nextAt)],
            ] as const)),
        ...(failedAt === undefined ? [] : ([[t('certificates.acme.failedAt'), time(failedAt)]] as const)),
      ]}
    />
  );
}
