/** The two-person rule: what an administrator may do only after another one has approved it, while the setting `approvals.second` is on. */
import { z } from 'zod';
import { named, strict, timeSchema } from './fields.ts';
import { get, page, post, proven } from './operation.ts';

/** What needs it, as the audit trail names these actions. */
const guardedActions = [
  'job.result',
  'token.distribute',
  'token.export',
  'server-key.rotate',
  'settings.edit',
  'master-key.rotate',
] as const;
export type GuardedAction = (typeof guardedActions)[number];

const secondApprovalSchema = named('SecondApproval', {
  id: z.string(),
  action: z.enum(guardedActions),
  /** What it is about, such as `job:`, its ID and when it ended: resumed, it is something else. */
  object: z.string(),
  /** The same for people: the name of the job. */
  title: z.string(),
  askedBy: z.string(),
  askedAt: timeSchema,
  /** Neither approved nor used any more from then on. */
  expiresAt: timeSchema,
  state: z.enum(['waiting', 'approved', 'rejected', 'used']),
  decidedBy: z.string().optional(),
  decidedAt: timeSchema.optional(),
  /** Whether the caller can approve it: no one approves what they asked for themselves. */
  mayApprove: z.boolean(),
});
export type SecondApproval = z.infer<typeof secondApprovalSchema>;

export const SECOND_APPROVAL_OPERATIONS = {
  listSecondApprovals: get(
    '/second-approvals',
    'settings:edit',
    'What is waiting for the approval of a second administrator, and what was decided in the last day',
    { response: page(secondApprovalSchema) },
  ),
  approveSecondApproval: post(
    '/second-approvals/:id/approve',
    proven('settings:edit'),
    'Approve what another administrator asked to do, naming it; they can then do it once',
    {
      body: strict('SecondApprovalOf', {
        /** As listed: so that no one approves something else than they read. */
        object: z.string().min(1).max(256),
      }),
      response: secondApprovalSchema,
    },
  ),
  rejectSecondApproval: post(
    '/second-approvals/:id/reject',
    'settings:edit',
    'Reject what another administrator asked to do',
    { response: secondApprovalSchema },
  ),
};
