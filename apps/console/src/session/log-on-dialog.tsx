/** The session ended: log on over the page that was open, which stays as it is. */
import { Button, Content, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import type { ResponseOf } from '@sower/api/operations';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { LogOnProblem, PasskeyButton, SecretFields } from './log-on-fields.tsx';
import { useLogOn } from './use-log-on.ts';

export function LogOnDialog({
  userName,
  onLogOn,
  onLeave,
}: {
  userName: string;
  onLogOn: (opened: ResponseOf<'openSession'>) => void;
  onLeave: () => void;
}) {
  const { t } = useTranslation();
  const logOn = useLogOn(userName, onLogOn);
  const { passwordInput } = logOn;
  useEffect(() => passwordInput.current?.focus(), [passwordInput]);
  return (
    <Modal
      isOpen
      variant="small"
      aria-labelledby="log-on-again-title"
      aria-describedby="log-on-again-body"
      // Beside the body, where the dialogs of the page are: Escape here closes none of them, and none of them hides this one.
      appendTo={() => document.documentElement}
    >
      <ModalHeader title={t('session.endedTitle')} labelId="log-on-again-title" />
      <ModalBody id="log-on-again-body">
        <Content component="p">{t('session.endedBody', { userName })}</Content>
        <Form id="log-on-again" onSubmit={logOn.submit} noValidate>
          <LogOnProblem logOn={logOn} />
          <input type="hidden" name="username" autoComplete="username" value={userName} readOnly />
          <SecretFields logOn={logOn} id="log-on-again" />
          <PasskeyButton logOn={logOn} />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="log-on-again" isLoading={logOn.pending} isDisabled={logOn.pending}>
          {t('session.logOn')}
        </Button>
        <Button variant="link" onClick={onLeave}>
          {t('session.leave')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
