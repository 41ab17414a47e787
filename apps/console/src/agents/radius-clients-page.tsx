/** Authentication > RADIUS Clients. */

import { Label } from '@patternfly/react-core';
import type { RadiusClient } from '@sower/api/radius-clients';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ActionMenu, type MenuEntry } from '../ui/action-menu.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import { ConfirmDialog } from '../ui/dialogs/confirm-dialog.tsx';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { ShownOnce } from '../ui/dialogs/shown-once.tsx';
import { ItemTable } from '../ui/item-table.tsx';
import { Listing } from '../ui/listing.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { type MadeSecret, RadiusClientDialog } from './radius-client-dialog.tsx';
import { type Secret, SecretField } from './secret-field.tsx';

type Asked =
  | { what: 'add' }
  | { what: 'edit' | 'secret' | 'test' | 'enable' | 'disable' | 'delete'; client: RadiusClient };

export function Component() {
  const t = useTexts();
  const api = useApi();
  const { can } = useSession();
  const notice = useNotice();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Asked>();
  const [made, setMade] = useState<MadeSecret>();
  const clients = useQuery({ queryKey: ['radiusClients'], queryFn: () => api('listRadiusClients', {}) });
  const listeners = clients.data?.listeners;
  const close = (): void => setAsked(undefined);
  const refresh = () => queries.invalidateQueries({ queryKey: ['radiusClients'] });
  const menuFor = (client: RadiusClient): MenuEntry[] => [
    ...(can('agents:edit')
      ? [
          { label: t('radiusClients.edit'), onSelect: () => setAsked({ what: 'edit', client }) },
          { label: t('radiusClients.changeSecret'), onSelect: () => setAsked({ what: 'secret', client }) },
        ]
      : []),
    { label: t('radiusClients.test'), onSelect: () => setAsked({ what: 'test', client }) },
    ...(can('agents:edit')
      ? [
          {
            label: client.enabled ? t('radiusClients.disable') : t('radiusClients.enable'),
            onSelect: () => setAsked({ what: client.enabled ? 'disable' : 'enable', client }),
          },
          {
            label: t('radiusClients.delete'),
            danger: true,
            separated: true,
            onSelect: () => setAsked({ what: 'delete', client }),
          },
        ]
      : []),
  ];
  const add = can('agents:edit') ? (
    <Button onClick={() => setAsked({ what: 'add' })}>{t('radiusClients.add')}</Button>
  ) : undefined;
  return (
    <Screen
      title={t('radiusClients.title')}
      trail={[{ label: t('menu.authentication') }]}
      intro={t('radiusClients.intro')}
      actions={add}
    >
      <div className="sower-stack">
        {listeners &&
          (listeners.length === 0 ? (
            <Alert component="p" isInline variant="info" title={t('radiusClients.off')}>
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
          title={t('radiusClients.none')}
          body={t('radiusClients.noneBody')}
          action={add}
        >
          {(items) => (
            <ItemTable
              label={t('radiusClients.title')}
              items={items}
              keyOf={(client) => client.id}
              columns={[
                { label: t('radiusClients.name'), modifier: 'breakWord', cell: (client) => client.name },
                {
                  label: t('radiusClients.network'),
                  modifier: 'breakWord',
                  cell: (client) => <span className="sower-mono">{client.network}</span>,
                },
                {
                  label: t('radiusClients.domain'),
                  modifier: 'breakWord',
                  cell: (client) => client.securityDomain,
                },
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
                  cell: (client) =>
                    client.enabled ? t('radiusClients.enabled') : t('radiusClients.disabled'),
                },
              ]}
              actions={(client) => (
                <ActionMenu label={t('ui.menuOf', { name: client.name })} entries={menuFor(client)} />
              )}
            />
          )}
        </Listing>
      </div>
      {asked?.what === 'add' && <RadiusClientDialog onMade={setMade} onClose={close} />}
      {asked?.what === 'edit' && (
        <RadiusClientDialog client={asked.client} onMade={setMade} onClose={close} />
      )}
      {asked?.what === 'secret' && (
        <ChangeSecretDialog client={asked.client} onMade={setMade} onClose={close} />
      )}
      {asked?.what === 'test' && (
        <TestDialog
          client={asked.client}
          port={/:(\d+)$/.exec(listeners?.find(({ kind }) => kind === 'authentication')?.address ?? '')?.[1]}
          onClose={close}
        />
      )}
      {(asked?.what === 'enable' || asked?.what === 'disable') && (
        <ConfirmDialog
          title={t(`radiusClients.${asked.what}Title`, { name: asked.client.name })}
          action={t(`radiusClients.${asked.what}`)}
          onClose={close}
          onConfirm={async () => {
            const { id, name, version } = asked.client;
            const body = { enabled: asked.what === 'enable' };
            await api('editRadiusClient', { params: { id }, body, ifMatch: version });
            notice(t('radiusClients.said.saved', { name }));
            await refresh();
          }}
        >
          <p>{t(`radiusClients.${asked.what}Body`)}</p>
        </ConfirmDialog>
      )}
      {asked?.what === 'delete' && (
        <ConfirmDialog
          title={t('radiusClients.deleteTitle', { name: asked.client.name })}
          action={t('radiusClients.delete')}
          onClose={close}
          onConfirm={async () => {
            await api('deleteRadiusClient', { params: { id: asked.client.id } });
            notice(t('radiusClients.said.deleted', { name: asked.client.name }));
            await refresh();
          }}
        >
          <p>{t('radiusClients.deleteBody')}</p>
        </ConfirmDialog>
      )}
      {made && (
        <ShownOnce
          title={t('radiusClients.madeTitle', { name: made.client.name })}
          warning={t('radiusClients.once')}
          label={t('radiusClients.secret')}
          value={made.secret}
          kept={t('radiusClients.kept')}
          onKept={() => setMade(undefined)}
        />
      )}
    </Screen>
  );
}

function ChangeSecretDialog({
  client,
  onMade,
  onClose,
}: {
  client: RadiusClient;
  onMade: (made: MadeSecret) => void;
  onClose: () => void;
}) {
  const t = useTexts();
  const api = useApi();
  const notice = useNotice();
  const queries = useQueryClient();
  const [secret, setSecret] = useState<Secret>();
  return (
    <FormDialog
      title={t('radiusClients.changeTitle', { name: client.name })}
      intro={<p>{t('radiusClients.changeBody')}</p>}
      action={t('radiusClients.changeAction')}
      ready={secret !== ''}
      fields={['secret']}
      onClose={onClose}
      onSubmit={async () => {
        const changed = await api('changeRadiusSecret', {
          params: { id: client.id },
          body: secret === undefined ? {} : { secret },
        });
        if (changed.secret === undefined) notice(t('radiusClients.said.changed', { name: client.name }));
        else onMade({ client, secret: changed.secret });
        await queries.invalidateQueries({ queryKey: ['radiusClients'] });
      }}
    >
      {(error) => <SecretField value={secret} onChange={setSecret} error={fieldProblem(error, 'secret')} />}
    </FormDialog>
  );
}

function TestDialog({
  client,
  port = '1812',
  onClose,
}: {
  client: RadiusClient;
  port?: string | undefined;
  onClose: () => void;
}) {
  const t = useTexts();
  const command = `echo 'User-Name=USER, User-Password=PASSCODE, Message-Authenticator=0x00' | radclient -x ${window.location.hostname}:${port} auth SECRET`;
  return (
    <Dialog
      title={t('radiusClients.testTitle', { name: client.name })}
      onClose={onClose}
      buttons={<Button onClick={onClose}>{t('ui.close')}</Button>}
    >
      <div className="sower-stack">
        <p>{t('radiusClients.testBody', { network: client.network })}</p>
        <CopyField label={t('radiusClients.command')} value={command} />
        <p>{t('radiusClients.testExpect')}</p>
      </div>
    </Dialog>
  );
}
