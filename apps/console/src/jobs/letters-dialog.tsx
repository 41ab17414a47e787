/** Asks for the form of the letters, and hands them out once. */
import { Checkbox } from '@patternfly/react-core';
import type { Job } from '@sower/api/jobs';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { ConfirmDialog } from '../ui/dialogs/confirm-dialog.tsx';
import { octetsOf } from '../ui/forms/file-field.tsx';
import { saveFile } from '../ui/save-file.ts';

export function LettersDialog({
  job,
  onClose,
  onDone,
}: {
  job: Job;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}) {
  const { t, api } = useConsole();
  const [separate, setSeparate] = useState(false);
  return (
    <ConfirmDialog
      title={t('jobs.lettersTitle', { name: job.name })}
      action={t('jobs.letters')}
      danger={false}
      onClose={onClose}
      onConfirm={async () => {
        const params = { id: job.id };
        const query = { codes: 'keep' } as const;
        const { fileName, pdf } = await api('takeJobLetters', { params, query, body: { separate } });
        saveFile(fileName, 'application/pdf', octetsOf(pdf));
        await api('takeJobResult', { params, query: { codes: 'destroy' } });
        await onDone();
      }}
    >
      <div className="sower-stack">
        <p>{t('jobs.lettersBody')}</p>
        <Checkbox
          id="letters-separate"
          label={t('jobs.lettersSeparate')}
          isChecked={separate}
          onChange={(_, next) => setSeparate(next)}
        />
      </div>
    </ConfirmDialog>
  );
}
