/** What an exchange leaves in the history before it succeeds: that it was opened, that it was refused. */
import type { Floor } from '../floor.ts';
import { insertAudit } from '../store/audit.ts';
import { claimOpened, type EventDetails, recordAttempt } from '../store/distributions.ts';
import type { Admission } from './admission.ts';

type Uses = Pick<Floor, 'db' | 'now' | 'random'>;

/** Failed runs by a holder of the code before it dies. Nobody without the code can spend them. */
const MAX_ATTEMPTS = 10;

const recording = new Set<string>();

/**
 * Records the first ClientHello with the right code, off its path and once: a flood of them writes nothing. That it is lost when the
 * process dies at this moment costs nobody anything.
 */
export function recordOpened(uses: Uses, admission: Admission, details: EventDetails): void {
  if (admission.opened || recording.has(admission.distributionId)) return;
  recording.add(admission.distributionId);
  setImmediate(async () => {
    try {
      await uses.db.transaction().execute(async (trx) => {
        if (!(await claimOpened(trx, uses, admission.distributionId, details))) return;
        await insertAudit(trx, uses, {
          actor: 'client',
          action: 'ctkip.opened',
          object: `token:${admission.serial}`,
          result: 'success',
          reason: details.deviceId === undefined ? undefined : `device ${details.deviceId}`,
          source: details.source,
        });
      });
    } catch {
      // The exchange itself meets the same database and says so.
    } finally {
      recording.delete(admission.distributionId);
    }
  });
}

export async function recordRefusal(
  uses: Uses,
  admission: Admission,
  details: { readonly reason: string; readonly source: string; readonly deviceId: string | undefined },
): Promise<void> {
  await uses.db.transaction().execute(async (trx) => {
    const ended = await recordAttempt(trx, uses, admission.distributionId, MAX_ATTEMPTS, details);
    await insertAudit(trx, uses, {
      actor: 'client',
      action: 'ctkip.refused',
      object: `token:${admission.serial}`,
      result: 'refused',
      reason: ended ? `${details.reason}; too many failed runs, the code is dead` : details.reason,
      source: details.source,
    });
  });
}
