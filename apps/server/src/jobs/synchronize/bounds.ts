/** Whether a run may go on without anyone looking: for each kind of change, how many users it concerns, against the bound of the source. */

import type { SourceChangeKind, SourceExcess, SourceStop } from '@sower/api/identity-sources';
import { sourceChangeKinds } from '@sower/api/identity-sources';
import { type Text, text } from '@sower/texts/outcomes';
import type { Connection } from '../../store/schema/schema.ts';
import { countChanges, listRoleChanges } from '../../store/sources/changes.ts';
import { hasSourceUsers } from '../../store/sources/identity-sources.ts';

type ChangeCounts = Readonly<Record<SourceChangeKind, number>>;

/** @param disables as counted for the run */
export async function changesByKind(
  trx: Connection,
  job: { readonly id: string; readonly sourceId: string; readonly disables: number },
): Promise<ChangeCounts> {
  const counted = await countChanges(trx, job.id, job.sourceId);
  let [roles, rolesLost] = [0, 0];
  for (const { before, after } of await listRoleChanges(trx, job.id)) {
    if (after.some((role) => !before.includes(role))) roles += 1;
    if (before.some((role) => !after.includes(role))) rolesLost += 1;
  }
  return { disabled: job.disables, ...counted, roles, rolesLost };
}

/** @param users enabled ones of the source */
export async function excesses(
  trx: Connection,
  sourceId: string,
  stop: SourceStop,
  counts: ChangeCounts,
  users: number,
): Promise<SourceExcess[]> {
  const { changes, ...disabled } = stop;
  const isFirst = !(await hasSourceUsers(trx, sourceId));
  return sourceChangeKinds.flatMap((change) => {
    // The first run of a source adds all of its users.
    if (change === 'added' && isFirst) return [];
    const { percent, atLeast } = change === 'disabled' ? disabled : changes[change];
    const count = counts[change];
    return count >= Math.max(1, atLeast) && count * 100 > users * percent
      ? [{ change, count, users, percent }]
      : [];
  });
}

/** What has to be typed to start it anyway. */
export const numberOf = (excess: readonly SourceExcess[]): number =>
  excess.reduce((sum, { count }) => sum + count, 0);

export function stopReason(excess: readonly SourceExcess[]): Text {
  const [only] = excess;
  if (only?.change === 'disabled' && excess.length === 1)
    return text('source-run.stopped', { count: only.count, users: only.users, percent: only.percent });
  return text('source-run.bounds', {
    changes: excess.map(({ change, count }) => text(`source-change.${change}`, { count })),
    users: only?.users ?? 0,
  });
}
