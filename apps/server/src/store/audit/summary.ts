/**
 * Audit events that strangers can cause at will: counted at once, and written as one row per kind at intervals, so that a flood costs a few
 * rows rather than one each.
 */
import type { Sealing } from '../../keys/seal/sealing.ts';
import type { IdSource } from '../db/ids.ts';
import type { Database } from '../schema/schema.ts';
import { type AuditEvent, insertAudit } from './rows.ts';

export type AuditSummary<Key = string> = {
  /** @param key what is summed: everything that distinguishes one row from another */
  count(key: Key): void;
  /** Makes a last report, and stops. */
  stop(): Promise<void>;
};

/** Kinds that are kept apart; further ones are counted in the last row. */
const MAX_KEYS = 10_000;

export function auditSummary<Key extends string | readonly (string | null)[] = string>(
  context: IdSource & { readonly db: Database; readonly sealing: Pick<Sealing, 'keyedHash'> },
  options: {
    readonly intervalMilliseconds: number;
    /** Per report: the most frequent ones. A flood from everywhere is one event too. */
    readonly maxRows: number;
    readonly row: (key: Key, count: number) => AuditEvent;
    /**
     * The row for all the others.
     * @param keys how many there were, at least
     */
    readonly rest: (count: number, keys: number) => AuditEvent;
    readonly onError: (error: unknown) => void;
  },
): AuditSummary<Key> {
  let counts = new Map<string, { readonly key: Key; times: number }>();
  let beyond = 0;
  const report = async (): Promise<void> => {
    const taken = [...counts.values()].sort((a, b) => b.times - a.times);
    const others = taken.slice(options.maxRows);
    const count = others.reduce((sum, { times }) => sum + times, beyond);
    counts = new Map();
    beyond = 0;
    const rows = taken.slice(0, options.maxRows).map(({ key, times }) => options.row(key, times));
    if (count > 0) rows.push(options.rest(count, others.length));
    try {
      await insertAudit(context.db, context, ...rows);
    } catch (error) {
      options.onError(error);
    }
  };
  // One at a time: the last one waits for the one in progress.
  let reported = Promise.resolve();
  const reportNext = (): Promise<void> => {
    reported = reported.then(report);
    return reported;
  };
  const timer = setInterval(reportNext, options.intervalMilliseconds);
  timer.unref();
  return {
    count(key) {
      const id = typeof key === 'string' ? key : JSON.stringify(key);
      const present = counts.get(id);
      if (present) present.times += 1;
      else if (counts.size < MAX_KEYS) counts.set(id, { key, times: 1 });
      else beyond += 1;
    },
    stop() {
      clearInterval(timer);
      return reportNext();
    },
  };
}
