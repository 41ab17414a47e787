/** Where the audit trail is forwarded to, and how far behind each destination is. Server options set where it is forwarded. */
import { z } from 'zod';
import { named, timeSchema } from './fields.ts';
import { get, listOf } from './operation.ts';

const auditForwardSchema = named('AuditForward', {
  /** Such as `syslog+tls://siem.example.com:6514`; nothing secret. */
  target: z.string(),
  /** Linked rows that have not arrived there. */
  lag: z.int(),
  /** The last link that arrived. */
  link: z.int(),
  sentAt: timeSchema.optional(),
  /** Attempts in a row that failed. */
  failures: z.int(),
  failedAt: timeSchema.optional(),
  /** Why the last one failed, in the language of the caller. */
  failure: z.string().optional(),
  /** Rows that the destination refused although it accepted later ones. */
  setAside: z.int().optional(),
  /** The last of them. */
  setAsideLink: z.int().optional(),
});

export const AUDIT_FORWARDING_OPERATIONS = {
  listAuditForwarding: get(
    '/audit/forwarding',
    'audit:view',
    'Where the audit trail is forwarded to, and how many rows have not arrived there',
    { response: listOf(auditForwardSchema) },
  ),
};

export type AuditForward = z.infer<typeof auditForwardSchema>;
