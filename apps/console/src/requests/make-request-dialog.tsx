/** Requesting a token on behalf of a user. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { AreaField, ChoiceField, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/use-fields.ts';
import { Alert } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';

export function MakeRequestDialog({ onClose }: { onClose: () => void }) {
  const { t, api } = useConsole();
  const { values, field } = useFields({ userId: '', nickname: '', reason: '' });
  const { userId, nickname, reason } = values;
  const [chosen, setChosen] = useState<string>();
  const offers = useQuery({ queryKey: ['offers'], queryFn: () => api('listOffers', {}) });
  const open = (offers.data?.items ?? []).filter(({ enabled }) => enabled);
  const offer = chosen ?? (open.find(({ isDefault }) => isDefault) ?? open[0])?.id ?? '';
  return (
    <FormDialog
      title={t('requests.makeTitle')}
      action={t('requests.makeAction')}
      ready={userId.trim() !== '' && offer !== ''}
      onClose={onClose}
      onSubmit={() => api('requestToken', { body: { userId, offer, nickname, reason } })}
      said={t('requests.made', { userId })}
      changes={['requests']}
    >
      {offers.isSuccess && open.length === 0 ? (
        <Alert component="p" isInline variant="warning" title={t('requests.noOffers')} />
      ) : (
        <>
          <ProblemAlert error={offers.error} onRetry={() => offers.refetch()} />
          <TextField label={t('requests.user')} required {...field('userId')} />
          <ChoiceField
            label={t('requests.offer')}
            required
            value={offer}
            onChange={setChosen}
            choices={open.map(({ id, name }) => ({ value: id, label: name }))}
            path="offer"
          />
          <TextField
            label={t('requests.nickname')}
            help={t('requests.nicknameHelp')}
            {...field('nickname')}
          />
          <AreaField label={t('requests.why')} rows={2} {...field('reason')} />
        </>
      )}
    </FormDialog>
  );
}
