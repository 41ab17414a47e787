/** Password, passcode if required, and what was wrong: the same on the logon page and in the dialog of an ended session. */
import { FormGroup, FormHelperText, HelperText, TextInput } from '@patternfly/react-core';
import { useTexts } from '../texts/use-texts.ts';
import { SecretInput } from '../ui/forms/secret-input.tsx';
import { Alert, Button, HelperTextItem } from '../ui/patternfly.tsx';
import { hasPasskeys, type useLogOn } from './use-log-on.ts';

type LogOn = ReturnType<typeof useLogOn>;

export function LogOnProblem({ logOn }: { logOn: LogOn }) {
  const t = useTexts();
  if (logOn.problem !== undefined) {
    return <Alert variant="danger" title={logOn.problem} id="log-on-problem" role="alert" />;
  }
  if (logOn.more !== 'passkey') return null;
  return <Alert variant="info" title={t('session.passkeyNeeded')} role="status" />;
}

export function SecretFields({ logOn, id }: { logOn: LogOn; id: string }) {
  const t = useTexts();
  const described = logOn.problem === undefined ? {} : { 'aria-describedby': 'log-on-problem' };
  return (
    <>
      <FormGroup label={t('session.password')} fieldId={`${id}-password`} isRequired>
        <SecretInput
          id={`${id}-password`}
          ref={logOn.passwordInput}
          value={logOn.password}
          onChange={(_, value) => logOn.setPassword(value)}
          autoComplete="current-password"
          isRequired
          {...described}
        />
      </FormGroup>
      {logOn.more === 'passcode' && (
        <FormGroup label={t('session.passcode')} fieldId={`${id}-passcode`} isRequired>
          <TextInput
            id={`${id}-passcode`}
            ref={logOn.passcodeInput}
            value={logOn.passcode}
            onChange={(_, value) => logOn.setPasscode(value)}
            autoComplete="one-time-code"
            spellCheck={false}
            isRequired
            aria-describedby={`${id}-passcode-help`}
          />
          <FormHelperText>
            <HelperText id={`${id}-passcode-help`}>
              <HelperTextItem>{t('session.passcodeHelp')}</HelperTextItem>
            </HelperText>
          </FormHelperText>
        </FormGroup>
      )}
    </>
  );
}

export function PasskeyButton({ logOn }: { logOn: LogOn }) {
  const t = useTexts();
  if (!hasPasskeys()) return null;
  return (
    <Button
      variant={logOn.more === 'passkey' ? 'primary' : 'secondary'}
      isBlock
      onClick={logOn.usePasskey}
      isDisabled={logOn.pending}
    >
      {t('session.usePasskey')}
    </Button>
  );
}
