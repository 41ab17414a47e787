/** The end of a form that is a page: save it, or leave it. */

import { ActionGroup } from '@patternfly/react-core';
import { useTexts } from '../../texts/use-texts.ts';
import { Button } from '../patternfly.tsx';

export function FormEnd({
  pending,
  changeable = true,
  onLeave,
}: {
  pending: boolean;
  /** Whether there is anything to save. */
  changeable?: boolean;
  onLeave: () => unknown;
}) {
  const t = useTexts();
  return (
    <ActionGroup>
      {changeable && (
        <Button type="submit" isLoading={pending} isDisabled={pending}>
          {t('ui.save')}
        </Button>
      )}
      <Button variant="link" onClick={() => onLeave()}>
        {t(changeable ? 'ui.cancel' : 'ui.back')}
      </Button>
    </ActionGroup>
  );
}
