/** Approves the requests that were shown when it was opened, in one act; those that could not be approved stay listed here, with the reason. */
import type { ResponseOf } from '@sower/api/operations';
import { MAX_DECISIONS, type TokenRequest } from '@sower/api/requests';
import { useState } from 'react';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { AreaField } from '../ui/field.tsx';
import { useSaving } from '../ui/forms/use-saving.ts';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useDone } from '../ui/use-done.ts';

type Decided = ResponseOf<'decideRequests'>;

export function ApproveAllDialog({
  requests,
  onClose,
}: {
  requests: readonly TokenRequest[];
  onClose: () => void;
}) {
  const t = useTexts();
  const api = useApi();
  const done = useDone();
  const [comment, setComment] = useState('');
  const title = t('requests.approveAllTitle', { count: requests.length });
  const approving = useSaving(
    {
      // A page may have more of them than one call takes. Parts that were done stay done.
      mutationFn: async () => {
        const items = requests.map(({ id, version }) => ({ id, version }));
        const decided = { done: 0, failures: [] as Decided['failures'] };
        for (let from = 0; from < items.length; from += MAX_DECISIONS) {
          const part = items.slice(from, from + MAX_DECISIONS);
          const answer = await api('decideRequests', {
            body: { decision: 'approve', comment, items: part },
          });
          decided.done += answer.done;
          decided.failures.push(...answer.failures);
        }
        return decided;
      },
      onSuccess: (decided) => done(t('requests.approvedAll', { count: decided.done }), ['requests']),
    },
    title,
  );
  const failures = approving.data?.failures ?? [];
  const named = (id: string): string => {
    const request = requests.find((one) => one.id === id);
    return request === undefined ? id : t('requests.one', { userId: request.userId, offer: request.offer });
  };
  return (
    <Dialog
      title={title}
      leave={approving.isSuccess ? 'close' : 'cancel'}
      onClose={onClose}
      buttons={
        !approving.isSuccess && (
          <Button
            onClick={() =>
              approving.mutate(undefined, { onSuccess: ({ failures }) => failures.length === 0 && onClose() })
            }
            isLoading={approving.isPending}
            isDisabled={approving.isPending}
          >
            {t('requests.approveAllAction')}
          </Button>
        )
      }
    >
      <ProblemAlert error={approving.error} />
      {approving.isSuccess ? (
        <>
          <p>{t('requests.notApproved', { count: failures.length })}</p>
          <ul>
            {failures.map(({ id, detail }) => (
              <li key={id}>{`${named(id)}: ${detail}`}</li>
            ))}
          </ul>
        </>
      ) : (
        <>
          <p>{t('requests.approveAllBody')}</p>
          <ul>
            {requests.map(({ id }) => (
              <li key={id}>{named(id)}</li>
            ))}
          </ul>
          <AreaField
            label={t('requests.comment')}
            rows={3}
            help={t('requests.commentHelp')}
            value={comment}
            onChange={setComment}
          />
        </>
      )}
    </Dialog>
  );
}
