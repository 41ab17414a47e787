/** The secret of a RADIUS client: made by the server, or typed with a warning. */
import { FormGroup, Radio } from '@patternfly/react-core';
import { useId } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import { TextField } from '../ui/field.tsx';

/** Undefined: the server makes one. */
export type Secret = string | undefined;

export function SecretField({
  value,
  onChange,
  error,
}: {
  value: Secret;
  onChange: (value: Secret) => void;
  error: string | undefined;
}) {
  const t = useTexts();
  const id = useId();
  return (
    <>
      <FormGroup role="radiogroup" isStack fieldId={id} label={t('radiusClients.secret')}>
        <Radio
          id={`${id}-made`}
          name={id}
          label={t('radiusClients.secretMade')}
          isChecked={value === undefined}
          onChange={() => onChange(undefined)}
        />
        <Radio
          id={`${id}-typed`}
          name={id}
          label={t('radiusClients.secretTyped')}
          isChecked={value !== undefined}
          onChange={() => onChange('')}
        />
      </FormGroup>
      {value !== undefined && (
        <TextField
          label={t('radiusClients.secret')}
          help={t('radiusClients.secretTypedHelp')}
          required
          type="password"
          value={value}
          onChange={onChange}
          error={error}
        />
      )}
    </>
  );
}
