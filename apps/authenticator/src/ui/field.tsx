/** A labeled field with a hint and, if it is wrong, how to fix it. */
import { type ComponentProps, type InputHTMLAttributes, type Ref, useId } from 'react';

export function Field(
  props: {
    label: string;
    hint?: string | undefined;
    error?: string | undefined;
    value: string;
    onValue: (value: string) => void;
    inputRef?: Ref<HTMLInputElement>;
  } & Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'onChange'>,
) {
  const { label, hint, error, value, onValue, inputRef, ...rest } = props;
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        ref={inputRef}
        type="text"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        {...rest}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        aria-invalid={error !== undefined}
        aria-describedby={described || undefined}
      />
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** A form, as a card or in one, whose fields are read by the app itself. */
export function Form(props: Omit<ComponentProps<'form'>, 'onSubmit'> & { onSubmit: () => void }) {
  const { onSubmit, ...form } = props;
  return (
    <form
      {...form}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    />
  );
}

/** What something is called, and its value, in a list of them. */
export function Fact({ name, hint, ...value }: ComponentProps<'dd'> & { name: string; hint?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd {...value} />
      {hint !== undefined && <dd className="hint">{hint}</dd>}
    </div>
  );
}
