/**
 * Every operation of `/api/v1`, once: the server registers its routes from this table, OpenAPI is printed from it, and the client
 * calls by its names. Paths are relative to `/api/v1`.
 */
import { z } from 'zod';
import { bulkInputSchema, bulkResultSchema, countQuerySchema, countSchema } from './bulk.ts';
import { CERTIFICATE_OPERATIONS } from './certificates.ts';
import { LOG_ON_OPERATIONS } from './log-on.ts';
import { MAIL_OPERATIONS } from './mail.ts';
import { idParams as id, type Operation, page } from './operation.ts';
import { POLICY_OPERATIONS } from './policies.ts';
import { RADIUS_OPERATIONS } from './radius.ts';
import { REQUEST_OPERATIONS } from './requests.ts';
import * as r from './resources.ts';
import { SELF_SERVICE_OPERATIONS } from './self-service.ts';
import { addressCheckSchema, addressSchema, settingsPatchSchema, settingsViewSchema } from './settings.ts';
import { TOKEN_ACCESS_OPERATIONS } from './token-access.ts';

const serial = z.object({ serial: r.serialSchema });
const userId = z.object({ userId: r.userIdSchema });

export type { Operation };

export const OPERATIONS = {
  getServer: { method: 'GET', path: '/server', summary: 'What this server is', response: r.serverSchema },

  openSession: {
    method: 'POST',
    path: '/session',
    summary: 'Log on as an administrator',
    body: r.sessionInputSchema,
    response: r.sessionSchema,
    created: true,
    beforePasswordChange: true,
  },
  getSession: {
    method: 'GET',
    path: '/session',
    summary: 'Who is logged on; null when nobody is',
    response: r.sessionSchema.nullable(),
    beforePasswordChange: true,
  },
  closeSession: { method: 'DELETE', path: '/session', summary: 'Log off', beforePasswordChange: true },
  ...LOG_ON_OPERATIONS,

  listSecurityDomains: {
    method: 'GET',
    path: '/security-domains',
    summary: 'List the security domains that the caller sees, from the top down',
    permission: 'users:view',
    response: page(r.securityDomainSchema),
  },
  addSecurityDomain: {
    method: 'POST',
    path: '/security-domains',
    summary: 'Add a security domain below another',
    permission: 'domains:edit',
    body: r.securityDomainInputSchema,
    response: r.securityDomainSchema,
    created: true,
  },
  renameSecurityDomain: {
    method: 'PATCH',
    path: '/security-domains/:id',
    summary: 'Rename a security domain',
    permission: 'domains:edit',
    params: id,
    body: z.strictObject({ name: r.nameSchema }),
    response: r.securityDomainSchema,
    ifMatch: true,
  },
  deleteSecurityDomain: {
    method: 'DELETE',
    path: '/security-domains/:id',
    summary: 'Delete a security domain that nothing is in',
    permission: 'domains:edit',
    params: id,
  },

  listRoles: {
    method: 'GET',
    path: '/roles',
    summary: 'List roles',
    permission: 'administrators:view',
    response: page(r.roleSchema),
  },
  addRole: {
    method: 'POST',
    path: '/roles',
    summary: 'Add a role made of permissions that one holds oneself',
    permission: 'administrators:edit',
    body: r.roleInputSchema,
    response: r.roleSchema,
    created: true,
    freshProof: true,
  },
  editRole: {
    method: 'PATCH',
    path: '/roles/:id',
    summary: 'Edit a role; it changes at once for everybody who has it',
    permission: 'administrators:edit',
    params: id,
    body: r.rolePatchSchema,
    response: r.roleSchema,
    ifMatch: true,
    freshProof: true,
  },
  deleteRole: {
    method: 'DELETE',
    path: '/roles/:id',
    summary: 'Delete a role that nobody has',
    permission: 'administrators:edit',
    params: id,
    freshProof: true,
  },
  listAdministrators: {
    method: 'GET',
    path: '/administrators',
    summary: 'List administrators and their roles',
    permission: 'administrators:view',
    response: page(r.administratorSchema),
  },
  addAdministrator: {
    method: 'POST',
    path: '/administrators',
    summary: 'Add an administrator',
    permission: 'administrators:edit',
    body: r.administratorInputSchema,
    response: r.administratorSchema,
    created: true,
    freshProof: true,
  },
  editAdministrator: {
    method: 'PATCH',
    path: '/administrators/:userId',
    summary: 'Change the roles of an administrator, enable or disable one',
    permission: 'administrators:edit',
    params: userId,
    body: r.administratorPatchSchema,
    response: r.administratorSchema,
    ifMatch: true,
    freshProof: true,
  },
  setPassword: {
    method: 'PUT',
    path: '/administrators/:userId/password',
    summary: 'Give an administrator a new password; their sessions end',
    permission: 'administrators:edit',
    params: userId,
    body: r.passwordInputSchema,
    freshProof: true,
  },
  deleteAdministrator: {
    method: 'DELETE',
    path: '/administrators/:userId',
    summary: 'Delete an administrator',
    permission: 'administrators:edit',
    params: userId,
    freshProof: true,
  },
  whoCan: {
    method: 'GET',
    path: '/permissions/:id/holders',
    summary: 'Who can do this?',
    permission: 'administrators:view',
    params: id,
    response: r.permissionHoldersSchema,
  },

  listDeviceTypes: {
    method: 'GET',
    path: '/device-types',
    summary: 'List device types',
    permission: 'profiles:view',
    response: page(r.deviceTypeSchema),
  },
  importDeviceType: {
    method: 'POST',
    path: '/device-types',
    summary: 'Import a device definition',
    permission: 'profiles:edit',
    body: r.deviceDefinitionSchema,
    response: r.deviceTypeSchema,
    created: true,
  },
  deleteDeviceType: {
    method: 'DELETE',
    path: '/device-types/:id',
    summary: 'Delete an imported device type that no profile uses',
    permission: 'profiles:edit',
    params: id,
  },

  listProfiles: {
    method: 'GET',
    path: '/token-profiles',
    summary: 'List token profiles',
    permission: 'profiles:view',
    query: z.strictObject({ ...r.pageQuery, name: z.string().max(128).optional() }),
    response: page(r.profileSchema),
  },
  addProfile: {
    method: 'POST',
    path: '/token-profiles',
    summary: 'Add a token profile',
    permission: 'profiles:edit',
    body: r.profileInputSchema,
    response: r.profileSchema,
    created: true,
  },
  getProfile: {
    method: 'GET',
    path: '/token-profiles/:id',
    summary: 'Show a token profile',
    permission: 'profiles:view',
    params: id,
    response: r.profileSchema,
  },
  editProfile: {
    method: 'PATCH',
    path: '/token-profiles/:id',
    summary: 'Edit a token profile; tokens distributed already keep what they were given',
    permission: 'profiles:edit',
    params: id,
    body: r.profilePatchSchema,
    response: r.profileSchema,
    ifMatch: true,
  },
  duplicateProfile: {
    method: 'POST',
    path: '/token-profiles/:id/duplicate',
    summary: 'Copy a token profile under a new name',
    permission: 'profiles:edit',
    params: id,
    body: z.strictObject({ name: r.nameSchema }),
    response: r.profileSchema,
    created: true,
  },
  deleteProfile: {
    method: 'DELETE',
    path: '/token-profiles/:id',
    summary: 'Delete a token profile that no live distribution uses',
    permission: 'profiles:edit',
    params: id,
  },

  listUsers: {
    method: 'GET',
    path: '/users',
    summary: 'List users; `search` looks at the start of user id, last name and e-mail address',
    permission: 'users:view',
    query: z.strictObject({ ...r.pageQuery, search: z.string().max(128).optional() }),
    response: page(r.userSchema),
  },
  addUser: {
    method: 'POST',
    path: '/users',
    summary: 'Add a user',
    permission: 'users:edit',
    body: r.userInputSchema,
    response: r.userSchema,
    created: true,
  },
  getUser: {
    method: 'GET',
    path: '/users/:userId',
    summary: 'Show a user',
    permission: 'users:view',
    params: userId,
    response: r.userSchema,
  },
  editUser: {
    method: 'PATCH',
    path: '/users/:userId',
    summary: 'Edit, enable, disable or move a user; tokens that the user holds move along',
    permission: 'users:edit',
    params: userId,
    body: r.userPatchSchema,
    response: r.userSchema,
    ifMatch: true,
  },
  deleteUser: {
    method: 'DELETE',
    path: '/users/:userId',
    summary: 'Delete a user; the tokens of the user become unassigned',
    permission: 'users:edit',
    params: userId,
  },

  assignNextToken: {
    method: 'POST',
    path: '/users/:userId/tokens',
    summary:
      'Assign the next available token to a user: of those that live long enough, the one that lives longest',
    permission: 'tokens:assign',
    params: userId,
    response: r.tokenSchema,
    created: true,
  },

  listTokens: {
    method: 'GET',
    path: '/tokens',
    summary: 'Search tokens; `serial` is the start of a serial number',
    permission: 'tokens:view',
    query: r.tokenQuerySchema,
    response: page(r.tokenSchema.omit({ seeds: true })),
  },
  countTokens: {
    method: 'GET',
    path: '/tokens/count',
    summary: 'Count the tokens of a search; walks over all of them',
    permission: 'tokens:view',
    query: countQuerySchema,
    response: countSchema,
  },
  doToTokens: {
    method: 'POST',
    path: '/tokens/bulk',
    summary:
      'Do one thing to the next tokens of a search; ask again with `after` of the answer until it has none',
    permission: 'tokens:view',
    body: bulkInputSchema,
    response: bulkResultSchema,
  },
  mintTokens: {
    method: 'POST',
    path: '/tokens',
    summary: 'Mint token records; they start disabled and unassigned',
    permission: 'tokens:mint',
    body: r.mintInputSchema,
    response: r.mintResultSchema,
    created: true,
  },
  getToken: {
    method: 'GET',
    path: '/tokens/:serial',
    summary: 'Show a token, its latest distribution and its history',
    permission: 'tokens:view',
    params: serial,
    response: r.tokenSchema,
  },
  editToken: {
    method: 'PATCH',
    path: '/tokens/:serial',
    summary: 'Edit a token: its expiry date, security domain and nickname, enabled or not, lost or not',
    permission: 'tokens:edit',
    params: serial,
    body: r.tokenPatchSchema,
    response: r.tokenSchema,
    ifMatch: true,
  },
  deleteToken: {
    method: 'DELETE',
    path: '/tokens/:serial',
    summary: 'Delete an unassigned token',
    permission: 'tokens:delete',
    params: serial,
  },
  assignToken: {
    method: 'POST',
    path: '/tokens/:serial/assign',
    summary: 'Assign a token to a user; this enables it',
    permission: 'tokens:assign',
    params: serial,
    body: z.strictObject({ userId: r.userIdSchema }),
    response: r.tokenSchema,
  },
  unassignToken: {
    method: 'POST',
    path: '/tokens/:serial/unassign',
    summary: 'Unassign a token: it is disabled, its PIN, seeds and live activation code are dropped',
    permission: 'tokens:assign',
    params: serial,
    response: r.tokenSchema,
  },
  replaceToken: {
    method: 'POST',
    path: '/tokens/:serial/replace',
    summary:
      'Give the user of a token another one, which takes its place when its first passcode is accepted; answers with that one',
    permission: 'tokens:assign',
    params: serial,
    body: r.replaceInputSchema,
    response: r.tokenSchema,
  },
  enableToken: {
    method: 'POST',
    path: '/tokens/:serial/enable',
    summary: 'Enable a token',
    permission: 'tokens:edit',
    params: serial,
    response: r.tokenSchema,
  },
  disableToken: {
    method: 'POST',
    path: '/tokens/:serial/disable',
    summary: 'Disable a token',
    permission: 'tokens:edit',
    params: serial,
    response: r.tokenSchema,
  },
  moveToken: {
    method: 'POST',
    path: '/tokens/:serial/move',
    summary: 'Move a token that nobody holds to another security domain',
    permission: 'tokens:edit',
    params: serial,
    body: z.strictObject({ securityDomain: z.string().trim().min(1).max(128) }),
    response: r.tokenSchema,
  },
  markLost: {
    method: 'POST',
    path: '/tokens/:serial/lost',
    summary: 'Mark a token as lost, or as found again; a lost token verifies nothing',
    permission: 'tokens:edit',
    params: serial,
    body: z.strictObject({ lost: z.boolean() }),
    response: r.tokenSchema,
  },
  setPin: {
    method: 'PUT',
    path: '/tokens/:serial/pin',
    summary: 'Set the PIN of a token',
    permission: 'tokens:edit',
    params: serial,
    body: r.pinInputSchema,
  },
  clearPin: {
    method: 'DELETE',
    path: '/tokens/:serial/pin',
    summary: 'Clear the PIN of a token',
    permission: 'tokens:edit',
    params: serial,
  },

  distributeToken: {
    method: 'POST',
    path: '/tokens/:serial/distributions',
    summary: 'Distribute or redistribute a token; an earlier activation code is withdrawn',
    permission: 'tokens:distribute',
    params: serial,
    body: r.distributeInputSchema,
    response: r.distributeResultSchema,
    created: true,
  },
  listDistributions: {
    method: 'GET',
    path: '/tokens/:serial/distributions',
    summary: 'The distributions of a token, latest first',
    permission: 'tokens:view',
    params: serial,
    response: page(r.distributionSchema),
  },
  withdrawDistribution: {
    method: 'POST',
    path: '/tokens/:serial/distributions/withdraw',
    summary: 'Withdraw the live activation code of a token',
    permission: 'tokens:distribute',
    params: serial,
    response: r.distributionSchema,
  },
  openActivation: {
    method: 'POST',
    path: '/tokens/:serial/activation',
    summary: 'Mint a fresh activation code for a QR distribution; the earlier one dies',
    permission: 'activations:open',
    params: serial,
    response: r.activationSchema,
    created: true,
  },

  ...TOKEN_ACCESS_OPERATIONS,
  ...POLICY_OPERATIONS,

  getStatistics: {
    method: 'GET',
    path: '/statistics',
    summary: 'Count tokens and what waits',
    permission: 'tokens:view',
    query: z.strictObject({ expiringDays: z.coerce.number().int().min(1).max(3650).default(90) }),
    response: r.statisticsSchema,
  },

  authenticate: {
    method: 'POST',
    path: '/authentications',
    summary:
      'Ask whether a passcode is right; it is accepted once at most. One call suffices unless the answer is a challenge',
    permission: 'authenticate',
    body: r.authenticationInputSchema,
    response: r.authenticationResultSchema,
  },
  answerChallenge: {
    method: 'POST',
    path: '/authentications/:id',
    summary:
      'Answer the challenge of an authentication, naming the user it was begun for; each takes one answer',
    permission: 'authenticate',
    params: id,
    body: r.challengeAnswerSchema,
    response: r.authenticationResultSchema,
  },
  cancelAuthentication: {
    method: 'DELETE',
    path: '/authentications/:id',
    summary: 'Cancel an authentication that waits for an answer, naming the user it was begun for',
    permission: 'authenticate',
    params: id,
    query: r.cancelAuthenticationSchema,
  },

  ...RADIUS_OPERATIONS,

  listAudit: {
    method: 'GET',
    path: '/audit',
    summary: 'Read the audit trail, latest first',
    permission: 'audit:view',
    query: r.auditQuerySchema,
    response: page(r.auditEntrySchema),
  },

  verifyAudit: {
    method: 'GET',
    path: '/audit/chain',
    summary: 'Prove that no row of the audit trail was altered, removed or reordered',
    permission: 'audit:view',
    query: z.strictObject({
      anchor: z
        .string()
        .max(200)
        .optional()
        .meta({ description: 'An end of the chain that was kept, which the chain has to have still' }),
    }),
    response: r.auditChainSchema,
  },

  getAuditEnd: {
    method: 'GET',
    path: '/audit/chain/end',
    summary: 'Where the chain ends, to be kept elsewhere: it shows later whether the trail was cut short',
    permission: 'audit:view',
    response: r.auditChainEndSchema,
  },

  exportAudit: {
    method: 'GET',
    path: '/audit/chain/rows',
    summary: 'The audit trail with its chain, oldest first, to be kept and proven elsewhere',
    permission: 'audit:view',
    query: z.strictObject({
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(1000),
    }),
    response: z.object({ items: z.array(r.chainedRowSchema) }),
  },

  ...CERTIFICATE_OPERATIONS,

  getSettings: {
    method: 'GET',
    path: '/settings',
    summary: 'Show the settings',
    permission: 'settings:edit',
    response: settingsViewSchema,
  },
  editSettings: {
    method: 'PATCH',
    path: '/settings',
    summary: 'Change settings',
    permission: 'settings:edit',
    body: settingsPatchSchema,
    response: settingsViewSchema,
    ifMatch: true,
    freshProof: true,
  },

  ...REQUEST_OPERATIONS,
  checkAddress: {
    method: 'POST',
    path: '/settings/address-check',
    summary: 'Whether this server answers at a host name and port that links may carry',
    permission: 'settings:edit',
    body: addressSchema,
    response: addressCheckSchema,
  },

  ...MAIL_OPERATIONS,

  listApiKeys: {
    method: 'GET',
    path: '/api-keys',
    summary: 'List API keys',
    permission: 'keys:edit',
    response: page(r.apiKeySchema),
  },
  addApiKey: {
    method: 'POST',
    path: '/api-keys',
    summary: 'Make an API key',
    permission: 'keys:edit',
    body: r.apiKeyInputSchema,
    response: r.apiKeyMadeSchema,
    created: true,
    freshProof: true,
  },
  takeOverApiKey: {
    method: 'POST',
    path: '/api-keys/:id/take-over',
    summary: 'Become the owner of an API key, whose rights bound it',
    permission: 'keys:edit',
    params: id,
    response: r.apiKeySchema,
    freshProof: true,
  },
  deleteApiKey: {
    method: 'DELETE',
    path: '/api-keys/:id',
    summary: 'Revoke an API key',
    permission: 'keys:edit',
    params: id,
    freshProof: true,
  },

  listServerKeys: {
    method: 'GET',
    path: '/server-keys',
    summary: 'List the RSA keys of the CT-KIP server',
    permission: 'keys:edit',
    response: page(r.serverKeySchema),
  },
  rotateServerKey: {
    method: 'POST',
    path: '/server-keys',
    summary: 'Make a new RSA key and use it from now on; the old ones still open nonces in flight',
    permission: 'keys:edit',
    body: r.serverKeyInputSchema,
    response: r.serverKeySchema,
    created: true,
    freshProof: true,
  },
  ...SELF_SERVICE_OPERATIONS,
} as const satisfies Record<string, Operation>;

export type Operations = typeof OPERATIONS;
export type OperationName = keyof Operations;

type Field<O, K extends string> = O extends { readonly [P in K]: infer S extends z.ZodType } ? S : never;
type InputOf<S> = [S] extends [never] ? undefined : S extends z.ZodType ? z.input<S> : never;
type OutputOf<S> = [S] extends [never] ? undefined : S extends z.ZodType ? z.output<S> : never;

export type ParamsOf<N extends OperationName> = OutputOf<Field<Operations[N], 'params'>>;
export type QueryOf<N extends OperationName> = OutputOf<Field<Operations[N], 'query'>>;
export type BodyOf<N extends OperationName> = OutputOf<Field<Operations[N], 'body'>>;
export type ResponseOf<N extends OperationName> = OutputOf<Field<Operations[N], 'response'>>;
type Key<K extends string, S> = [S] extends [never] ? unknown : { [P in K]: InputOf<S> };
/** What a caller gives: path parameters and query fields by name, the body under `body`. */
export type CallOf<N extends OperationName> = Key<'params', Field<Operations[N], 'params'>> &
  ([Field<Operations[N], 'query'>] extends [never]
    ? unknown
    : { query?: Partial<InputOf<Field<Operations[N], 'query'>>> }) &
  Key<'body', Field<Operations[N], 'body'>> &
  (Operations[N] extends { ifMatch: true } ? { ifMatch: number } : unknown) & {
    /** A page asks by itself: this keeps no session alive. */
    quiet?: boolean;
  };
