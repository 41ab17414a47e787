/** Before all else: the password that somebody else gave is replaced by one that only its owner knows. */
import { Form, Login, LoginMainBody, Title } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { fieldProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { AppearanceMenu } from '../shell/appearance-menu.tsx';
import { Brand } from '../shell/brand.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { TextField } from '../ui/field.tsx';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';

export function NewPasswordPage({
  userName,
  onChanged,
  onLeave,
}: {
  userName: string;
  onChanged: () => Promise<unknown>;
  onLeave: () => Promise<void>;
}) {
  const t = useTexts();
  const api = useApi();
  const [password, setPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const [again, setAgain] = useState('');
  const [differ, setDiffer] = useState(false);
  const change = useMutation({
    mutationFn: () => api('setOwnPassword', { body: { password, newPassword } }),
    onSuccess: onChanged,
  });
  const atPresent = fieldProblem(change.error, 'password');
  const atNew = fieldProblem(change.error, 'newPassword');
  useEffect(() => {
    document.title = t('newPassword.documentTitle');
  }, [t]);
  return (
    <Login
      header={
        <header className="sower-log-on-brand">
          <Brand />
        </header>
      }
    >
      <header className="pf-v6-c-login__main-header">
        <Title headingLevel="h1" size="3xl">
          {t('newPassword.title')}
        </Title>
        <p className="pf-v6-c-login__main-header-desc">{t('newPassword.body', { userName })}</p>
      </header>
      <LoginMainBody>
        <Form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            setDiffer(newPassword !== again);
            if (newPassword === again && password !== '' && newPassword !== '') change.mutate();
          }}
        >
          {atPresent === undefined && atNew === undefined && change.error !== null && (
            <ProblemAlert error={change.error} />
          )}
          <input type="hidden" name="username" autoComplete="username" value={userName} readOnly />
          <TextField
            label={t('newPassword.present')}
            type="password"
            required
            value={password}
            onChange={setPassword}
            error={atPresent}
          />
          <TextField
            label={t('ownLogOn.newPassword')}
            help={t('ownLogOn.newPasswordHelp')}
            type="password"
            required
            value={newPassword}
            onChange={setNewPassword}
            error={atNew}
          />
          <TextField
            label={t('newPassword.again')}
            type="password"
            required
            value={again}
            onChange={setAgain}
            error={differ ? t('newPassword.differ') : undefined}
          />
          <Button type="submit" isBlock isLoading={change.isPending} isDisabled={change.isPending}>
            {t('newPassword.submit')}
          </Button>
          <Button variant="link" isBlock onClick={onLeave}>
            {t('newPassword.leave')}
          </Button>
        </Form>
        <div className="sower-log-on-appearance">
          <AppearanceMenu />
        </div>
      </LoginMainBody>
    </Login>
  );
}
