/** A small form over the page. */
import type { QueryKey } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { Form } from '../forms/form.tsx';
import { Button } from '../patternfly.tsx';
import { useSaving, useWork } from '../use-work.ts';
import { Dialog } from './dialog.tsx';

export function FormDialog({
  title,
  intro,
  action,
  ready = true,
  leave = 'cancel',
  failed,
  said,
  changes,
  children,
  onSubmit,
  onClose,
}: {
  title: string;
  intro?: ReactNode;
  action: string;
  ready?: boolean;
  /** The word on the button that leaves it. */
  leave?: 'cancel' | 'close';
  /** Errors from outside this form, such as saving after a conflict. */
  failed?: unknown;
  /** Once it is done. */
  said?: string | undefined;
  /** What it may have changed, where that is not everything. */
  changes?: QueryKey | undefined;
  children?: ReactNode;
  /** Closes the dialog unless it resolves to `'keep'`. */
  onSubmit: () => Promise<unknown>;
  onClose: () => void;
}) {
  const id = useId();
  const mutation = useSaving({ mutationFn: useWork(onSubmit, said, changes) }, title);
  return (
    <Dialog
      title={title}
      leave={leave}
      onClose={onClose}
      buttons={
        <Button type="submit" form={id} pending={mutation.isPending} isDisabled={!ready}>
          {action}
        </Button>
      }
    >
      <Form
        id={id}
        wide
        intro={intro}
        error={mutation.error ?? (mutation.isIdle ? failed : undefined)}
        onSubmit={() => {
          // Of the window that asked, and no longer if another is open by then.
          if (ready) mutation.mutate(undefined, { onSuccess: (said) => said !== 'keep' && onClose() });
        }}
      >
        {children}
      </Form>
    </Dialog>
  );
}
