/** What shows whether a token is right: resynchronizing it, and testing it. */
import type { TestResult } from '@sower/api/token-access';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/use-fields.ts';
import { Alert } from '../ui/patternfly.tsx';

/** Resynchronizing a token whose clock or counter is off. */
export function ResynchronizeDialog({ serial, onClose }: { serial: string; onClose: () => void }) {
  const { t, api } = useConsole();
  const { values, field } = useFields({ first: '', second: '' });
  const { first, second } = values;
  return (
    <FormDialog
      title={t('access.resyncTitle', { serial })}
      intro={<p>{t('access.resyncIntro')}</p>}
      action={t('access.resync')}
      ready={first.trim() !== '' && second.trim() !== ''}
      onClose={onClose}
      onSubmit={() => api('resynchronizeToken', { params: { serial }, body: { first, second } })}
      said={t('access.resynced', { serial })}
    >
      <TextField label={t('access.first')} required mono {...field('first')} />
      <TextField {...helped(t, 'access.second')} required mono {...field('second')} />
    </FormDialog>
  );
}

/** Testing a token. */
export function TestDialog({ serial, onClose }: { serial: string; onClose: () => void }) {
  const { t, api } = useConsole();
  const queries = useQueryClient();
  const { values, set, field } = useFields({ passcode: '' });
  const { passcode } = values;
  const [result, setResult] = useState<TestResult>();
  return (
    <FormDialog
      title={t('access.testTitle', { serial })}
      intro={<p>{t('access.testIntro')}</p>}
      action={t('access.test')}
      ready={passcode !== ''}
      onClose={onClose}
      onSubmit={async () => {
        setResult(undefined);
        setResult(await api('testToken', { params: { serial }, body: { passcode } }));
        set({ passcode: '' });
        await queries.invalidateQueries({ queryKey: ['tokenAccess', serial] });
        return 'keep';
      }}
    >
      {result && (
        <Alert
          role="status"
          variant={result.result === 'accepted' ? 'success' : 'warning'}
          title={result.detail}
        />
      )}
      <TextField {...helped(t, 'access.passcode')} type="password" required {...field('passcode')} />
    </FormDialog>
  );
}
