/** Two successive codes from an app, without any PIN: they prove that the user has it. */
import { type ReactNode, useState } from 'react';
import { TextField } from '../../ui/field.tsx';
import { useTexts } from '../use-person.ts';

type TwoCodes = {
  /** As they are sent. */
  readonly codes: { readonly first: string; readonly second: string };
  readonly fields: ReactNode;
  /** Whether both were typed; from then on, the field of a missing one says so. */
  readonly check: () => boolean;
  readonly clear: () => void;
};

/** @param help what else the first one must be */
export function useTwoCodes(help?: string): TwoCodes {
  const t = useTexts();
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const [checked, setChecked] = useState(false);
  const codes = { first: first.replace(/\s/g, ''), second: second.replace(/\s/g, '') };
  const both = codes.first !== '' && codes.second !== '';
  const absent = (code: string) => (checked && code === '' ? t('activate.confirm.missing') : undefined);
  return {
    codes,
    check: () => {
      setChecked(!both);
      return both;
    },
    clear: () => {
      setFirst('');
      setSecond('');
    },
    fields: (
      <>
        <TextField
          label={t('resynchronise.first')}
          value={first}
          onChange={setFirst}
          help={help}
          error={absent(codes.first)}
          required
          mono
        />
        <TextField
          label={t('resynchronise.second')}
          value={second}
          onChange={setSecond}
          help={t('resynchronise.secondHelp')}
          error={absent(codes.second)}
          required
          mono
        />
      </>
    ),
  };
}
