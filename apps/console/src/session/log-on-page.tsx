/** The log-on page. Small on purpose: it is what loads first. */
import { Form, FormGroup, Login, LoginMainBody, TextInput, Title } from '@patternfly/react-core';
import type { ResponseOf } from '@sower/api/operations';
import { useEffect } from 'react';
import { AppearanceMenu } from '../shell/appearance-menu.tsx';
import { Brand } from '../shell/brand.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { ChallengeForm } from '../ui/challenge-form.tsx';
import { Button } from '../ui/patternfly.tsx';
import { LogOnProblem, PasskeyButton, SecretFields } from './log-on-fields.tsx';
import { useLogOn } from './use-log-on.ts';

export function LogOnPage({ onLogOn }: { onLogOn: (opened: ResponseOf<'openSession'>) => void }) {
  const t = useTexts();
  const logOn = useLogOn(undefined, onLogOn);
  const { userNameInput } = logOn;
  useEffect(() => {
    document.title = t('session.documentTitle');
  }, [t]);
  useEffect(() => userNameInput.current?.focus(), [userNameInput]);
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
          {t('session.title')}
        </Title>
        <p className="pf-v6-c-login__main-header-desc">{t('session.subtitle')}</p>
      </header>
      <LoginMainBody>
        {logOn.asked ? (
          <ChallengeForm
            key={logOn.asked.id}
            asked={logOn.asked}
            pending={logOn.pending}
            onAnswer={logOn.answer}
            onGiveUp={logOn.giveUp}
          />
        ) : (
          <Form onSubmit={logOn.submit} noValidate>
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
            <Button type="submit" isBlock isLoading={logOn.pending} isDisabled={logOn.pending}>
              {t('session.logOn')}
            </Button>
            <PasskeyButton logOn={logOn} />
          </Form>
        )}
        <div className="sower-log-on-appearance">
          <AppearanceMenu />
        </div>
      </LoginMainBody>
    </Login>
  );
}
