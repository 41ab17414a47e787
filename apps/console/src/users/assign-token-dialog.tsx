/** Gives a person a token: the next one nobody has, or one by its serial number. */
import { FormGroup, Radio } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldProblem, isProblem } from '../api/problem-words.ts';
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
    const free = await api('listTokens', {
      query: { assigned: 'false', expired: 'false', lost: 'false', limit: 10 },
    });
    // Somebody else may take the first one at this moment.
    for (const token of free.items) {
      try {
        await api('assignToken', { params: { serial: token.serial }, body: { userId } });
        return token.serial;
      } catch (error) {
        if (!isProblem(error, 'wrong-state')) throw error;
      }
    }
    throw new Error(t('dashboard.noneFree'));
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
