/** A secret in its one moment: it stays until the person says that it is kept. */
import { ModalBody, ModalFooter } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';
import { CopyField } from '../ui/copy-field.tsx';
import { Alert, Button, Modal, ModalHeader } from '../ui/patternfly.tsx';

export function ShownOnce({
  title,
  warning,
  label,
  value,
  kept,
  onKept,
  children,
}: {
  title: string;
  warning: string;
  label: string;
  value: string;
  kept: string;
  onKept: () => void;
  children?: ReactNode;
}) {
  const id = useId();
  return (
    <Modal isOpen variant="small" aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={title} labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        <div className="sower-stack">
          <Alert component="p" isInline variant="warning" title={warning} />
          <CopyField label={label} value={value} />
          {children}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button onClick={onKept}>{kept}</Button>
      </ModalFooter>
    </Modal>
  );
}
