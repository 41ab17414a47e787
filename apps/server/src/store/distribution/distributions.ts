/** Distributions and their history. The state column is authoritative; every change of it leaves an event. */

import type { DistributionState } from '@sower/api/distributions';
import { type RawBuilder, sql } from 'kysely';
import {
  type AuditContext,
  type AuditEvent,
  auditOfChanged,
  auditOfClaim,
  TRAIL,
  trailOf,
} from '../audit/rows.ts';
import { countOf } from '../db/bounded-count.ts';
import { FOR_EACH_ROW } from '../db/database-kind.ts';
import { type IdSource, newId } from '../db/ids.ts';
import { fewTexts, insertedRow, listed, refsOf } from '../db/parameter-rows.ts';
import { preparedClaims, preparedQuery, preparedRows } from '../db/prepared.ts';
import { type Reason, reasonColumns } from '../db/reason.ts';
import { changeOne, changeRows, findAll, findOne, hasRow, plus, setRow } from '../db/rows.ts';
import { inScopes } from '../directory/domains.ts';
import type { Flag, KeyedHash, TokenKey, UserRow } from '../schema/brands.ts';
import type { Connection, NewRow, Row, StoredDistributionState } from '../schema/schema.ts';
import { type NewSeed, SEED } from '../tokens/seeds.ts';
import { isAccepted } from '../tokens/tokens.ts';

export const LIVE: readonly StoredDistributionState[] = ['issued', 'opened'];

/** The state with expiry computed. @param now epoch milliseconds */
export function distributionState(
  row: Pick<Row<'distributions'>, 'state' | 'expires_at'>,
  now: number,
): DistributionState {
  const live = row.state === 'issued' || row.state === 'opened';
  return live && row.expires_at !== null && row.expires_at <= now ? 'expired' : row.state;
}

/** The same, for statements that count. */
export const stateNow = (now: number): RawBuilder<string> =>
  sql`case when state in ('issued', 'opened') and expires_at <= ${now} then 'expired' else state end`;

/** Whether a distribution was activated, or can be. @param table its name in the statement */
export const isUsable = (table: 'd' | 'g', now: number): RawBuilder<boolean> => {
  const [state, expires] = [sql.ref(`${table}.state`), sql.ref(`${table}.expires_at`)];
  return sql`(${state} in ('provisioned', 'confirmed')
    or (${state} in ('issued', 'opened') and (${expires} is null or ${expires} > ${now})))`;
};

/** Whether a token serves its user: it works, as one from a maker or a file does, or it can be activated. */
export const isServing = (
  token: 'c' | 'o',
  { now, day }: { readonly now: number; readonly day: string },
): RawBuilder<boolean> => {
  const id = sql.ref(`${token}.id`);
  return sql`(exists (select 1 from distributions d where d.token_id = ${id} and d.latest = 1 and ${isUsable('d', now)} ${FOR_EACH_ROW})
    or (${isAccepted(token, day)} and exists (select 1 from seeds s where s.token_id = ${id} ${FOR_EACH_ROW})))`;
};

export type EventDetails = {
  readonly source?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly reason?: Reason | undefined;
};

type NewEvent = {
  readonly distributionId: string;
  readonly state: StoredDistributionState;
} & EventDetails;

const EVENT = {
  id: 'text',
  distribution_id: 'text',
  state: 'text',
  at: 'bigint',
  source: 'text',
  device_id: 'text',
  reason: 'text',
  text: 'text',
} as const;

const eventRow = (ids: IdSource, event: NewEvent): Row<'distribution_events'> => ({
  id: newId(ids),
  distribution_id: event.distributionId,
  state: event.state,
  at: ids.now(),
  source: event.source ?? null,
  device_id: event.deviceId ?? null,
  ...reasonColumns(event.reason),
});

const insertAllEvents = preparedRows<typeof EVENT, never>(EVENT, (db, v) =>
  sql<never>`
    with ${v} insert into distribution_events (${listed(EVENT)}) select ${listed(EVENT)} from v`.compile(db),
);

export async function insertEvents(
  db: Connection,
  ids: IdSource,
  events: readonly NewEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await insertAllEvents(
    db,
    events.map((event) => eventRow(ids, event)),
  );
}

/** For a table `events`, those of distributions in a table `changed`: a further part of one statement on PostgreSQL. */
const eventsOfChanged = sql`
  happened as (
    insert into distribution_events (${listed(EVENT)}) select ${listed(EVENT)} from events
    where events.distribution_id in (select changed.id from changed))`;

/** A distribution that no device has been heard of yet. */
export const ISSUED = {
  ...{ state: 'issued', reason: null, text: null, attempts: 0, reuses: 0, reused_at: null },
  ...{ trigger_hash: null, trigger_expires_at: null, trigger_device_id: null, seen_device_id: null },
  ...{ reply_hash: null, reply: null, reply_until: null },
} as const satisfies Partial<NewRow<'distributions'>>;

export async function insertDistribution(
  db: Connection,
  ids: IdSource,
  row: Omit<NewRow<'distributions'>, keyof typeof ISSUED>,
  details: EventDetails,
): Promise<void> {
  await changeRows(db, 'distributions', { token_id: row.token_id, latest: 1 }, { latest: 0 });
  await db
    .insertInto('distributions')
    .values(({ selectFrom }) => ({
      ...row,
      ...ISSUED,
      serial: selectFrom('tokens').select('serial').where('id', '=', row.token_id).$asScalar().$notNull(),
      latest: 1,
    }))
    .execute();
  await changeRows(db, 'tokens', { id: row.token_id, distributed: 0 }, { distributed: 1 });
  await insertEvents(db, ids, [{ distributionId: row.id, state: 'issued', ...details }]);
}

/** @returns the distribution whose code became invalid, if there was a live one */
export async function withdrawLive(db: Connection, ids: IdSource, tokenId: TokenKey, details: EventDetails) {
  const withdrawn = { state: 'withdrawn', ...reasonColumns(details.reason) } as const;
  const row = await changeOne(db, 'distributions', { token_id: tokenId, state: ['in', LIVE] }, withdrawn);
  if (row) await insertEvents(db, ids, [{ distributionId: row.id, state: 'withdrawn', ...details }]);
  return row?.id;
}

/** What admits an exchange: the distribution, with what CT-KIP needs of its token and user. */
export type AdmissionRow = Row<'distributions'> & {
  readonly serial: string;
  readonly token_enabled: Flag;
  readonly token_lost: Flag;
  readonly expires_on: string;
  readonly holder: string | null;
  readonly holder_row: UserRow | null;
  readonly holder_enabled: Flag | null;
};

const admissions = (db: Connection) =>
  db
    .selectFrom('distributions')
    .innerJoin('tokens', 'tokens.id', 'distributions.token_id')
    .leftJoin('users', 'users.id', 'tokens.user_id')
    .selectAll('distributions')
    .select([
      'tokens.serial',
      'tokens.enabled as token_enabled',
      'tokens.lost as token_lost',
      'tokens.expires_on',
      'users.user_id as holder',
      'users.id as holder_row',
      'users.enabled as holder_enabled',
    ]);
/**
 * A hash that no one has finds the latest distribution instead: reading a row or not would differ by some microseconds, and tell codes
 * apart.
 */
const byCode = preparedQuery<AdmissionRow>((db, hash) =>
  admissions(db)
    .where('distributions.id', '=', (eb) =>
      eb.fn.coalesce(
        eb.selectFrom('distributions as wanted').select('wanted.id').where('wanted.code_hash', '=', hash),
        eb.selectFrom('distributions as other').select((of) => of.fn.max('other.id').as('id')),
      ),
    )
    .compile(),
);
const byTrigger = preparedQuery<AdmissionRow>((db, hash) =>
  admissions(db).where('trigger_hash', '=', hash).compile(),
);
const byId = preparedQuery<AdmissionRow>((db, id) =>
  admissions(db).where('distributions.id', '=', id).compile(),
);

/** By exactly one of the two; provisioning/distribution/admission.ts decides whether it still admits. */
export async function findAdmission(db: Connection, by: { triggerHash: KeyedHash } | { id: string }) {
  const rows = 'triggerHash' in by ? await byTrigger(db, by.triggerHash) : await byId(db, by.id);
  return rows[0];
}

/**
 * By the hashes that its code may have.
 * @param hashes all are looked for, one after the other: the hash of a row that was not found by the first may have been replaced by the second
 */
export async function findAdmissionByCode(
  db: Connection,
  hashes: readonly KeyedHash[],
): Promise<AdmissionRow | undefined> {
  let found: AdmissionRow | undefined;
  for (const hash of hashes) {
    const [row] = await byCode(db, hash);
    if (row?.code_hash === hash) found = row;
  }
  return found;
}

/** The one whose code has not been used, withdrawn or failed; it may have expired. */
export const findLiveDistribution = (db: Connection, tokenId: TokenKey) =>
  findOne(db, 'distributions', { token_id: tokenId, state: ['in', LIVE] });

/**
 * Gives a live QR distribution a new code; the earlier one becomes invalid, and what was recorded of it is forgotten.
 * @returns the number of the code; undefined if the distribution was no longer live
 */
export async function replaceCode(
  db: Connection,
  ids: IdSource,
  row: Pick<Row<'distributions'>, 'id' | 'state'>,
  codeHash: KeyedHash,
  expiresAt: number | null,
  details: EventDetails,
): Promise<number | undefined> {
  const fresh = {
    state: 'issued',
    ...reasonColumns(null),
    attempts: 0,
    seen_device_id: null,
    code_hash: codeHash,
    code_number: plus('code_number', 1),
    expires_at: expiresAt,
    ...{ trigger_hash: null, trigger_expires_at: null, trigger_device_id: null },
  } as const;
  const replaced = await changeOne(db, 'distributions', { id: row.id, state: ['in', LIVE] }, fresh);
  if (replaced && row.state === 'opened')
    await insertEvents(db, ids, [{ distributionId: row.id, state: 'issued', ...details }]);
  return replaced?.code_number;
}

/**
 * The last distribution of its token, ended by too many failed runs, makes way for another.
 * @returns false if another one already exists
 */
export const claimFailed = (db: Connection, id: string) =>
  setRow(db, 'distributions', { id, state: 'failed', latest: 1 }, { latest: 0 });

export const NO_REPLY = { reply: null, reply_hash: null, reply_until: null };

/**
 * A redeemed one without a first tokencode makes way.
 * @returns false if it was confirmed meanwhile
 */
export async function withdrawProvisioned(
  db: Connection,
  ids: IdSource,
  id: string,
  details: EventDetails,
): Promise<boolean> {
  const withdrawn = { state: 'withdrawn', ...reasonColumns(details.reason), ...NO_REPLY } as const;
  if (!(await setRow(db, 'distributions', { id, state: 'provisioned' }, withdrawn))) return false;
  await insertEvents(db, ids, [{ distributionId: id, state: 'withdrawn', ...details }]);
  return true;
}

/** How many are recorded for each distribution; more would be of no use. */
const MAX_REUSES = 20;

/**
 * Counts that a used code was sent again.
 * @returns false if it was counted often enough
 */
export const recordReuse = (db: Connection, id: string, at: number, reason: Reason) =>
  setRow(
    db,
    'distributions',
    { id, reuses: ['<', MAX_REUSES] },
    { reuses: plus('reuses', 1), reused_at: at, ...reasonColumns(reason) },
  );

export const renameDistribution = (db: Connection, id: string, nickname: string) =>
  changeRows(db, 'distributions', { id }, { nickname });

/** A code of a distribution: what was begun with it does nothing to one that has replaced it. */
export type CodeOf = { readonly distributionId: string; readonly codeNumber: number };

/** A later trigger replaces an earlier one. */
export const putTrigger = (
  db: Connection,
  { distributionId, codeNumber }: CodeOf,
  trigger: { readonly hash: KeyedHash; readonly expiresAt: number; readonly deviceId: string | undefined },
) =>
  setRow(
    db,
    'distributions',
    { id: distributionId, code_number: codeNumber, state: ['in', LIVE] },
    {
      trigger_hash: trigger.hash,
      trigger_expires_at: trigger.expiresAt,
      trigger_device_id: trigger.deviceId ?? null,
    },
  );

const OPENED = { id: 'text', code_number: 'bigint', device_id: 'text' } as const;
const opening = (
  { id, code_number, device_id }: Readonly<Record<keyof typeof OPENED, RawBuilder<unknown>>>,
  from = sql``,
): RawBuilder<unknown> => sql`
  update distributions set state = 'opened', seen_device_id = ${device_id} ${from}
  where distributions.id = ${id} and distributions.code_number = ${code_number} and distributions.state = 'issued'
  returning distributions.id`;
const open = preparedClaims(
  { v: OPENED, events: EVENT, trail: TRAIL },
  {
    all: (_, { v, events, trail }) => sql`
      with ${v}, ${events}, ${trail}, changed as (${opening(refsOf(OPENED), sql`from v`)}), ${eventsOfChanged}, ${auditOfChanged}
      select id from changed`,
    each: ({ v, events, trail }) => [
      opening(v),
      insertedRow('distribution_events', EVENT, events),
      auditOfClaim(trail),
    ],
  },
);

export type Opening = EventDetails & CodeOf;

/**
 * Records that they were opened, in a transaction of its own.
 * @returns those that had not been opened before
 */
export async function claimOpened(
  db: Connection,
  context: AuditContext,
  openings: readonly (Opening & { readonly audit: AuditEvent })[],
): Promise<ReadonlySet<string>> {
  return open(db, {
    v: openings.map(({ distributionId, codeNumber, deviceId }) => ({
      id: distributionId,
      code_number: codeNumber,
      device_id: deviceId ?? null,
    })),
    events: openings.map((opened) => eventRow(context, { ...opened, state: 'opened' })),
    trail: trailOf(
      context,
      openings.map(({ distributionId, audit }) => ({ of: distributionId, audit })),
    ),
  });
}

/**
 * Counts a failed run by someone who has the code; the run that reaches `limit` ends the distribution.
 * @returns whether it ended
 */
export async function recordAttempt(
  db: Connection,
  ids: IdSource,
  { distributionId, codeNumber }: CodeOf,
  limit: number,
  details: Omit<EventDetails, 'reason'> & { readonly reason: Reason },
): Promise<boolean> {
  const row = await changeOne(
    db,
    'distributions',
    { id: distributionId, code_number: codeNumber, state: ['in', LIVE] },
    {
      attempts: plus('attempts', 1),
      ...reasonColumns(details.reason),
      seen_device_id: details.deviceId ?? sql.ref<string>('seen_device_id'),
      state: sql<StoredDistributionState>`case when attempts + 1 >= ${limit} then 'failed' else state end`,
    },
  );
  if (row?.state !== 'failed') return false;
  await insertEvents(db, ids, [{ distributionId, state: 'failed', ...details }]);
  return true;
}

type Redemption = CodeOf & {
  readonly replyHash: string;
  /** Sealed. */
  readonly reply: string;
  readonly replyUntil: number;
  readonly deviceId: string | undefined;
  readonly at: number;
};

const REDEEMED = {
  id: 'text',
  code_number: 'bigint',
  reply_hash: 'text',
  reply: 'text',
  reply_until: 'bigint',
  device_id: 'text',
  at: 'bigint',
} as const;

const redeeming = (
  v: Readonly<Record<keyof typeof REDEEMED, RawBuilder<unknown>>>,
  from = sql``,
): RawBuilder<unknown> => sql`
  update distributions
  set state = 'provisioned', reason = null, text = null, reply_hash = ${v.reply_hash}, reply = ${v.reply},
      reply_until = ${v.reply_until}, seen_device_id = ${v.device_id}
  ${from}
  where distributions.id = ${v.id} and distributions.code_number = ${v.code_number}
    and distributions.state in ('issued', 'opened')
    and (distributions.expires_at is null or distributions.expires_at > ${v.at})
  returning distributions.id`;
const redeemingAll = redeeming(refsOf(REDEEMED), sql`from v`);
const redeemAll = preparedRows<typeof REDEEMED, { id: string }>(REDEEMED, (db, v) =>
  sql<{ id: string }>`with ${v} ${redeemingAll}`.compile(db),
);
const redeemWithSeeds = preparedClaims(
  { v: REDEEMED, seed: SEED, events: EVENT, trail: TRAIL },
  {
    all: (_, { v, seed, events, trail }) => sql`
      with ${v}, ${seed}, ${events}, ${trail}, changed as (${redeemingAll}),
      stored as (
        insert into seeds (${listed(SEED)}) select ${listed(SEED)} from seed
        where seed.distribution_id in (select changed.id from changed)),
      ${eventsOfChanged}, ${auditOfChanged} select id from changed`,
    each: ({ v, seed, events, trail }) => [
      redeeming(v),
      insertedRow('seeds', SEED, seed),
      insertedRow('distribution_events', EVENT, events),
      auditOfClaim(trail),
    ],
  },
);

const redeemedRow = (redemption: Redemption) => ({
  id: redemption.distributionId,
  code_number: redemption.codeNumber,
  reply_hash: redemption.replyHash,
  reply: redemption.reply,
  reply_until: redemption.replyUntil,
  device_id: redemption.deviceId ?? null,
  at: redemption.at,
});

/**
 * Redeems activation codes: at most one redemption of a distribution ever succeeds, regardless of who tries, from anywhere.
 * @returns the distributions that were redeemed now
 */
export async function redeemDistributions(
  db: Connection,
  redemptions: readonly Redemption[],
): Promise<ReadonlySet<string>> {
  if (redemptions.length === 0) return new Set();
  const rows = await redeemAll(db, redemptions.map(redeemedRow));
  return new Set(rows.map((row) => row.id));
}

/** The same, with the seed, the event and the audit row of each, in a transaction of its own. */
export async function redeemWithSeed(
  db: Connection,
  context: AuditContext,
  redemptions: readonly {
    readonly redemption: Redemption;
    readonly seed: NewSeed;
    readonly event: NewEvent;
    readonly audit: AuditEvent;
  }[],
): Promise<ReadonlySet<string>> {
  return redeemWithSeeds(db, {
    v: redemptions.map(({ redemption }) => redeemedRow(redemption)),
    seed: redemptions.map(({ seed }) => seed),
    events: redemptions.map(({ event }) => eventRow(context, event)),
    trail: trailOf(
      context,
      redemptions.map(({ redemption, audit }) => ({ of: redemption.distributionId, audit })),
    ),
  });
}

/** The first tokencode of its seed was accepted. */
export async function confirmDistribution(
  db: Connection,
  ids: IdSource,
  id: string,
  details: EventDetails,
): Promise<void> {
  const confirmed = { state: 'confirmed', ...NO_REPLY } as const;
  if (await setRow(db, 'distributions', { id, state: 'provisioned' }, confirmed))
    await insertEvents(db, ids, [{ distributionId: id, state: 'confirmed', ...details }]);
}

export function findLatestDistribution(db: Connection, tokenId: TokenKey) {
  return db
    .selectFrom('distributions')
    .selectAll()
    .where('token_id', '=', tokenId)
    .where('latest', '=', sql.lit(1))
    .executeTakeFirst();
}

/** A returned token has no latest distribution: those of its former user say nothing about the next one. */
export async function endLatestDistribution(db: Connection, tokenId: TokenKey): Promise<void> {
  await changeRows(db, 'distributions', { token_id: tokenId, latest: 1 }, { latest: 0 });
  await changeRows(db, 'tokens', { id: tokenId }, { distributed: 0 });
}

/**
 * Latest first.
 * @param scopes paths: only those for users in or below these domains. For deleted users, only in the top domain
 */
export function listDistributions(
  db: Connection,
  tokenId: TokenKey,
  scopes: readonly string[],
  limit: number,
): Promise<Row<'distributions'>[]> {
  return db
    .selectFrom('distributions')
    .leftJoin('users', 'users.id', 'distributions.user_id')
    .selectAll('distributions')
    .where('token_id', '=', tokenId)
    .where(inScopes(sql`users.domain`, scopes))
    .orderBy('distributions.id', 'desc')
    .limit(limit)
    .execute();
}

/** The latest distribution of each of these tokens. */
export function listLatestDistributions(db: Connection, tokenIds: readonly TokenKey[]) {
  if (tokenIds.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('distributions')
    .selectAll()
    .where('token_id', 'in', fewTexts(tokenIds))
    .where('latest', '=', sql.lit(1))
    .execute();
}

export const listEvents = (db: Connection, distributionIds: readonly string[]) =>
  findAll(db, 'distribution_events', { distribution_id: ['in', distributionIds] }, { order: ['id'] });

/** Whether a live distribution was made from this profile. */
export const hasLiveDistributionOf = (db: Connection, profileId: string) =>
  hasRow(db, 'distributions', { state: ['in', LIVE], profile_id: profileId });

/**
 * Codes that these administrators, and the keys that they own, were shown one by one.
 * @param from ID before which nothing is looked at: they are in the order of time
 * @param most no more are counted
 */
export function countCodesBy(
  db: Connection,
  administrators: readonly string[],
  { since, from }: { readonly since: number; readonly from: string },
  most: number,
): Promise<number> {
  const ids = sql.join([...administrators]);
  const codes = sql`select 1 from distributions d where d.id >= ${from} and d.created_at >= ${since}
    and d.job_id is null and d.delivery = 'url' and d.created_by in (
      select 'administrator:' || a.user_name from administrators a where a.id in (${ids})
      union all select 'api-key:' || k.name from api_keys k where k.owner_id in (${ids}))`;
  return countOf(db, codes, most);
}
