/** Asks before something is destroyed, naming it. Errors of the action are shown here. */

import type { ReactNode } from 'react';
import { useSaving } from '../forms/use-saving.ts';
import { Button } from '../patternfly.tsx';
import { ProblemAlert } from '../problem-alert.tsx';
import { Dialog } from './dialog.tsx';

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
  const mutation = useSaving({ mutationFn: onConfirm }, title);
  return (
    <Dialog
      title={title}
      danger={danger}
      leave="cancel"
      onClose={onClose}
      buttons={
        <Button
          variant={danger ? 'danger' : 'primary'}
          // Of the window that asked, and no longer if another is open by then.
          onClick={() => mutation.mutate(undefined, { onSuccess: onClose })}
          isLoading={mutation.isPending}
          isDisabled={mutation.isPending}
        >
          {action}
        </Button>
      }
    >
      <ProblemAlert error={mutation.error} />
      {children}
    </Dialog>
  );
}
