/** What a batch of a distribution reads and writes: one statement each for all rows of the batch. */
import { type RawBuilder, sql } from 'kysely';
import { type IdSource, newId } from '../db/ids.ts';
import { jsonTable, type RowOf } from '../db/parameter-rows.ts';
import { type Reason, reasonColumns } from '../db/reason.ts';
import { lockRows, skipLocked } from '../db/row-locks.ts';
import { inScopes } from './domains.ts';
import type { Connection, NewRow, Row } from './schema.ts';

/** A row of the job with what is known about its user and its token now. */
export type Fact = Pick<Row<'job_rows'>, 'position' | 'subject' | 'device_id' | 'nickname' | 'target'> & {
  readonly doubled: number;
  readonly user_id: string | null;
  readonly holder: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string | null;
  readonly user_enabled: number | null;
  readonly domain: string | null;
  /** Tokens of the user, without those waiting to replace another. */
  readonly held: number;
  /** Whether the user, or the token if tokens were chosen, has one that is activated or can be. */
  readonly has_one: number;
  /** Whether an administrator logs on with a token of the user. */
  readonly above: number;
  /** For encrypted mail. */
  readonly certificate: string | null;
  readonly token_id: string | null;
  readonly serial: string | null;
  readonly token_domain: string | null;
  readonly enabled: number | null;
  readonly lost: number | null;
  readonly expires_on: string | null;
  readonly pin: string | null;
  readonly latest_before: string | null;
};

/** Which rows: at most `limit` in this state, from this position on. */
export type Slice = {
  readonly jobId: string;
  readonly state: Row<'job_rows'>['state'];
  readonly from: number;
  readonly limit: number;
};

const sliceOf = ({ jobId, state, from, limit }: Slice): RawBuilder<unknown> =>
  sql`(select * from job_rows where job_id = ${jobId} and position >= ${from} and state = ${state}
    order by position limit ${limit}) as r`;

/**
 * @param by what the rows name
 * @param day the earliest day on which a token may expire
 */
export async function listFacts(
  db: Connection,
  slice: Slice,
  by: 'user' | 'token',
  { now, day }: { readonly now: number; readonly day: string },
): Promise<Fact[]> {
  const usable = sql`(d.state in ('provisioned', 'confirmed')
    or (d.state in ('issued', 'opened') and (d.expires_at is null or d.expires_at > ${now})))`;
  // CROSS JOIN fixes the order for SQLite; from the rows outwards, every step is one index lookup anyway.
  const joined =
    by === 'user'
      ? sql`left join users u on u.user_id_key = r.key
          left join tokens t on t.id = (select c.id from tokens c
            where c.user_id = u.id and c.enabled = 1 and c.lost = 0 and c.expires_on >= ${day}
            order by c.distributed, c.serial limit 1)`
      : sql`left join tokens t on t.serial = r.key left join users u on u.id = t.user_id`;
  const hasOne =
    by === 'user'
      ? sql`exists (select 1 from tokens o join distributions d on d.token_id = o.id and d.latest = 1
          where o.user_id = u.id and ${usable})`
      : sql`exists (select 1 from distributions d where d.token_id = t.id and d.latest = 1 and ${usable})`;
  const { rows } = await sql<Fact>`
    select r.position, r.subject, r.device_id, r.nickname, r.target,
      case when exists (select 1 from job_rows e
        where e.job_id = r.job_id and e.key = r.key and e.position < r.position) then 1 else 0 end as doubled,
      u.id as user_id, u.user_id as holder, u.first_name, u.last_name, u.email, u.enabled as user_enabled, u.domain,
      (select count(*) from tokens o where o.user_id = u.id
        and o.id not in (select token_id from replacements)) as held,
      case when ${hasOne} then 1 else 0 end as has_one,
      case when u.id in (select token_user_id from administrators) then 1 else 0 end as above,
      (select m.certificate from user_mail m where m.user_id = u.id) as certificate,
      t.id as token_id, t.serial, t.domain as token_domain, t.enabled, t.lost, t.expires_on, t.pin,
      (select d.id from distributions d where d.token_id = t.id and d.latest = 1) as latest_before
    from ${sliceOf(slice)} ${joined}
    order by r.position`.execute(db);
  return rows;
}

/** Before the facts are read for the last time: nobody moves, disables or assigns meanwhile. */
export async function lockFacts(db: Connection, slice: Slice, by: 'user' | 'token'): Promise<void> {
  const rows = sliceOf(slice);
  if (by === 'token') {
    await lockRows(db, sql`select 1 from ${rows} join tokens t on t.serial = r.key order by t.id`, ['t']);
    return;
  }
  await lockRows(db, sql`select 1 from ${rows} join users u on u.user_id_key = r.key order by u.id`, ['u']);
  await lockRows(
    db,
    sql`select 1 from ${rows} join users u on u.user_id_key = r.key join tokens t on t.user_id = u.id order by t.id`,
    ['t'],
  );
}

/** How many tokens could be assigned, at most `limit`. */
export async function countStock(
  db: Connection,
  scopes: readonly string[],
  expiresFrom: string,
  limit: number,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select 1 from tokens where user_id is null and lost = 0
      and expires_on >= ${expiresFrom} and ${inScopes(sql.ref('tokens.domain'), scopes)} limit ${limit}) as few`.execute(
    db,
  );
  return Number(rows[0]?.count ?? 0);
}

export type StockToken = Pick<Row<'tokens'>, 'id' | 'serial' | 'domain'>;

/** Those that expire last; simultaneous callers get different ones. */
export async function takeStock(
  db: Connection,
  scopes: readonly string[],
  expiresFrom: string,
  count: number,
): Promise<StockToken[]> {
  if (count === 0) return [];
  const { rows } = await sql<StockToken>`
    select id, serial, domain from tokens
    where user_id is null and lost = 0 and expires_on >= ${expiresFrom}
      and ${inScopes(sql.ref('tokens.domain'), scopes)}
    order by expires_on desc, serial limit ${count} ${skipLocked(db)}`.execute(db);
  return rows;
}

const CHECKED = {
  /** In each row: if it were separate, SQLite would begin with all rows of the job. */
  job_id: 'text',
  position: 'bigint',
  state: 'text',
  text: 'text',
  target: 'text',
  user_id: 'text',
  token_id: 'text',
  serial: 'text',
  nickname: 'text',
  device_id: 'text',
  origin: 'text',
  domain_before: 'text',
  latest_before: 'text',
  distribution_id: 'text',
  sealed: 'text',
} as const;
export type RowResult = RowOf<typeof CHECKED>;

/** The results of the rows. */
export async function putResults(db: Connection, results: readonly RowResult[]): Promise<void> {
  if (results.length === 0) return;
  const { job_id: _, position: __, ...columns } = CHECKED;
  const set = Object.keys(columns).map((column) => sql`${sql.ref(column)} = v.${sql.ref(column)}`);
  await sql`update job_rows set ${sql.join(set)} from ${jsonTable(db, 'v', CHECKED, results)}
    where job_rows.job_id = v.job_id and job_rows.position = v.position`.execute(db);
}

const TAKEN = { token_id: 'text', user_id: 'text', domain: 'text' } as const;

/** They go to their users, and into the users' security domains. */
export async function assignTokens(db: Connection, rows: readonly RowOf<typeof TAKEN>[]): Promise<void> {
  await sql`update tokens set user_id = v.user_id, domain = v.domain, enabled = 1, distributed = 1, version = version + 1
    from ${jsonTable(db, 'v', TAKEN, rows)} where tokens.id = v.token_id`.execute(db);
}

const MINTED = { token_id: 'text', serial: 'text', user_id: 'text', domain: 'text' } as const;

/** Minted for their users, and enabled. */
export async function insertHeldTokens(
  db: Connection,
  rows: readonly RowOf<typeof MINTED>[],
  { expiresOn, now }: { readonly expiresOn: string; readonly now: number },
): Promise<void> {
  await sql`insert into tokens
      (id, serial, domain, user_id, enabled, lost, expires_on, failures, distributed, created_at, version)
    select v.token_id, v.serial, v.domain, v.user_id, 1, 0, ${expiresOn}, 0, 1, cast(${now} as bigint), 1
    from ${jsonTable(db, 'v', MINTED, rows)}`.execute(db);
}

const ID = { id: 'text' } as const;
const idsIn = (db: Connection, ids: readonly string[]): RawBuilder<unknown> =>
  sql`(select id from ${jsonTable(
    db,
    'v',
    ID,
    ids.map((id) => ({ id })),
  )})`;

/**
 * What assigned tokens had before: the live code becomes invalid, no distribution is the latest, and of the pending seeds the newest stays.
 */
export async function makeWay(
  db: Connection,
  ids: IdSource,
  tokenIds: readonly string[],
  reason: Reason,
  source: string | undefined,
): Promise<void> {
  const among = idsIn(db, tokenIds);
  const why = reasonColumns(reason);
  const { rows } = await sql<{ id: string }>`
    update distributions set state = 'withdrawn', reason = ${why.reason}, text = ${why.text}
    where token_id in ${among} and state in ('issued', 'opened') returning id`.execute(db);
  await insertStateEvents(
    db,
    ids,
    rows.map(({ id }) => id),
    'withdrawn',
    reason,
    source,
  );
  await sql`update distributions set latest = 0 where token_id in ${among} and latest = 1`.execute(db);
  await sql`delete from seeds where token_id in ${among} and state = 'pending'
    and id <> (select max(n.id) from seeds n where n.token_id = seeds.token_id and n.state = 'pending')`.execute(
    db,
  );
  await sql`update tokens set distributed = 1, version = version + 1 where id in ${among}`.execute(db);
}

const EVENT = { id: 'text', distribution_id: 'text' } as const;

export async function insertStateEvents(
  db: Connection,
  ids: IdSource,
  distributionIds: readonly string[],
  state: Row<'distribution_events'>['state'],
  reason: Reason | undefined,
  source: string | undefined,
): Promise<void> {
  if (distributionIds.length === 0) return;
  const why = reasonColumns(reason);
  const rows = distributionIds.map((id) => ({ id: newId(ids), distribution_id: id }));
  await sql`insert into distribution_events (id, distribution_id, state, at, source, reason, text)
    select v.id, v.distribution_id, ${state}, cast(${ids.now()} as bigint), ${source ?? null}, ${why.reason}, ${why.text}
    from ${jsonTable(db, 'v', EVENT, rows)}`.execute(db);
}

const MADE = {
  id: 'text',
  token_id: 'text',
  serial: 'text',
  user_id: 'text',
  code_hash: 'text',
  device_kind: 'text',
  device_id: 'text',
  nickname: 'text',
} as const;
export type MadeDistribution = RowOf<typeof MADE> & { readonly id: string };
/** What all rows of a job have in common. */
export type CommonDistribution = Pick<
  NewRow<'distributions'>,
  | 'profile_id'
  | 'profile_name'
  | 'device_type'
  | 'snapshot'
  | 'delivery'
  | 'created_by'
  | 'created_at'
  | 'expires_at'
  | 'job_id'
>;

export async function insertDistributions(
  db: Connection,
  ids: IdSource,
  common: CommonDistribution,
  rows: readonly MadeDistribution[],
  source: string | undefined,
): Promise<void> {
  await sql`insert into distributions (id, token_id, serial, user_id, code_hash, device_kind, device_id, nickname,
      profile_id, profile_name, device_type, snapshot, delivery, state, attempts, created_at, created_by, expires_at,
      latest, job_id)
    select v.id, v.token_id, v.serial, v.user_id, v.code_hash, v.device_kind, v.device_id, v.nickname,
      ${common.profile_id}, ${common.profile_name}, ${common.device_type}, ${common.snapshot}, ${common.delivery},
      'issued', 0, cast(${common.created_at} as bigint), ${common.created_by}, cast(${common.expires_at} as bigint), 1, ${common.job_id}
    from ${jsonTable(db, 'v', MADE, rows)}`.execute(db);
  await insertStateEvents(
    db,
    ids,
    rows.map(({ id }) => id),
    'issued',
    undefined,
    source,
  );
}

/** A row that was distributed, with what happened to it since. */
export type Handed = Pick<
  Row<'job_rows'>,
  | 'position'
  | 'origin'
  | 'domain_before'
  | 'latest_before'
  | 'distribution_id'
  | 'token_id'
  | 'serial'
  | 'user_id'
> & {
  readonly state: Row<'distributions'>['state'] | null;
  readonly latest: number | null;
  readonly expires_at: number | null;
  readonly user_row: string | null;
  /** Who has the token now, and where it is. */
  readonly holder_row: string | null;
  readonly domain: string | null;
};

export async function listHanded(db: Connection, slice: Omit<Slice, 'state'>): Promise<Handed[]> {
  const { rows } = await sql<Handed>`
    select r.position, r.origin, r.domain_before, r.latest_before, r.distribution_id, r.token_id, r.serial, r.user_id,
      d.state, d.latest, d.expires_at, d.user_id as user_row, t.user_id as holder_row, t.domain
    from ${sliceOf({ ...slice, state: 'done' })}
    left join distributions d on d.id = r.distribution_id left join tokens t on t.id = r.token_id
    order by r.position`.execute(db);
  return rows;
}

export async function lockHanded(db: Connection, slice: Omit<Slice, 'state'>): Promise<void> {
  await lockRows(
    db,
    sql`select 1 from ${sliceOf({ ...slice, state: 'done' })}
      join distributions d on d.id = r.distribution_id join tokens t on t.id = r.token_id order by t.id`,
    ['t', 'd'],
  );
}

const RESTORED = { id: 'text' } as const;

/** Those still waiting are withdrawn, and the previous latest distribution is the latest again. */
export async function takeBackDistributions(
  db: Connection,
  ids: IdSource,
  rows: readonly Pick<Handed, 'distribution_id' | 'latest_before'>[],
  reason: Reason,
  source: string | undefined,
): Promise<void> {
  const why = reasonColumns(reason);
  const among = idsIn(
    db,
    rows.flatMap(({ distribution_id }) => distribution_id ?? []),
  );
  const { rows: withdrawn } = await sql<{ id: string }>`
    update distributions set state = 'withdrawn', reason = ${why.reason}, text = ${why.text}
    where id in ${among} and state in ('issued', 'opened') returning id`.execute(db);
  await insertStateEvents(
    db,
    ids,
    withdrawn.map(({ id }) => id),
    'withdrawn',
    reason,
    source,
  );
  await sql`update distributions set latest = 0 where id in ${among}`.execute(db);
  const before = rows.flatMap(({ latest_before }) => (latest_before === null ? [] : [{ id: latest_before }]));
  if (before.length > 0)
    await sql`update distributions set latest = 1 where id in (select id from ${jsonTable(db, 'v', RESTORED, before)})`.execute(
      db,
    );
}

/** Tokens that users had before: distributed, and left with them. */
export async function restoreHeld(db: Connection, tokenIds: readonly string[]): Promise<void> {
  await sql`update tokens set version = version + 1, distributed =
      case when exists (select 1 from distributions d where d.token_id = tokens.id and d.latest = 1) then 1 else 0 end
    where id in ${idsIn(db, tokenIds)}`.execute(db);
}

const RETURNED = { token_id: 'text', domain_before: 'text' } as const;

/** Back to stock, where they came from: nothing of the user stays on them. */
export async function returnToStock(db: Connection, rows: readonly RowOf<typeof RETURNED>[]): Promise<void> {
  await forgetHolders(
    db,
    rows.map(({ token_id }) => String(token_id)),
  );
  await sql`update tokens set user_id = null, enabled = 0, lost = 0, pin = null, pin_set_at = null, pin_change = 0,
      emergency_until = null, emergency_return = null, failures = 0, last_failure_at = null, distributed = 0,
      version = version + 1,
      domain = coalesce((select path from security_domains where path = v.domain_before), tokens.domain)
    from ${jsonTable(db, 'v', RETURNED, rows)} where tokens.id = v.token_id`.execute(db);
}

/** What belongs to a token goes with it. */
export async function deleteTokens(db: Connection, tokenIds: readonly string[]): Promise<void> {
  await forgetHolders(db, tokenIds);
  await sql`delete from tokens where id in ${idsIn(db, tokenIds)}`.execute(db);
}

async function forgetHolders(db: Connection, tokenIds: readonly string[]): Promise<void> {
  const among = idsIn(db, tokenIds);
  for (const table of ['seeds', 'pin_history', 'attempts', 'emergency_codes'] as const)
    await sql`delete from ${sql.table(table)} where token_id in ${among}`.execute(db);
  await sql`delete from replacements where token_id in ${among} or replaced_id in ${among}`.execute(db);
}

const ENDED = { job_id: 'text', position: 'bigint', state: 'text', text: 'text' } as const;

/** What an undo did, or why not. */
export async function endRows(db: Connection, rows: readonly RowOf<typeof ENDED>[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`update job_rows set state = v.state, text = v.text, sealed = null
    from ${jsonTable(db, 'v', ENDED, rows)}
    where job_rows.job_id = v.job_id and job_rows.position = v.position`.execute(db);
}
