/** A small window over the page. */

import { ModalBody, ModalFooter } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';
import { Modal, ModalHeader } from '../patternfly.tsx';

export function Dialog({
  title,
  danger = false,
  buttons,
  onClose,
  children,
}: {
  title: string;
  danger?: boolean;
  buttons: ReactNode;
  /** Undefined: only its buttons close it. */
  onClose?: (() => void) | undefined;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Modal
      isOpen
      variant="small"
      {...(onClose ? { onClose } : {})}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-body`}
    >
      <ModalHeader title={title} labelId={`${id}-title`} warning={danger} />
      <ModalBody id={`${id}-body`}>{children}</ModalBody>
      <ModalFooter>{buttons}</ModalFooter>
    </Modal>
  );
}
