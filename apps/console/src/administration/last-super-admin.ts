/**
 * Who cannot be removed: the only enabled administrator with the role Super Admin in the top security domain. The server decides; this only
 * explains.
 */
import type { Administrator } from '@sower/api/administrators';

const isSuperAdmin = ({ enabled, grants }: Administrator): boolean =>
  enabled && grants.some(({ role, securityDomain }) => role === 'super-admin' && securityDomain === 'top');

export function lastSuperAdmin(administrators: readonly Administrator[]): string | undefined {
  const held = administrators.filter(isSuperAdmin);
  return held.length === 1 ? held[0]?.userName : undefined;
}
