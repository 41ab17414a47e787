/** What an exchange leaves in the history before it succeeds: that it was opened, that it was refused. */

import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { record } from '../../core/record.ts';
import type { AuditEvent } from '../../store/audit/rows.ts';
import { groupCommit } from '../../store/db/group-commit.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import {
  type CodeOf,
  claimOpened,
  type EventDetails,
  type Opening,
  recordAttempt,
  recordReuse,
} from '../../store/distribution/distributions.ts';
import type { Admission, UsedCode } from './admission.ts';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>;

/** Failed runs by someone who has the code before it becomes invalid. No one without the code can use them up. */
const MAX_ATTEMPTS = 10;

/** That the first ClientHello with a right code came, unless what follows says so. */
export type Openings = {
  readonly begun: (
    admission: CodeOf & Pick<Admission, 'serial' | 'opened'>,
    details: Pick<EventDetails, 'source' | 'deviceId'>,
  ) => void;
  /** A run that goes on from another address or device is recorded: what follows will name only these. */
  readonly continued: (code: CodeOf, details: Pick<EventDetails, 'source' | 'deviceId'>) => void;
  /** Being provisioned implies it. What was refused may be tried again: it is recorded before that. */
  readonly ended: (code: CodeOf, how: 'provisioned' | 'refused') => void;
};

/** Most devices send the ClientNonce sooner. Until then the distribution is shown as issued. */
const OPENED_MILLISECONDS = 2_000;

/**
 * Records the first ClientHello with the right code, outside its path and once: a flood of them writes nothing. Simultaneous ones share a
 * commit. Losing one when the process dies does no harm.
 */
export function openings(context: Context, milliseconds = OPENED_MILLISECONDS): Openings {
  const pending = new Map<
    string,
    { readonly write: () => void; readonly timer: NodeJS.Timeout; readonly from: string }
  >();
  const keyOf = ({ distributionId, codeNumber }: CodeOf): string => `${distributionId} ${codeNumber}`;
  const fromOf = ({ source, deviceId }: EventDetails): string => JSON.stringify([source, deviceId]);
  const end = (code: CodeOf, isWritten: boolean): void => {
    const opening = pending.get(keyOf(code));
    if (!opening) return;
    clearTimeout(opening.timer);
    pending.delete(keyOf(code));
    if (isWritten) opening.write();
  };
  const commit = groupCommit<Opening & { readonly audit: AuditEvent }, true>(
    context.db,
    'opened',
    ({ distributionId }) => distributionId,
    async (db, opened) => {
      await claimOpened(db, context, opened);
      return opened.map(() => true);
    },
  );
  return {
    begun(admission, details) {
      const { distributionId, codeNumber, serial, opened } = admission;
      if (opened || pending.has(keyOf(admission))) return;
      const reason =
        details.deviceId === undefined ? undefined : text('event.device', { device: details.deviceId });
      const audit: AuditEvent = {
        actor: 'client',
        action: 'ctkip.opened',
        object: `token:${serial}`,
        result: 'success',
        reason,
        source: details.source,
      };
      // The exchange itself meets the same database error and reports it.
      const write = (): void =>
        void commit({ distributionId, codeNumber, ...details, audit }).catch(() => {});
      const timer = setTimeout(end, milliseconds, admission, true).unref();
      pending.set(keyOf(admission), { write, timer, from: fromOf(details) });
    },
    continued(code, details) {
      if (pending.get(keyOf(code))?.from !== fromOf(details)) end(code, true);
    },
    ended: (code, how) => end(code, how === 'refused'),
  };
}

export async function recordRefusal(
  context: Context,
  admission: Admission,
  details: { readonly reason: Text; readonly source: string; readonly deviceId: string | undefined },
): Promise<void> {
  await inTransaction(context.db, async (trx) => {
    const ended = await recordAttempt(trx, context, admission, MAX_ATTEMPTS, details);
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
  details: { readonly reason: Text; readonly source: string; readonly deviceId: string | undefined },
) => void;

/** How many recordings may wait; each is a request that passed the limit on wrong codes. */
const MAX_WAITING = 1_000;

/**
 * A right code came from a device it is not for. Recorded after the answer is sent: the time it takes would otherwise reveal that the code
 * exists. One after the other, in order. Losing one when the process dies does no harm.
 */
export function refusalRecorder(context: Context): RecordRefused {
  let waiting = 0;
  let last = Promise.resolve();
  return (admission, details) => {
    if (waiting >= MAX_WAITING) return;
    waiting += 1;
    setImmediate(() => {
      last = last
        .then(() => recordRefusal(context, admission, details))
        // The next request meets the same database error and reports it.
        .catch(() => {})
        .finally(() => {
          waiting -= 1;
        });
    });
  };
}

export type RecordReuse = (used: UsedCode, source: string) => void;

/**
 * A used code was sent again: perhaps by the same person, perhaps by someone who saw the QR code. The user sees it on the page where they
 * activate. Outside the path, so that the answer reveals nothing.
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
      // No one waits for this; the next one is recorded again.
      .catch(() => {})
      .finally(() => recording.delete(distributionId));
  };
}
