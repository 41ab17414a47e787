/**
 * Calls that are refused before they do anything: with an invalid key, or without the permission. Summed up every minute. Known callers
 * have rows of their own, so that strangers cannot crowd them out.
 */

import type { ApiKeyStanding } from '@sower/api/api-keys';
import { MINUTE } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { sourceKey } from '../core/guess-limit.ts';
import { auditSummary } from '../store/audit/summary.ts';

/** Why strangers are refused, in the words of the audit trail. */
const STRANGERS = {
  'api-key': { object: 'api', reason: text('refused-call.unknown-key') },
  'agent-key': { object: 'agents', reason: text('refused-call.unknown-agent-key') },
  'cross-site': { object: 'api', reason: text('refused-call.cross-site') },
} as const;

/** Why a known key is refused. */
const STOPPED: Partial<Record<ApiKeyStanding, Text>> = {
  expired: text('refused-call.expired-key'),
  'owner-disabled': text('refused-call.owner-disabled'),
  'owner-deleted': text('refused-call.owner-deleted'),
  'owner-may-not': text('refused-call.owner-may-not'),
  altered: text('refused-call.altered-key'),
};

export type Refusals = {
  countStranger(why: keyof typeof STRANGERS, source: string): void;
  /** A known caller without the permission. */
  countDenied(denial: {
    readonly actor: string;
    readonly operation: string;
    readonly permission: string | undefined;
    readonly source: string;
  }): void;
  /** A known key that is not valid now. */
  countStopped(stopped: {
    readonly actor: string;
    readonly standing: ApiKeyStanding;
    readonly source: string;
  }): void;
  /** Makes a last report, and stops. */
  stop(): Promise<void>;
};

const MAX_ROWS = 50;

export function refusals(
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>,
  onError: (error: unknown) => void,
): Refusals {
  const refused = { action: 'api.refused', result: 'refused' } as const;
  const rest = (count: number, keys: number) => ({
    ...refused,
    actor: 'client',
    object: 'api',
    reason: text('event.more-requests', { number: count, kinds: keys }),
  });
  const common = { intervalMilliseconds: MINUTE, maxRows: MAX_ROWS, rest, onError };
  const strangers = auditSummary<readonly [why: keyof typeof STRANGERS, source: string]>(context, {
    ...common,
    row: ([why, source], count) => {
      const { object, reason } = STRANGERS[why];
      return {
        ...refused,
        actor: 'client',
        object,
        reason: text('event.requests', { count, reason }),
        source,
      };
    },
  });
  const known = auditSummary<
    readonly [actor: string, operation: string, permission: string | null, source: string]
  >(context, {
    ...common,
    row: ([actor, operation, permission, source], count) => {
      const lacking =
        STOPPED[permission as ApiKeyStanding] ??
        (permission === null
          ? text('refused-call.not-permitted')
          : text('refused-call.without-permission', { permission }));
      return {
        ...refused,
        actor,
        object: operation === '' ? 'api' : `operation:${operation}`,
        reason: text('event.requests', { count, reason: lacking }),
        source,
      };
    },
  });
  return {
    // A subscriber's network is one source, as in the guess limit.
    countStranger: (why, source) => strangers.count([why, sourceKey(source)]),
    countDenied: ({ actor, operation, permission, source }) =>
      known.count([actor, operation, permission ?? null, source]),
    countStopped: ({ actor, standing, source }) => known.count([actor, '', standing, source]),
    async stop() {
      await Promise.all([strangers.stop(), known.stop()]);
    },
  };
}
