/** My logon: passkeys, the required token, the password, the sessions. Only about the person who is logged on. */
import { Content } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { OwnLogOn } from '@sower/api/log-on';
import { type ReactNode, useState } from 'react';
import { useApi } from '../api/connection.ts';
import { problemOf } from '../api/problem-words.ts';
import { useAnswer } from '../api/use-answer.ts';
import { helped, useTexts } from '../texts/use-texts.ts';
import { FormDialog, OneFieldDialog } from '../ui/dialogs/small-dialogs.tsx';
import { TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { useTimes } from '../ui/times.ts';
import { useAddInAddress } from '../ui/use-onward.ts';
import { useDone } from '../ui/use-work.ts';
import { OwnSessions } from './own-sessions.tsx';
import { useConsole } from './use-console.ts';
import { hasPasskeys } from './use-log-on.ts';

type Passkey = OwnLogOn['passkeys'][number];

export function Component() {
  const { t, userName } = useConsole();
  const own = useAnswer('getOwnLogOn', {}, { staleTime: 0 });
  return (
    <Screen title={t('ownLogOn.title')} intro={t('ownLogOn.intro', { userName })}>
      <Loaded query={own}>
        {(view) => (
          <div className="sower-stack">
            <Passkeys view={view} />
            <Part title={t('ownLogOn.token')}>
              <Content component="p">
                {view.tokenOf === undefined
                  ? t('ownLogOn.noToken', { userName })
                  : t('ownLogOn.tokenOf', { userId: view.tokenOf })}
              </Content>
            </Part>
            <Password />
            <Part title={t('sessions.title')}>
              <OwnSessions of="administrator" />
            </Part>
          </div>
        )}
      </Loaded>
    </Screen>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="sower-stack" aria-label={title}>
      <h2 className="pf-v6-c-title pf-m-lg">{title}</h2>
      {children}
    </section>
  );
}

function Passkeys({ view }: { view: OwnLogOn }) {
  const t = useTexts();
  const { time } = useTimes();
  const [adding, setAdding] = useState(false);
  useAddInAddress(() => setAdding(true));
  const [removing, setRemoving] = useState<Passkey>();
  const { passkeys } = view;
  const obstacle = !view.passkeysPossible
    ? t('ownLogOn.passkeysImpossible')
    : hasPasskeys()
      ? undefined
      : t('ownLogOn.noBrowser');
  const advice = passkeys.length === 0 ? t('ownLogOn.none') : passkeys.length === 1 ? t('ownLogOn.one') : '';
  return (
    <Part title={t('ownLogOn.passkeys')}>
      <Content component="p">{t('ownLogOn.passkeysBody')}</Content>
      {obstacle !== undefined && <Alert variant="warning" title={obstacle} />}
      {obstacle === undefined && advice !== '' && <Alert variant="info" title={advice} />}
      {passkeys.length > 0 && (
        <Table aria-label={t('ownLogOn.passkeys')} variant="compact" gridBreakPoint="grid-md">
          <Thead>
            <Tr>
              <Th>{t('ownLogOn.name')}</Th>
              <Th screenReaderText={t('ownLogOn.passkeys')} />
              <Th screenReaderText={t('ui.actions')} />
            </Tr>
          </Thead>
          <Tbody>
            {passkeys.map((passkey) => (
              <Tr key={passkey.id}>
                <Td dataLabel={t('ownLogOn.name')} modifier="breakWord">
                  {passkey.name}
                </Td>
                <Td>
                  {t('ownLogOn.made', { at: time(passkey.createdAt) })},{' '}
                  {passkey.lastUsedAt === undefined
                    ? t('ownLogOn.unused')
                    : t('ownLogOn.used', { at: time(passkey.lastUsedAt) })}
                </Td>
                <Td isActionCell>
                  <Button
                    variant="secondary"
                    isDanger
                    aria-label={t('ownLogOn.removeNamed', { name: passkey.name })}
                    onClick={() => setRemoving(passkey)}
                  >
                    {t('ownLogOn.remove')}
                  </Button>
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      {obstacle === undefined && (
        <div>
          <Button onClick={() => setAdding(true)}>{t('ownLogOn.add')}</Button>
        </div>
      )}
      {adding && obstacle === undefined && <AddPasskey onClose={() => setAdding(false)} />}
      {removing && (
        <RemovePasskey
          passkey={removing}
          last={passkeys.length === 1}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </Part>
  );
}

function AddPasskey({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const api = useApi();
  const done = useDone();
  return (
    <OneFieldDialog
      title={t('ownLogOn.add')}
      action={t('ownLogOn.add')}
      {...helped(t, 'ownLogOn.name')}
      field="name"
      onClose={onClose}
      onSubmit={async (name) => {
        const { state, options } = await api('challengePasskey', {});
        const { startRegistration } = await import('@simplewebauthn/browser');
        const response = await startRegistration({
          optionsJSON: options as unknown as Parameters<typeof startRegistration>[0]['optionsJSON'],
        }).catch((error: unknown) => {
          // The person closed the browser's window, or this authenticator already has one.
          throw problemOf(error) ? error : new Error(t('ownLogOn.cancelled'));
        });
        await api('addPasskey', { body: { state, name, response: { ...response } } });
        await done(t('ownLogOn.added', { name }), ['session', 'log-on']);
      }}
    />
  );
}

function RemovePasskey({ passkey, last, onClose }: { passkey: Passkey; last: boolean; onClose: () => void }) {
  const t = useTexts();
  const api = useApi();
  return (
    <FormDialog
      title={t('ownLogOn.removeTitle', { name: passkey.name })}
      intro={<p>{t(last ? 'ownLogOn.removeLast' : 'ownLogOn.removeOther')}</p>}
      action={t('ownLogOn.remove')}
      onClose={onClose}
      onSubmit={() => api('removePasskey', { params: { id: passkey.id } })}
      said={t('ownLogOn.removed', { name: passkey.name })}
      changes={['session', 'log-on']}
    ></FormDialog>
  );
}

function Password() {
  const t = useTexts();
  const api = useApi();
  const notice = useNotice();
  const [changing, setChanging] = useState(false);
  const { values, set, field } = useFields({ password: '', newPassword: '' });
  const { password, newPassword } = values;
  const close = (): void => {
    setChanging(false);
    set({ password: '' });
    set({ newPassword: '' });
  };
  return (
    <Part title={t('ownLogOn.password')}>
      <div>
        <Button variant="secondary" onClick={() => setChanging(true)}>
          {t('ownLogOn.changePassword')}
        </Button>
      </div>
      {changing && (
        <FormDialog
          title={t('ownLogOn.changePassword')}
          action={t('ownLogOn.changePassword')}
          ready={password !== '' && newPassword !== ''}
          onClose={close}
          onSubmit={async () => {
            await api('setOwnPassword', { body: { password, newPassword } });
            notice(t('ownLogOn.changed'));
          }}
        >
          <TextField
            {...helped(t, 'ownLogOn.passwordAgain')}
            type="password"
            required
            {...field('password')}
          />
          <TextField
            {...helped(t, 'ownLogOn.newPassword')}
            type="password"
            required
            {...field('newPassword')}
          />
        </FormDialog>
      )}
    </Part>
  );
}
