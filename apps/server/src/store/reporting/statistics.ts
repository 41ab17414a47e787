/** Counts for the console's first page. Each is one pass over an index or a table; no counters are stored. */
import { expiringBefore } from '@sower/api/statistics';
import { type RawBuilder, sql } from 'kysely';
import { countOf, isFew } from '../db/bounded-count.ts';
import { inScopes, rangesOfScopes, TOP_DOMAIN } from '../directory/domains.ts';
import { stateNow } from '../distribution/distributions.ts';
import type { Connection } from '../schema/schema.ts';
import { oldestValidDay } from '../tokens/tokens.ts';

type TokenCounts = Record<
  'total' | 'assigned' | 'unassigned' | 'enabled' | 'disabled' | 'lost' | 'expired' | 'expiring',
  number
>;
type DistributionCounts = Record<'issued' | 'opened' | 'provisioned' | 'expired' | 'failed', number>;

const everywhere = (scopes: readonly string[]): boolean => scopes.includes(TOP_DOMAIN.path);

export async function countTokens(
  db: Connection,
  scopes: readonly string[],
  now: number,
  expiringDays: number,
): Promise<TokenCounts> {
  const oldest = oldestValidDay(now);
  const horizon = expiringBefore(now, expiringDays);
  const inside = everywhere(scopes) ? sql`1 = 1` : rangesOfScopes(sql.ref('domain'), scopes);
  // Each along an index that contains no more than what is counted. Unassigned tokens are disabled: only assigning enables them.
  // That every serial number is at least the empty one leads SQLite to the index of the disabled ones, which is in their order.
  const count = (condition: RawBuilder<unknown>) =>
    sql<number>`(select count(*) from tokens where ${condition} and ${inside})`;
  const { rows } = await sql<
    Record<'total' | 'assigned' | 'barred' | 'lost' | 'expired' | 'expiring', number>
  >`
    select ${count(sql`1 = 1`)} as total,
           ${count(sql`user_id is not null`)} as assigned,
           ${count(sql`user_id is not null and enabled = 0 and serial >= ''`)} as barred,
           ${count(sql`lost = 1`)} as lost,
           ${count(sql`expires_on < ${oldest}`)} as expired,
           ${count(sql`expires_on >= ${oldest} and expires_on < ${horizon}`)} as expiring`.execute(db);
  const [row] = rows;
  const number = (name: keyof NonNullable<typeof row>): number => Number(row?.[name] ?? 0);
  const [total, assigned] = [number('total'), number('assigned')];
  const enabled = assigned - number('barred');
  return {
    total,
    assigned,
    unassigned: total - assigned,
    enabled,
    disabled: total - enabled,
    lost: number('lost'),
    expired: number('expired'),
    expiring: number('expiring'),
  };
}

/** The latest distribution of every token, by what it is waiting for. */
export async function countDistributions(db: Connection, scopes: readonly string[], now: number) {
  const few = sql`select id from tokens where ${rangesOfScopes(sql.ref('domain'), scopes)}`;
  // In a small domain, its tokens are looked at; in a large one, everything that waits.
  const [source, inside] = everywhere(scopes)
    ? [sql`distributions`, sql`1 = 1`]
    : (await isFew(db, few))
      ? [sql`(${few}) as few cross join distributions`, sql`distributions.token_id = few.id`]
      : [
          sql`distributions`,
          sql`exists (select 1 from tokens where tokens.id = token_id and ${inScopes(sql.ref('tokens.domain'), scopes)})`,
        ];
  const { rows } = await sql<{ state: string; count: number }>`
    select ${stateNow(now)} as state, count(*) as count
    from ${source}
    where latest = 1 and state in ('issued', 'opened', 'provisioned', 'failed') and ${inside}
    group by 1`.execute(db);
  const counts: DistributionCounts = { issued: 0, opened: 0, provisioned: 0, expired: 0, failed: 0 };
  for (const { state, count } of rows) {
    if (state in counts) counts[state as keyof DistributionCounts] = Number(count);
  }
  return counts;
}

export const countUsers = (db: Connection, scopes: readonly string[]) =>
  countOf(
    db,
    sql`select 1 from users where ${everywhere(scopes) ? sql`1 = 1` : rangesOfScopes(sql.ref('domain'), scopes)}`,
  );

/** What there is at all: each ends at the first row. */
export async function findSetup(
  db: Connection,
): Promise<Record<'profile' | 'users' | 'tokens' | 'provisioned' | 'client' | 'backup', boolean>> {
  const exists = (rows: RawBuilder<unknown>) => sql<number>`case when exists (${rows}) then 1 else 0 end`;
  const { rows } = await sql<
    Record<'profile' | 'users' | 'tokens' | 'provisioned' | 'client' | 'backup', number>
  >`
    select ${exists(sql`select 1 from token_profiles`)} as profile,
           ${exists(sql`select 1 from users`)} as users,
           ${exists(sql`select 1 from tokens`)} as tokens,
           ${exists(sql`select 1 from distributions where latest = 1 and state in ('provisioned', 'confirmed')`)} as provisioned,
           ${exists(sql`select 1 from radius_clients`)} + ${exists(sql`select 1 from agents`)} as client,
           ${exists(sql`select 1 from backups where state = 'done'`)} as backup`.execute(db);
  const has = (name: keyof NonNullable<(typeof rows)[0]>): boolean => Number(rows[0]?.[name] ?? 0) > 0;
  return {
    profile: has('profile'),
    users: has('users'),
    tokens: has('tokens'),
    provisioned: has('provisioned'),
    client: has('client'),
    backup: has('backup'),
  };
}
