/** A labeled input with its help and its error, tied together for screen readers. */
import {
  Checkbox,
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  HelperText,
  Radio,
  TextArea,
  TextInput,
} from '@patternfly/react-core';
import { type ReactNode, useId, useState } from 'react';
import { useFieldProblem } from './forms/form.tsx';
import { SecretInput } from './forms/secret-input.tsx';
import { HelperTextItem } from './patternfly.tsx';

type Said = {
  label: string;
  help?: ReactNode;
  /** Where the field is in what its form sends: what the server finds wrong with it stands here. */
  path?: string | undefined;
  /** What is wrong with it besides, which is said first. */
  error?: string | undefined;
  required?: boolean;
  id?: string;
};

/** What each input is given. */
type Input = {
  readonly id: string;
  readonly isRequired: boolean;
  readonly validated: 'error' | 'default';
  readonly 'aria-describedby': string;
};

export function Field({
  label,
  help,
  path,
  error: own,
  required = false,
  id,
  children,
}: Said & { children: (input: Input) => ReactNode }) {
  const made = useId();
  const found = useFieldProblem(path);
  const error = own ?? found;
  const fieldId = id ?? made;
  const describedBy = `${fieldId}-words`;
  return (
    <FormGroup label={label} fieldId={fieldId} isRequired={required}>
      {children({
        id: fieldId,
        isRequired: required,
        validated: error === undefined ? 'default' : 'error',
        'aria-describedby': describedBy,
      })}
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
  onGenerate?: () => unknown;
  /** Instead of sending the form that it is in. */
  onEnter?: () => void;
}) {
  return (
    <Field {...said}>
      {(given) => {
        const input = {
          ...given,
          value,
          onChange: (_: unknown, next: string) => onChange(next),
          isDisabled: disabled,
        };
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
  disabled = false,
  mono = false,
  ...said
}: Said & {
  value: string;
  onChange: (value: string) => void;
  rows: number;
  disabled?: boolean;
  mono?: boolean;
}) {
  return (
    <Field {...said}>
      {(given) => (
        <TextArea
          {...given}
          rows={rows}
          value={value}
          onChange={(_, next) => onChange(next)}
          isDisabled={disabled}
          resizeOrientation="vertical"
          {...(mono ? { className: 'sower-mono', spellCheck: false, autoComplete: 'off' } : {})}
        />
      )}
    </Field>
  );
}

/** Something that is so or not. */
export function FlagField({
  help,
  ...input
}: {
  id: string;
  label: string;
  help: string;
  isChecked: boolean;
  onChange: (event: unknown, on: boolean) => void;
}) {
  return <Checkbox {...input} description={help} />;
}

export type Choice = { value: string; label: string; disabled?: boolean };

/** Each of these as a choice, with what it is called. */
export const inWords = <const Value extends string | number>(
  values: readonly Value[],
  words: (value: Value) => string,
): { value: `${Value}`; label: string }[] =>
  values.map((value) => ({ value: `${value}`, label: words(value) }));

export function ChoiceField({
  value,
  onChange,
  choices,
  placeholder,
  none,
  disabled = false,
  ...said
}: Said & {
  value: string;
  onChange: (value: string) => void;
  choices: readonly Choice[];
  placeholder?: string;
  /** What it means that none of them is chosen, where that is a choice too. */
  none?: string | undefined;
  disabled?: boolean;
}) {
  return (
    <Field {...said}>
      {(given) => (
        <FormSelect {...given} value={value} onChange={(_, next) => onChange(next)} isDisabled={disabled}>
          {placeholder !== undefined && <FormSelectOption value="" label={placeholder} isPlaceholder />}
          {none !== undefined && <FormSelectOption value="" label={none} />}
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

/** One of a few that all are seen at once. */
export function RadioField<Value extends string>({
  name,
  prefix = name,
  label,
  value,
  onChange,
  choices,
}: {
  /** Of the group, which is what its ID is too. */
  name: string;
  /** What the IDs of its buttons begin with. */
  prefix?: string;
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  choices: readonly {
    readonly value: Value;
    readonly label: ReactNode;
    readonly description?: ReactNode;
    readonly body?: ReactNode;
    readonly disabled?: boolean;
  }[];
}) {
  return (
    <FormGroup role="radiogroup" isStack fieldId={name} label={label}>
      {choices.map(({ value: choice, disabled = false, ...said }) => (
        <Radio
          key={choice}
          id={`${prefix}-${choice}`}
          name={name}
          isChecked={value === choice}
          isDisabled={disabled}
          onChange={() => onChange(choice)}
          {...said}
        />
      ))}
    </FormGroup>
  );
}

/** A password or PIN that someone chooses: typed twice, since no one can read it. */
export function useNewSecret(words: {
  readonly label: string;
  readonly help?: string | undefined;
  readonly again: string;
  /** Where it is in what its form sends. */
  readonly path?: string;
  /** Shown if the two differ. */
  readonly differ: string;
}) {
  const [value, setValue] = useState('');
  const [again, setAgain] = useState('');
  const [differ, setDiffer] = useState(false);
  return {
    value,
    /** Whether there is one to send. */
    check(): boolean {
      setDiffer(value !== again);
      return value !== '' && value === again;
    },
    /** @param error what is wrong with it, where the page says that itself */
    fields: (error?: string) => (
      <>
        <TextField
          label={words.label}
          help={words.help}
          type="password"
          required
          value={value}
          onChange={setValue}
          path={words.path}
          error={error}
        />
        <TextField
          label={words.again}
          type="password"
          required
          value={again}
          onChange={setAgain}
          error={differ ? words.differ : undefined}
        />
      </>
    ),
  };
}
