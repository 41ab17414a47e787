/** The recorder of the audit trail: what an actor did, in the transaction that did it. */

import type { AuditAction } from '@sower/texts/tables/audit-actions';
import { type AuditEvent, insertAudit } from '../store/audit/rows.ts';
import type { Reason } from '../store/db/reason.ts';
import type { Connection } from '../store/schema/schema.ts';
import { type Actor, type AuditActor, auditActorOf } from './actor.ts';

/** What was done, and to which object. */
export type Recorded = {
  readonly action: AuditAction;
  /** `kind:name`. */
  readonly object: string;
  readonly reason?: Reason | undefined;
  /** A success unless stated otherwise. */
  readonly result?: AuditEvent['result'];
};

/** All rows in one statement. */
export function record(
  db: Connection,
  context: Parameters<typeof insertAudit>[1],
  who: Actor | AuditActor,
  ...done: readonly Recorded[]
): Promise<void> {
  const { name, source } = 'kind' in who ? auditActorOf(who) : who;
  return insertAudit(
    db,
    context,
    ...done.map((line) => ({ result: 'success' as const, ...line, actor: name, source })),
  );
}
