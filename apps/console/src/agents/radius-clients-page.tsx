/** Authentication > RADIUS Clients. */
import { Label } from '@patternfly/react-core';
import type { RadiusClient } from '@sower/api/radius-clients';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { lastEntry, type MenuEntries } from '../ui/action-menu.tsx';
import { useOnce } from '../ui/dialogs/use-once.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { useAddInAddress } from '../ui/use-onward.ts';
import {
  type AskedOfRadiusClient,
  type MadeSecret,
  RadiusClientQuestion,
} from './radius-client-question.tsx';

export function Component() {
  const { t, can } = useConsole();
  const [parameters] = useSearchParams();
  const [asked, setAsked] = useState<AskedOfRadiusClient>();
  useAddInAddress(() => can('agents:edit') && setAsked({ what: 'add' }));
  const [showMade, once] = useOnce<MadeSecret>(({ client, secret }) => ({
    title: t('radiusClients.madeTitle', { name: client.name }),
    warning: t('radiusClients.once'),
    values: [{ label: t('radiusClients.secret'), value: secret }],
    kept: t('radiusClients.kept'),
  }));
  const clients = useAnswer('listRadiusClients', {});
  const listeners = clients.data?.listeners;
  const close = (): void => setAsked(undefined);
  const edits = can('agents:edit');
  const menuFor = (client: RadiusClient): MenuEntries => [
    edits && { label: t('radiusClients.edit'), onSelect: () => setAsked({ what: 'edit', client }) },
    edits && { label: t('radiusClients.changeSecret'), onSelect: () => setAsked({ what: 'secret', client }) },
    { label: t('radiusClients.test'), onSelect: () => setAsked({ what: 'test', client }) },
    edits && {
      label: client.enabled ? t('radiusClients.disable') : t('radiusClients.enable'),
      onSelect: () => setAsked({ what: client.enabled ? 'disable' : 'enable', client }),
    },
    edits && lastEntry(t('radiusClients.delete'), () => setAsked({ what: 'delete', client })),
  ];
  const add = edits ? (
    <Button onClick={() => setAsked({ what: 'add' })}>{t('radiusClients.add')}</Button>
  ) : undefined;
  return (
    <Screen title={t('radiusClients.title')} intro={t('radiusClients.intro')} actions={add}>
      <div className="sower-stack">
        {listeners &&
          (listeners.length === 0 ? (
            <Alert variant="info" title={t('radiusClients.off')}>
              {t('radiusClients.offBody')}
            </Alert>
          ) : (
            <p>
              {t('radiusClients.listening')}{' '}
              <span className="sower-mono">{listeners.map(({ address }) => address).join(', ')}</span>
            </p>
          ))}
        <Listing
          query={clients}
          none={{ title: t('radiusClients.none'), body: t('radiusClients.noneBody'), action: add }}
          marked={parameters.get('id')}
          columns={[
            [t('radiusClients.name'), (client) => client.name],
            [t('radiusClients.network'), (client) => <span className="sower-mono">{client.network}</span>],
            [t('radiusClients.domain'), (client) => client.securityDomain],
            {
              label: t('radiusClients.messageAuthenticator'),
              cell: (client) =>
                client.messageAuthenticator === 'required' ? (
                  t('radiusClients.required')
                ) : (
                  <Label status="warning" variant="outline">
                    {t('radiusClients.optional')}
                  </Label>
                ),
            },
            {
              label: t('radiusClients.state'),
              cell: (client) => (
                <Label color={client.enabled ? 'green' : 'grey'}>
                  {t(client.enabled ? 'radiusClients.enabled' : 'radiusClients.disabled')}
                </Label>
              ),
            },
          ]}
          menu={(client) => ({ name: client.name, entries: menuFor(client) })}
        />
      </div>
      {asked && (
        <RadiusClientQuestion asked={asked} listeners={listeners ?? []} onMade={showMade} onClose={close} />
      )}
      {once}
    </Screen>
  );
}
