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
  const words = {
    approve: {
      title: t('requests.approveTitle', { userId }),
      body:
        step + 1 < steps.length
          ? t('requests.approveNext')
          : t(distribution ? 'requests.approveHandsOver' : 'requests.approveLast', { userId }),
      action: t('requests.approve'),
    },
    reject: {
      title: t('requests.rejectTitle', { userId }),
      body: t('requests.rejectBody'),
      action: t('requests.reject'),
    },
    defer: {
      title: t('requests.deferTitle', { userId }),
      body: t('requests.deferHelp'),
      action: t('requests.defer'),
    },
    cancel: {
      title: t('requests.cancelTitle', { userId }),
      body: t('requests.cancelBody'),
      action: t('requests.cancel'),
    },
    distribute: {
      title: t('requests.distributeTitle', { userId }),
      body: t('requests.distributeBody', { userId }),
      action: t('requests.distribute'),
    },
  }[action];
  const actions = {
    approve: async () => {
      await api('approveRequest', { ...call, body: { comment } });
      notice(t('requests.approvedDone', { userId }));
    },
    reject: async () => {
      await api('rejectRequest', { ...call, body: { comment } });
      notice(t('requests.rejectedDone', { userId }));
    },
    defer: async () => {
      await api('deferRequest', { ...call, body: { comment, until: startOfDay(until).toISOString() } });
      notice(t('requests.deferredDone', { userId }));
    },
    cancel: async () => {
      await api('cancelRequest', { params: { id }, body: { comment } });
      notice(t('requests.cancelledDone', { userId }));
    },
    distribute: async () => {
      onDistributed(await api('distributeRequest', { params: { id }, body: { comment } }));
    },
  } as const satisfies Record<Action, () => Promise<void>>;
  return (
    <FormDialog
      title={words.title}
      action={words.action}
      intro={<p>{words.body}</p>}
      ready={action !== 'defer' || until !== ''}
      onClose={onClose}
      onSubmit={async () => {
        await actions[action]();
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
