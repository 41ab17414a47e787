/** The roles that ship. Others are made of the same permissions; these cannot be changed, so that their names mean the same everywhere. */
import { PERMISSION_NAMES, type Permission, SUPER_ADMIN_PERMISSIONS } from './permissions.ts';

export type BuiltInRole = {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly Permission[];
};

const VIEW: readonly Permission[] = ['users:view', 'tokens:view', 'profiles:view'];

export const BUILT_IN_ROLES = {
  'super-admin': {
    name: 'Super Admin',
    description:
      'Everything in the deployment. At least one administrator has this role in the top security domain.',
    permissions: SUPER_ADMIN_PERMISSIONS,
  },
  'token-administrator': {
    name: 'Token Administrator',
    description: 'Mints, assigns, issues, edits and deletes tokens.',
    permissions: [
      ...VIEW,
      'users:activation-window',
      'tokens:mint',
      'tokens:assign',
      'tokens:edit',
      'tokens:distribute',
      'tokens:delete',
      'requests:view',
      'requests:make',
      'requests:decide',
      'audit:view',
    ],
  },
  'token-distributor': {
    name: 'Token Distributor',
    description: 'Assigns tokens and issues them.',
    permissions: [...VIEW, 'tokens:assign', 'tokens:distribute', 'requests:view'],
  },
  'request-approver': {
    name: 'Request Approver',
    description: 'Approves, rejects and defers requests for tokens.',
    permissions: [...VIEW, 'requests:view', 'requests:decide'],
  },
  'help-desk': {
    name: 'Help Desk Administrator',
    description:
      'Looks people up, enables and disables their tokens, sets and clears PINs, resynchronises, unlocks and gives emergency access.',
    permissions: [...VIEW, 'tokens:edit', 'requests:view', 'requests:make'],
  },
  'agent-administrator': {
    name: 'Agent Administrator',
    description: 'Adds and edits RADIUS clients and authentication agents.',
    permissions: ['agents:view', 'agents:edit'],
  },
  auditor: {
    name: 'Auditor',
    description: 'Sees everything and changes nothing.',
    permissions: [
      ...VIEW,
      'agents:view',
      'policies:view',
      'audit:view',
      'administrators:view',
      'requests:view',
    ],
  },
} as const satisfies Record<string, BuiltInRole>;

export type BuiltInRoleId = keyof typeof BUILT_IN_ROLES;
export const isBuiltInRole = (id: string): id is BuiltInRoleId => Object.hasOwn(BUILT_IN_ROLES, id);

/** Permissions that mean the whole deployment: they count only where they are held in the top security domain. */
export const DEPLOYMENT_WIDE: ReadonlySet<Permission> = new Set(
  PERMISSION_NAMES.filter(
    (name) => !/^(users|tokens|requests):/.test(name) && !/^(authenticate|activations:open)$/.test(name),
  ),
);
