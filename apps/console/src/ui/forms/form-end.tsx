/** The end of a form that is a page: save it, or leave it. */
import { ActionGroup } from '@patternfly/react-core';
import { type ReactNode, useRef } from 'react';
import { useTexts } from '../../texts/use-texts.ts';
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx';
import { Button } from '../patternfly.tsx';
import { useUnsaved } from './use-unsaved.ts';

export function FormEnd({
  pending,
  refused = true,
  changed = false,
  ready = true,
  changeable = true,
  action,
  leave,
  onLeave,
  children,
}: {
  pending: boolean;
  /** Of a page that stays after saving: whether what was sent last was refused. */
  refused?: boolean;
  /** Whether it is not what it began with, of a form in which buttons change something. */
  changed?: boolean;
  ready?: boolean;
  /** Whether there is anything to save. */
  changeable?: boolean;
  /** The words on its buttons: usually Save, and Cancel or Back. */
  action?: string;
  leave?: string;
  /** Undefined: it has no button for that. */
  onLeave?: () => unknown;
  /** Buttons between the two. */
  children?: ReactNode;
}) {
  const t = useTexts();
  const here = useRef<HTMLDivElement>(null);
  const unsaved = useUnsaved(here, pending, refused, changed);
  return (
    <div ref={here} className="sower-form-end">
      <ActionGroup>
        {changeable && (
          <Button type="submit" pending={pending} isDisabled={!ready}>
            {action ?? t('ui.save')}
          </Button>
        )}
        {children}
        {onLeave && (
          <Button
            variant="link"
            onClick={() => {
              unsaved.giveUp();
              onLeave();
            }}
          >
            {leave ?? t(changeable ? 'ui.cancel' : 'ui.back')}
          </Button>
        )}
      </ActionGroup>
      {unsaved.asking && (
        <ConfirmDialog
          title={t('ui.unsaved')}
          action={t('ui.leave')}
          onClose={unsaved.stay}
          onConfirm={async () => unsaved.leave()}
        >
          <p>{t('ui.unsavedSays')}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
