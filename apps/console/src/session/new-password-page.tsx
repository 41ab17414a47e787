/** First of all: a password that someone else set is replaced by one that only its owner knows. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../api/connection.ts';
import { fieldProblem } from '../api/problem-words.ts';
import { useTexts } from '../texts/use-texts.ts';
import { TextField, useNewSecret } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { LogOnFrame } from '../ui/frame/log-on-frame.tsx';
import { Button } from '../ui/patternfly.tsx';

export function NewPasswordPage({
  userName,
  typed = '',
  onChanged,
  onLeave,
}: {
  userName: string;
  /** What was typed a moment ago to log on; empty: the form has a field for it. */
  typed?: string | undefined;
  onChanged: () => Promise<unknown>;
  onLeave: () => Promise<void>;
}) {
  const t = useTexts();
  const api = useApi();
  const [password, setPassword] = useState(typed);
  const chosen = useNewSecret({
    label: t('ownLogOn.newPassword'),
    help: t('ownLogOn.newPasswordHelp'),
    again: t('newPassword.again'),
    path: 'newPassword',
    differ: t('newPassword.differ'),
  });
  const change = useMutation({
    mutationFn: () => api('setOwnPassword', { body: { password, newPassword: chosen.value } }),
    onSuccess: onChanged,
  });
  const presentWrong = fieldProblem(change.error, 'password') !== undefined;
  return (
    <LogOnFrame
      documentTitle={t('newPassword.documentTitle')}
      title={t('newPassword.title')}
      body={t('newPassword.body', { userName })}
    >
      <Form
        wide
        error={change.error}
        onSubmit={() => {
          if (chosen.check() && password !== '') change.mutate();
        }}
      >
        <input type="hidden" name="username" autoComplete="username" value={userName} readOnly />
        {(typed === '' || presentWrong) && (
          <TextField
            label={t('newPassword.present')}
            type="password"
            required
            value={password}
            onChange={setPassword}
            path="password"
          />
        )}
        {chosen.fields()}
        <Button type="submit" isBlock pending={change.isPending}>
          {t('newPassword.submit')}
        </Button>
        <Button variant="link" isBlock onClick={onLeave}>
          {t('newPassword.leave')}
        </Button>
      </Form>
    </LogOnFrame>
  );
}
