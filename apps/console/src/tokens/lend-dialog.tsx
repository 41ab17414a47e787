/** Lend: a user gets the token until a day, or the day of the loan is moved. */
import { typedSerial } from '@sower/api/serial';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/use-fields.ts';
import { useDone } from '../ui/use-done.ts';
import type { TokenRow } from './token-state.tsx';
import { UserPicker } from './user-picker.tsx';

export function LendDialog({ token, onClose }: { token: TokenRow; onClose: () => void }) {
  const { serial, userId: holder, lentUntil, lentInstead } = token;
  const { t, api, date } = useConsole();
  const done = useDone();
  const [userId, setUserId] = useState('');
  const { values, field } = useFields({ until: lentUntil ?? '', instead: '' });
  const { until, instead } = values;
  return (
    <FormDialog
      title={t('tokens.loan.title', { serial })}
      intro={<p>{t('tokens.loan.intro')}</p>}
      action={t('tokens.loan.lend')}
      ready={until !== '' && (holder !== undefined || userId !== '')}
      onClose={onClose}
      onSubmit={async () => {
        const body = {
          until,
          ...(holder === undefined ? { userId } : {}),
          ...(instead.trim() === '' ? {} : { instead: typedSerial(instead) }),
        };
        await api('lendToken', { params: { serial }, body });
        await done(t('tokens.loan.said', { serial, date: date(until) }));
      }}
    >
      {holder === undefined && <UserPicker value={userId} onChange={setUserId} />}
      <TextField id="loan-until" label={t('tokens.loan.until')} type="date" required {...field('until')} />
      {lentInstead === undefined && (
        <TextField
          id="loan-instead"
          label={t('tokens.loan.instead')}
          help={t('tokens.loan.insteadHelp')}
          mono
          {...field('instead')}
        />
      )}
    </FormDialog>
  );
}
