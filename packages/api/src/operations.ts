/**
 * Every operation of `/api/v1`, each in the file of its resource: the server registers its routes from this table, OpenAPI is generated
 * from it, and the client calls by its names. Paths are relative to `/api/v1`.
 */
import type { z } from 'zod';
import { ACME_OPERATIONS } from './acme.ts';
import { ADMINISTRATOR_OPERATIONS } from './administrators.ts';
import { AGENT_CREDENTIAL_OPERATIONS } from './agent-credentials.ts';
import { AGENT_OPERATIONS } from './agents.ts';
import { ALERT_OPERATIONS } from './alerts.ts';
import { API_KEY_OPERATIONS } from './api-keys.ts';
import { AUDIT_OPERATIONS } from './audit.ts';
import { AUDIT_FORWARDING_OPERATIONS } from './audit-forwarding.ts';
import { AUTHENTICATION_OPERATIONS } from './authentications.ts';
import { BACKUP_OPERATIONS } from './backups.ts';
import { BULK_OPERATIONS } from './bulk.ts';
import { CERTIFICATE_OPERATIONS } from './certificates.ts';
import { COEXISTENCE_OPERATIONS } from './coexistences.ts';
import { DEVICE_TYPE_OPERATIONS } from './device-types.ts';
import { DISTRIBUTION_RULE_OPERATIONS } from './distribution-rules.ts';
import { DISTRIBUTION_OPERATIONS } from './distributions.ts';
import { FIGURE_OPERATIONS } from './figures.ts';
import { IDENTITY_SOURCE_OPERATIONS } from './identity-sources.ts';
import { JOB_OPERATIONS } from './jobs.ts';
import { LOG_ON_OPERATIONS } from './log-on.ts';
import { MAIL_OPERATIONS } from './mail.ts';
import { NODE_OPERATIONS } from './nodes.ts';
import { OFFER_OPERATIONS } from './offers.ts';
import type { Operation } from './operation.ts';
import { POLICY_OPERATIONS } from './policies.ts';
import { PROFILE_OPERATIONS } from './profiles.ts';
import { RADIUS_CLIENT_OPERATIONS } from './radius-clients.ts';
import { REPORT_OPERATIONS } from './reports.ts';
import { REQUEST_OPERATIONS } from './requests.ts';
import { RETENTION_OPERATIONS } from './retention.ts';
import { ROLE_OPERATIONS } from './roles.ts';
import { SAVED_REPORT_OPERATIONS } from './saved-reports.ts';
import { SCHEDULE_OPERATIONS } from './schedules.ts';
import { SECOND_APPROVAL_OPERATIONS } from './second-approvals.ts';
import { SECURITY_DOMAIN_OPERATIONS } from './security-domains.ts';
import { SELF_SERVICE_OPERATIONS } from './self-service.ts';
import { SERVER_OPERATIONS } from './server.ts';
import { SERVER_KEY_OPERATIONS } from './server-keys.ts';
import { SETTINGS_OPERATIONS } from './settings.ts';
import { STAND_IN_OPERATIONS } from './stand-ins.ts';
import { STATISTICS_OPERATIONS } from './statistics.ts';
import { TOKEN_ACCESS_OPERATIONS } from './token-access.ts';
import { TOKEN_EXPORT_OPERATIONS } from './token-exports.ts';
import { TOKEN_IMPORT_OPERATIONS } from './token-imports.ts';
import { TOKEN_OPERATIONS } from './tokens.ts';
import { USER_BULK_OPERATIONS } from './user-bulk.ts';
import { USER_IMPORT_OPERATIONS } from './user-imports.ts';
import { USER_OPERATIONS } from './users.ts';

export type { Operation };

export const OPERATIONS = {
  ...SERVER_OPERATIONS,
  ...LOG_ON_OPERATIONS,
  ...SECURITY_DOMAIN_OPERATIONS,
  ...ROLE_OPERATIONS,
  ...ADMINISTRATOR_OPERATIONS,
  ...DEVICE_TYPE_OPERATIONS,
  ...PROFILE_OPERATIONS,
  ...USER_OPERATIONS,
  ...USER_BULK_OPERATIONS,
  ...IDENTITY_SOURCE_OPERATIONS,
  ...TOKEN_OPERATIONS,
  ...BULK_OPERATIONS,
  ...DISTRIBUTION_OPERATIONS,
  ...JOB_OPERATIONS,
  ...USER_IMPORT_OPERATIONS,
  ...TOKEN_IMPORT_OPERATIONS,
  ...TOKEN_EXPORT_OPERATIONS,
  ...DISTRIBUTION_RULE_OPERATIONS,
  ...RETENTION_OPERATIONS,
  ...SCHEDULE_OPERATIONS,
  ...BACKUP_OPERATIONS,
  ...TOKEN_ACCESS_OPERATIONS,
  ...POLICY_OPERATIONS,
  ...STATISTICS_OPERATIONS,
  ...ALERT_OPERATIONS,
  ...FIGURE_OPERATIONS,
  ...AUTHENTICATION_OPERATIONS,
  ...RADIUS_CLIENT_OPERATIONS,
  ...AGENT_OPERATIONS,
  ...AGENT_CREDENTIAL_OPERATIONS,
  ...COEXISTENCE_OPERATIONS,
  ...AUDIT_OPERATIONS,
  ...AUDIT_FORWARDING_OPERATIONS,
  ...NODE_OPERATIONS,
  ...CERTIFICATE_OPERATIONS,
  ...ACME_OPERATIONS,
  ...SETTINGS_OPERATIONS,
  ...OFFER_OPERATIONS,
  ...REPORT_OPERATIONS,
  ...SAVED_REPORT_OPERATIONS,
  ...REQUEST_OPERATIONS,
  ...SECOND_APPROVAL_OPERATIONS,
  ...STAND_IN_OPERATIONS,
  ...MAIL_OPERATIONS,
  ...API_KEY_OPERATIONS,
  ...SERVER_KEY_OPERATIONS,
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
/** Input of a call: path parameters and query fields by name, the body under `body`. */
export type CallOf<N extends OperationName> = Key<'params', Field<Operations[N], 'params'>> &
  ([Field<Operations[N], 'query'>] extends [never]
    ? unknown
    : { query?: Partial<InputOf<Field<Operations[N], 'query'>>> }) &
  Key<'body', Field<Operations[N], 'body'>> &
  (Operations[N] extends { ifMatch: true } ? { ifMatch: number } : unknown) & {
    /** A page makes the request on its own: this keeps no session alive. */
    quiet?: boolean;
  };
