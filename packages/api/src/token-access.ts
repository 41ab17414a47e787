/** Help desk actions when access fails: testing tokens, resynchronizing, PINs, unlocking. */
import { z } from 'zod';
import { auditEntrySchema } from './audit.ts';
import { named, strict, timeSchema } from './fields.ts';
import { add, get, post, remove } from './operation.ts';

/**
 * What happens to a right passcode: `normal` accepts it; the others require more, wait, refuse, or have no seed that it could be right for.
 */
const TOKEN_MODES = [
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

export const testResultSchema = named('TestResult', {
  /** `next-tokencode`: right, but the clock or counter of the token is off; the next one entered here completes it. */
  result: z.enum(['accepted', 'rejected', 'next-tokencode']),
  /** A sentence for the person. */
  detail: z.string(),
});

export type TestResult = z.infer<typeof testResultSchema>;

const codeSchema = z.string().trim().min(1).max(64);

const emergencyKinds = ['fixed', 'set'] as const;
export const whenTokenReturns = ['end', 'after', 'deny'] as const;

const emergencyAccessSchema = named('EmergencyAccess', {
  kind: z.enum(emergencyKinds),
  /** When its codes end. */
  until: timeSchema,
  whenTokenReturns: z.enum(whenTokenReturns),
  /** Codes that can still be used; a fixed one counts as one. */
  codesLeft: z.int(),
});

const tokenAccessSchema = named('TokenAccess', {
  mode: z.enum(TOKEN_MODES),
  /** When it is accepted again, after wrong passcodes. */
  waitsUntil: timeSchema.optional(),
  newPinRequired: z.boolean(),
  pinSetAt: timeSchema.optional(),
  emergencyAccess: emergencyAccessSchema.optional(),
});

const emergencyInputSchema = strict('NewEmergencyAccess', {
  kind: z.enum(emergencyKinds),
  /** Default: as in the policy. */
  days: z.int().min(1).max(365).optional(),
  whenTokenReturns: z.enum(whenTokenReturns).optional(),
});

const emergencyCodesSchema = named('EmergencyCodes', {
  kind: z.enum(emergencyKinds),
  /** Only in this answer. */
  codes: z.array(z.string()),
  /** The user enters the PIN before the code. */
  withPin: z.boolean(),
  until: timeSchema,
  whenTokenReturns: z.enum(whenTokenReturns),
});

const userActivitySchema = named('UserActivity', {
  /** While the user is locked. */
  lockedUntil: timeSchema.optional(),
  /** Wrong passcodes counted now. */
  failures: z.int(),
  since: timeSchema,
  /** What to ask a caller for who says that they are this user (`organization.callerChecks`); absent: for nothing. */
  callerChecks: z.array(z.string()).optional(),
  /** Latest first. */
  items: z.array(auditEntrySchema),
});

export type TokenAccess = z.infer<typeof tokenAccessSchema>;
export type EmergencyInput = z.infer<typeof emergencyInputSchema>;
export type EmergencyCodes = z.infer<typeof emergencyCodesSchema>;
export type UserActivity = z.infer<typeof userActivitySchema>;

export const TOKEN_ACCESS_OPERATIONS = {
  getTokenAccess: get(
    '/tokens/:serial/access',
    'tokens:view',
    'What would happen to a right passcode of a token now: its mode, waits, and emergency access',
    { response: tokenAccessSchema },
  ),
  testToken: post('/tokens/:serial/test', 'tokens:edit', 'Test a token; this uses up the passcode', {
    body: z.strictObject({ passcode: codeSchema }),
    response: testResultSchema,
  }),
  resynchronizeToken: post(
    '/tokens/:serial/resynchronise',
    'tokens:edit',
    'Resynchronize a token whose clock or counter is off, with two successive tokencodes without the PIN',
    { body: z.strictObject({ first: codeSchema, second: codeSchema }) },
  ),
  requireNewPin: post(
    '/tokens/:serial/require-new-pin',
    'tokens:edit',
    'Require a new PIN at the next use of a token, or no longer',
    { body: z.strictObject({ required: z.boolean().default(true) }) },
  ),
  giveEmergencyAccess: add(
    '/tokens/:serial/emergency-access',
    'tokens:edit',
    'Issue a temporary fixed tokencode or a set of one-time tokencodes; earlier ones end',
    { body: emergencyInputSchema, response: emergencyCodesSchema, once: true },
  ),
  endEmergencyAccess: remove(
    '/tokens/:serial/emergency-access',
    'tokens:edit',
    'End emergency access; the token is accepted again',
  ),
  unlockUser: post(
    '/users/:userId/unlock',
    'tokens:edit',
    'Unlock a user, and tokens that are held back after wrong passcodes',
  ),
  getUserActivity: get(
    '/users/:userId/activity',
    'users:view',
    'The activity of a user and their tokens in the last seven days, for the help desk',
    { response: userActivitySchema },
  ),
};
