/** Who decides requests in place of an administrator who is away. */
import { z } from 'zod';
import { named, strict, timeSchema, userIdSchema } from './fields.ts';
import { add, get, proven, remove } from './operation.ts';

const standInSchema = named('StandIn', {
  id: z.string(),
  /** Who is away. */
  administrator: userIdSchema,
  standIn: userIdSchema,
  from: timeSchema,
  /** Not any more from then on. */
  until: timeSchema,
});

const standInInputSchema = strict('NewStandIn', {
  /** Who is away; absent: the caller, or the owner of the API key. */
  administrator: userIdSchema.optional(),
  standIn: userIdSchema,
  /** Absent: from now on. */
  from: timeSchema.optional(),
  until: timeSchema,
});

export type StandIn = z.infer<typeof standInSchema>;
export type StandInInput = z.infer<typeof standInInputSchema>;

export const STAND_IN_OPERATIONS = {
  listStandIns: get(
    '/stand-ins',
    'requests:view',
    'Who decides requests in place of whom, now or later: of the caller, or of all',
    {
      response: z.object({
        items: z.array(standInSchema),
        /** Whether the caller decides requests with rights of their own, and so can name a stand-in. */
        canAdd: z.boolean(),
      }),
    },
  ),
  addStandIn: add(
    '/stand-ins',
    proven('requests:decide'),
    'Let another administrator decide requests in place of one who is away',
    { body: standInInputSchema, response: standInSchema },
  ),
  endStandIn: remove(
    '/stand-ins/:id',
    proven('administrators:edit'),
    'End it before its time: by the administrator who is away, or one with authority over them',
    { orPermission: 'requests:view' },
  ),
};
