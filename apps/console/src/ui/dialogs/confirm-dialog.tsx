/** Asks before something is destroyed, naming it. Errors of the action are shown here. */
import { visible } from '@sower/bytes/printable';
import type { QueryKey } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useSharedTexts } from '../../texts/use-shared-texts.ts';
import { TextField } from '../field.tsx';
import { Button } from '../patternfly.tsx';
import { ProblemAlert } from '../problem-alert.tsx';
import { useSaving, useWork } from '../use-work.ts';
import { Dialog } from './dialog.tsx';

export function ConfirmDialog({
  title,
  action,
  body,
  children,
  danger = true,
  name,
  said,
  changes,
  onConfirm,
  onClose,
}: {
  title: string;
  action: string;
  /** In one paragraph. */
  body?: string;
  children?: ReactNode;
  danger?: boolean;
  /** Of what is gone for good: it has to be typed. */
  name?: string;
  /** Once it is done. */
  said?: string;
  /** What it may have changed, where that is not everything. */
  changes?: QueryKey;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}) {
  const t = useSharedTexts();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const named = name === undefined || typed.trim() === name;
  const mutation = useSaving({ mutationFn: useWork(onConfirm, said, changes) }, title);
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
          onClick={() => {
            setWrong(!named);
            if (named) mutation.mutate(undefined, { onSuccess: onClose });
          }}
          pending={mutation.isPending}
        >
          {action}
        </Button>
      }
    >
      <ProblemAlert error={mutation.error} />
      {body !== undefined && <p>{body}</p>}
      {children}
      {name !== undefined && (
        <TextField
          label={t('ui.typeName', { name: visible(name) })}
          value={typed}
          onChange={setTyped}
          error={wrong && !named ? t('ui.typeNameWrong') : undefined}
        />
      )}
    </Dialog>
  );
}
