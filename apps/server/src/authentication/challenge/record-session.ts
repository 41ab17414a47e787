/**
 * Sessions that RADIUS clients report, in the audit trail. Simultaneous reports share a commit; a report is durable before it is
 * acknowledged.
 */
import type { ServerContext } from '../../context.ts';
import { groupCommit } from '../../store/db/group-commit.ts';
import { type AuditEvent, insertAudit } from '../../store/tables/audit.ts';

export type SessionReport = {
  /** Who reports: `radius:NAME`. */
  readonly client: string;
  /** Undefined if the report is about the client itself, such as after its restart. */
  readonly userId: string | undefined;
  readonly source: string | undefined;
  readonly text: string;
};

export type RecordSession = (report: SessionReport) => Promise<void>;

export function sessionRecorder(
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>,
): RecordSession {
  let count = 0;
  const commit = groupCommit<{ readonly event: AuditEvent; readonly key: string }, true>(
    context.db,
    ({ key }) => key,
    async (trx, reports) => {
      await insertAudit(trx, context, ...reports.map(({ event }) => event));
      return reports.map(() => true);
    },
  );
  return async ({ client, userId, source, text }) => {
    count += 1;
    await commit({
      // Reports do not affect each other.
      key: String(count),
      event: {
        actor: client,
        action: 'radius.session',
        object: userId === undefined ? 'radius' : `user:${userId}`,
        result: 'success',
        reason: text,
        source,
      },
    });
  };
}
