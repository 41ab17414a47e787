/** Administrators, their rights in each security domain, and who may do a given thing. */
import { z } from 'zod';
import {
  domainReference,
  emailSchema,
  named,
  passwordSchema,
  patchOf,
  strict,
  timeSchema,
  userIdSchema,
  userNameSchema,
  versionSchema,
} from './fields.ts';
import { add, edit, get, page, proven, put, remove } from './operation.ts';
import { PERMISSION_NAMES } from './permissions.ts';

/** A role in a security domain and those below it. */
const grantInputSchema = z.strictObject({
  role: z.string().min(1).max(128),
  securityDomain: domainReference.optional(),
});

const grantSchema = named('Grant', {
  role: z.string(),
  roleName: z.string(),
  securityDomain: z.string(),
  securityDomainName: z.string(),
  /** Given by a group of a directory: only a run can remove it, and no one by hand. */
  byDirectory: z.boolean().optional(),
});

const administratorSchema = named('Administrator', {
  userName: userIdSchema,
  enabled: z.boolean(),
  grants: z.array(grantSchema),
  /** User ID of the person whose token must be shown after the password. */
  tokenOf: userIdSchema.optional(),
  passkeys: z.int(),
  /** Address for mail to this administrator; absent: they get none. */
  mail: z.string().optional(),
  /** Name of the identity source in which the password is; absent: here. */
  directory: z.string().optional(),
  /** Someone else set the password, and it has not been changed yet. */
  mustChangePassword: z.boolean(),
  createdAt: timeSchema,
  version: versionSchema,
});

const administratorInputSchema = strict('NewAdministrator', {
  userName: userNameSchema,
  /** One of the two: a password, or a user of a directory, who logs on with the directory password. */
  password: passwordSchema.optional(),
  directoryUser: userIdSchema.optional(),
  mail: emailSchema.optional(),
  grants: z.array(grantInputSchema).max(100),
});

const administratorPatchSchema = patchOf('AdministratorPatch', {
  enabled: z.boolean(),
  grants: z.array(grantInputSchema).max(100),
  /** A user ID; null: the password is enough. */
  tokenOf: userIdSchema.nullable(),
  mail: emailSchema,
});

export const passwordInputSchema = strict('NewPassword', { password: passwordSchema });

const permissionHoldersSchema = named('PermissionHolders', {
  permission: z.enum(PERMISSION_NAMES),
  meaning: z.string(),
  holders: z.array(
    z.object({
      kind: z.enum(['administrator', 'api-key']),
      name: z.string(),
      /** Name of the role; absent for API keys. */
      role: z.string().optional(),
      /** Name of the security domain where it is held; it includes those below. */
      securityDomain: z.string(),
    }),
  ),
});

export type Administrator = z.infer<typeof administratorSchema>;
export type AdministratorInput = z.infer<typeof administratorInputSchema>;
export type AdministratorPatch = z.infer<typeof administratorPatchSchema>;
export type PermissionHolders = z.infer<typeof permissionHoldersSchema>;

export const ADMINISTRATOR_OPERATIONS = {
  listAdministrators: get('/administrators', 'administrators:view', 'List administrators and their roles', {
    response: page(administratorSchema),
  }),
  addAdministrator: add('/administrators', proven('administrators:edit'), 'Add an administrator', {
    body: administratorInputSchema,
    response: administratorSchema,
  }),
  editAdministrator: edit(
    '/administrators/:userId',
    proven('administrators:edit'),
    'Change the roles of an administrator, enable or disable one',
    { body: administratorPatchSchema, response: administratorSchema },
  ),
  setPassword: put(
    '/administrators/:userId/password',
    proven('administrators:edit'),
    'Set a new password for an administrator; their sessions end',
    { body: passwordInputSchema },
  ),
  deleteAdministrator: remove(
    '/administrators/:userId',
    proven('administrators:edit'),
    'Delete an administrator',
  ),
  whoCan: get('/permissions/:id/holders', 'administrators:view', 'Who can do this?', {
    response: permissionHoldersSchema,
  }),
};
