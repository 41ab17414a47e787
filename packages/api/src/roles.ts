/**
 * Roles: built-in ones, and custom ones made of the same permissions. Built-in ones cannot be changed, so that their names mean the same
 * everywhere.
 */
import { z } from 'zod';
import { named, nameSchema, patchOf, storedNameSchema, strict, versionSchema } from './fields.ts';
import { LIMITS } from './limits.ts';
import { add, edit, get, page, proven, remove } from './operation.ts';
import { PERMISSION_NAMES, type Permission, SUPER_ADMIN_PERMISSIONS } from './permissions.ts';

type BuiltInRole = {
  readonly name: string;
  readonly permissions: readonly Permission[];
};

const VIEW: readonly Permission[] = ['users:view', 'tokens:view', 'profiles:view'];

export const BUILT_IN_ROLES = {
  'super-admin': {
    name: 'Super Admin',
    permissions: SUPER_ADMIN_PERMISSIONS,
  },
  'token-administrator': {
    name: 'Token Administrator',
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
    permissions: [...VIEW, 'tokens:assign', 'tokens:distribute', 'requests:view'],
  },
  'request-approver': {
    name: 'Request Approver',
    permissions: [...VIEW, 'requests:view', 'requests:decide'],
  },
  'help-desk': {
    name: 'Help Desk Administrator',
    permissions: [
      ...VIEW,
      'users:activation-window',
      'tokens:assign',
      'tokens:edit',
      'tokens:distribute',
      'requests:view',
      'requests:make',
    ],
  },
  'agent-administrator': {
    name: 'Agent Administrator',
    permissions: ['agents:view', 'agents:edit'],
  },
  auditor: {
    name: 'Auditor',
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

/**
 * Permissions that concern the whole deployment: they take effect only if held in the top security domain. Token profiles and device types are
 * read wherever tokens are distributed.
 */
export const DEPLOYMENT_WIDE: ReadonlySet<Permission> = new Set(
  PERMISSION_NAMES.filter(
    (name) =>
      !/^(users|tokens|requests):/.test(name) &&
      !/^(authenticate|activations:open|profiles:view)$/.test(name),
  ),
);

export const roleSchema = named('Role', {
  id: z.string(),
  name: storedNameSchema,
  description: z.string(),
  permissions: z.array(z.enum(PERMISSION_NAMES)),
  builtIn: z.boolean(),
  version: versionSchema,
});

const roleFields = {
  name: nameSchema,
  description: z.string().trim().max(LIMITS.description).default(''),
  permissions: z.array(z.enum(PERMISSION_NAMES)).min(1),
};
const roleInputSchema = strict('NewRole', roleFields);
const rolePatchSchema = patchOf('RolePatch', roleFields);

export type Role = z.infer<typeof roleSchema>;
export type RoleInput = z.infer<typeof roleInputSchema>;
export type RolePatch = z.infer<typeof rolePatchSchema>;

export const ROLE_OPERATIONS = {
  listRoles: get('/roles', 'administrators:view', 'List roles', { response: page(roleSchema) }),
  addRole: add(
    '/roles',
    proven('administrators:edit'),
    'Add a role with permissions that one holds oneself',
    { body: roleInputSchema, response: roleSchema },
  ),
  editRole: edit(
    '/roles/:id',
    proven('administrators:edit'),
    'Edit a role; this takes effect at once for everyone who has it',
    { body: rolePatchSchema, response: roleSchema },
  ),
  deleteRole: remove('/roles/:id', proven('administrators:edit'), 'Delete a role that nobody has'),
};
