/** Requesting a token on behalf of a user. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem } from '../api/problem-words.ts';
import { useConsole } from '../session/use-console.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { AreaField, ChoiceField, TextField } from '../ui/field.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';

export function MakeRequestDialog({ onClose }: { onClose: () => void }) {
  const { t, api } = useConsole();
  const [userId, setUserId] = useState('');
  const [chosen, setChosen] = useState<string>();
  const [nickname, setNickname] = useState('');
  const [reason, setReason] = useState('');
  const offers = useQuery({ queryKey: ['offers'], queryFn: () => api('listOffers', {}) });
  const open = (offers.data?.items ?? []).filter(({ enabled }) => enabled);
  const offer = chosen ?? (open.find(({ isDefault }) => isDefault) ?? open[0])?.id ?? '';
  return (
    <FormDialog
      title={t('requests.makeTitle')}
      action={t('requests.makeAction')}
      ready={userId.trim() !== '' && offer !== ''}
      fields={['userId', 'offer', 'nickname', 'reason']}
      onClose={onClose}
      onSubmit={() => api('requestToken', { body: { userId, offer, nickname, reason } })}
      said={t('requests.made', { userId })}
      changes={['requests']}
    >
      {(error) =>
        offers.isSuccess && open.length === 0 ? (
          <Alert component="p" isInline variant="warning" title={t('requests.noOffers')} />
        ) : (
          <>
            <ProblemAlert error={offers.error} onRetry={() => offers.refetch()} />
            <TextField
              label={t('requests.user')}
              required
              value={userId}
              onChange={setUserId}
              error={fieldProblem(error, 'userId')}
            />
            <ChoiceField
              label={t('requests.offer')}
              required
              value={offer}
              onChange={setChosen}
              choices={open.map(({ id, name }) => ({ value: id, label: name }))}
              error={fieldProblem(error, 'offer')}
            />
            <TextField
              label={t('requests.nickname')}
              value={nickname}
              onChange={setNickname}
              help={t('requests.nicknameHelp')}
              error={fieldProblem(error, 'nickname')}
            />
            <AreaField
              label={t('requests.why')}
              rows={2}
              value={reason}
              onChange={setReason}
              error={fieldProblem(error, 'reason')}
            />
          </>
        )
      }
    </FormDialog>
  );
}
