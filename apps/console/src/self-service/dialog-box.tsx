/** The frame of the small windows over My Authenticators. */
import { ModalBody, ModalFooter } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';
import { Button, Modal, ModalHeader } from '../ui/patternfly.tsx';
import { useTexts } from './use-texts.ts';

export function Box({
  title,
  danger = false,
  buttons,
  onClose,
  children,
}: {
  title: string;
  danger?: boolean;
  buttons: ReactNode;
  onClose: () => void;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Modal
      isOpen
      variant="small"
      onClose={onClose}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-body`}
    >
      <ModalHeader title={title} labelId={`${id}-title`} warning={danger} />
      <ModalBody id={`${id}-body`}>
        <div className="sower-stack">{children}</div>
      </ModalBody>
      <ModalFooter>{buttons}</ModalFooter>
    </Modal>
  );
}

/** The button that leaves it. */
export function useClose(onClose: () => void, label: 'close' | 'cancel') {
  const t = useTexts();
  return (
    <Button variant="link" onClick={onClose}>
      {t(`ui.${label}`)}
    </Button>
  );
}
