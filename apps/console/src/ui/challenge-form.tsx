/** A question after a right passcode, with its answer: the same for logging on to both consoles. A new question is a new form. */
import { TextInput } from '@patternfly/react-core';
import type { OpenChallenge } from '@sower/api/challenges';
import type { UseMutationResult } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useSharedTexts } from '../texts/use-shared-texts.ts';
import { OnceValues } from './dialogs/shown-once.tsx';
import { Field, TextField } from './field.tsx';
import { Form } from './forms/form.tsx';
import { Alert, Button } from './patternfly.tsx';

type Challenged = {
  readonly asked: OpenChallenge;
  /** What sends the answer. */
  readonly work: Pick<
    UseMutationResult<unknown, Error, string | undefined>,
    'mutate' | 'isPending' | 'reset'
  >;
  readonly onGiveUp: () => void;
};

export function ChallengeForm(challenged: Challenged) {
  return <Question key={challenged.asked.id} {...challenged} />;
}

function Question({ asked: { challenge }, work, onGiveUp }: Challenged) {
  const t = useSharedTexts();
  const [answer, setAnswer] = useState('');
  const [again, setAgain] = useState('');
  const [wrong, setWrong] = useState<'missing' | 'differ'>();
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const pin = 'rules' in challenge ? challenge : undefined;
  const submit = (): void => {
    if (challenge.kind === 'system-pin') {
      work.mutate('y');
      return;
    }
    const missing = answer === '' && challenge.kind !== 'new-pin-or-system';
    const found = missing ? 'missing' : pin && answer !== again ? 'differ' : undefined;
    setWrong(found);
    if (found === undefined) work.mutate(answer);
  };
  return (
    <Form wide onSubmit={submit}>
      {challenge.kind === 'system-pin' ? (
        <OnceValues
          warning={t('challenge.asked.system-pin')}
          values={[{ label: t('challenge.pin'), value: challenge.pin }]}
        />
      ) : (
        <Alert variant="info" title={t(`challenge.asked.${challenge.kind}`)} role="status" />
      )}
      {challenge.kind !== 'system-pin' && (
        <Field
          label={t(
            pin
              ? 'challenge.pin'
              : challenge.kind === 'next-tokencode'
                ? 'challenge.tokencode'
                : 'challenge.passcode',
          )}
          help={
            pin &&
            t(pin.rules.alphanumeric ? 'challenge.letters' : 'challenge.digits', {
              least: pin.rules.minLength,
              most: pin.rules.maxLength,
            })
          }
          error={
            wrong === 'missing' ? t('challenge.missing') : wrong === undefined ? pin?.refused : undefined
          }
          required={challenge.kind !== 'new-pin-or-system'}
        >
          {({ id, 'aria-describedby': describedBy }) => (
            <TextInput
              id={id}
              ref={first}
              type={challenge.kind === 'next-tokencode' ? 'text' : 'password'}
              value={answer}
              onChange={(_, value) => setAnswer(value.trim())}
              autoComplete={pin ? 'off' : 'one-time-code'}
              spellCheck={false}
              aria-describedby={describedBy}
            />
          )}
        </Field>
      )}
      {pin && (
        <TextField
          label={t('challenge.again')}
          type="password"
          value={again}
          onChange={(value) => setAgain(value.trim())}
          required={challenge.kind === 'new-pin'}
          error={wrong === 'differ' ? t('challenge.differ') : undefined}
        />
      )}
      <Button type="submit" isBlock pending={work.isPending}>
        {t(challenge.kind === 'system-pin' ? 'challenge.take' : 'challenge.goOn')}
      </Button>
      <Button
        variant="link"
        isDisabled={work.isPending}
        onClick={() => {
          onGiveUp();
          work.reset();
        }}
      >
        {t('challenge.giveUp')}
      </Button>
    </Form>
  );
}
