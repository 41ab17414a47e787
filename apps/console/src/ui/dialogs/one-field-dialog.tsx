/** A window with one field: a name for a copy, a new password, a user ID. */
import type { QueryKey } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { TextField } from '../field.tsx';
import { FormDialog } from './form-dialog.tsx';

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
  generate?: () => string;
  /** Its path in the request, for the server's messages about it. */
  field: string;
  said?: string;
  changes?: QueryKey;
  /** Closes the dialog unless it resolves to `'keep'`. */
  onSubmit: (value: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const [value, setValue] = useState(initial);
  return (
    <FormDialog
      title={title}
      intro={intro}
      action={action}
      ready={optional || value.trim() !== ''}
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
        {...(generate ? { onGenerate: () => setValue(generate()) } : {})}
        path={field}
      />
    </FormDialog>
  );
}
