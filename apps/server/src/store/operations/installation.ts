/** Single values: the check of the master key, the settings, the next serial number. */

import { DEFAULT_SETTINGS, type Settings, settingsSchema } from '@sower/api/settings';
import { sql } from 'kysely';
import { z } from 'zod';
import { changesOf } from '../db/changes.ts';
import { kept } from '../db/kept.ts';
import { changeRows, findOne, insertOnce, setRow } from '../db/rows.ts';
import type { Connection, Database, Row } from '../schema/schema.ts';
import { storedJson } from '../schema/stored-json.ts';
import { isForeign, ownSerial } from '../tokens/tokens.ts';

export const findInstallation = (db: Connection) => findOne(db, 'installation', { id: 1 });

/** If several processes start at once, one inserts the row and the others find it. */
export const claimInstallation = (
  db: Connection,
  keyCheck: string,
  now: number,
  auditHead: string | null = null,
) =>
  insertOnce(db, 'installation', {
    id: 1,
    key_check: keyCheck,
    created_at: now,
    next_serial: 100_000_001,
    settings: '{}',
    settings_version: 1,
    audit_head: auditHead,
  });

/** Of the one that was just claimed, in the same transaction. */
export const completeInstallation = (db: Connection, keyCheck: string, auditHead: string) =>
  changeRows(db, 'installation', { id: 1 }, { key_check: keyCheck, audit_head: auditHead });

export const updateKeyCheck = (db: Connection, keyCheck: string) =>
  changeRows(db, 'installation', { id: 1 }, { key_check: keyCheck });

/** Far more than there are ranges of tokens from elsewhere in the way. */
const MAX_RANGES = 10_000;

/**
 * Ranges that a token from elsewhere has a serial number in are left out.
 * @returns the first of `count` consecutive serial numbers that no one else gets
 */
export async function claimSerials(db: Connection, count: number): Promise<number> {
  for (let range = 0; range < MAX_RANGES; range += 1) {
    const row = await db
      .updateTable('installation')
      .set({ next_serial: sql<number>`next_serial + ${count}` })
      .where('id', '=', 1)
      .returning('next_serial')
      .executeTakeFirstOrThrow();
    const first = row.next_serial - count;
    const taken = await db
      .selectFrom('tokens')
      .select(({ fn }) => fn.max('serial').as('last'))
      .where('serial', '>=', ownSerial(first))
      .where('serial', '<=', ownSerial(row.next_serial - 1))
      .where(sql<boolean>`not ${isForeign(db)}`)
      .executeTakeFirst();
    if (!taken?.last) return first;
    await changeRows(db, 'installation', { id: 1 }, { next_serial: Number(taken.last) + 1 });
  }
  throw new Error('no range of serial numbers is free');
}

type Timeline = Pick<Row<'installation'>, 'timeline' | 'commits_awaited' | 'lossy_timeline'>;

/** Until the end of the transaction, others wait. On PostgreSQL only. */
export function holdTimeline(trx: Connection): Promise<Timeline | undefined> {
  return trx
    .selectFrom('installation')
    .select(['timeline', 'commits_awaited', 'lossy_timeline'])
    .where('id', '=', 1)
    .forUpdate()
    .executeTakeFirst();
}

export const noteTimeline = (trx: Connection, timeline: Timeline) =>
  changeRows(trx, 'installation', { id: 1 }, timeline);

const readSettings = storedJson('installation.settings', settingsSchema);
/** With those that a later version has written. */
const readAll = storedJson('installation.settings', z.record(z.string(), z.unknown()));

type StoredSettings = { readonly settings: Settings; readonly version: number };

export async function findSettings(db: Connection): Promise<StoredSettings> {
  const row = await findInstallation(db);
  if (!row) return { settings: DEFAULT_SETTINGS, version: 0 };
  return { settings: readSettings(row.settings), version: row.settings_version };
}

/**
 * Settings that no one has set are left out, and those that a later version has written are kept: during an upgrade, servers of both
 * versions read them.
 * @returns false if someone else changed them since `version`
 */
export async function updateSettings(db: Connection, settings: Settings, version: number): Promise<boolean> {
  const present = await findInstallation(db);
  const stored = readAll(present?.settings ?? '{}');
  for (const [name, value] of Object.entries(settings))
    if (name in stored || value !== DEFAULT_SETTINGS[name as keyof Settings]) stored[name] = value;
  return setRow(
    db,
    'installation',
    { id: 1, settings_version: version },
    { settings: JSON.stringify(stored), settings_version: version + 1 },
  );
}

const SETTINGS_AGE_MILLISECONDS = 2_000;

/**
 * The settings as every node sees them, without a query for each use.
 * @param monotonic milliseconds of a monotonic clock
 */
export function settingsReader(
  db: Database,
  monotonic: () => number,
): { current(): Promise<Settings>; forget(): void } {
  const present = kept<Settings>(SETTINGS_AGE_MILLISECONDS, monotonic);
  changesOf(db).on(['settings'], present.forget);
  const read = async (): Promise<Settings> => (await findSettings(db)).settings;
  return {
    current: () => present.get('', read),
    forget: present.forget,
  };
}

/** Changes that must not happen at the same time lock this row until the end of the transaction. */
export const lockInstallation = (db: Connection) =>
  changeRows(db, 'installation', { id: 1 }, { settings_version: sql.ref<number>('settings_version') });
