/** Testing a token. */
import type { TestResult } from '@sower/api/token-access';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem } from '../api/problem-words.ts';
import { useConsole } from '../session/use-console.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Alert } from '../ui/patternfly.tsx';

export function TestDialog({ serial, onClose }: { serial: string; onClose: () => void }) {
  const { t, api } = useConsole();
  const queries = useQueryClient();
  const [passcode, setPasscode] = useState('');
  const [result, setResult] = useState<TestResult>();
  return (
    <FormDialog
      title={t('access.testTitle', { serial })}
      intro={<p>{t('access.testIntro')}</p>}
      action={t('access.test')}
      ready={passcode !== ''}
      fields={['passcode']}
      onClose={onClose}
      onSubmit={async () => {
        setResult(undefined);
        setResult(await api('testToken', { params: { serial }, body: { passcode } }));
        setPasscode('');
        await queries.invalidateQueries({ queryKey: ['tokenAccess', serial] });
        return 'keep';
      }}
    >
      {(error) => (
        <>
          {result && (
            <Alert
              component="p"
              isInline
              role="status"
              variant={result.result === 'accepted' ? 'success' : 'warning'}
              title={result.detail}
            />
          )}
          <TextField
            label={t('access.passcode')}
            help={t('access.passcodeHelp')}
            type="password"
            required
            value={passcode}
            onChange={setPasscode}
            error={fieldProblem(error, 'passcode')}
          />
        </>
      )}
    </FormDialog>
  );
}
