import type { AuditAction } from '@sower/texts/tables/audit-actions';

/**
 * Rows about a logon: one that decides it, or a question on the way. The answer of an old RADIUS server decides, too. Reports, figures,
 * alarms and the filter `about=authentication` all go by this table.
 */
export const LOG_ON_ACTIONS = {
  authenticate: 'decides',
  'authenticate.challenge': 'asks',
  'authenticate.forward': 'decides',
  'authenticate.forward-challenge': 'asks',
  'user.log-on': 'decides',
  'administrator.log-on': 'decides',
} as const satisfies {
  readonly [A in AuditAction as A extends `authenticate${string}` ? A : never]: string;
} & {
  readonly [A in AuditAction]?: 'decides' | 'asks';
};
export type LogOnAction = keyof typeof LOG_ON_ACTIONS;
export const isLogOnAction = (action: string): action is LogOnAction => Object.hasOwn(LOG_ON_ACTIONS, action);
