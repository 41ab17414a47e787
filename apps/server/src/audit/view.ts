/** A row of the audit trail as the API shows it. */
import type { AuditEntry } from '@sower/api/resources';
import { isoTime } from '../core/time.ts';
import type { Row } from '../store/tables/schema.ts';

export const viewAudit = (row: Row<'audit'>): AuditEntry => ({
  id: row.id,
  at: isoTime(row.at),
  actor: row.actor,
  action: row.action,
  object: row.object,
  result: row.result,
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.source === null ? {} : { source: row.source }),
});
