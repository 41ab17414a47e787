/**
 * Packets that are not answered: counted at once, and in the audit trail summed by source and reason, so that a flood costs a row each
 * half minute, not a row each.
 */
import type { ServerContext } from '../context.ts';
import { auditSummary } from '../store/tables/audit-summary.ts';

/** Every reason, in the words of the audit trail: what it is, and what to do about it. */
export const DROP_REASONS = {
  'unknown-client': 'from an address that no RADIUS client has; add it, or look who that is',
  truncated: 'shorter than they say',
  'too-long': 'longer than RADIUS allows',
  'bad-length': 'with a length that no packet has',
  'bad-attribute': 'with an attribute whose length is wrong',
  'wrong-code': 'of a kind that this port does not take',
  'no-message-authenticator':
    'without Message-Authenticator; have the client send it, or let this client be without',
  'wrong-authenticator': 'with a wrong authenticator; the secret of the client is another one',
  'repeated-attribute': 'with two of an attribute that may be there once, User-Name or State',
  'no-room':
    'with so much Proxy-State that a whole reply would not fit; use fewer proxies or reply attributes',
  'no-status': 'of accounting without Acct-Status-Type, so that there was nothing to record',
  overload: 'because too many were being answered already',
  failed: 'because the server failed; its log says why',
} as const;

export type DropReason = keyof typeof DROP_REASONS;

export type Drops = {
  /** @param from name of the client, or the address when it is unknown */
  count(from: string, reason: DropReason): void;
  /** A last report, and no more. */
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
        reason: `${count} packets ${DROP_REASONS[reason as DropReason]}`,
        ...(unknown ? { source: from } : {}),
      };
    },
    rest: (count, keys) => ({
      ...dropped,
      object: 'radius',
      reason: `${count} packets more, of at least ${keys} other sources and reasons`,
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
