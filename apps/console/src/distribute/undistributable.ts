import type { Token } from '@sower/api/tokens';
import type { ConsoleTexts } from '../texts/use-texts.ts';

/** Why a token cannot be distributed now, in the order of the server (provisioning/tokens/eligibility.ts), which decides; undefined if it can. */
export function undistributable(
  t: ConsoleTexts,
  token: Pick<Token, 'kind' | 'userId' | 'userState' | 'lost' | 'enabled' | 'expired'>,
): string | undefined {
  if (token.userId === undefined) return t('tokens.why.notAssigned');
  // Users who are gone from their directory are disabled as well: anyone who is not enabled gets nothing.
  if (token.userState !== 'enabled') return t('tokens.why.userDisabled');
  if (token.kind === 'hardware') return t('tokens.why.hardware');
  if (token.lost) return t('tokens.why.lost');
  if (token.expired) return t('tokens.why.expired');
  return token.enabled ? undefined : t('tokens.why.disabled');
}
