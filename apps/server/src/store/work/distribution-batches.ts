/** What a batch of a distribution reads and writes: one statement each for all rows of the batch. */

import type { Text } from '@sower/texts/outcomes';
import { sql } from 'kysely';
import { FOR_EACH_ROW, lockRows } from '../db/database-kind.ts';
import { type IdSource, newId } from '../db/ids.ts';
import { fewTexts, listed, type RowOf } from '../db/parameter-rows.ts';
import { preparedBatch, preparedByIds, preparedStatement } from '../db/prepared.ts';
import { type Reason, reasonColumns } from '../db/reason.ts';
import { isServing, isUsable } from '../distribution/distributions.ts';
import type { TokenKey, UserRow } from '../schema/brands.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { forgetHolders, RELEASING } from '../tokens/release.ts';
import { isAccepted, takesCode, tokensAssignedTo } from '../tokens/tokens.ts';
import { resultWriter, type Slice, sliceOf } from './jobs.ts';

/** A row of the job with what is known about its user and its token now. */
export type Fact = Pick<Row<'job_rows'>, 'position' | 'subject' | 'device_id' | 'nickname' | 'target'> & {
  readonly doubled: number;
  readonly user_id: UserRow | null;
  readonly holder: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string | null;
  readonly user_enabled: number | null;
  readonly domain: string | null;
  /** Tokens of the user, without those waiting to replace another. */
  readonly assigned: number;
  /** Whether the user is served by a token; if tokens were chosen, whether it, or another of its user, was distributed and can be used. */
  readonly has_one: number;
  /** Whether the user has a token of any kind that is good for a logon, once it has a seed. */
  readonly holds: number;
  /** For encrypted mail. */
  readonly certificate: string | null;
  readonly token_id: TokenKey | null;
  readonly serial: string | null;
  readonly token_domain: string | null;
  readonly kind: Row<'tokens'>['kind'] | null;
  readonly enabled: number | null;
  readonly lost: number | null;
  readonly expires_on: string | null;
  readonly pin: string | null;
  readonly pin_set_at: number | null;
  readonly pin_change: Row<'tokens'>['pin_change'] | null;
  readonly latest_before: string | null;
  /** The part that the token has in a pair. */
  readonly pair: 'replaced' | 'replacing' | null;
};

/** What the rows name: users, tokens that are distributed themselves, or tokens that others replace. */
export type Naming = 'user' | 'token' | 'replaced';

type FactsAsked = Slice & { readonly now: number; readonly day: string };
const SLICE = ['jobId', 'state', 'from', 'limit'] as const;

const factsBy = (by: Naming) =>
  preparedStatement<FactsAsked, Fact>([...SLICE, 'now', 'day'], (db, asked) => {
    // CROSS JOIN fixes the order for SQLite; from the rows outwards, every step is one index lookup anyway.
    const joined =
      by === 'user'
        ? sql`left join users u on u.user_id_key = r.key
            left join tokens t on t.id = (select c.id from tokens c
              where c.user_id = u.id and ${takesCode('c', asked.day)}
              order by c.distributed, c.serial limit 1)`
        : sql`left join tokens t on t.serial = r.key left join users u on u.id = t.user_id`;
    const distributed = (token: 'o' | 't') => sql`exists (select 1 from distributions d
      where d.token_id = ${sql.ref(token)}.id and d.latest = 1 and ${isUsable('d', asked.now)}
        ${by === 'replaced' ? sql`and (d.job_id is null or d.job_id <> r.job_id)` : sql``} ${FOR_EACH_ROW})`;
    // A token that was chosen, to be distributed or replaced, may work already: what came in a file moves to CT-KIP in this way.
    const hasOne =
      by === 'token'
        ? distributed('t')
        : sql`exists (select 1 from tokens o where o.user_id = u.id
            and ${by === 'user' ? isServing('o', asked) : sql`o.id <> t.id and ${distributed('o')}`} ${FOR_EACH_ROW})`;
    return sql<Fact>`
      select r.position, r.subject, r.device_id, r.nickname, r.target,
        case when exists (select 1 from job_rows e
          where e.job_id = r.job_id and e.key = r.key and e.position < r.position) then 1 else 0 end as doubled,
        u.id as user_id, u.user_id as holder, u.first_name, u.last_name, u.email, u.enabled as user_enabled, u.domain,
        ${tokensAssignedTo(sql.ref('u.id'))} as assigned,
        case when ${hasOne} then 1 else 0 end as has_one,
        case when exists (select 1 from tokens o where o.user_id = u.id and ${isAccepted('o', asked.day)} ${FOR_EACH_ROW})
          then 1 else 0 end as holds,
        (select coalesce(m.certificate, m.source_certificate) from user_mail m where m.user_id = u.id) as certificate,
        t.id as token_id, t.serial, t.domain as token_domain, t.kind, t.enabled, t.lost, t.expires_on, t.pin, t.pin_set_at, t.pin_change,
        (select case when p.replaced_id = t.id then 'replaced' else 'replacing' end from replacements p
          where p.replaced_id = t.id or p.token_id = t.id) as pair,
        (select d.id from distributions d where d.token_id = t.id and d.latest = 1) as latest_before
      from ${sliceOf(asked)} ${joined}
      order by r.position`.compile(db);
  });
const FACTS = { user: factsBy('user'), token: factsBy('token'), replaced: factsBy('replaced') };

/**
 * @param by what the rows name
 * @param day the earliest day on which a token may expire
 */
export const listFacts = (
  db: Connection,
  slice: Slice,
  by: Naming,
  { now, day }: { readonly now: number; readonly day: string },
): Promise<Fact[]> => FACTS[by](db, { ...slice, now, day });

/** Before the facts are read for the last time: no one moves, disables or assigns meanwhile. */
export async function lockFacts(db: Connection, slice: Slice, by: Naming): Promise<void> {
  const rows = sliceOf(slice);
  // As the check found them: a token that has gone to another user is refused.
  if (by === 'replaced')
    await lockRows(db, sql`select 1 from ${rows} join users u on u.id = r.target order by u.id`, ['u']);
  if (by !== 'user') {
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

/** The results of the rows. */
export const putResults = resultWriter({
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
});
export type RowResult = Parameters<typeof putResults>[1][number];

const TAKEN = { token_id: 'text', user_id: 'text', domain: 'text' } as const;

const assign = preparedBatch({ v: TAKEN, c: { distributed: 'bigint' } }, (db, { v, c }) =>
  sql`with ${v}, ${c}
    update tokens set user_id = v.user_id, domain = v.domain, enabled = 1, version = version + 1,
      distributed = case when c.distributed = 1 then 1 else tokens.distributed end
    from v, c where tokens.id = v.token_id`.compile(db),
);

/** They go to their users, and into the users' security domains. @param distributed they are distributed next */
export async function assignTokens(
  db: Connection,
  rows: readonly RowOf<typeof TAKEN>[],
  distributed: boolean,
): Promise<void> {
  await assign(db, { v: rows, c: [{ distributed: distributed ? 1 : 0 }] });
}

const MINTED = { token_id: 'text', serial: 'text', user_id: 'text', domain: 'text' } as const;
const insertAssigned = preparedBatch(
  { v: MINTED, c: { expires_on: 'text', created_at: 'bigint' } },
  (db, { v, c }) =>
    sql`with ${v}, ${c} insert into tokens
      (id, serial, domain, user_id, enabled, lost, expires_on, failures, distributed, created_at, version)
    select v.token_id, v.serial, v.domain, v.user_id, 1, 0, c.expires_on, 0, 1, c.created_at, 1 from v, c`.compile(
      db,
    ),
);

/** Minted for their users, and enabled. */
export async function insertAssignedTokens(
  db: Connection,
  rows: readonly RowOf<typeof MINTED>[],
  { expiresOn, now }: { readonly expiresOn: string; readonly now: number },
): Promise<void> {
  await insertAssigned(db, { v: rows, c: [{ expires_on: expiresOn, created_at: now }] });
}

const ID = { id: 'text' } as const;
const WHY = { reason: 'text', text: 'text' } as const;
type Id = { readonly id: string };
const asRows = (ids: readonly string[]): readonly Id[] => ids.map((id) => ({ id }));

/** Live distributions of tokens, or live ones of these. */
const withdrawBy = (column: 'token_id' | 'id') =>
  preparedBatch<{ v: typeof ID; c: typeof WHY }, Id>({ v: ID, c: WHY }, (db, { v, c }) =>
    sql<Id>`with ${v}, ${c} update distributions set state = 'withdrawn', reason = c.reason, text = c.text from c
      where distributions.${sql.ref(column)} in (select v.id from v) and distributions.state in ('issued', 'opened')
      returning distributions.id`.compile(db),
  );
const withdrawOfTokens = withdrawBy('token_id');
const withdraw = withdrawBy('id');
const noLatestOfTokens = preparedByIds(
  sql`update distributions set latest = 0 where token_id in (select v.id from v) and latest = 1`,
);
const keepNewestPending =
  preparedByIds(sql`delete from seeds where token_id in (select v.id from v) and state = 'pending'
    and id <> (select max(n.id) from seeds n where n.token_id = seeds.token_id and n.state = 'pending')`);
const nowDistributed = preparedByIds(
  sql`update tokens set distributed = 1, version = version + 1 where id in (select v.id from v)`,
);

/**
 * What assigned tokens had before: the live code becomes invalid, no distribution is the latest, and of the pending seeds the newest stays.
 * @param tokens `fresh`: there is no distribution of it, so there is nothing of the kind
 */
export async function makeWay(
  db: Connection,
  ids: IdSource,
  tokens: readonly (Id & { readonly fresh: boolean })[],
  reason: Reason,
  source: string | undefined,
): Promise<void> {
  const before = tokens.flatMap(({ id, fresh }) => (fresh ? [] : id));
  const rows = await withdrawOfTokens(db, { v: asRows(before), c: [reasonColumns(reason)] });
  await insertStateEvents(db, ids, rows, 'withdrawn', reason, source);
  for (const step of [noLatestOfTokens, keepNewestPending]) await step(db, before);
  const all = tokens.map(({ id }) => id);
  await nowDistributed(db, all);
}

const EVENT = { id: 'text', distribution_id: 'text' } as const;
const insertEvents = preparedBatch(
  { v: EVENT, c: { state: 'text', at: 'bigint', source: 'text', ...WHY } },
  (db, { v, c }) =>
    sql`with ${v}, ${c} insert into distribution_events (id, distribution_id, state, at, source, reason, text)
    select v.id, v.distribution_id, c.state, c.at, c.source, c.reason, c.text from v, c`.compile(db),
);

async function insertStateEvents(
  db: Connection,
  ids: IdSource,
  distributions: readonly Id[],
  state: Row<'distribution_events'>['state'],
  reason: Reason | undefined,
  source: string | undefined,
): Promise<void> {
  await insertEvents(db, {
    v: distributions.map(({ id }) => ({ id: newId(ids), distribution_id: id })),
    c: [{ state, at: ids.now(), source: source ?? null, ...reasonColumns(reason) }],
  });
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
type MadeDistribution = RowOf<typeof MADE> & { readonly id: string };
/** What all rows of a job have in common. */
const COMMON = {
  profile_id: 'text',
  profile_name: 'text',
  device_type: 'text',
  snapshot: 'text',
  delivery: 'text',
  created_by: 'text',
  created_at: 'bigint',
  expires_at: 'bigint',
  job_id: 'text',
} as const;
const insertMade = preparedBatch({ v: MADE, c: COMMON }, (db, { v, c }) =>
  sql`with ${v}, ${c} insert into distributions (${listed(MADE)}, ${listed(COMMON)}, state, attempts, latest)
    select ${listed(MADE, 'v')}, ${listed(COMMON, 'c')}, 'issued', 0, 1 from v, c`.compile(db),
);

const nowOfRule = preparedBatch({ v: ID, c: { rule_id: 'text' } }, (db, { v, c }) =>
  sql`with ${v}, ${c} update tokens set rule_id = c.rule_id from c where tokens.id in (select v.id from v)`.compile(
    db,
  ),
);

/** @param rule the rule that gives them */
export async function insertDistributions(
  db: Connection,
  ids: IdSource,
  common: RowOf<typeof COMMON>,
  rows: readonly MadeDistribution[],
  { rule, source }: { readonly rule: string | null; readonly source: string | undefined },
): Promise<void> {
  await insertMade(db, { v: rows, c: [common] });
  if (rule !== null)
    await nowOfRule(db, { v: rows.map(({ token_id }) => ({ id: token_id })), c: [{ rule_id: rule }] });
  await insertStateEvents(db, ids, rows, 'issued', undefined, source);
}

/** A row that was distributed or assigned, with what happened to it since. */
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
  readonly user_row: UserRow | null;
  /** Whether the token has anything that was given to it since it was assigned. */
  readonly used: number;
  /** Whether someone has reported it lost, lent it, or given emergency access with it. */
  readonly tended: number;
  /** Whether it waits to replace another. */
  readonly replacing: number;
  /** Who has the token now, and where it is. */
  readonly holder_row: UserRow | null;
  readonly domain: string | null;
};

const handed = preparedStatement<Slice, Handed>(SLICE, (db, slice) =>
  sql<Handed>`
    select r.position, r.origin, r.domain_before, r.latest_before, r.distribution_id, r.token_id, r.serial, r.user_id,
      d.state, d.latest, d.expires_at, coalesce(d.user_id, r.target) as user_row, t.user_id as holder_row, t.domain,
      case when t.distributed = 1 or t.pin is not null
        or exists (select 1 from replacements p where p.token_id = t.id or p.replaced_id = t.id) then 1 else 0 end as used,
      case when t.lost = 1 or t.emergency_until is not null or t.lent_until is not null
        or exists (select 1 from emergency_codes e where e.token_id = t.id) then 1 else 0 end as tended,
      case when exists (select 1 from replacements p where p.token_id = t.id) then 1 else 0 end as replacing
    from ${sliceOf(slice)}
    left join distributions d on d.id = r.distribution_id left join tokens t on t.id = r.token_id
    order by r.position`.compile(db),
);

export const listHanded = (db: Connection, slice: Omit<Slice, 'state'>): Promise<Handed[]> =>
  handed(db, { ...slice, state: 'done' });

/** For which of these tokens their users could use a code. */
export async function listTakingCode(
  db: Connection,
  ids: readonly TokenKey[],
  day: string,
): Promise<ReadonlySet<TokenKey>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: TokenKey }>`
    select t.id from tokens t join users u on u.id = t.user_id and u.enabled = 1
    where t.id in (${sql.join(fewTexts(ids))}) and ${takesCode('t', day)}`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

export async function lockHanded(db: Connection, slice: Omit<Slice, 'state'>): Promise<void> {
  const rows = sliceOf({ ...slice, state: 'done' });
  await lockRows(db, sql`select 1 from ${rows} join tokens t on t.id = r.token_id order by t.id`, ['t']);
  await lockRows(
    db,
    sql`select 1 from ${rows} join distributions d on d.id = r.distribution_id order by d.id`,
    ['d'],
  );
}

const noLatest = preparedByIds(sql`update distributions set latest = 0 where id in (select v.id from v)`);
const latestAgain = preparedByIds(sql`update distributions set latest = 1 where id in (select v.id from v)`);

/** Those still waiting are withdrawn, and the previous latest distribution is the latest again. */
export async function takeBackDistributions(
  db: Connection,
  ids: IdSource,
  rows: readonly Pick<Handed, 'distribution_id' | 'latest_before'>[],
  reason: Reason,
  source: string | undefined,
): Promise<void> {
  const taken = rows.flatMap(({ distribution_id }) => distribution_id ?? []);
  const withdrawn = await withdraw(db, { v: asRows(taken), c: [reasonColumns(reason)] });
  await insertStateEvents(db, ids, withdrawn, 'withdrawn', reason, source);
  await noLatest(db, taken);
  const before = rows.flatMap(({ latest_before }) => latest_before ?? []);
  await latestAgain(db, before);
}

const restore = preparedByIds(sql`update tokens set version = version + 1, distributed =
      case when exists (select 1 from distributions d where d.token_id = tokens.id and d.latest = 1 ${FOR_EACH_ROW}) then 1 else 0 end
    where id in (select v.id from v)`);
const notOfRule = preparedBatch({ v: ID, c: { job_id: 'text', rule_id: 'text' } }, (db, { v, c }) =>
  sql`with ${v}, ${c} update tokens set rule_id = null from c
    where tokens.id in (select v.id from v) and tokens.rule_id = c.rule_id and not exists (select 1 from distributions d
      join jobs j on j.id = d.job_id
      where d.token_id = tokens.id and d.user_id = tokens.user_id and d.job_id <> c.job_id and j.rule_id = c.rule_id)`.compile(
    db,
  ),
);

/** Tokens that users had before: distributed, of a rule, and left with them. @param undone the job that distributed them */
export async function restoreAssigned(
  db: Connection,
  tokenIds: readonly string[],
  undone: Pick<Row<'jobs'>, 'id' | 'rule_id'>,
): Promise<void> {
  await restore(db, tokenIds);
  if (undone.rule_id !== null)
    await notOfRule(db, { v: asRows(tokenIds), c: [{ job_id: undone.id, rule_id: undone.rule_id }] });
}

const RETURNED = { token_id: 'text', domain_before: 'text' } as const;
const giveBack = preparedBatch({ v: RETURNED }, (db, { v }) =>
  sql`with ${v}
    update tokens set ${RELEASING}, distributed = 0, version = version + 1,
      domain = coalesce((select path from security_domains where path = v.domain_before), tokens.domain)
    from v where tokens.id = v.token_id`.compile(db),
);

/** Back to stock, where they came from: nothing of the user stays on them. */
export async function returnToStock(db: Connection, rows: readonly RowOf<typeof RETURNED>[]): Promise<void> {
  const ids = rows.map(({ token_id }) => String(token_id));
  await forgetHolders(db, ids);
  await giveBack(db, { v: rows });
}

const remove = preparedByIds(sql`delete from tokens where id in (select v.id from v)`);

/** What belongs to a token goes with it. */
export async function deleteTokens(db: Connection, tokenIds: readonly string[]): Promise<void> {
  await forgetHolders(db, tokenIds);
  await remove(db, tokenIds);
}

const ENDED = { job_id: 'text', position: 'bigint', state: 'text', text: 'text' } as const;

const end = preparedBatch({ v: ENDED }, (db, { v }) =>
  sql`with ${v} update job_rows set state = v.state, text = v.text, sealed = null from v
    where job_rows.job_id = v.job_id and job_rows.position = v.position`.compile(db),
);

/**
 * Rows of a job that each had its turn.
 * @param rows with why it came to nothing
 * @param states what a row is that was done, and what one is that came to nothing
 */
export async function endRows(
  db: Connection,
  jobId: string,
  rows: readonly { readonly position: number; readonly why: Text | undefined }[],
  [well, otherwise]: readonly [well: 'done' | 'undone', otherwise: 'failed' | 'kept'],
): Promise<void> {
  const v = rows.map(({ position, why }) => ({
    ...{ job_id: jobId, position, state: why ? otherwise : well },
    text: why ? JSON.stringify(why) : null,
  }));
  await end(db, { v });
}
