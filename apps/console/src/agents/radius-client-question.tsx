/** The question before something is done to a RADIUS client, and how it is tried out. */
import type { RadiusClient, RadiusListener } from '@sower/api/radius-clients';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { ConfirmDialog } from '../ui/dialogs/confirm-dialog.tsx';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Button } from '../ui/patternfly.tsx';
import { useDone, useRefresh } from '../ui/use-done.ts';
import { type MadeSecret, RadiusClientDialog } from './radius-client-dialog.tsx';
import { type Secret, SecretField } from './secret-field.tsx';

export type AskedOfRadiusClient =
  | { what: 'add' }
  | { what: 'edit' | 'secret' | 'test' | 'enable' | 'disable' | 'delete'; client: RadiusClient };

const KEY = ['radiusClients'];

export function RadiusClientQuestion({
  asked,
  listeners,
  ...rest
}: {
  asked: AskedOfRadiusClient;
  listeners: readonly RadiusListener[];
  onMade: (made: MadeSecret) => void;
  onClose: () => void;
}) {
  switch (asked.what) {
    case 'add':
      return <RadiusClientDialog {...rest} />;
    case 'edit':
      return <RadiusClientDialog client={asked.client} {...rest} />;
    case 'secret':
      return <ChangeSecretDialog client={asked.client} {...rest} />;
    case 'test': {
      const address = listeners.find(({ kind }) => kind === 'authentication')?.address ?? '';
      return <TestDialog client={asked.client} port={/:(\d+)$/.exec(address)?.[1]} onClose={rest.onClose} />;
    }
    case 'delete':
      return <DeleteDialog client={asked.client} onClose={rest.onClose} />;
    default:
      return <SwitchDialog what={asked.what} client={asked.client} onClose={rest.onClose} />;
  }
}

function SwitchDialog({
  what,
  client: { id, name, version },
  onClose,
}: {
  what: 'enable' | 'disable';
  client: RadiusClient;
  onClose: () => void;
}) {
  const { t, api } = useConsole();
  const done = useDone();
  return (
    <ConfirmDialog
      title={t(`radiusClients.${what}Title`, { name })}
      action={t(`radiusClients.${what}`)}
      body={t(`radiusClients.${what}Body`)}
      onClose={onClose}
      onConfirm={async () => {
        const body = { enabled: what === 'enable' };
        await api('editRadiusClient', { params: { id }, body, ifMatch: version });
        await done(t('radiusClients.said.saved', { name }), KEY);
      }}
    />
  );
}

function DeleteDialog({ client: { id, name }, onClose }: { client: RadiusClient; onClose: () => void }) {
  const { t, api } = useConsole();
  return (
    <ConfirmDialog
      title={t('radiusClients.deleteTitle', { name })}
      action={t('radiusClients.delete')}
      body={t('radiusClients.deleteBody')}
      onClose={onClose}
      onConfirm={() => api('deleteRadiusClient', { params: { id } })}
      said={t('radiusClients.said.deleted', { name })}
      changes={KEY}
    />
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
  const { t, api } = useConsole();
  const notice = useNotice();
  const refresh = useRefresh();
  const [secret, setSecret] = useState<Secret>();
  return (
    <FormDialog
      title={t('radiusClients.changeTitle', { name: client.name })}
      intro={<p>{t('radiusClients.changeBody')}</p>}
      action={t('radiusClients.changeAction')}
      ready={secret !== ''}
      onClose={onClose}
      onSubmit={async () => {
        const changed = await api('changeRadiusSecret', {
          params: { id: client.id },
          body: secret === undefined ? {} : { secret },
        });
        if (changed.secret === undefined) notice(t('radiusClients.said.changed', { name: client.name }));
        else onMade({ client, secret: changed.secret });
        await refresh(KEY);
      }}
    >
      <SecretField value={secret} onChange={setSecret} />
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
      <p>{t('radiusClients.testBody', { network: client.network })}</p>
      <CopyField label={t('radiusClients.command')} value={command} />
      <p>{t('radiusClients.testExpect')}</p>
    </Dialog>
  );
}
