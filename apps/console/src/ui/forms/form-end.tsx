/** The end of a form that is a page: save it, or leave it. */

import { ActionGroup } from '@patternfly/react-core';
import { useRef } from 'react';
import { useTexts } from '../../texts/use-texts.ts';
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx';
import { Button } from '../patternfly.tsx';
import { useUnsaved } from './use-unsaved.ts';

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
  const here = useRef<HTMLDivElement>(null);
  const { giveUp, asking, stay, leave } = useUnsaved(here, pending);
  return (
    <div ref={here}>
      <ActionGroup>
        {changeable && (
          <Button type="submit" isLoading={pending} isDisabled={pending}>
            {t('ui.save')}
          </Button>
        )}
        <Button
          variant="link"
          onClick={() => {
            giveUp();
            onLeave();
          }}
        >
          {t(changeable ? 'ui.cancel' : 'ui.back')}
        </Button>
      </ActionGroup>
      {asking && (
        <ConfirmDialog
          title={t('ui.unsaved')}
          action={t('ui.leave')}
          onClose={stay}
          onConfirm={async () => leave()}
        >
          <p>{t('ui.unsavedSays')}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
