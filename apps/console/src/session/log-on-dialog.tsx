/** The session ended, or needs a new proof: log on over the open page, which stays as it is. */
import { Content, ModalBody, ModalFooter } from '@patternfly/react-core';
import type { ResponseOf } from '@sower/api/operations';
import { useEffect, useState } from 'react';
import type { Wanted } from '../api/connection.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChallengeForm } from '../ui/challenge-form.tsx';
import { Form } from '../ui/forms/form.tsx';
import { Button, Modal, ModalHeader } from '../ui/patternfly.tsx';
import { LogOnProblem, PasskeyButton, SecretFields } from './log-on-fields.tsx';
import { useLogOn } from './use-log-on.ts';

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
