/** One log-on try: what is typed, what the server says, and where the cursor goes afterwards. */
import type { ResponseOf } from '@sower/api/operations';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';

export function useLogOn(
  fixedUserName: string | undefined,
  onLogOn: (opened: ResponseOf<'openSession'>) => void,
) {
  const { t } = useTranslation();
  const api = useApi();
  const [userName, setUserName] = useState(fixedUserName ?? '');
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState<string>();
  const userNameInput = useRef<HTMLInputElement>(null);
  const passwordInput = useRef<HTMLInputElement>(null);
  const opening = useMutation({
    mutationFn: () => api('openSession', { body: { userName: userName.trim(), password } }),
    onSuccess: onLogOn,
    onError: () => {
      setPassword('');
      passwordInput.current?.focus();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (userName.trim() === '') {
      setMissing(t('session.userNameMissing'));
      userNameInput.current?.focus();
      return;
    }
    if (password === '') {
      setMissing(t('session.passwordMissing'));
      passwordInput.current?.focus();
      return;
    }
    setMissing(undefined);
    opening.mutate();
  };
  const code = problemOf(opening.error)?.code;
  const failure = !opening.isError
    ? undefined
    : code === 'log-on-failed'
      ? t('session.refused')
      : code === 'too-many-requests'
        ? t('session.tooMany')
        : (problemOf(opening.error)?.detail ?? t('session.noAnswer'));
  return {
    userName,
    setUserName,
    password,
    setPassword,
    userNameInput,
    passwordInput,
    submit,
    pending: opening.isPending,
    problem: missing ?? failure,
  };
}
