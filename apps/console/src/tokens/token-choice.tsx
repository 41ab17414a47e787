/** Which unassigned token: the next one, or one by its serial number. */
import { FormGroup, Radio } from '@patternfly/react-core';
import { isSerial, typedSerial } from '@sower/api/serial';
import { useId } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import { TextField } from '../ui/field.tsx';

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
      <FormGroup role="radiogroup" isStack fieldId={name} label={t('dashboard.which')}>
        <Radio
          id={`${name}-next`}
          name={name}
          label={t('dashboard.next')}
          isChecked={value.next}
          onChange={() => onChange({ ...value, next: true })}
        />
        <Radio
          id={`${name}-serial`}
          name={name}
          label={t('dashboard.bySerial')}
          isChecked={!value.next}
          onChange={() => onChange({ ...value, next: false })}
        />
      </FormGroup>
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
