/** Log on: the user ID first, then how. The page is the same for everyone, so it reveals nothing about anyone. */

import { Form, FormGroup, Radio, TextInput } from '@patternfly/react-core';
import type { OpenChallenge } from '@sower/api/challenges';
import type { UserSession } from '@sower/api/self-service';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { isProblem, problemOf } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { LogOnFrame } from '../shell/log-on-frame.tsx';
import { ChallengeForm } from '../ui/challenge-form.tsx';
import { Field } from '../ui/field.tsx';
import { Button } from '../ui/patternfly.tsx';
import { useTexts } from './use-texts.ts';
import { Told, useWrong } from './wrong.tsx';

type Method = 'password' | 'passcode';

export function LogOnPage({ ended, onLogOn }: { ended: boolean; onLogOn: (session: UserSession) => void }) {
  const t = useTexts();
  const api = useApi();
  const say = useWrong();
  const [userId, setUserId] = useState('');
  const [known, setKnown] = useState(false);
  const [method, setMethod] = useState<Method>('password');
  const [secret, setSecret] = useState('');
  const [missing, setMissing] = useState<string>();
  /** The passcode was right but is not enough. */
  const [asked, setAsked] = useState<OpenChallenge>();
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  const logOn = useMutation({
    mutationFn: (answer: string | undefined) =>
      api('openUserSession', {
        body:
          method === 'password'
            ? { method, userId: userId.trim(), password: secret }
            : {
                method,
                userId: userId.trim(),
                passcode: answer ?? secret.replace(/\s/g, ''),
                ...(asked === undefined ? {} : { challenge: asked.id }),
              },
      }),
    onSuccess: onLogOn,
    onError: (error) => {
      setSecret('');
      setAsked(problemOf(error)?.challenge);
      second.current?.focus();
    },
  });
  useEffect(() => {
    if (asked === undefined) (known ? second : first).current?.focus();
  }, [known, asked]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (userId.trim() === '') {
      setMissing(t('logOn.userIdMissing'));
      first.current?.focus();
    } else if (!known) {
      setMissing(undefined);
      setKnown(true);
    } else if (secret === '') {
      setMissing(t('logOn.secretMissing'));
      second.current?.focus();
    } else {
      setMissing(undefined);
      logOn.mutate(undefined);
    }
  };
  const refused = isProblem(logOn.error, 'answer-needed')
    ? undefined
    : isProblem(logOn.error, 'log-on-failed')
      ? t('logOn.refused')
      : say(logOn.error);
  return (
    <LogOnFrame
      documentTitle={t('documentTitle', { title: t('logOn.title') })}
      title={t('logOn.title')}
      body={t('logOn.subtitle')}
    >
      {asked ? (
        <ChallengeForm
          key={asked.id}
          asked={asked}
          pending={logOn.isPending}
          onAnswer={(answer) => logOn.mutate(answer)}
          onGiveUp={() => {
            setAsked(undefined);
            logOn.reset();
          }}
        />
      ) : (
        <Form onSubmit={submit} noValidate>
          {ended && refused === undefined && <Told variant="info">{t('logOn.ended')}</Told>}
          {refused !== undefined && <Told variant="danger">{refused}</Told>}
          {known ? (
            <>
              <div className="sower-log-on-who">
                <strong className="sower-wrap">{userId.trim()}</strong>
                <Button
                  variant="secondary"
                  size="sm"
                  onClick={() => {
                    setKnown(false);
                    setSecret('');
                    logOn.reset();
                  }}
                >
                  {t('logOn.other', { userId: userId.trim() })}
                </Button>
              </div>
              <input type="hidden" name="username" autoComplete="username" value={userId} readOnly />
              <FormGroup role="radiogroup" fieldId="log-on-how" label={t('logOn.how')} isStack>
                {(['password', 'passcode'] as const).map((name) => (
                  <Radio
                    key={name}
                    id={`log-on-${name}`}
                    name="log-on-how"
                    label={t(name === 'password' ? 'logOn.withPassword' : 'logOn.withPasscode')}
                    isChecked={method === name}
                    onChange={() => {
                      setMethod(name);
                      setSecret('');
                      setMissing(undefined);
                    }}
                  />
                ))}
              </FormGroup>
              <Field
                id="log-on-secret"
                label={t(method === 'password' ? 'logOn.password' : 'logOn.passcode')}
                help={method === 'passcode' ? t('logOn.passcodeHelp') : undefined}
                error={missing}
                required
              >
                {({ id, describedBy }) => (
                  <TextInput
                    key={method}
                    id={id}
                    ref={second}
                    type="password"
                    value={secret}
                    onChange={(_, value) => setSecret(value)}
                    autoComplete={method === 'password' ? 'current-password' : 'one-time-code'}
                    isRequired
                    validated={missing === undefined ? 'default' : 'error'}
                    aria-describedby={describedBy}
                  />
                )}
              </Field>
              <Button type="submit" isBlock isLoading={logOn.isPending} isDisabled={logOn.isPending}>
                {t('logOn.submit')}
              </Button>
            </>
          ) : (
            <>
              <Field
                id="log-on-user-id"
                label={t('logOn.userId')}
                help={t('logOn.userIdHelp')}
                error={missing}
                required
              >
                {({ id, describedBy }) => (
                  <TextInput
                    id={id}
                    ref={first}
                    value={userId}
                    onChange={(_, value) => setUserId(value)}
                    autoComplete="username"
                    autoCapitalize="none"
                    spellCheck={false}
                    isRequired
                    validated={missing === undefined ? 'default' : 'error'}
                    aria-describedby={describedBy}
                  />
                )}
              </Field>
              <Button type="submit" isBlock>
                {t('next')}
              </Button>
            </>
          )}
        </Form>
      )}
    </LogOnFrame>
  );
}
