/** My logon: passkeys, the required token, the password, the sessions. Only about the person who is logged on. */
import { Content } from '@patternfly/react-core';
import type { OwnLogOn } from '@sower/api/log-on';
import { useApi } from '../api/connection.ts';
import { problemOf } from '../api/problem-words.ts';
import { useAnswer } from '../api/use-answer.ts';
import { helped, useTexts } from '../texts/use-texts.ts';
import { FormDialog, OneFieldDialog, useQuestion, useWindow } from '../ui/dialogs/small-dialogs.tsx';
import { TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { ItemTable } from '../ui/lists/listing.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { useTimes } from '../ui/times.ts';
import { Section } from '../ui/titled-card.tsx';
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
            <Section title={t('ownLogOn.token')} id="own-token">
              <Content component="p">
                {view.tokenOf === undefined
                  ? t('ownLogOn.noToken', { userName })
                  : t('ownLogOn.tokenOf', { userId: view.tokenOf })}
              </Content>
            </Section>
            <Password />
            <Section title={t('sessions.title')} id="own-sessions">
              <OwnSessions of="administrator" />
            </Section>
          </div>
        )}
      </Loaded>
    </Screen>
  );
}

function Passkeys({ view }: { view: OwnLogOn }) {
  const t = useTexts();
  const { time } = useTimes();
  const api = useApi();
  const [add, adding] = useWindow<void>((_, onClose) => <AddPasskey onClose={onClose} />);
  useAddInAddress(add);
  const { passkeys } = view;
  const [remove, removing] = useQuestion<Passkey>(({ id, name }) => ({
    title: t('ownLogOn.removeTitle', { name }),
    action: t('ownLogOn.remove'),
    body: t(passkeys.length === 1 ? 'ownLogOn.removeLast' : 'ownLogOn.removeOther'),
    danger: false,
    onConfirm: () => api('removePasskey', { params: { id } }),
    said: t('ownLogOn.removed', { name }),
    changes: ['session', 'log-on'],
  }));
  const obstacle = !view.passkeysPossible
    ? t('ownLogOn.passkeysImpossible')
    : hasPasskeys()
      ? undefined
      : t('ownLogOn.noBrowser');
  const advice = passkeys.length === 0 ? t('ownLogOn.none') : passkeys.length === 1 ? t('ownLogOn.one') : '';
  return (
    <Section title={t('ownLogOn.passkeys')} id="own-passkeys">
      <Content component="p">{t('ownLogOn.passkeysBody')}</Content>
      {obstacle !== undefined && <Alert variant="warning" title={obstacle} />}
      {obstacle === undefined && advice !== '' && <Alert variant="info" title={advice} />}
      {passkeys.length > 0 && (
        <ItemTable
          label={t('ownLogOn.passkeys')}
          breakAt="grid-md"
          sticky={false}
          items={passkeys}
          columns={[
            [t('ownLogOn.name'), ({ name }) => name],
            {
              label: t('ownLogOn.passkeys'),
              cell: ({ createdAt, lastUsedAt: at }) =>
                `${t('ownLogOn.made', { at: time(createdAt) })}, ${
                  at === undefined ? t('ownLogOn.unused') : t('ownLogOn.used', { at: time(at) })
                }`,
            },
          ]}
          actions={(passkey) => (
            <Button
              variant="secondary"
              isDanger
              aria-label={t('ownLogOn.removeNamed', { name: passkey.name })}
              onClick={() => remove(passkey)}
            >
              {t('ownLogOn.remove')}
            </Button>
          )}
        />
      )}
      {obstacle === undefined && (
        <div>
          <Button onClick={() => add()}>{t('ownLogOn.add')}</Button>
        </div>
      )}
      {obstacle === undefined && adding}
      {removing}
    </Section>
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

function Password() {
  const t = useTexts();
  const [change, changing] = useWindow<void>((_, onClose) => <ChangePassword onClose={onClose} />);
  return (
    <Section title={t('ownLogOn.password')} id="own-password">
      <div>
        <Button variant="secondary" onClick={() => change()}>
          {t('ownLogOn.changePassword')}
        </Button>
      </div>
      {changing}
    </Section>
  );
}

function ChangePassword({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const api = useApi();
  const notice = useNotice();
  const { values, field } = useFields({ password: '', newPassword: '' });
  return (
    <FormDialog
      title={t('ownLogOn.changePassword')}
      action={t('ownLogOn.changePassword')}
      ready={values.password !== '' && values.newPassword !== ''}
      onClose={onClose}
      onSubmit={async () => {
        await api('setOwnPassword', { body: values });
        notice(t('ownLogOn.changed'));
      }}
    >
      <TextField {...helped(t, 'ownLogOn.passwordAgain')} type="password" required {...field('password')} />
      <TextField {...helped(t, 'ownLogOn.newPassword')} type="password" required {...field('newPassword')} />
    </FormDialog>
  );
}
