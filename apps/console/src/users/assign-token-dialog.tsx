/** Gives a person a token: the next one nobody has, or one by its serial number. */
import { FormGroup, Radio } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useNotice } from '../ui/notices.tsx';

export function AssignTokenDialog({ userId, onClose }: { userId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  const [next, setNext] = useState(true);
  const [typed, setTyped] = useState('');
  const serial = typed.replace(/[\s-]/g, '');

  const assign = async (): Promise<string> => {
    if (!next) {
      await api('assignToken', { params: { serial }, body: { userId } });
      return serial;
    }
    // The server picks it, so that two administrators at the same moment get two different ones.
    return (await api('assignNextToken', { params: { userId } })).serial;
  };
  return (
    <FormDialog
      title={t('dashboard.assignTitle', { userId })}
      action={t('tokens.assignAction')}
      ready={next || /^\d{12}$/.test(serial)}
      fields={['serial']}
      onClose={onClose}
      onSubmit={async () => {
        const assigned = await assign();
        notice(t('tokens.said.assigned', { serial: assigned, userId }));
        await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      }}
    >
      {(error) => (
        <>
          <FormGroup role="radiogroup" isStack fieldId="which-token" label={t('dashboard.which')}>
            <Radio
              id="token-next"
              name="which-token"
              label={t('dashboard.next')}
              isChecked={next}
              onChange={() => setNext(true)}
            />
            <Radio
              id="token-serial"
              name="which-token"
              label={t('dashboard.bySerial')}
              isChecked={!next}
              onChange={() => setNext(false)}
            />
          </FormGroup>
          {!next && (
            <TextField
              label={t('tokens.columns.serial')}
              help={t('dashboard.serialHelp')}
              required
              mono
              value={typed}
              onChange={setTyped}
              error={fieldProblem(error, 'serial')}
            />
          )}
        </>
      )}
    </FormDialog>
  );
}
