/** Where a request stands, in words. */
import type { TokenRequest } from '@sower/api/requests';
import { useTranslation } from 'react-i18next';
import { useTimes } from '../ui/times.ts';

export const STATE_COLORS = {
  pending: 'blue',
  approved: 'purple',
  done: 'green',
  rejected: 'red',
  cancelled: 'grey',
} as const satisfies Record<TokenRequest['state'], string>;

export function useRequestWords(): (request: TokenRequest) => string {
  const { t } = useTranslation();
  const { date } = useTimes();
  return ({ state, step, steps, deferredUntil }) => {
    if (deferredUntil !== undefined && Date.parse(deferredUntil) > Date.now()) {
      return t('requests.deferredUntil', { date: date(deferredUntil.slice(0, 10)) });
    }
    return state === 'pending'
      ? t('requests.states.pending', {
          step: step + 1,
          count: steps.length,
          name: steps[step]?.name ?? '',
        })
      : t(`requests.states.${state}`);
  };
}
