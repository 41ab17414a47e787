/** A row of the audit trail as the API shows it. */

import type { AuditEntry } from '@sower/api/audit';
import { readText, type Text } from '@sower/messages/outcomes';
import { isoTime } from '../core/time.ts';
import { reasonIn } from '../store/db/reason.ts';
import type { Row } from '../store/tables/schema.ts';

/** In the reader's words, and as data. */
function whyOf(
  row: Row<'audit'>,
  inWords: (text: Text) => string,
): Pick<AuditEntry, 'reason' | 'reasonCode' | 'params'> {
  const reason = reasonIn(row, inWords);
  const text = row.text === null ? undefined : readText(row.text);
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(text === undefined
      ? {}
      : { reasonCode: text.code, ...(text.values ? { params: { ...text.values } } : {}) }),
  };
}

export const viewAudit = (row: Row<'audit'>, inWords: (text: Text) => string): AuditEntry => ({
  id: row.id,
  at: isoTime(row.at),
  actor: row.actor,
  action: row.action,
  object: row.object,
  result: row.result,
  ...whyOf(row, inWords),
  ...(row.source === null ? {} : { source: row.source }),
});
