/** Asks before something is destroyed, naming it. Errors of the action are shown here, where it was asked for. */
import { ModalBody, ModalFooter } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import { Button, Modal, ModalHeader } from './patternfly.tsx';
import { ProblemAlert } from './problem-alert.tsx';

export function ConfirmDialog({
  title,
  children,
  action,
  danger = true,
  onConfirm,
  onClose,
}: {
  title: string;
  children: ReactNode;
  action: string;
  danger?: boolean;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}) {
  const t = useTexts();
  const id = useId();
  const mutation = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
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
        <ProblemAlert error={mutation.error} />
        {children}
      </ModalBody>
      <ModalFooter>
        <Button
          variant={danger ? 'danger' : 'primary'}
          onClick={() => mutation.mutate()}
          isLoading={mutation.isPending}
          isDisabled={mutation.isPending}
        >
          {action}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('ui.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
