/**
 * Packets that are not answered, or rejected unread: counted at once, and summed by source and reason in the audit trail, so that a flood
 * costs one row per half minute rather than one per packet.
 */
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { auditSummary } from '../store/audit/summary.ts';

/** Every reason; its text says what it is, and what to do about it. */
export const DROP_REASONS = [
  'unknown-client',
  'truncated',
  'too-long',
  'bad-length',
  'bad-attribute',
  'wrong-code',
  'no-message-authenticator',
  'wrong-authenticator',
  'repeated-attribute',
  'no-room',
  'no-status',
  'no-pap',
  'looped',
  'old-server',
  'overload',
  'failed',
] as const;

export type DropReason = (typeof DROP_REASONS)[number];

export type Drops = {
  /** @param from name of the client, or the address if it is unknown */
  count(from: string, reason: DropReason): void;
  /** Makes a last report, and stops. */
  stop(): Promise<void>;
};

const INTERVAL_MILLISECONDS = 30_000;
const MAX_ROWS = 50;
const SEPARATOR = '\n';

export function drops(
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>,
  onDrop: (reason: DropReason) => void,
  onError: (error: unknown) => void,
): Drops {
  const dropped = { actor: 'client', action: 'radius.dropped', result: 'refused' } as const;
  const summary = auditSummary(context, {
    intervalMilliseconds: INTERVAL_MILLISECONDS,
    maxRows: MAX_ROWS,
    row: (key, count) => {
      const [from = '', reason = ''] = key.split(SEPARATOR);
      const unknown = reason === 'unknown-client';
      return {
        ...dropped,
        object: unknown ? 'radius' : `radius-client:${from}`,
        reason: text('event.packets', { count, reason: text(`drop.${reason as DropReason}`) }),
        ...(unknown ? { source: from } : {}),
      };
    },
    rest: (count, keys) => ({
      ...dropped,
      object: 'radius',
      reason: text('event.packets-more', { number: count, kinds: keys }),
    }),
    onError,
  });
  return {
    count(from, reason) {
      onDrop(reason);
      summary.count(`${from}${SEPARATOR}${reason}`);
    },
    stop: () => summary.stop(),
  };
}
