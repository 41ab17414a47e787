/**
 * Wrong activation codes and wrong passwords, beyond the process that saw them: what all processes share, the audit trail, and the alarm.
 *
 * Nothing here is in the path of a request, and a flood does not cost a write per guess: each process writes one row a second, and a
 * bounded number of audit rows every half minute. If no one is wrong, nothing is written.
 */

import { text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { ServerContext } from '../../context.ts';
import { SYSTEM } from '../../core/actor.ts';
import type { GuessLimit } from '../../core/guess-limit.ts';
import { record } from '../../core/record.ts';
import { type AuditSummary, auditSummary } from '../../store/audit/summary.ts';
import {
  claimAlarm,
  deleteGuessReport,
  listGuessReports,
  putGuessReport,
} from '../../store/distribution/guess-reports.ts';
import { storedJson } from '../../store/schema/stored-json.ts';

const TRAIL_MILLISECONDS = 30_000;
/** A flood from everywhere is one event too. */
const MAX_ROWS = 100;
/** Per process and limit. The rest are counted by each process alone, and in the overall count. */
const MAX_SHARED = 500;
/** A process that has written nothing for this long is gone, and its counts are dropped. */
const SILENT_MILLISECONDS = 15_000;
/** While guessing continues, the audit trail says so at most this often. */
const ALARM_MILLISECONDS = 600_000;

type Shared = Pick<GuessLimit, 'share' | 'hear'>;
type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'> & {
  readonly codeLimit: Shared & Pick<GuessLimit, 'braked'>;
  readonly logOnLimit: Shared;
  readonly accountLimit: Shared;
  readonly trail: Pick<AuditSummary, 'stop'>;
  /** Milliseconds of any steady clock. */
  readonly monotonic: () => number;
};

/** Who sent wrong codes, summed up: the limit calls `count` for each. */
export const wrongCodeTrail = (
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>,
  onError: (error: unknown) => void,
): AuditSummary => {
  const wrong = {
    actor: 'client',
    action: 'ctkip.wrong-code',
    object: 'ctkip',
    result: 'refused',
  } as const;
  return auditSummary(context, {
    intervalMilliseconds: TRAIL_MILLISECONDS,
    maxRows: MAX_ROWS,
    row: (source, count) => ({ ...wrong, source, reason: text('event.times', { number: count }) }),
    rest: (count, keys) => ({
      ...wrong,
      source: 'others',
      reason: text('event.times-from', { number: count, addresses: keys }),
    }),
    onError,
  });
};

const readMissing = storedJson('guess_reports.missing', z.array(z.tuple([z.string(), z.number()])));

export function watchGuesses(
  context: Context,
  /** Strangers are braked from now on, or no longer. */
  onAlarm: (braked: boolean) => void,
) {
  const { db, codeLimit, trail } = context;
  /** Each under a name of its own. Earlier versions share the first alone, and have no name for it. */
  const limits: readonly (readonly [name: string, limit: Shared])[] = [
    ['', codeLimit],
    ['log-on ', context.logOnLimit],
    ['account ', context.accountLimit],
  ];
  const node = Buffer.from(context.random(12)).toString('hex');
  /** When this process first saw a report of another one, by its own clock: theirs may differ. */
  const seen = new Map<string, { at: number; since: number }>();
  let written = false;
  let braked = false;

  async function tell(): Promise<void> {
    const missing = limits.flatMap(([name, limit]) =>
      limit.share(MAX_SHARED).map(([key, count]) => [name + key, count] as const),
    );
    if (missing.length > 0) {
      await putGuessReport(db, { node, at: context.now(), missing: JSON.stringify(missing) });
      written = true;
    } else if (written) {
      await deleteGuessReport(db, node);
      written = false;
    }
  }

  async function hear(): Promise<void> {
    const now = context.monotonic();
    const totals = new Map(limits.map(([name]) => [name, new Map<string, number>()]));
    const rows = await listGuessReports(db, node);
    for (const row of rows) {
      const before = seen.get(row.node);
      const since = before?.at === row.at ? before.since : now;
      seen.set(row.node, { at: row.at, since });
      if (now - since > SILENT_MILLISECONDS) {
        await deleteGuessReport(db, row.node, row.at);
        continue;
      }
      for (const [named, missing] of readMissing(row.missing)) {
        const name = named.slice(0, named.indexOf(' ') + 1);
        const total = totals.get(name);
        const key = named.slice(name.length);
        total?.set(key, (total.get(key) ?? 0) + missing);
      }
    }
    for (const other of seen.keys()) if (!rows.some((row) => row.node === other)) seen.delete(other);
    for (const [name, limit] of limits) limit.hear(totals.get(name) ?? new Map());
  }

  async function raise(): Promise<void> {
    const now = codeLimit.braked();
    if (now !== braked) onAlarm(now);
    braked = now;
    if (!braked) return;
    const at = context.now();
    if (!(await claimAlarm(db, at, at - ALARM_MILLISECONDS))) return;
    await record(db, context, SYSTEM, {
      action: 'ctkip.guessing',
      object: 'ctkip',
      result: 'refused',
      reason: text('event.guessing'),
    });
  }

  async function round(): Promise<void> {
    await tell();
    await hear();
    await raise();
  }

  return {
    round,
    async leave() {
      try {
        await round();
      } finally {
        await trail.stop();
        if (written) await deleteGuessReport(db, node);
      }
    },
  };
}
