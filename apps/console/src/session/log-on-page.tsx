/** The logon page, and the window in which one logs on again. Small on purpose, because it loads first. */
import {
  Content,
  FormGroup,
  FormHelperText,
  HelperText,
  ModalBody,
  ModalFooter,
  TextInput,
} from '@patternfly/react-core';
import type { ResponseOf } from '@sower/api/operations';
import { useEffect, useState } from 'react';
import type { Wanted } from '../api/connection.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChallengeForm } from '../ui/challenge-form.tsx';
import { Form } from '../ui/forms/form.tsx';
import { SecretInput } from '../ui/forms/secret-input.tsx';
import { LogOnFrame } from '../ui/frame/log-on-frame.tsx';
import { Alert, Button, HelperTextItem, Modal, ModalHeader } from '../ui/patternfly.tsx';
import { hasPasskeys, useLogOn } from './use-log-on.ts';

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

/**
 * The dialogs of the page are in the body and hide everything else in it; this one is on top of them. Since it is outside the body's
 * content, Escape here closes none of them, and none of them hides it.
 */
function placeBesideTheBody(): HTMLElement {
  const host = document.createElement('div');
  host.className = 'sower-over';
  document.documentElement.append(host);
  return host;
}

/** The session ended, or needs a new proof: log on over the open page, which stays as it is. */
export function LogOnDialog({
  wanted,
  userName,
  onLogOn,
  onLeave,
}: {
  wanted: Wanted;
  userName: string;
  onLogOn: (opened: ResponseOf<'openSession'>) => void;
  onLeave: () => void;
}) {
  const t = useTexts();
  const logOn = useLogOn(userName, onLogOn, wanted);
  const { passwordInput } = logOn;
  const proof = wanted === 'proof';
  const [host] = useState(placeBesideTheBody);
  useEffect(() => {
    document.body.inert = true;
    return () => {
      document.body.inert = false;
      host.remove();
    };
  }, [host]);
  useEffect(() => passwordInput.current?.focus(), [passwordInput]);
  return (
    <Modal
      isOpen
      variant="small"
      aria-labelledby="log-on-again-title"
      aria-describedby="log-on-again-body"
      appendTo={() => host}
    >
      <ModalHeader
        title={t(proof ? 'session.proofTitle' : 'session.endedTitle')}
        labelId="log-on-again-title"
      />
      <ModalBody id="log-on-again-body">
        <Content component="p">{t(proof ? 'session.proofBody' : 'session.endedBody', { userName })}</Content>
        {logOn.challenged ? (
          <ChallengeForm {...logOn.challenged} />
        ) : (
          <Form wide id="log-on-again" onSubmit={logOn.submit}>
            <LogOnProblem logOn={logOn} />
            <input type="hidden" name="username" autoComplete="username" value={userName} readOnly />
            <SecretFields logOn={logOn} id="log-on-again" />
            <PasskeyButton logOn={logOn} />
          </Form>
        )}
      </ModalBody>
      <ModalFooter>
        {!logOn.challenged && (
          <Button type="submit" form="log-on-again" pending={logOn.pending}>
            {t(proof ? 'session.prove' : 'session.logOn')}
          </Button>
        )}
        <Button variant="link" onClick={onLeave}>
          {t(proof ? 'ui.cancel' : 'session.leave')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

type LogOn = ReturnType<typeof useLogOn>;

/** Password, passcode if required, and what was wrong: the same on the logon page and in the dialog of an ended session. */
function LogOnProblem({ logOn }: { logOn: LogOn }) {
  const t = useTexts();
  if (logOn.problem !== undefined) {
    return <Alert variant="danger" title={logOn.problem} id="log-on-problem" role="alert" />;
  }
  if (logOn.more !== 'passkey') return null;
  return <Alert variant="info" title={t('session.passkeyNeeded')} role="status" />;
}

function SecretFields({ logOn, id }: { logOn: LogOn; id: string }) {
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

function PasskeyButton({ logOn }: { logOn: LogOn }) {
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
