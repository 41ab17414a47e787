/** Rules that distribute automatically, and whom they concern now. */

import { type RawBuilder, sql } from 'kysely';
import { FOR_EACH_ROW } from '../db/database-kind.ts';
import { type Reason, reasonColumns } from '../db/reason.ts';
import { changeRows, countRows, findOne, hasRow, listAll, putRow, setRow } from '../db/rows.ts';
import { inGroup } from '../directory/user-search.ts';
import { type Marks, markOf } from '../keys/marks.ts';
import type { TokenKey, UserRow } from '../schema/brands.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { isAccepted, takesCode } from '../tokens/tokens.ts';
import { isServing, isUsable } from './distributions.ts';

export type RuleRow = Row<'distribution_rules'>;
export const findRule = (db: Connection, id: string) => findOne(db, 'distribution_rules', { id });

export const listRules = (db: Connection) => listAll(db, 'distribution_rules', 'name_key');

export const noteRun = (db: Connection, id: string, at: number) =>
  changeRows(db, 'distribution_rules', { id }, { last_run_at: at });

/** It does nothing more until someone saves it. */
export async function stopRule(db: Connection, marks: Pick<Marks, 'sealing'>, rule: RuleRow, reason: Reason) {
  const row = { ...rule, enabled: 0 };
  return setRow(
    db,
    'distribution_rules',
    { id: rule.id, version: rule.version, enabled: 1 },
    { enabled: 0, mark: markOf('distribution_rules', marks, row), ...reasonColumns(reason) },
  );
}

/** Users who were given a token by the jobs of a rule since a time, or are about to be. */
export async function countGiven(db: Connection, ruleId: string, since: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from job_rows r join jobs j on j.id = r.job_id
    where j.rule_id = ${ruleId} and j.created_at >= ${since} and r.state in ('new', 'ready', 'done')`.execute(
    db,
  );
  return Number(rows[0]?.count ?? 0);
}

export const hasOpenJob = (db: Connection, ruleId: string) =>
  hasRow(db, 'jobs', {
    rule_id: ruleId,
    state: ['in', ['collecting', 'queued', 'running', 'paused']],
  });

type Concern = {
  readonly ruleId: string;
  readonly domain: string;
  /** Only those of the domain who are in this group of a directory. */
  readonly group: string | undefined;
  /** Where the page before ended. */
  readonly after: string;
};

/** What is found on a page, and where it ends; no end when it was the last one. */
export type Page<Found> = { readonly found: readonly Found[]; readonly end: string | undefined };

const memberOf = (group: string | undefined) =>
  group === undefined ? sql`1 = 1` : inGroup(sql.ref('u.id'), group);
const within = (column: RawBuilder<unknown>, domain: string) => sql`${column} like ${`${domain}%`}`;

type Joiner = {
  readonly user_id: string;
  readonly holds: number;
  /** Got as many codes as a rule gives, and used none. */
  readonly given_up: number;
};

/** Rows that a page looks at, whether they are found or not: no one else waits for more on SQLite. */
const USERS = 2_000;
const TOKENS = 2_000;
/** How many unused codes in a row a rule gives a user. After that, someone has to talk to the user. */
export const MAX_CODES = 3;
/** Codes `g` that jobs `j` of a rule made, but not those that their users began again themselves. */
const madeBy = (ruleId: string) => sql`j.rule_id = ${ruleId} and g.created_by not like 'user:%'`;

/**
 * Enabled users in the domain without a token that works, as one from a maker or a file does, or that can be activated. Those whom a job of the
 * rule looked at since `triedSince` wait: otherwise a user who cannot get one would be tried every time.
 * @returns `holds`: 1 when the user has a token that can be distributed
 */
export async function listJoiners(
  db: Connection,
  { ruleId, domain, group, after }: Concern,
  { now, day, triedSince }: { readonly now: number; readonly day: string; readonly triedSince: number },
): Promise<Page<Joiner>> {
  const { rows } = await sql<Joiner & { at: string; wanted: number }>`
    with page as materialized (select id, user_id, user_id_key from users
      where user_id_key > ${after} and enabled = 1 and ${within(sql.ref('domain'), domain)}
      order by user_id_key limit ${USERS})
    select u.user_id, u.user_id_key as at,
      case when exists (select 1 from tokens c where c.user_id = u.id and ${takesCode('c', day)}) then 1 else 0 end as holds,
      case when (select count(*) from distributions g join jobs j on j.id = g.job_id
          where g.user_id = u.id and ${madeBy(ruleId)} and g.id > coalesce((select max(a.id) from distributions a
            where a.user_id = u.id and a.state in ('provisioned', 'confirmed')), '')) >= ${MAX_CODES}
        then 1 else 0 end as given_up,
      case when exists (select 1 from tokens c where c.user_id = u.id and ${isServing('c', { now, day })} ${FOR_EACH_ROW})
        or exists (select 1 from jobs j join job_rows r on r.job_id = j.id and r.key = u.user_id_key
          where j.rule_id = ${ruleId} and j.created_at > ${triedSince})
        or not (${memberOf(group)}) then 0 else 1 end as wanted
    from page u order by u.user_id_key`.execute(db);
  return {
    found: rows.filter(({ wanted }) => wanted === 1),
    end: rows.length < USERS ? undefined : rows.at(-1)?.at,
  };
}

export type AssignedToken = {
  readonly token_id: TokenKey;
  readonly serial: string;
  readonly user_row: UserRow;
  readonly user_id: string;
  /** Path of the security domain that the user, and so the token, is in now. */
  readonly domain: string;
};

/** What was looked at, with what was found there, if anything was. */
type LookedAt = { readonly [Column in keyof AssignedToken]: AssignedToken[Column] | null } & {
  readonly at: string;
  readonly wanted: number;
};

function pageOf(rows: readonly LookedAt[], limit: number): Page<AssignedToken> {
  const lookedAt = new Set(rows.map(({ at }) => at)).size;
  return {
    found: rows.filter((row): row is AssignedToken & LookedAt => row.wanted === 1),
    end: lookedAt < limit ? undefined : rows.at(-1)?.at,
  };
}

/**
 * Of the tokens that a rule gave to those who hold them, those of which a condition holds. The condition is a column: as a filter of a joined
 * table it may be computed for the whole page again with each row of it.
 */
async function listGiven(
  db: Connection,
  { ruleId, after }: Concern,
  wanted: RawBuilder<unknown>,
  /** Those that wait to replace them instead; `p` is the pair. */
  replacements = false,
): Promise<Page<AssignedToken>> {
  const found = sql.ref(replacements ? 'n' : 't');
  const paired = replacements
    ? sql`left join replacements p on p.replaced_id = t.id left join tokens n on n.id = p.token_id and n.user_id = u.id`
    : sql``;
  const page = sql`select id, user_id, serial, enabled, lost, expires_on from tokens
    where rule_id = ${ruleId} and id > ${after} order by id limit ${TOKENS}`;
  const { rows } = await sql<LookedAt>`
    with t as materialized (${page})
    select ${found}.id as token_id, ${found}.serial, u.id as user_row, u.user_id, u.domain, t.id as at,
      case when u.id is not null and ${found}.id is not null and ${wanted} then 1 else 0 end as wanted
    from t left join users u on u.id = t.user_id ${paired} order by t.id`.execute(db);
  return pageOf(rows, TOKENS);
}

const isGone = ({ domain, group }: Pick<Concern, 'domain' | 'group'>) =>
  sql`(u.enabled = 0 or not (${within(sql.ref('u.domain'), domain)}) or not (${memberOf(group)}))`;

/** Whether a user is not, or no longer, one whom a rule is about. */
export async function hasLeft(
  db: Connection,
  concern: Pick<Concern, 'domain' | 'group'>,
  userRow: UserRow,
): Promise<boolean> {
  const { rows } =
    await sql`select 1 from users u where u.id = ${userRow} and not ${isGone(concern)}`.execute(db);
  return rows.length === 0;
}

/** By the rule, or by another that will free it: one that is off does not. */
const isNoted = (ruleId: string) =>
  sql`exists (select 1 from rule_leavers l join distribution_rules r on r.id = l.rule_id
    where l.token_id = t.id and (l.rule_id = ${ruleId} or r.enabled = 1))`;

/** Tokens whose users have left since the last look. */
export const listLeavers = (db: Connection, concern: Concern): Promise<Page<AssignedToken>> =>
  listGiven(db, concern, sql`${isGone(concern)} and not ${isNoted(concern.ruleId)}`);

/** All tokens of disabled users in the domain, and in the group, that have not been noted yet. */
export async function listDisabledHolders(
  db: Connection,
  { ruleId, domain, group, after }: Concern,
): Promise<Page<AssignedToken>> {
  const { rows } = await sql<LookedAt>`
    with page as materialized (select u.id, u.user_id, u.user_id_key, u.domain from users u
      where u.user_id_key > ${after} and u.enabled = 0 and ${within(sql.ref('u.domain'), domain)}
      order by u.user_id_key limit ${USERS})
    select t.id as token_id, t.serial, u.id as user_row, u.user_id, u.domain, u.user_id_key as at,
      case when t.id is null then 0 else 1 end as wanted from page u
    left join tokens t on t.user_id = u.id and not ${isNoted(ruleId)} and ${memberOf(group)}
    order by u.user_id_key, t.serial`.execute(db);
  return pageOf(rows, USERS);
}

/** Activated ones that end between two days, and are not being replaced. */
export const listExpiring = (
  db: Connection,
  concern: Concern,
  { from, until }: { readonly from: string; readonly until: string },
): Promise<Page<AssignedToken>> =>
  listGiven(
    db,
    concern,
    sql`not ${isGone(concern)} and ${isAccepted('t', from)} and t.expires_on <= ${until}
      and exists (select 1 from seeds s where s.token_id = t.id)
      and not exists (select 1 from replacements r where r.replaced_id = t.id)
      and not exists (select 1 from replacements r where r.token_id = t.id)`,
  );

/**
 * Replacements made with the rule's rights, or given by a job of the rule when someone else had saved it last, that have no live code: the
 * run or job that should have issued one failed, or the code expired.
 * Tokens that have a seed, such as hardware tokens, need none; those that a job looked at since `triedSince` wait.
 */
export const listUnserved = (
  db: Connection,
  concern: Concern,
  {
    from,
    now,
    triedSince,
    by,
  }: { readonly from: string; readonly now: number; readonly triedSince: number; readonly by: string },
): Promise<Page<AssignedToken>> =>
  listGiven(
    db,
    concern,
    sql`not ${isGone(concern)} and (p.created_by = ${by} or n.rule_id = ${concern.ruleId}) and ${isAccepted('n', from)}
      and not exists (select 1 from seeds s where s.token_id = n.id)
      and not exists (select 1 from distributions g where g.token_id = n.id and g.latest = 1
        and ${isUsable('g', now)})
      and (select count(*) from distributions g join jobs j on j.id = g.job_id
        where g.token_id = n.id and ${madeBy(concern.ruleId)}) < ${MAX_CODES}
      and not exists (select 1 from jobs j join job_rows r on r.job_id = j.id and r.key = n.serial
        where j.rule_id = ${concern.ruleId} and j.created_at > ${triedSince})`,
    true,
  );

/** Another rule that has noted it is off. */
export const putLeaver = (db: Connection, row: Row<'rule_leavers'>) =>
  putRow(db, 'rule_leavers', row, 'token_id');

/**
 * A user who came back, or whose token went to someone else, has not left. @param today when it began: those whose token was freed count
 * until it ends
 */
export async function forgetReturned(
  db: Connection,
  concern: Omit<Concern, 'after'> & { readonly own: boolean },
  today: number,
): Promise<void> {
  const { ruleId, own } = concern;
  // It freed all tokens once, and does so no more.
  if (own)
    await sql`delete from rule_leavers where rule_id = ${ruleId} and exists (select 1 from tokens t
      where t.id = rule_leavers.token_id and t.user_id = rule_leavers.user_id and t.rule_id is distinct from ${ruleId})`.execute(
      db,
    );
  const stillAssigned = sql`select 1 from tokens t join users u on u.id = t.user_id
    where t.id = rule_leavers.token_id and u.id = rule_leavers.user_id`;
  await sql`delete from rule_leavers where rule_id = ${ruleId} and not exists (${stillAssigned} and ${isGone(concern)})
    and (since < ${today} or exists (${stillAssigned}))`.execute(db);
}

export const countLeavers = (db: Connection, ruleId: string, since: number) =>
  countRows(db, 'rule_leavers', { rule_id: ruleId, since: ['>=', since] });

export async function listDueLeavers(db: Connection, ruleId: string, leftBefore: number, limit: number) {
  const { rows } = await sql<AssignedToken>`
    select t.id as token_id, t.serial, u.id as user_row, u.user_id, u.domain
    from rule_leavers l join tokens t on t.id = l.token_id join users u on u.id = t.user_id and u.id = l.user_id
    where l.rule_id = ${ruleId} and l.since <= ${leftBefore}
    order by l.since limit ${limit}`.execute(db);
  return rows;
}
