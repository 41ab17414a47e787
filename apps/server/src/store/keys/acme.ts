/** Certificates by ACME: the one row of settings and state, and what an authority is shown while it validates. */

import { type AcmeSettings, acmeSettingsSchema } from '@sower/api/acme';
import { DAY } from '@sower/api/time';
import { sql } from 'kysely';
import type { Reason } from '../db/reason.ts';
import { reasonColumns } from '../db/reason.ts';
import { changeOne, changeRows, deleteRows, findAll, findOne, putRow, setRow } from '../db/rows.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { storedJson } from '../schema/stored-json.ts';
import { isDue, isFree } from '../work/due.ts';

type AcmeRow = Row<'acme'>;
export type StoredAcme = Omit<AcmeRow, 'settings'> & { readonly settings: AcmeSettings };

const read = storedJson('acme.settings', acmeSettingsSchema);
const stored = (row: AcmeRow): StoredAcme => ({ ...row, settings: read(row.settings) });

export async function findAcme(db: Connection): Promise<StoredAcme> {
  return stored(await db.selectFrom('acme').selectAll().where('id', '=', 1).executeTakeFirstOrThrow());
}

/**
 * An order that was begun with earlier settings is dropped.
 * @returns undefined if someone else changed them since `version`
 */
export async function updateAcme(
  db: Connection,
  version: number,
  change: Partial<
    Pick<
      AcmeRow,
      'settings' | 'enabled' | 'by_dns' | 'binding_key' | 'account_key' | 'wanted' | 'next_at' | 'renew_at'
    >
  >,
): Promise<StoredAcme | undefined> {
  const row = await changeOne(
    db,
    'acme',
    { id: 1, version },
    {
      ...{ ...change, version: version + 1, lease: null, lease_until: null },
      ...{ failures: 0, failed_at: null, reason: null, text: null },
    },
  );
  return row && stored(row);
}

/** It is due now. @returns false if it is off */
export const hastenAcme = (db: Connection, now: number) =>
  setRow(db, 'acme', { id: 1, enabled: 1 }, { wanted: 1, next_at: now });

/** An authority may ask to wait up to a week. */
const FARTHEST_MILLISECONDS = 8 * DAY;

/** Called often; it writes nothing. */
export async function isAcmeDue(db: Connection, now: number): Promise<boolean> {
  const row = await db
    .selectFrom('acme')
    .select('id')
    .where('enabled', '=', 1)
    .where(isDue('next_at', now, FARTHEST_MILLISECONDS))
    .executeTakeFirst();
  return row !== undefined;
}

/** Someone has chosen a certificate: an order that was requested before is dropped. */
export const letAcmeStandAside = (db: Connection) => changeRows(db, 'acme', { wanted: 1 }, { wanted: 0 });

/** At most one caller has the lease. @param byDns whether it can set DNS records */
export async function claimAcme(
  db: Connection,
  { lease, now, milliseconds, byDns }: { lease: string; now: number; milliseconds: number; byDns: boolean },
): Promise<StoredAcme | undefined> {
  const row = await db
    .updateTable('acme')
    .set({ lease, lease_until: now + milliseconds })
    .where('id', '=', 1)
    .where('enabled', '=', 1)
    .where(isDue('next_at', now, FARTHEST_MILLISECONDS))
    .where('by_dns', 'in', byDns ? [0, 1] : [0])
    .where(isFree(now, milliseconds))
    .returningAll()
    .executeTakeFirst();
  return row && stored(row);
}

/**
 * Only the process that has the lease; gives it back. If someone has requested it sooner meanwhile, it stays due.
 * @param claimed as it was when the lease was taken
 * @returns whether it was still held
 */
export async function leaveAcme(
  db: Connection,
  claimed: Pick<AcmeRow, 'lease' | 'next_at'>,
  change: Partial<
    Pick<AcmeRow, 'wanted' | 'certificate_id' | 'next_at' | 'renew_at' | 'failures' | 'failed_at'>
  > & {
    /** Why it failed; null: it did not. */
    readonly why?: Reason | null;
  },
): Promise<boolean> {
  const { why, next_at, ...rest } = change;
  const unlessSooner = sql<number>`case when next_at = ${claimed.next_at} then cast(${next_at} as bigint) else next_at end`;
  const left = {
    ...rest,
    ...(next_at === undefined ? {} : { next_at: unlessSooner }),
    ...(why === undefined ? {} : reasonColumns(why)),
    ...{ lease: null, lease_until: null },
  };
  return setRow(db, 'acme', { id: 1, lease: claimed.lease }, left);
}

/** The key is made once. @returns the one that is there */
export async function keepAcmeAccountKey(db: Connection, sealed: string): Promise<string> {
  await changeRows(db, 'acme', { id: 1, account_key: ['is', null] }, { account_key: sealed });
  const row = await db.selectFrom('acme').select('account_key').where('id', '=', 1).executeTakeFirstOrThrow();
  return row.account_key ?? sealed;
}

export const insertAcmeChallenge = (db: Connection, row: Row<'acme_challenges'>) =>
  putRow(db, 'acme_challenges', row, 'token');

export async function findAcmeAnswer(db: Connection, token: string, now: number) {
  const row = await findOne(db, 'acme_challenges', { token, expires_at: ['>', now] });
  return row?.answer;
}

/** @param prefix of the tokens */
export const listAcmeAnswers = (db: Connection, prefix: string, now: number) =>
  findAll(db, 'acme_challenges', { token: ['like', `${prefix}%`], expires_at: ['>', now] });

export const deleteAcmeChallenge = (db: Connection, token: string) =>
  deleteRows(db, 'acme_challenges', { token });

export const deleteExpiredAcmeChallenges = (db: Connection, now: number) =>
  deleteRows(db, 'acme_challenges', { expires_at: ['<=', now] });
