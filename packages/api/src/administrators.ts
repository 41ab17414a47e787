/** Administrators, their rights in each security domain, and who may do a given thing. */
import { z } from 'zod';
import {
  domainReference,
  emailSchema,
  passwordSchema,
  timeSchema,
  userIdSchema,
  userNameSchema,
  versionSchema,
} from './fields.ts';
import { idParams, type Operation, page, userParams } from './operation.ts';
import { PERMISSION_NAMES } from './permissions.ts';

/** A role in a security domain and those below it. */
const grantInputSchema = z.strictObject({
  role: z.string().min(1).max(128),
  securityDomain: domainReference.optional(),
});

export const grantSchema = z
  .object({
    role: z.string(),
    roleName: z.string(),
    securityDomain: z.string(),
    securityDomainName: z.string(),
    /** Given by a group of a directory: only a run can remove it, and no one by hand. */
    byDirectory: z.boolean().optional(),
  })
  .meta({ id: 'Grant' });

export const administratorSchema = z
  .object({
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
  })
  .meta({ id: 'Administrator' });

export const administratorInputSchema = z
  .strictObject({
    userName: userNameSchema,
    /** One of the two: a password, or a user of a directory, who logs on with the directory password. */
    password: passwordSchema.optional(),
    directoryUser: userIdSchema.optional(),
    mail: emailSchema.optional(),
    grants: z.array(grantInputSchema).max(100),
  })
  .meta({ id: 'NewAdministrator' });

export const administratorPatchSchema = z
  .strictObject({
    enabled: z.boolean().optional(),
    grants: z.array(grantInputSchema).max(100).optional(),
    /** A user ID; null: the password is enough. */
    tokenOf: userIdSchema.nullable().optional(),
    mail: emailSchema.optional(),
  })
  .meta({ id: 'AdministratorPatch' });

export const passwordInputSchema = z.strictObject({ password: passwordSchema }).meta({ id: 'NewPassword' });

export const permissionHoldersSchema = z
  .object({
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
  })
  .meta({ id: 'PermissionHolders' });

export type Administrator = z.infer<typeof administratorSchema>;
export type AdministratorInput = z.infer<typeof administratorInputSchema>;
export type AdministratorPatch = z.infer<typeof administratorPatchSchema>;
export type PermissionHolders = z.infer<typeof permissionHoldersSchema>;

export const ADMINISTRATOR_OPERATIONS = {
  listAdministrators: {
    method: 'GET',
    path: '/administrators',
    summary: 'List administrators and their roles',
    permission: 'administrators:view',
    response: page(administratorSchema),
  },
  addAdministrator: {
    method: 'POST',
    path: '/administrators',
    summary: 'Add an administrator',
    permission: 'administrators:edit',
    body: administratorInputSchema,
    response: administratorSchema,
    created: true,
    freshProof: true,
  },
  editAdministrator: {
    method: 'PATCH',
    path: '/administrators/:userId',
    summary: 'Change the roles of an administrator, enable or disable one',
    permission: 'administrators:edit',
    params: userParams,
    body: administratorPatchSchema,
    response: administratorSchema,
    ifMatch: true,
    freshProof: true,
  },
  setPassword: {
    method: 'PUT',
    path: '/administrators/:userId/password',
    summary: 'Set a new password for an administrator; their sessions end',
    permission: 'administrators:edit',
    params: userParams,
    body: passwordInputSchema,
    freshProof: true,
  },
  deleteAdministrator: {
    method: 'DELETE',
    path: '/administrators/:userId',
    summary: 'Delete an administrator',
    permission: 'administrators:edit',
    params: userParams,
    freshProof: true,
  },
  whoCan: {
    method: 'GET',
    path: '/permissions/:id/holders',
    summary: 'Who can do this?',
    permission: 'administrators:view',
    params: idParams,
    response: permissionHoldersSchema,
  },
} as const satisfies Record<string, Operation>;
