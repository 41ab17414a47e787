/** What an exchange leaves in the history before it succeeds: that it was opened, that it was refused. */

import { text } from '@sower/messages/outcomes';
import type { ServerContext } from '../../context.ts';
import { record } from '../../core/record.ts';
import { groupCommit } from '../../store/db/group-commit.ts';
import type { Reason } from '../../store/db/reason.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { type AuditEvent, insertAudit } from '../../store/tables/audit.ts';
import {
  claimOpened,
  claimOpenedWithAudit,
  type EventDetails,
  type Opening,
  recordAttempt,
  recordReuse,
} from '../../store/tables/distributions.ts';
import type { Admission, UsedCode } from './admission.ts';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>;

/** Failed runs by a holder of the code before it dies. Nobody without the code can spend them. */
const MAX_ATTEMPTS = 10;

export type RecordOpened = (admission: Admission, details: EventDetails) => void;

/**
 * Records the first ClientHello with the right code, off its path and once: a flood of them writes nothing. Those of one moment share
 * a commit. That it is lost when the process dies at this moment costs nobody anything.
 */
export function openedRecorder(context: Context): RecordOpened {
  const recording = new Set<string>();
  const commit = groupCommit<Opening & { readonly audit: AuditEvent }, true>(
    context.db,
    ({ distributionId }) => distributionId,
    async (trx, openings) => {
      const opened = await claimOpened(trx, context, openings);
      await insertAudit(
        trx,
        context,
        ...openings.flatMap(({ distributionId, audit }) => (opened.has(distributionId) ? audit : [])),
      );
      return openings.map(() => true);
    },
    async (db, openings) => {
      await claimOpenedWithAudit(db, context, openings);
      return openings.map(() => true);
    },
  );
  return (admission, details) => {
    const id = admission.distributionId;
    if (admission.opened || recording.has(id)) return;
    recording.add(id);
    commit({
      distributionId: id,
      ...details,
      audit: {
        actor: 'client',
        action: 'ctkip.opened',
        object: `token:${admission.serial}`,
        result: 'success',
        reason:
          details.deviceId === undefined ? undefined : text('event.device', { device: details.deviceId }),
        source: details.source,
      },
    })
      // The exchange itself meets the same database and says so.
      .catch(() => {})
      .finally(() => recording.delete(id));
  };
}

export async function recordRefusal(
  context: Context,
  admission: Admission,
  details: { readonly reason: Reason; readonly source: string; readonly deviceId: string | undefined },
): Promise<void> {
  await inTransaction(context.db, async (trx) => {
    const ended = await recordAttempt(trx, context, admission.distributionId, MAX_ATTEMPTS, details);
    await record(
      trx,
      context,
      { name: 'client', source: details.source },
      {
        action: 'ctkip.refused',
        object: `token:${admission.serial}`,
        result: 'refused',
        reason: ended ? text('event.run-ended', { reason: details.reason }) : details.reason,
      },
    );
  });
}

export type RecordRefused = (
  admission: Admission,
  details: { readonly reason: Reason; readonly source: string; readonly deviceId: string | undefined },
) => void;

/** Of recordings that wait; each is a request that was let past the limit on wrong codes. */
const MOST_WAITING = 1_000;

/**
 * A right code came from a device it is not for. Recorded once the answer is on its way: how long it takes would otherwise say that the
 * code exists. One after the other, in their order. That one is lost when the process dies at this moment costs nobody anything.
 */
export function refusalRecorder(context: Context): RecordRefused {
  let waiting = 0;
  let last = Promise.resolve();
  return (admission, details) => {
    if (waiting >= MOST_WAITING) return;
    waiting += 1;
    setImmediate(() => {
      last = last
        .then(() => recordRefusal(context, admission, details))
        // The database is met by the next request too, which says so.
        .catch(() => {})
        .finally(() => {
          waiting -= 1;
        });
    });
  };
}

export type RecordReuse = (used: UsedCode, source: string) => void;

/**
 * A used code was sent again: perhaps the same person once more, perhaps somebody who saw the QR code. The user sees it at the window
 * they activate in. Off the path, so that the answer says nothing of it.
 */
export function reuseRecorder(context: Context): RecordReuse {
  const recording = new Set<string>();
  return ({ distributionId, serial }, source) => {
    if (recording.has(distributionId)) return;
    recording.add(distributionId);
    const reason = text('event.code-sent-again', { source });
    inTransaction(context.db, async (trx) => {
      if (!(await recordReuse(trx, distributionId, context.now(), reason))) return;
      await record(
        trx,
        context,
        { name: 'client', source },
        {
          action: 'ctkip.reused',
          object: `token:${serial}`,
          result: 'refused',
          reason: text('event.code-used'),
        },
      );
    })
      // Nobody waits for it; the next one is recorded again.
      .catch(() => {})
      .finally(() => recording.delete(distributionId));
  };
}
