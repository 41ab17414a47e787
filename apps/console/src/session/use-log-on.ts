/** One logon attempt: the input, the server's answer, and where the cursor goes afterwards. */
import type { OpenChallenge } from '@sower/api/challenges';
import type { ResponseOf } from '@sower/api/operations';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useApi, type Wanted } from '../api/connection.ts';
import { fieldProblem, isProblem, problemOf } from '../api/problem-words.ts';
import { useTexts } from '../texts/use-texts.ts';

/** Whether this browser supports passkeys at all. */
export const hasPasskeys = (): boolean => 'PublicKeyCredential' in window;

/** @param wanted `proof`: by the person who is already logged on */
export function useLogOn(
  fixedUserName: string | undefined,
  onLogOn: (opened: ResponseOf<'openSession'>, password: string) => void,
  wanted: Wanted = 'log-on',
) {
  const t = useTexts();
  const api = useApi();
  const [userName, setUserName] = useState(fixedUserName ?? '');
  const [password, setPassword] = useState('');
  const [passcode, setPasscode] = useState('');
  /** The password was right but is not enough. */
  const [more, setMore] = useState<'passcode' | 'passkey'>();
  /** The passcode was right too, but is not enough. */
  const [asked, setAsked] = useState<OpenChallenge>();
  const [missing, setMissing] = useState<string>();
  const userNameInput = useRef<HTMLInputElement>(null);
  const passwordInput = useRef<HTMLInputElement>(null);
  const passcodeInput = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (more === 'passcode' && asked === undefined) passcodeInput.current?.focus();
  }, [more, asked]);

  const opening = useMutation({
    mutationFn: (answer: string | undefined) => {
      const secrets = {
        password,
        ...(more === 'passcode' ? { passcode: answer ?? passcode } : {}),
        ...(asked === undefined ? {} : { challenge: asked.id }),
      };
      return wanted === 'proof'
        ? api('proveSession', { body: secrets })
        : api('openSession', { body: { userName: userName.trim(), ...secrets } });
    },
    onSuccess: (opened) => onLogOn(opened, password),
    onError: (error) => {
      setPasscode('');
      setAsked(problemOf(error)?.challenge);
      if (isProblem(error, 'answer-needed')) return;
      if (isProblem(error, 'second-factor-required')) {
        setMore(fieldProblem(error, 'passcode') === undefined ? 'passkey' : 'passcode');
      } else if (more === 'passcode' && isProblem(error, 'log-on-failed')) {
        passcodeInput.current?.focus();
      } else {
        setPassword('');
        passwordInput.current?.focus();
      }
    },
  });
  const byPasskey = useMutation({
    mutationFn: async () => {
      const { state, options } = await api('challengePasskeyLogOn', {});
      const { startAuthentication } = await import('@simplewebauthn/browser');
      const response = await startAuthentication({
        optionsJSON: options as unknown as Parameters<typeof startAuthentication>[0]['optionsJSON'],
      });
      const body = { state, response: { ...response } };
      return wanted === 'proof' ? api('provePasskeySession', { body }) : api('openPasskeySession', { body });
    },
    onMutate: () => {
      opening.reset();
      setMissing(undefined);
    },
    onSuccess: (opened) => onLogOn(opened, ''),
  });

  const submit = (): void => {
    byPasskey.reset();
    const lacking =
      userName.trim() === ''
        ? ([t('session.userNameMissing'), userNameInput] as const)
        : password === ''
          ? ([t('session.passwordMissing'), passwordInput] as const)
          : more === 'passcode' && passcode.trim() === ''
            ? ([t('session.passcodeMissing'), passcodeInput] as const)
            : undefined;
    setMissing(lacking?.[0]);
    if (lacking) lacking[1].current?.focus();
    else opening.mutate(undefined);
  };

  return {
    userName,
    setUserName: (value: string) => {
      setUserName(value);
      setMore(undefined);
    },
    password,
    setPassword,
    passcode,
    setPasscode,
    more,
    challenged: asked && { asked, work: opening, onGiveUp: () => setAsked(undefined) },
    userNameInput,
    passwordInput,
    passcodeInput,
    submit,
    usePasskey: () => byPasskey.mutate(),
    pending: opening.isPending || byPasskey.isPending,
    problem:
      missing ?? problemWords(t, opening.error ?? byPasskey.error, { byPasskey: byPasskey.isError, more }),
  };
}

function problemWords(
  t: ReturnType<typeof useTexts>,
  error: unknown,
  { byPasskey, more }: { readonly byPasskey: boolean; readonly more: 'passcode' | 'passkey' | undefined },
): string | undefined {
  if (!error || isProblem(error, 'second-factor-required') || isProblem(error, 'answer-needed')) {
    return undefined;
  }
  if (isProblem(error, 'log-on-failed')) {
    if (byPasskey) return t('session.passkeyRefused');
    return t(more === 'passcode' ? 'session.passcodeRefused' : 'session.refused');
  }
  if (isProblem(error, 'too-many-requests')) return t('session.tooMany');
  const problem = problemOf(error);
  if (problem) return problem.detail ?? problem.title;
  // What the browser throws when the person closes its window, or when it has no passkey for this host.
  return t(byPasskey ? 'session.passkeyCancelled' : 'session.noAnswer');
}
