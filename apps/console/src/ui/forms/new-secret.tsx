/** A password or PIN that someone chooses: typed twice, since no one can read it. */
import { useState } from 'react';
import { TextField } from '../field.tsx';

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
