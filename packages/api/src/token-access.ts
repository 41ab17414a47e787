/** Help desk actions when access fails: testing tokens, resynchronizing, PINs, unlocking. */
import { z } from 'zod';
import { auditEntrySchema } from './audit.ts';
import { timeSchema } from './fields.ts';
import { type Operation, serialParams, userParams } from './operation.ts';

/**
 * What happens to a right passcode: `normal` accepts it; the others require more, wait, refuse, or have no seed that it could be right for.
 */
export const TOKEN_MODES = [
  'normal',
  'not-provisioned',
  'new-pin',
  'next-tokencode',
  'held-back',
  'locked',
  'disabled',
  'lost',
  'expired',
] as const;
export type TokenMode = (typeof TOKEN_MODES)[number];

export const testResultSchema = z
  .object({
    /** `next-tokencode`: right, but the clock or counter of the token is off; the next one entered here completes it. */
    result: z.enum(['accepted', 'rejected', 'next-tokencode']),
    /** A sentence for the person. */
    detail: z.string(),
  })
  .meta({ id: 'TestResult' });

export type TestResult = z.infer<typeof testResultSchema>;

const codeSchema = z.string().trim().min(1).max(64);

export const emergencyKinds = ['fixed', 'set'] as const;
export const whenTokenReturns = ['end', 'after', 'deny'] as const;

export const emergencyAccessSchema = z
  .object({
    kind: z.enum(emergencyKinds),
    /** When its codes end. */
    until: timeSchema,
    whenTokenReturns: z.enum(whenTokenReturns),
    /** Codes that can still be used; a fixed one counts as one. */
    codesLeft: z.int(),
  })
  .meta({ id: 'EmergencyAccess' });

export const tokenAccessSchema = z
  .object({
    mode: z.enum(TOKEN_MODES),
    /** When it is accepted again, after wrong passcodes. */
    waitsUntil: timeSchema.optional(),
    newPinRequired: z.boolean(),
    pinSetAt: timeSchema.optional(),
    emergencyAccess: emergencyAccessSchema.optional(),
  })
  .meta({ id: 'TokenAccess' });

export const emergencyInputSchema = z
  .strictObject({
    kind: z.enum(emergencyKinds),
    /** Default: as in the policy. */
    days: z.int().min(1).max(365).optional(),
    whenTokenReturns: z.enum(whenTokenReturns).optional(),
  })
  .meta({ id: 'NewEmergencyAccess' });

export const emergencyCodesSchema = z
  .object({
    kind: z.enum(emergencyKinds),
    /** Only in this answer. */
    codes: z.array(z.string()),
    /** The user enters the PIN before the code. */
    withPin: z.boolean(),
    until: timeSchema,
    whenTokenReturns: z.enum(whenTokenReturns),
  })
  .meta({ id: 'EmergencyCodes' });

export const userActivitySchema = z
  .object({
    /** While the user is locked. */
    lockedUntil: timeSchema.optional(),
    /** Wrong passcodes counted now. */
    failures: z.int(),
    since: timeSchema,
    /** What to ask a caller for who says that they are this user (`organization.callerChecks`); absent: for nothing. */
    callerChecks: z.array(z.string()).optional(),
    /** Latest first. */
    items: z.array(auditEntrySchema),
  })
  .meta({ id: 'UserActivity' });

export type TokenAccess = z.infer<typeof tokenAccessSchema>;
export type EmergencyInput = z.infer<typeof emergencyInputSchema>;
export type EmergencyCodes = z.infer<typeof emergencyCodesSchema>;
export type UserActivity = z.infer<typeof userActivitySchema>;

export const TOKEN_ACCESS_OPERATIONS = {
  getTokenAccess: {
    method: 'GET',
    path: '/tokens/:serial/access',
    summary: 'What would happen to a right passcode of a token now: its mode, waits, and emergency access',
    permission: 'tokens:view',
    params: serialParams,
    response: tokenAccessSchema,
  },
  testToken: {
    method: 'POST',
    path: '/tokens/:serial/test',
    summary: 'Test a token; this uses up the passcode',
    permission: 'tokens:edit',
    params: serialParams,
    body: z.strictObject({ passcode: codeSchema }),
    response: testResultSchema,
  },
  resynchronizeToken: {
    method: 'POST',
    path: '/tokens/:serial/resynchronise',
    summary:
      'Resynchronize a token whose clock or counter is off, with two successive tokencodes without the PIN',
    permission: 'tokens:edit',
    params: serialParams,
    body: z.strictObject({ first: codeSchema, second: codeSchema }),
  },
  requireNewPin: {
    method: 'POST',
    path: '/tokens/:serial/require-new-pin',
    summary: 'Require a new PIN at the next use of a token, or no longer',
    permission: 'tokens:edit',
    params: serialParams,
    body: z.strictObject({ required: z.boolean().default(true) }),
  },
  giveEmergencyAccess: {
    method: 'POST',
    path: '/tokens/:serial/emergency-access',
    summary: 'Issue a temporary fixed tokencode or a set of one-time tokencodes; earlier ones end',
    permission: 'tokens:edit',
    params: serialParams,
    body: emergencyInputSchema,
    response: emergencyCodesSchema,
    created: true,
    once: true,
  },
  endEmergencyAccess: {
    method: 'DELETE',
    path: '/tokens/:serial/emergency-access',
    summary: 'End emergency access; the token is accepted again',
    permission: 'tokens:edit',
    params: serialParams,
  },
  unlockUser: {
    method: 'POST',
    path: '/users/:userId/unlock',
    summary: 'Unlock a user, and tokens that are held back after wrong passcodes',
    permission: 'tokens:edit',
    params: userParams,
  },
  getUserActivity: {
    method: 'GET',
    path: '/users/:userId/activity',
    summary: 'The activity of a user and their tokens in the last seven days, for the help desk',
    permission: 'users:view',
    params: userParams,
    response: userActivitySchema,
  },
} as const satisfies Record<string, Operation>;
