/** What happens to the seed that the token has now. */
import { FormGroup, Radio } from '@patternfly/react-core';
import { useTexts } from '../texts/use-texts.ts';

export function PresentSeedField({
  holder,
  revokeNow,
  onChange,
}: {
  /** By name and user ID. */
  holder: string;
  revokeNow: boolean;
  onChange: (revokeNow: boolean) => void;
}) {
  const t = useTexts();
  return (
    <FormGroup role="radiogroup" isStack fieldId="present-seed" label={t('distribute.present')}>
      <Radio
        id="present-keep"
        name="present-seed"
        isChecked={!revokeNow}
        onChange={() => onChange(false)}
        label={t('distribute.presentKeep')}
        description={t('distribute.presentKeepSays')}
      />
      <Radio
        id="present-revoke"
        name="present-seed"
        isChecked={revokeNow}
        onChange={() => onChange(true)}
        label={t('distribute.presentRevoke')}
        description={t('distribute.presentRevokeSays', { userId: holder })}
      />
    </FormGroup>
  );
}
