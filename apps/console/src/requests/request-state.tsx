/** The state of a request: one colored word, and what it is waiting for. */
import { Label } from '@patternfly/react-core';
import type { TokenRequest } from '@sower/api/requests';
import { useConsole } from '../session/use-console.ts';

const COLORS = {
  pending: 'blue',
  approved: 'purple',
  done: 'green',
  rejected: 'red',
  cancelled: 'grey',
} as const satisfies Record<TokenRequest['state'], string>;

const WORDS = {
  approved: 'approved',
  done: 'distributed',
  rejected: 'rejected',
  cancelled: 'cancelled',
} as const;

export function RequestState({ request }: { request: TokenRequest }) {
  const { t, day } = useConsole();
  const { state, step, steps, deferredUntil } = request;
  const deferred = deferredUntil !== undefined && Date.parse(deferredUntil) > Date.now();
  return (
    <div className="sower-state">
      <Label color={COLORS[state]}>
        {state === 'pending' ? t('requests.tabs.waiting') : t(`requests.decisions.${WORDS[state]}`)}
      </Label>
      {state === 'pending' && (
        <span>
          {t('requests.states.pending', {
            step: step + 1,
            count: steps.length,
            name: steps[step]?.name ?? '',
          })}
        </span>
      )}
      {state === 'approved' && <span>{t('requests.states.approved')}</span>}
      {deferred && <span>{t('requests.deferredUntil', { date: day(deferredUntil) })}</span>}
    </div>
  );
}
