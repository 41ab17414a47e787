/**
 * Sessions that RADIUS clients report: listed with the audit trail, but in a table of their own without its chain, since equipment reports more in a
 * day than administrators do in years. Simultaneous reports share a commit; a report is durable before it is acknowledged.
 */
import type { Text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { insertAccounting } from '../../store/audit/rows.ts';
import { groupCommit } from '../../store/db/group-commit.ts';

export type SessionReport = {
  /** Who reports: `radius:NAME`. */
  readonly client: string;
  /** Undefined if the report is about the client itself, such as after its restart. */
  readonly userId: string | undefined;
  readonly source: string | undefined;
  readonly reason: Text;
};

export type RecordSession = (report: SessionReport) => Promise<void>;

export function sessionRecorder(context: Pick<ServerContext, 'db' | 'now' | 'random'>): RecordSession {
  let count = 0;
  const commit = groupCommit<{ readonly report: SessionReport; readonly key: string }, true>(
    context.db,
    'session',
    ({ key }) => key,
    async (trx, reports) => {
      await insertAccounting(
        trx,
        context,
        ...reports.map(({ report: { client, userId, source, reason } }) => ({
          actor: client,
          object: userId === undefined ? 'radius' : `user:${userId}`,
          reason,
          source,
        })),
      );
      return reports.map(() => true);
    },
  );
  return async (report) => {
    count += 1;
    // Reports do not affect each other.
    await commit({ key: String(count), report });
  };
}
