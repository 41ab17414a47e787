/** Who decides requests in place of an administrator who is away. */
import { z } from 'zod';
import { timeSchema, userIdSchema } from './fields.ts';
import { idParams, type Operation } from './operation.ts';

export const standInSchema = z
  .object({
    id: z.string(),
    /** Who is away. */
    administrator: userIdSchema,
    standIn: userIdSchema,
    from: timeSchema,
    /** Not any more from then on. */
    until: timeSchema,
  })
  .meta({ id: 'StandIn' });

export const standInInputSchema = z
  .strictObject({
    /** Who is away; absent: the caller, or the owner of the API key. */
    administrator: userIdSchema.optional(),
    standIn: userIdSchema,
    /** Absent: from now on. */
    from: timeSchema.optional(),
    until: timeSchema,
  })
  .meta({ id: 'NewStandIn' });

export type StandIn = z.infer<typeof standInSchema>;
export type StandInInput = z.infer<typeof standInInputSchema>;

export const STAND_IN_OPERATIONS = {
  listStandIns: {
    method: 'GET',
    path: '/stand-ins',
    summary: 'Who decides requests in place of whom, now or later: of the caller, or of all',
    permission: 'requests:view',
    response: z.object({
      items: z.array(standInSchema),
      /** Whether the caller decides requests with rights of their own, and so can name a stand-in. */
      canAdd: z.boolean(),
    }),
  },
  addStandIn: {
    method: 'POST',
    path: '/stand-ins',
    summary: 'Let another administrator decide requests in place of one who is away',
    permission: 'requests:decide',
    body: standInInputSchema,
    response: standInSchema,
    created: true,
    freshProof: true,
  },
  endStandIn: {
    method: 'DELETE',
    path: '/stand-ins/:id',
    summary: 'End it before its time',
    permission: 'requests:decide',
    params: idParams,
    freshProof: true,
  },
} as const satisfies Record<string, Operation>;
