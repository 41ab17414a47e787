/** What reports list: each a page by the key of the last row, in the domains in which the reader may see it. */

import { type Kysely, sql } from 'kysely';
import { isFew } from '../db/bounded-count.ts';
import { inScopes, rangesOfScopes, TOP_DOMAIN } from '../directory/domains.ts';
import { isGone } from '../directory/user-search.ts';
import { idAt } from '../operations/old-rows.ts';
import type { Connection, Row } from '../schema/schema.ts';

export type ReportPage = {
  /** Paths. */
  readonly scopes: readonly string[];
  readonly limit: number;
  /** Key of the last row of the page before. */
  readonly after: string | undefined;
};

const TOKEN_STATES_NEVER_ACTIVATED = ['issued', 'opened', 'failed', 'withdrawn'] as const;

/**
 * Rows of small domains are fetched and sorted; otherwise a page would walk past all the others. Within an object, since Kysely prevents that
 * a query is awaited.
 */
async function rowsIn<From extends 'tokens as t' | 'users as u'>(
  db: Connection,
  from: From,
  scopes: readonly string[],
) {
  const all = db.selectFrom<From>(from);
  const [table = '', alias = ''] = from.split(' as ');
  const range = rangesOfScopes(sql.ref('domain'), scopes);
  const few = sql<{ id: string }>`(select id from ${sql.table(table)} where ${range})`;
  if (scopes.includes(TOP_DOMAIN.path) || !(await isFew(db, few))) return { from: all };
  const loose = db as unknown as Kysely<Record<string, Record<string, string>>>;
  const some = loose.selectFrom(few.as('few')).crossJoin<string>(from).whereRef(`${alias}.id`, '=', 'few.id');
  return { from: some as unknown as typeof all };
}

/** Tokens with their users and their latest distributions, in the order of their serial numbers. */
export async function listReportTokens(
  db: Connection,
  { scopes, limit, after }: ReportPage,
  which: 'all' | 'never-activated' | { readonly from: string; readonly to: string },
) {
  const { from } = await rowsIn(db, 'tokens as t', scopes);
  let tokens = from
    .leftJoin('users as u', 'u.id', 't.user_id')
    .leftJoin('distributions as d', (join) => join.onRef('d.token_id', '=', 't.id').on('d.latest', '=', 1))
    .select([
      't.serial',
      't.domain',
      't.enabled',
      't.lost',
      't.expires_on',
      'u.user_id',
      'u.first_name',
      'u.last_name',
      'd.state',
      'd.expires_at',
    ])
    .where(({ ref }) => inScopes(ref('t.domain'), scopes))
    .limit(limit);
  if (typeof which === 'object') {
    const [day = '', serial = ''] = (after ?? '').split('/');
    tokens = tokens
      .where('t.expires_on', '>=', which.from)
      .where('t.expires_on', '<', which.to)
      .orderBy('t.expires_on')
      .orderBy('t.serial');
    return (
      after === undefined
        ? tokens
        : tokens
            .where('t.expires_on', '>=', day)
            .where(({ eb, or }) => or([eb('t.expires_on', '>', day), eb('t.serial', '>', serial)]))
    ).execute();
  }
  tokens = tokens.orderBy('t.serial');
  if (after !== undefined) tokens = tokens.where('t.serial', '>', after);
  if (which === 'never-activated') {
    tokens = tokens
      .where('t.user_id', 'is not', null)
      .where(({ eb, or }) =>
        or([eb('d.state', 'is', null), eb('d.state', 'in', [...TOKEN_STATES_NEVER_ACTIVATED])]),
      )
      .where(sql<boolean>`not exists (select 1 from seeds s where s.token_id = t.id)`);
  }
  return tokens.execute();
}

/** Of what came in a batch: how many there are, and what has become of them. `free` can be given to a user. */
export async function listTokenBatches(db: Connection, scopes: readonly string[], oldest: string) {
  const { rows } = await sql<{
    readonly batch: string;
    readonly maker: string;
    readonly kind: Row<'tokens'>['kind'];
    readonly total: number;
    readonly free: number;
    readonly assigned: number;
    readonly lent: number;
    readonly expired: number;
    readonly lost: number;
  }>`
    select t.batch, t.maker, t.kind, count(*) as total,
      sum(case when t.user_id is null and t.lost = 0 and t.expires_on >= ${oldest} then 1 else 0 end) as free,
      sum(case when t.user_id is null then 0 else 1 end) as assigned,
      sum(case when t.lent_until is null then 0 else 1 end) as lent,
      sum(case when t.expires_on < ${oldest} then 1 else 0 end) as expired,
      sum(t.lost) as lost
    from tokens t where t.batch is not null and ${inScopes(sql.ref('t.domain'), scopes)}
    group by t.batch, t.maker, t.kind order by t.batch, t.maker, t.kind`.execute(db);
  return rows;
}

/** Latest first. The token is in these domains; who it was for may be elsewhere by now, or may always have been. */
export async function listReportDistributions(
  db: Connection,
  { scopes, limit, after }: ReportPage,
  since: number,
) {
  const { from } = await rowsIn(db, 'tokens as t', scopes);
  let found = from
    .innerJoin('distributions as d', 'd.token_id', 't.id')
    .leftJoin('users as u', 'u.id', 'd.user_id')
    .select([
      'd.id',
      'd.created_at',
      'd.created_by',
      'd.profile_name',
      'd.state',
      'd.expires_at',
      't.serial',
      'u.user_id',
      'u.first_name',
      'u.last_name',
      'u.domain as user_domain',
    ])
    .where('d.id', '>=', idAt(since))
    .where(({ ref }) => inScopes(ref('t.domain'), scopes))
    .orderBy('d.id', 'desc')
    .limit(limit);
  if (after !== undefined) found = found.where('d.id', '<', after);
  return found.execute();
}

/** Enabled users, there already then, of whom no token was accepted since. */
export async function listInactiveUsers(db: Connection, { scopes, limit, after }: ReportPage, since: number) {
  const accepted = sql`(select 1 from tokens t join seeds s on s.token_id = t.id
    where t.user_id = u.id and s.last_accepted_at >= ${since})`;
  const { from } = await rowsIn(db, 'users as u', scopes);
  let users = from
    .select([
      'u.user_id',
      'u.user_id_key',
      'u.first_name',
      'u.last_name',
      'u.domain',
      sql<number | null>`(select max(s.last_accepted_at) from tokens t join seeds s on s.token_id = t.id
        where t.user_id = u.id)`.as('accepted_at'),
      sql<number>`(select count(*) from tokens t where t.user_id = u.id)`.as('tokens'),
    ])
    .where('u.enabled', '=', 1)
    .where('u.created_at', '<', since)
    .where(({ ref }) => inScopes(ref('u.domain'), scopes))
    .where(sql<boolean>`not exists ${accepted}`)
    .orderBy('u.user_id_key')
    .limit(limit);
  if (after !== undefined) users = users.where('u.user_id_key', '>', after);
  return users.execute();
}

/** Users whom their directory has not had since then or longer. */
export async function listGoneUsers(db: Connection, { scopes, limit, after }: ReportPage, since: number) {
  let users = db
    .selectFrom('users')
    .innerJoin('identity_sources as s', 's.id', 'users.source_id')
    .select([
      'users.user_id',
      'users.user_id_key',
      'users.first_name',
      'users.last_name',
      'users.domain',
      'users.source_since',
      's.name as source',
      sql<number>`(select count(*) from tokens t where t.user_id = users.id)`.as('tokens'),
    ])
    .where(isGone(since))
    .where(({ ref }) => inScopes(ref('users.domain'), scopes))
    .orderBy('users.user_id_key')
    .limit(limit);
  if (after !== undefined) users = users.where('users.user_id_key', '>', after);
  return users.execute();
}

/** Latest first. */
export function listReportRequests(db: Connection, { scopes, limit, after }: ReportPage, since: number) {
  let requests = db
    .selectFrom('token_requests as r')
    .innerJoin('users as u', 'u.id', 'r.user_id')
    .select([
      'r.id',
      'r.created_at',
      'r.created_by',
      'r.offer_name',
      'r.state',
      'r.serial',
      'u.user_id',
      'u.first_name',
      'u.last_name',
    ])
    .where('r.id', '>=', idAt(since))
    .where(({ ref }) => inScopes(ref('u.domain'), scopes))
    .orderBy('r.id', 'desc')
    .limit(limit);
  if (after !== undefined) requests = requests.where('r.id', '<', after);
  return requests.execute();
}

/** Latest first: the latest of each action by its index, and of those the latest. */
export function listAuditOf(
  db: Connection,
  actions: readonly string[],
  { limit, after }: Omit<ReportPage, 'scopes'>,
  { since, result }: { readonly since: number; readonly result?: Row<'audit'>['result'] },
): Promise<Row<'audit'>[]> {
  const latest = actions.map((action) => {
    let rows = db
      .selectFrom('audit')
      .select('id')
      .where('action', '=', action)
      .where('id', '>=', idAt(since))
      .orderBy('id', 'desc')
      .limit(limit);
    if (result !== undefined) rows = rows.where('result', '=', result);
    if (after !== undefined) rows = rows.where('id', '<', after);
    return sql`select id from ${rows.as('latest')}`;
  });
  return db
    .selectFrom('audit')
    .selectAll()
    .where('id', 'in', sql<string>`(${sql.join(latest, sql` union all `)})`)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}
