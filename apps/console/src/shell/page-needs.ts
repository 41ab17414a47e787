/**
 * Pages that are useless without a permission: the menu does not offer them, and someone who opens one without it sees that at once, not
 * when the form is sent. The server decides anyway.
 */
import type { Permission } from '@sower/api/permissions';
import { matchPath } from 'react-router';

/** The first match counts. */
const NEEDS: readonly (readonly [pattern: string, permission: Permission, or?: Permission])[] = [
  ['/users/new', 'users:edit'],
  ['/users/import', 'users:edit'],
  ['/users/:userId/edit', 'users:edit'],
  ['/users/*', 'users:view'],
  ['/security-domains', 'users:view'],
  ['/tokens/mint', 'tokens:mint'],
  ['/tokens/import', 'tokens:mint'],
  ['/tokens/export', 'keys:edit'],
  ['/tokens/:serial/edit', 'tokens:edit'],
  ['/tokens/:serial/distribute', 'tokens:distribute'],
  ['/tokens/*', 'tokens:view'],
  ['/profiles/new', 'profiles:edit'],
  ['/profiles/*', 'profiles:view'],
  ['/policies/*', 'policies:view'],
  ['/monitor', 'audit:view'],
  ['/reporting', 'tokens:view'],
  ['/reporting/saved', 'audit:view'],
  ['/reporting/reports/*', 'tokens:view', 'audit:view'],
  ['/radius-clients', 'agents:view'],
  ['/agents', 'agents:view'],
  ['/coexistence', 'agents:view'],
  ['/offers/new', 'profiles:edit'],
  ['/offers/*', 'profiles:view'],
  ['/requests/*', 'requests:view'],
  ['/mail/*', 'settings:edit'],
  ['/settings/*', 'settings:edit'],
  ['/identity-sources/*', 'settings:edit'],
  ['/rules/*', 'tokens:distribute'],
  ['/jobs/new', 'tokens:distribute'],
  ['/jobs/assign', 'tokens:assign'],
  ['/jobs/*', 'tokens:view', 'users:view'],
  ['/certificates', 'tokens:view'],
  ['/nodes', 'settings:edit'],
  ['/backups', 'backups:make'],
  ['/schedules', 'settings:edit'],
  ['/device-types', 'profiles:view'],
  ['/administrators/*', 'administrators:edit'],
  ['/roles/new', 'administrators:edit'],
  ['/roles/*', 'administrators:view'],
  ['/who-can', 'administrators:view'],
  ['/api-keys', 'keys:edit'],
  ['/server-keys', 'keys:edit'],
  ['/audit', 'audit:view'],
  ['/second-approvals', 'settings:edit'],
];

export function neededFor(pathname: string): Permission | undefined {
  if (pathname === '/administrators') return 'administrators:view';
  return NEEDS.find(([pattern]) => matchPath(pattern, pathname))?.[1];
}

/** @returns the permission that is lacking, if any */
export function lackedFor(pathname: string, can: (permission: Permission) => boolean) {
  const needed = neededFor(pathname);
  const other = NEEDS.find(([pattern]) => matchPath(pattern, pathname))?.[2];
  return needed === undefined || can(needed) || (other !== undefined && can(other)) ? undefined : needed;
}
