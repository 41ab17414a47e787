/** A passcode of the token one has: from then on the session is worth more. */
import { Button, Form } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { TextField } from '../ui/field.tsx';
import { usePerson } from './use-person.ts';
import { Wrong } from './wrong.tsx';

export function ProveForm() {
  const { t } = useTranslation('selfService');
  const api = useApi();
  const queries = useQueryClient();
  const { replace } = usePerson();
  const [passcode, setPasscode] = useState('');
  const prove = useMutation({
    mutationFn: () => api('proveToken', { body: { passcode: passcode.replace(/\s/g, '') } }),
    onSuccess: async (session) => {
      replace(session);
      await queries.invalidateQueries();
    },
    onError: () => setPasscode(''),
  });
  const rejected = isProblem(prove.error, 'log-on-failed');
  return (
    <Form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (passcode.trim() !== '') prove.mutate();
      }}
    >
      {!rejected && <Wrong error={prove.error} />}
      <TextField
        label={t('prove.label')}
        value={passcode}
        onChange={setPasscode}
        type="password"
        help={t('prove.help')}
        error={rejected ? t('prove.rejected') : undefined}
        required
      />
      <div>
        <Button type="submit" isLoading={prove.isPending} isDisabled={prove.isPending}>
          {t('prove.submit')}
        </Button>
      </div>
    </Form>
  );
}
