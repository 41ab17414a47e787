/** Which unassigned token: the next one, or one by its serial number. */
import { isSerial, typedSerial } from '@sower/api/serial';
import { useId } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import { RadioField, TextField } from '../ui/field.tsx';

export type WhichToken = { readonly next: boolean; readonly serial: string };

export const whichIsReady = ({ next, serial }: WhichToken): boolean => next || isSerial(typedSerial(serial));

export function TokenChoice({
  value,
  onChange,
  path,
}: {
  value: WhichToken;
  onChange: (which: WhichToken) => void;
  /** Where the API reports errors of the serial number. */
  path: string;
}) {
  const t = useTexts();
  const name = useId();
  return (
    <>
      <RadioField
        name={name}
        label={t('dashboard.which')}
        value={value.next ? 'next' : 'serial'}
        onChange={(which) => onChange({ ...value, next: which === 'next' })}
        choices={[
          { value: 'next', label: t('dashboard.next') },
          { value: 'serial', label: t('dashboard.bySerial') },
        ]}
      />
      {!value.next && (
        <TextField
          label={t('tokens.columns.serial')}
          help={t('dashboard.serialHelp')}
          required
          mono
          value={value.serial}
          onChange={(typed) => onChange({ ...value, serial: typed })}
          path={path}
        />
      )}
    </>
  );
}
