/** What an administrator should know about API keys before they stop working, and about administrators before they are removed. */

import type { Administrator } from '@sower/api/administrators';
import type { ApiKey } from '@sower/api/api-keys';
import { KEY_ENDS_SOON_DAYS } from '@sower/api/checks';
import { DAY } from '@sower/api/time';
import type { ConsoleTexts } from '../texts/use-texts.ts';

export const endsSoon = ({ standing, expiresAt }: ApiKey): boolean =>
  (standing === 'active' || standing === 'limited') &&
  expiresAt !== undefined &&
  Date.parse(expiresAt) < Date.now() + KEY_ENDS_SOON_DAYS * DAY;

/** Because of its owner; one that expired was meant to. */
export const stoppedByOwner = ({ standing }: ApiKey): boolean =>
  standing !== 'active' && standing !== 'expired';

const isSuperAdmin = ({ enabled, grants }: Administrator): boolean =>
  enabled && grants.some(({ role, securityDomain }) => role === 'super-admin' && securityDomain === 'top');

/**
 * Who cannot be removed: the only enabled administrator with the role Super Admin in the top security domain. The server decides; this only
 * explains.
 */
export function lastSuperAdmin(administrators: readonly Administrator[]): string | undefined {
  const superAdmins = administrators.filter(isSuperAdmin);
  return superAdmins.length === 1 ? superAdmins[0]?.userName : undefined;
}

/**
 * Why the password cannot be set here.
 * @param own the user name of the person who would set it
 */
export function passwordRefusal(
  t: ConsoleTexts,
  { userName, directory }: Pick<Administrator, 'userName' | 'directory'>,
  own: string,
): string | undefined {
  if (userName === own) return t('administrators.passwordOwn');
  return directory === undefined ? undefined : t('administrators.passwordInDirectory');
}
