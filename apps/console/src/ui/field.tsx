/** A labeled input with its help and its error, tied together for screen readers. */
import {
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  HelperText,
  TextArea,
  TextInput,
} from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';
import { SecretInput } from './forms/secret-input.tsx';
import { HelperTextItem } from './patternfly.tsx';

type Said = { label: string; help?: ReactNode; error?: string | undefined; required?: boolean; id?: string };

export function Field({
  label,
  help,
  error,
  required = false,
  id,
  children,
}: Said & { children: (ids: { id: string; describedBy: string }) => ReactNode }) {
  const made = useId();
  const fieldId = id ?? made;
  const describedBy = `${fieldId}-words`;
  return (
    <FormGroup label={label} fieldId={fieldId} isRequired={required}>
      {children({ id: fieldId, describedBy })}
      <FormHelperText>
        <HelperText id={describedBy} aria-live="polite">
          {error !== undefined && <HelperTextItem variant="error">{error}</HelperTextItem>}
          {help !== undefined && <HelperTextItem>{help}</HelperTextItem>}
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}

export function TextField({
  value,
  onChange,
  type = 'text',
  disabled = false,
  mono = false,
  onGenerate,
  onEnter,
  ...said
}: Said & {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'email' | 'number' | 'date' | 'datetime-local' | 'password' | 'search';
  disabled?: boolean;
  mono?: boolean;
  /** For a password: generates one. */
  onGenerate?: () => void;
  /** Instead of sending the form that it is in. */
  onEnter?: () => void;
}) {
  return (
    <Field {...said}>
      {({ id, describedBy }) => {
        const input = {
          id,
          value,
          onChange: (_: unknown, next: string) => onChange(next),
          isDisabled: disabled,
          isRequired: said.required ?? false,
          validated: said.error === undefined ? 'default' : 'error',
          'aria-describedby': describedBy,
        } as const;
        return type === 'password' ? (
          <SecretInput {...input} autoComplete="new-password" onGenerate={onGenerate} />
        ) : (
          <TextInput
            {...input}
            type={type}
            autoComplete="off"
            {...(onEnter && {
              onKeyDown: (event) => {
                if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
                event.preventDefault();
                onEnter();
              },
            })}
            {...(mono ? { className: 'sower-mono', spellCheck: false } : {})}
          />
        );
      }}
    </Field>
  );
}

export function AreaField({
  value,
  onChange,
  rows,
  mono = false,
  ...said
}: Said & { value: string; onChange: (value: string) => void; rows: number; mono?: boolean }) {
  return (
    <Field {...said}>
      {({ id, describedBy }) => (
        <TextArea
          id={id}
          rows={rows}
          value={value}
          onChange={(_, next) => onChange(next)}
          isRequired={said.required ?? false}
          validated={said.error === undefined ? 'default' : 'error'}
          aria-describedby={describedBy}
          resizeOrientation="vertical"
          {...(mono ? { className: 'sower-mono', spellCheck: false } : {})}
        />
      )}
    </Field>
  );
}

export type Choice = { value: string; label: string; disabled?: boolean };

export function ChoiceField({
  value,
  onChange,
  choices,
  placeholder,
  disabled = false,
  ...said
}: Said & {
  value: string;
  onChange: (value: string) => void;
  choices: readonly Choice[];
  placeholder?: string;
  disabled?: boolean;
}) {
  return (
    <Field {...said}>
      {({ id, describedBy }) => (
        <FormSelect
          id={id}
          value={value}
          onChange={(_, next) => onChange(next)}
          isDisabled={disabled}
          isRequired={said.required ?? false}
          validated={said.error === undefined ? 'default' : 'error'}
          aria-describedby={describedBy}
        >
          {placeholder !== undefined && <FormSelectOption value="" label={placeholder} isPlaceholder />}
          {choices.map((choice) => (
            <FormSelectOption
              key={choice.value}
              value={choice.value}
              label={choice.label}
              isDisabled={choice.disabled ?? false}
            />
          ))}
        </FormSelect>
      )}
    </Field>
  );
}
