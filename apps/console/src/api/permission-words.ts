/** Permissions in words, and in groups. */
import { PERMISSION_NAMES, type Permission } from '@sower/api/permissions';
import { useTexts } from '../texts/use-texts.ts';

export function usePermissionWords(): (permission: Permission) => string {
  const t = useTexts();
  return (permission) => t(`permission-name.${permission}`);
}

/** By subject: the part of the name before the colon. */
const GROUPS = {
  users: ['users'],
  tokens: ['tokens', 'requests'],
  profiles: ['profiles'],
  programs: ['activations', 'authenticate', 'agents'],
  administration: ['administrators', 'domains', 'settings', 'agents', 'keys', 'audit'],
} as const satisfies Record<string, readonly string[]>;
type PermissionGroup = keyof typeof GROUPS | 'other';

const groupOf = (permission: Permission): PermissionGroup => {
  const about = permission.split(':')[0] ?? '';
  const found = Object.entries(GROUPS).find(([, names]) => (names as readonly string[]).includes(about));
  return found ? (found[0] as PermissionGroup) : 'other';
};

/** The groups in the order in which people look for them, without empty ones. */
export function permissionGroups(permissions: readonly Permission[] = PERMISSION_NAMES) {
  const grouped = Map.groupBy(permissions, groupOf);
  const order: readonly PermissionGroup[] = [...(Object.keys(GROUPS) as (keyof typeof GROUPS)[]), 'other'];
  return order.flatMap((group) => {
    const members = grouped.get(group);
    return members ? [[group, members] as [PermissionGroup, Permission[]]] : [];
  });
}
