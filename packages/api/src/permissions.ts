/** What an actor may be permitted to do: API keys and administrators alike. The catalogue says what each means. */
export const PERMISSION_NAMES = [
  'users:view',
  'users:edit',
  'users:activation-window',
  'profiles:view',
  'profiles:edit',
  'tokens:view',
  'tokens:mint',
  'tokens:assign',
  'tokens:edit',
  'tokens:distribute',
  'tokens:delete',
  'requests:view',
  'requests:make',
  'requests:decide',
  'activations:open',
  'policies:view',
  'policies:edit',
  'authenticate',
  'agents:view',
  'agents:edit',
  'audit:view',
  'administrators:view',
  'administrators:edit',
  'domains:edit',
  'settings:edit',
  'keys:edit',
  'backups:make',
] as const;

export type Permission = (typeof PERMISSION_NAMES)[number];

/** Permissions of the first administrator. Without `activations:open`: the code of a QR distribution is for its user alone. */
export const SUPER_ADMIN_PERMISSIONS: readonly Permission[] = PERMISSION_NAMES.filter(
  (name) => name !== 'activations:open',
);
