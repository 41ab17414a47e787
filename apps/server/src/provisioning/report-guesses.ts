/** Wrong activation codes in the audit trail, summed by source: a flood of guesses costs a row each half minute, not a row each. */

import type { GuessLimit } from '../authentication/guess-limit.ts';
import type { Floor } from '../floor.ts';
import { insertAudit } from '../store/audit.ts';

const INTERVAL_MILLISECONDS = 30_000;
/** A flood from everywhere is one fact too. */
const MAX_ROWS = 100;

/** @returns stops, after a last report */
export function reportGuesses(
  uses: Pick<Floor, 'db' | 'now' | 'random' | 'sealing'> & { readonly codeLimit: GuessLimit },
  onError: (error: unknown) => void,
): () => Promise<void> {
  const report = async (): Promise<void> => {
    const failures = [...uses.codeLimit.takeFailures()].sort((a, b) => b[1] - a[1]);
    if (failures.length === 0) return;
    const rest = failures.slice(MAX_ROWS);
    const rows = failures.slice(0, MAX_ROWS).map(([source, count]) => ({ source, reason: `${count} times` }));
    if (rest.length > 0) {
      const count = rest.reduce((sum, [, times]) => sum + times, 0);
      rows.push({ source: 'others', reason: `${count} times from ${rest.length} more addresses` });
    }
    try {
      await insertAudit(
        uses.db,
        uses,
        ...rows.map((row) => ({
          actor: 'client',
          action: 'ctkip.wrong-code' as const,
          object: 'ctkip',
          result: 'refused' as const,
          ...row,
        })),
      );
    } catch (error) {
      onError(error);
    }
  };
  const timer = setInterval(report, INTERVAL_MILLISECONDS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await report();
  };
}
