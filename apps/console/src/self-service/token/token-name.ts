/** What a person calls a token. */
import type { OwnToken } from '@sower/api/self-service';
import { useTexts } from '../use-person.ts';

export function useTokenName(): (token: Pick<OwnToken, 'nickname'>) => string {
  const t = useTexts();
  return ({ nickname }) => (nickname === '' ? t('tokens.unnamed') : nickname);
}

/** Whether there can be a PIN. */
export const usesPin = ({ authenticationType }: Pick<OwnToken, 'authenticationType'>): boolean =>
  authenticationType === 'fob' || authenticationType === 'pinpad';
