/**
 * What was distributed, with the code that is shown once: on the page that requested it, or reported as lost if that page has been left in
 * the meantime.
 */
import type { DistributeResult } from '@sower/api/distributions';
import { useTexts } from '../texts/use-texts.ts';
import { useNotice } from '../ui/notices.tsx';
import { useIsHere } from '../ui/use-onward.ts';

export function useHandedOver<T>(
  resultOf: (made: T) => DistributeResult,
  onMade: (made: T) => void,
): (made: T, user: string) => void {
  const t = useTexts();
  const notice = useNotice();
  const isHere = useIsHere();
  /** @param user name and user ID */
  return (made, user) => {
    if (isHere()) return onMade(made);
    const { serial, activationCode } = resultOf(made);
    if (activationCode === undefined) notice(t('result.done', { serial, user }));
    else notice(t('result.left', { serial, user }), 'danger');
  };
}
