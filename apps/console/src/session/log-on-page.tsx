/** The logon page. Small on purpose, because it loads first. */
import { FormGroup, TextInput } from '@patternfly/react-core';
import type { ResponseOf } from '@sower/api/operations';
import { useEffect } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import { ChallengeForm } from '../ui/challenge-form.tsx';
import { Form } from '../ui/forms/form.tsx';
import { LogOnFrame } from '../ui/frame/log-on-frame.tsx';
import { Button } from '../ui/patternfly.tsx';
import { LogOnProblem, PasskeyButton, SecretFields } from './log-on-fields.tsx';
import { useLogOn } from './use-log-on.ts';

export function LogOnPage({
  onLogOn,
}: {
  /** @param password what was typed; empty with a passkey */
  onLogOn: (opened: ResponseOf<'openSession'>, password: string) => void;
}) {
  const t = useTexts();
  const logOn = useLogOn(undefined, onLogOn);
  const { userNameInput } = logOn;
  useEffect(() => userNameInput.current?.focus(), [userNameInput]);
  return (
    <LogOnFrame
      documentTitle={t('session.documentTitle')}
      title={t('session.title')}
      body={t('session.subtitle')}
    >
      {logOn.challenged ? (
        <ChallengeForm {...logOn.challenged} />
      ) : (
        <Form wide onSubmit={logOn.submit}>
          <LogOnProblem logOn={logOn} />
          <FormGroup label={t('session.userName')} fieldId="log-on-user-name" isRequired>
            <TextInput
              id="log-on-user-name"
              ref={logOn.userNameInput}
              value={logOn.userName}
              onChange={(_, value) => logOn.setUserName(value)}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              isRequired
              {...(logOn.problem === undefined ? {} : { 'aria-describedby': 'log-on-problem' })}
            />
          </FormGroup>
          <SecretFields logOn={logOn} id="log-on" />
          <Button type="submit" isBlock pending={logOn.pending}>
            {t('session.logOn')}
          </Button>
          <PasskeyButton logOn={logOn} />
        </Form>
      )}
    </LogOnFrame>
  );
}
