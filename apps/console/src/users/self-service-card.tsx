/** User Dashboard: the user's self-service, and the help desk's part in it. */

import { Checkbox } from '@patternfly/react-core';
import { LIMITS } from '@sower/api/limits';
import type { User } from '@sower/api/users';
import { useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { nameAndId, useActorWords } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { FormDialog, useQuestion, useWindow } from '../ui/dialogs/small-dialogs.tsx';
import { TextField } from '../ui/field.tsx';
import { makePassword } from '../ui/forms/secret-input.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Facts, TitledCard } from '../ui/titled-card.tsx';

/** Shown at the field before anything is sent; the server has the last word. */
export const passwordTooShort = (password: string): boolean => [...password].length < LIMITS.password;

const ACTIONS = {
  open: 'userSelfService.openWindow',
  close: 'userSelfService.closeWindow',
  remove: 'userSelfService.removePassword',
} as const;

export function SelfServiceCard({ user }: { user: User }) {
  const { userId } = user;
  /** Where the password is; undefined: here. */
  const directory = user.source?.name;
  const { t, api, can, time } = useConsole();
  const actorWords = useActorWords();
  const params = { userId };
  const work = {
    open: () => api('openActivationWindow', { params }),
    close: () => api('closeActivationWindow', { params }),
    remove: () => api('removeUserPassword', { params }),
  };
  const [ask, asked] = useQuestion<keyof typeof ACTIONS>((what) => ({
    title: t(`userSelfService.${what}Title`, { userId: nameAndId(user) }),
    action: t(ACTIONS[what]),
    body: t(`userSelfService.${what}Body`),
    danger: what === 'remove',
    onConfirm: work[what],
    said: t(`userSelfService.${what}Done`, { userId: nameAndId(user) }),
    changes: ['users', userId],
  }));
  const [setPassword, settingPassword] = useWindow<void>((_, onClose) => (
    <PasswordDialog user={user} onClose={onClose} />
  ));
  const state = useAnswer('getSelfService', { params });
  return (
    <TitledCard title={t('userSelfService.title')}>
      <Loaded query={state} lines={2}>
        {(loaded) => (
          <div className="sower-stack">
            <Facts
              facts={[
                [
                  t('userSelfService.password'),
                  directory === undefined
                    ? t(
                        !loaded.passwordSet
                          ? 'userSelfService.passwordNone'
                          : loaded.mustChange
                            ? 'userSelfService.passwordMustChange'
                            : 'userSelfService.passwordSet',
                      )
                    : t('userSource.password', { name: directory }),
                ],
                [
                  t('userSelfService.window'),
                  loaded.activationWindow
                    ? t('userSelfService.windowOpen', {
                        time: time(loaded.activationWindow.expiresAt),
                        openedBy: actorWords(loaded.activationWindow.openedBy),
                      })
                    : t(
                        loaded.hasConfirmedToken
                          ? 'userSelfService.windowNone'
                          : 'userSelfService.windowNotNeeded',
                      ),
                ],
              ]}
            />
            <div className="sower-actions">
              {can('users:activation-window') &&
                (loaded.activationWindow ? (
                  <Button variant="secondary" onClick={() => ask('close')}>
                    {t('userSelfService.closeWindow')}
                  </Button>
                ) : (
                  // Anyone else needs none, and a disabled user cannot use it.
                  loaded.hasConfirmedToken &&
                  user.enabled && (
                    <Button variant="secondary" onClick={() => ask('open')}>
                      {t('userSelfService.openWindow')}
                    </Button>
                  )
                ))}
              {can('users:edit') && directory === undefined && (
                <Button variant="secondary" onClick={() => setPassword()}>
                  {t('userSelfService.setPassword')}
                </Button>
              )}
              {can('users:edit') && loaded.passwordSet && (
                <Button variant="link" isDanger onClick={() => ask('remove')}>
                  {t('userSelfService.removePassword')}
                </Button>
              )}
            </div>
          </div>
        )}
      </Loaded>
      {settingPassword}
      {asked}
    </TitledCard>
  );
}

function PasswordDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { userId } = user;
  const { t, api } = useConsole();
  const [password, setPassword] = useState('');
  const [mustChange, setMustChange] = useState(true);
  return (
    <FormDialog
      title={t('userSelfService.setPasswordTitle', { userId: nameAndId(user) })}
      action={t('userSelfService.setPassword')}
      ready={!passwordTooShort(password)}
      onClose={onClose}
      onSubmit={() => api('setUserPassword', { params: { userId }, body: { password, mustChange } })}
      said={t('userSelfService.setPasswordDone', { userId: nameAndId(user) })}
      changes={['users', userId]}
    >
      <PasswordFields
        password={password}
        onPassword={setPassword}
        mustChange={mustChange}
        onMustChange={setMustChange}
        help={t('userSelfService.newPasswordOnly')}
      />
    </FormDialog>
  );
}

export function PasswordFields({
  password,
  onPassword,
  mustChange,
  onMustChange,
  help,
}: {
  password: string;
  onPassword: (value: string) => void;
  mustChange: boolean;
  onMustChange: (value: boolean) => void;
  help: string;
}) {
  const t = useTexts();
  return (
    <>
      <TextField
        label={t('userSelfService.newPassword')}
        type="password"
        value={password}
        onChange={onPassword}
        onGenerate={() => onPassword(makePassword())}
        help={help}
        path="password"
        error={password !== '' && passwordTooShort(password) ? t('userSelfService.tooShort') : undefined}
      />
      <Checkbox
        id="password-must-change"
        label={t('userSelfService.mustChange')}
        isChecked={mustChange}
        onChange={(_, checked) => onMustChange(checked)}
      />
    </>
  );
}
