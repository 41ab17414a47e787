/** The processes that serve, and the database that they share. */
import { z } from 'zod';
import { named, timeSchema } from './fields.ts';
import { get } from './operation.ts';

const nodeSchema = named('Node', {
  id: z.string(),
  /** Its host, as that calls itself. */
  host: z.string(),
  /** Its number on that host; a server may have several. */
  process: z.int(),
  version: z.string(),
  /** By the clock of the database, as the next. */
  startedAt: timeSchema,
  seenAt: timeSchema,
  /** Seconds that its clock is ahead of that of the database. */
  clockAhead: z.number(),
  /** In the language of the caller: silent, its clock, why it is not ready. Empty: nothing is wrong. */
  problems: z.array(z.string()),
});

const nodesSchema = z.object({
  /** What the process that answers runs on, such as `Node.js 24.21.0`. */
  runtime: z.string(),
  items: z.array(nodeSchema),
  database: z.object({
    kind: z.enum(['sqlite', 'postgresql']),
    /** As it calls itself, such as `PostgreSQL 18.4`. */
    version: z.string(),
    /**
     * `alone`: without standbys. `awaited`: each commit waits for one of them. `not-awaited`: they follow later. `missing`: commits wait, and
     * none is connected. `not-durable`: commits do not wait for the disk. `standby`: it accepts no writes.
     */
    replication: z.enum(['alone', 'awaited', 'not-awaited', 'missing', 'not-durable', 'standby']),
    standbys: z.int(),
    /** Each standby; without `bytes`, the role of the server may not see how far it is (`pg_monitor`). */
    standbyLag: z.array(
      z.object({ name: z.string(), bytes: z.int().optional(), seconds: z.number().optional() }),
    ),
    /** `synchronous_standby_names` of PostgreSQL. */
    awaited: z.string(),
  }),
});

export const NODE_OPERATIONS = {
  listNodes: get(
    '/nodes',
    'settings:edit',
    'The server processes, and whether what they accept survives a failover of the database',
    { response: nodesSchema },
  ),
};

export type Node = z.infer<typeof nodeSchema>;
export type NodesView = z.infer<typeof nodesSchema>;
