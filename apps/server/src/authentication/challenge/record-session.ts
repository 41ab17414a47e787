/** What RADIUS clients report of sessions, in the audit trail. Many at once share a commit; it is durable before it is acknowledged. */
import type { ServerContext } from '../../context.ts';
import { groupCommit } from '../../store/db/group-commit.ts';
import { type AuditEvent, insertAudit } from '../../store/tables/audit.ts';

export type SessionReport = {
  /** Who reports, `radius:NAME`. */
  readonly client: string;
  /** Undefined when it is about the client itself, such as after its restart. */
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
      // Reports do not touch each other.
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
