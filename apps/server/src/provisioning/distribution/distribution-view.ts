/** A distribution as the API shows it: its state, with expiry computed, and its history. */

import type { Distribution } from '@sower/api/distributions';
import { isoTime } from '@sower/api/time';
import type { Answer } from '../../core/unworded.ts';
import { type ReasonColumns, reasonValue } from '../../store/db/reason.ts';
import { distributionState, listEvents } from '../../store/distribution/distributions.ts';
import type { Connection, Row } from '../../store/schema/schema.ts';
import { bindingEnforced, readSnapshot } from './snapshot.ts';

export async function viewDistributions(
  db: Connection,
  rows: readonly Row<'distributions'>[],
  now: number,
): Promise<Answer<Distribution>[]> {
  const ids = rows.map(({ id }) => id);
  const events = Map.groupBy(await listEvents(db, ids), ({ distribution_id }) => distribution_id);
  const why = (row: ReasonColumns) => (row.reason === null ? {} : { reason: reasonValue(row) });
  return rows.map((row) => {
    const snapshot = readSnapshot(row.snapshot);
    const state = distributionState(row, now);
    const history: Answer<Distribution['history'][number]>[] = (events.get(row.id) ?? []).map((event) => ({
      state: event.state,
      at: isoTime(event.at),
      ...(event.source === null ? {} : { source: event.source }),
      ...(event.device_id === null ? {} : { deviceId: event.device_id }),
      ...why(event),
    }));
    if (state === 'expired') history.push({ state, at: isoTime(row.expires_at ?? now) });
    return {
      id: row.id,
      state,
      ...why(row),
      profile: snapshot.profile,
      deviceType: snapshot.deviceType.id,
      delivery: row.delivery,
      nickname: row.nickname,
      deviceBinding:
        row.device_kind === 'id' ? { kind: 'id', deviceId: row.device_id ?? '' } : { kind: row.device_kind },
      bindingEnforced: bindingEnforced(snapshot),
      ...(row.seen_device_id === null ? {} : { deviceId: row.seen_device_id }),
      createdAt: isoTime(row.created_at),
      createdBy: row.created_by,
      ...(row.expires_at === null ? {} : { expiresAt: isoTime(row.expires_at) }),
      history,
    };
  });
}
