/** Log on: the user ID first, then how. The page is the same for everyone, so it reveals nothing about anyone. */
import { TextInput } from '@patternfly/react-core';
import type { OpenChallenge } from '@sower/api/challenges';
import type { UserSession } from '@sower/api/self-service';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useApi } from '../api/connection.ts';
import { isProblem, problemOf } from '../api/problem-words.ts';
import { ChallengeForm } from '../ui/challenge-form.tsx';
import { Field, RadioField } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { SecretInput } from '../ui/forms/secret-input.tsx';
import { LogOnFrame } from '../ui/frame/log-on-frame.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Announcement } from './part.tsx';
import { useProblemSentence } from './problem-sentence.tsx';
import { useTexts } from './use-person.ts';

type Method = 'password' | 'passcode';

export function LogOnPage({
  ended,
  onLogOn,
}: {
  ended: boolean;
  /** @param secret what was typed */
  onLogOn: (session: UserSession, secret: string) => void;
}) {
  const t = useTexts();
  const api = useApi();
  const sentence = useProblemSentence();
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
                passcode: answer ?? secret,
                ...(asked === undefined ? {} : { challenge: asked.id }),
              },
      }),
    onSuccess: (session) => onLogOn(session, secret),
    onError: (error) => {
      setSecret('');
      setAsked(problemOf(error)?.challenge);
      second.current?.focus();
    },
  });
  useEffect(() => {
    if (asked === undefined) (known ? second : first).current?.focus();
  }, [known, asked]);
  const submit = (): void => {
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
  const refused =
    !logOn.error || isProblem(logOn.error, 'answer-needed')
      ? undefined
      : isProblem(logOn.error, 'log-on-failed')
        ? t('logOn.refused')
        : sentence(logOn.error);
  return (
    <LogOnFrame
      documentTitle={t('documentTitle', { title: t('logOn.title') })}
      title={t('logOn.title')}
      body={t('logOn.subtitle')}
    >
      {asked ? (
        <ChallengeForm asked={asked} work={logOn} onGiveUp={() => setAsked(undefined)} />
      ) : (
        <Form wide onSubmit={submit}>
          {ended && refused === undefined && <Announcement variant="info">{t('logOn.ended')}</Announcement>}
          {refused !== undefined && <Announcement variant="danger">{refused}</Announcement>}
          {known ? (
            <>
              <SecretFields
                userId={userId}
                method={method}
                onMethod={(chosen) => {
                  setMethod(chosen);
                  setSecret('');
                  setMissing(undefined);
                }}
                onOther={() => {
                  setKnown(false);
                  setSecret('');
                  logOn.reset();
                }}
                input={{ ref: second, value: secret, onChange: setSecret, error: missing }}
              />
              <Button type="submit" isBlock pending={logOn.isPending}>
                {t('logOn.submit')}
              </Button>
            </>
          ) : (
            <>
              <UserIdField input={{ ref: first, value: userId, onChange: setUserId, error: missing }} />
              <Button type="submit" isBlock>
                {t('next')}
              </Button>
            </>
          )}
        </Form>
      )}
      {!known && !asked && <Elsewhere />}
    </LogOnFrame>
  );
}

type Input = {
  readonly ref: RefObject<HTMLInputElement | null>;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
};

function UserIdField({ input: { ref, value, onChange, error } }: { input: Input }) {
  const t = useTexts();
  return (
    <Field id="log-on-user-id" label={t('logOn.userId')} help={t('logOn.userIdHelp')} error={error} required>
      {(given) => (
        <TextInput
          {...given}
          ref={ref}
          value={value}
          onChange={(_, typed) => onChange(typed)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
      )}
    </Field>
  );
}

/** How, and the password or passcode. */
function SecretFields({
  userId,
  method,
  onMethod,
  onOther,
  input: { ref, value, onChange, error },
}: {
  userId: string;
  method: Method;
  onMethod: (method: Method) => void;
  onOther: () => void;
  input: Input;
}) {
  const t = useTexts();
  return (
    <>
      <div className="sower-log-on-who">
        <strong className="sower-wrap">{userId.trim()}</strong>
        <Button variant="secondary" size="sm" onClick={onOther}>
          {t('logOn.other')}
        </Button>
      </div>
      <input type="hidden" name="username" autoComplete="username" value={userId} readOnly />
      <RadioField
        name="log-on-how"
        prefix="log-on"
        label={t('logOn.how')}
        value={method}
        onChange={onMethod}
        choices={[
          { value: 'password', label: t('logOn.withPassword') },
          { value: 'passcode', label: t('logOn.withPasscode') },
        ]}
      />
      <Field
        id="log-on-secret"
        label={t(method === 'password' ? 'logOn.password' : 'logOn.passcode')}
        help={method === 'passcode' ? t('logOn.passcodeHelp') : undefined}
        error={error}
        required
      >
        {(given) => (
          <SecretInput
            {...given}
            key={method}
            ref={ref}
            value={value}
            onChange={(_, typed) => onChange(typed)}
            autoComplete={method === 'password' ? 'current-password' : 'one-time-code'}
          />
        )}
      </Field>
    </>
  );
}

const PLACES = ['authenticator', 'console'] as const;

/** Below the logon form: what else is at this address. Links lead only to what is served under this name. */
function Elsewhere() {
  const t = useTexts();
  const { data: served = [] } = useQuery({
    queryKey: ['served'],
    queryFn: async () => {
      const found = await Promise.all(
        PLACES.map(async (part) => ((await fetch(`/${part}/`, { method: 'HEAD' })).ok ? part : undefined)),
      );
      return found.filter((part) => part !== undefined);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (served.length === 0) return null;
  return (
    <nav aria-label={t('logOn.elsewhere')} className="sower-elsewhere">
      {served.map((part) => (
        <a key={part} href={`/${part}/`}>
          {t(`logOn.places.${part}`)}
        </a>
      ))}
    </nav>
  );
}
