/** One decision about a request, with a comment. */
import type { DistributeResult } from '@sower/api/distributions';
import type { TokenRequest } from '@sower/api/requests';
import { holderOf } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { AreaField, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { startOfDay } from '../ui/times.ts';

export type Action = 'approve' | 'reject' | 'defer' | 'cancel' | 'distribute';

/** How it is said that it is done; of what is distributed, that is shown. */
const DONE = { approve: 'approved', reject: 'rejected', defer: 'deferred', cancel: 'cancelled' } as const;

export function DecisionDialog({
  action,
  request,
  onClose,
  onDecided,
  onDistributed,
}: {
  action: Action;
  request: TokenRequest;
  onClose: () => void;
  onDecided: () => Promise<unknown>;
  onDistributed: (result: DistributeResult) => void;
}) {
  const { t, api, notice } = useConsole();
  const { values, field } = useFields({ until: '', comment: '' });
  const { until, comment } = values;
  const { id, version, step, steps, distribution } = request;
  const userId = holderOf(request);
  const call = { params: { id }, ifMatch: version };
  const body = {
    approve:
      step + 1 < steps.length
        ? t('requests.approveNext')
        : t(distribution ? 'requests.approveHandsOver' : 'requests.approveLast', { userId }),
    reject: t('requests.rejectBody'),
    defer: t('requests.deferHelp'),
    cancel: t('requests.cancelBody'),
    distribute: t('requests.distributeBody', { userId }),
  }[action];
  const work = {
    approve: () => api('approveRequest', { ...call, body: { comment } }),
    reject: () => api('rejectRequest', { ...call, body: { comment } }),
    defer: () => api('deferRequest', { ...call, body: { comment, until: startOfDay(until).toISOString() } }),
    cancel: () => api('cancelRequest', { params: { id }, body: { comment } }),
  };
  return (
    <FormDialog
      title={t(`requests.${action}Title`, { userId })}
      action={t(`requests.${action}`)}
      intro={<p>{body}</p>}
      ready={action !== 'defer' || until !== ''}
      onClose={onClose}
      onSubmit={async () => {
        if (action === 'distribute')
          onDistributed(await api('distributeRequest', { params: { id }, body: { comment } }));
        else {
          await work[action]();
          notice(t(`requests.${DONE[action]}Done`, { userId }));
        }
        await onDecided();
      }}
    >
      {action === 'defer' && (
        <TextField label={t('requests.deferUntil')} type="date" required {...field('until')} />
      )}
      <AreaField
        label={t('requests.comment')}
        rows={3}
        help={t('requests.commentHelp')}
        {...field('comment')}
      />
    </FormDialog>
  );
}
