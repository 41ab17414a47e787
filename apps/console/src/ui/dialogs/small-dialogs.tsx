/** Small windows over the page: a question before something is done, and a form, often of one field. */
import { visible } from '@sower/bytes/printable';
import type { QueryKey } from '@tanstack/react-query';
import { type ComponentProps, type ReactNode, useId, useState } from 'react';
import { isOvertaken } from '../../api/problem-words.ts';
import { useSharedTexts } from '../../texts/use-shared-texts.ts';
import { TextField } from '../field.tsx';
import { Form } from '../forms/form.tsx';
import { Button } from '../patternfly.tsx';
import { ProblemAlert } from '../problem-alert.tsx';
import { useRefresh, useSaving, useWork } from '../use-work.ts';
import { Dialog } from './dialog.tsx';

/** Asks before something is destroyed, naming it. Errors of the action are shown here. */
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
  onDone,
  onClose: close,
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
  onDone?: (() => void) | undefined;
  onClose: () => void;
}) {
  const t = useSharedTexts();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const named = name === undefined || typed.trim() === name;
  const mutation = useSaving(
    { mutationFn: useWork(onConfirm, said, changes), ...(onDone && { onSuccess: onDone }) },
    title,
  );
  const onClose = useClosing(mutation.error, close);
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

/** A window about one of several things. @returns what opens it, and the window */
export function useWindow<Thing>(
  of: (thing: Thing, onClose: () => void) => ReactNode,
): [open: (thing: Thing) => void, window: ReactNode] {
  const [shown, setShown] = useState<{ readonly about: Thing }>();
  return [(about) => setShown({ about }), shown && of(shown.about, () => setShown(undefined))];
}

/** A question about one of several things, `of` it. @returns what opens it, and its window */
export const useQuestion = <Thing,>(
  of: (thing: Thing) => Omit<ComponentProps<typeof ConfirmDialog>, 'onClose'>,
): ReturnType<typeof useWindow<Thing>> =>
  useWindow((thing, onClose) => <ConfirmDialog {...of(thing)} onClose={onClose} />);

/** Once what went wrong has been read: what it was refused for shows behind the window, which it might have taken away. */
function useClosing(error: unknown, onClose: () => void): () => void {
  const refresh = useRefresh();
  return () => {
    onClose();
    if (isOvertaken(error)) void refresh();
  };
}

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
  onDone,
  onClose: close,
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
  onDone?: (() => void) | undefined;
  onClose: () => void;
}) {
  const id = useId();
  const mutation = useSaving(
    { mutationFn: useWork(onSubmit, said, changes), ...(onDone && { onSuccess: onDone }) },
    title,
  );
  const onClose = useClosing(mutation.error, close);
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

/** A window with one field: a name for a copy, a new password, a user ID. */
export function OneFieldDialog({
  title,
  intro,
  action,
  label,
  help,
  type = 'text',
  initial = '',
  optional = false,
  generate,
  field,
  said,
  changes,
  onSubmit,
  onDone,
  onClose,
}: {
  title: string;
  intro?: ReactNode;
  action: string;
  label: string;
  help?: string;
  type?: 'text' | 'password';
  initial?: string;
  /** Empty is an answer. */
  optional?: boolean;
  /** Makes a value that can be read out. */
  generate?: () => string | Promise<string>;
  /** Its path in the request, for the server's messages about it. */
  field: string;
  said?: string;
  changes?: QueryKey;
  /** Closes the dialog unless it resolves to `'keep'`. */
  onSubmit: (value: string) => Promise<unknown>;
  onDone?: (() => void) | undefined;
  onClose: () => void;
}) {
  const [value, setValue] = useState(initial);
  const [failed, setFailed] = useState<unknown>();
  return (
    <FormDialog
      title={title}
      intro={intro}
      action={action}
      failed={failed}
      ready={optional || value.trim() !== ''}
      onDone={onDone}
      onClose={onClose}
      said={said}
      changes={changes}
      onSubmit={() => onSubmit(type === 'password' ? value : value.trim())}
    >
      <TextField
        label={label}
        help={help}
        type={type}
        required={!optional}
        value={value}
        onChange={setValue}
        {...(generate && {
          onGenerate: async () => {
            setFailed(undefined);
            await Promise.resolve(generate()).then(setValue, setFailed);
          },
        })}
        path={field}
      />
    </FormDialog>
  );
}
