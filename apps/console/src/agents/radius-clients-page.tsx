/** Authentication > RADIUS Clients. */
import { Label } from '@patternfly/react-core';
import type { RadiusClient } from '@sower/api/radius-clients';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { asking } from '../texts/use-texts.ts';
import { lastEntry, type MenuEntries } from '../ui/action-menu.tsx';
import { useQuestion, useWindow } from '../ui/dialogs/small-dialogs.tsx';
import { useOnce } from '../ui/dialogs/use-once.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { useAddInAddress } from '../ui/use-onward.ts';
import {
  ChangeSecretDialog,
  KEY,
  type MadeSecret,
  RadiusClientDialog,
  TestDialog,
} from './radius-client-question.tsx';

export function Component() {
  const { t, api, can } = useConsole();
  const [parameters] = useSearchParams();
  const [showMade, once] = useOnce<MadeSecret>(({ client, secret }) => ({
    title: t('radiusClients.madeTitle', { name: client.name }),
    warning: t('radiusClients.once'),
    values: [{ label: t('radiusClients.secret'), value: secret }],
    kept: t('radiusClients.kept'),
  }));
  const clients = useAnswer('listRadiusClients', {});
  const listeners = clients.data?.listeners;
  const [edit, editing] = useWindow<RadiusClient | undefined>((client, onClose) => (
    <RadiusClientDialog client={client} onMade={showMade} onClose={onClose} />
  ));
  useAddInAddress(() => can('agents:edit') && edit(undefined));
  const [changeSecret, changingSecret] = useWindow<RadiusClient>((client, onClose) => (
    <ChangeSecretDialog client={client} onMade={showMade} onClose={onClose} />
  ));
  const [test, testing] = useWindow<RadiusClient>((client, onClose) => {
    const address = listeners?.find(({ kind }) => kind === 'authentication')?.address ?? '';
    return <TestDialog client={client} address={address} onClose={onClose} />;
  });
  const [turn, turning] = useQuestion<RadiusClient>(({ id, name, version, enabled }) => ({
    ...asking(t, enabled ? 'radiusClients.disable' : 'radiusClients.enable', { name }),
    onConfirm: () =>
      api('editRadiusClient', { params: { id }, body: { enabled: !enabled }, ifMatch: version }),
    said: t('radiusClients.said.saved', { name }),
    changes: KEY,
  }));
  const [remove, removing] = useQuestion<RadiusClient>(({ id, name }) => ({
    ...asking(t, 'radiusClients.delete', { name }),
    onConfirm: () => api('deleteRadiusClient', { params: { id } }),
    said: t('radiusClients.said.deleted', { name }),
    changes: KEY,
  }));
  const edits = can('agents:edit');
  const menuFor = (client: RadiusClient): MenuEntries => [
    edits && { label: t('radiusClients.edit'), onSelect: () => edit(client) },
    edits && { label: t('radiusClients.changeSecret'), onSelect: () => changeSecret(client) },
    { label: t('radiusClients.test'), onSelect: () => test(client) },
    edits && {
      label: t(client.enabled ? 'radiusClients.disable' : 'radiusClients.enable'),
      onSelect: () => turn(client),
    },
    edits && lastEntry(t('radiusClients.delete'), () => remove(client)),
  ];
  const add = edits && <Button onClick={() => edit(undefined)}>{t('radiusClients.add')}</Button>;
  return (
    <Screen title={t('radiusClients.title')} intro={t('radiusClients.intro')} actions={add} stacked>
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
      {editing}
      {changingSecret}
      {testing}
      {turning}
      {removing}
      {once}
    </Screen>
  );
}
