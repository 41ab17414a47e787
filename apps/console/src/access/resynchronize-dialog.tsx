/** Resynchronizing a token whose clock or counter is off. */
import { useState } from 'react';
import { fieldProblem } from '../api/problem-words.ts';
import { useConsole } from '../session/use-console.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { TextField } from '../ui/field.tsx';

export function ResynchronizeDialog({ serial, onClose }: { serial: string; onClose: () => void }) {
  const { t, api } = useConsole();
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  return (
    <FormDialog
      title={t('access.resyncTitle', { serial })}
      intro={<p>{t('access.resyncIntro')}</p>}
      action={t('access.resync')}
      ready={first.trim() !== '' && second.trim() !== ''}
      fields={['first', 'second']}
      onClose={onClose}
      onSubmit={() => api('resynchronizeToken', { params: { serial }, body: { first, second } })}
      said={t('access.resynced', { serial })}
    >
      {(error) => (
        <>
          <TextField
            label={t('access.first')}
            required
            mono
            value={first}
            onChange={setFirst}
            error={fieldProblem(error, 'first')}
          />
          <TextField
            label={t('access.second')}
            help={t('access.secondHelp')}
            required
            mono
            value={second}
            onChange={setSecond}
            error={fieldProblem(error, 'second')}
          />
        </>
      )}
    </FormDialog>
  );
}
