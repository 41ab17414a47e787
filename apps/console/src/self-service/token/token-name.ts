/** What a person calls a token. */
import type { OwnToken } from '@sower/api/self-service';
import { useTranslation } from 'react-i18next';

export function useTokenName(): (token: Pick<OwnToken, 'nickname'>) => string {
  const { t } = useTranslation('selfService');
  return ({ nickname }) => (nickname === '' ? t('tokens.unnamed') : nickname);
}
