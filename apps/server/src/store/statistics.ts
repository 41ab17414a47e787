/** Counts for the console's first page. Each is one pass over an index or a table; nothing is kept beside the rows. */
import { sql } from 'kysely';
import { inScopes } from './domains.ts';
import type { Connection } from './schema.ts';
import { lastGoodDay } from './tokens.ts';

export type TokenCounts = Record<
  'total' | 'assigned' | 'unassigned' | 'enabled' | 'disabled' | 'lost' | 'expired' | 'expiring',
  number
>;
export type DistributionCounts = Record<'issued' | 'opened' | 'provisioned' | 'expired' | 'failed', number>;

export async function countTokens(
  db: Connection,
  scopes: readonly string[],
  now: number,
  expiringDays: number,
): Promise<TokenCounts> {
  const today = lastGoodDay(now);
  const horizon = new Date(now + expiringDays * 86_400_000).toISOString().slice(0, 10);
  const when = (condition: ReturnType<typeof sql>) =>
    sql<number>`coalesce(sum(case when ${condition} then 1 else 0 end), 0)`;
  const row = await db
    .selectFrom('tokens')
    .select(({ fn }) => [
      fn.countAll<number>().as('total'),
      when(sql`user_id is not null`).as('assigned'),
      when(sql`enabled = 1`).as('enabled'),
      when(sql`lost = 1`).as('lost'),
      when(sql`expires_on < ${today}`).as('expired'),
      when(sql`expires_on >= ${today} and expires_on < ${horizon}`).as('expiring'),
    ])
    .where(({ ref }) => inScopes(ref('domain'), scopes))
    .executeTakeFirstOrThrow();
  const { total, assigned, enabled, lost, expired, expiring } = row;
  const counts = { total, assigned, enabled, lost, expired, expiring };
  const number = Object.fromEntries(
    Object.entries(counts).map(([name, value]) => [name, Number(value)]),
  ) as Record<keyof typeof counts, number>;
  return {
    ...number,
    unassigned: number.total - number.assigned,
    disabled: number.total - number.enabled,
  };
}

/** Of every token its latest distribution, by what it waits for. */
export async function countDistributions(
  db: Connection,
  scopes: readonly string[],
  now: number,
): Promise<DistributionCounts> {
  const { rows } = await sql<{ state: string; count: number }>`
    select case when state in ('issued', 'opened') and expires_at <= ${now} then 'expired' else state end as state,
           count(*) as count
    from distributions d
    where state in ('issued', 'opened', 'provisioned', 'failed')
      and not exists (select 1 from distributions later where later.token_id = d.token_id and later.id > d.id)
      and exists (select 1 from tokens where tokens.id = d.token_id and ${inScopes(sql.ref('tokens.domain'), scopes)})
    group by 1`.execute(db);
  const counts: DistributionCounts = { issued: 0, opened: 0, provisioned: 0, expired: 0, failed: 0 };
  for (const { state, count } of rows) {
    if (state in counts) counts[state as keyof DistributionCounts] = Number(count);
  }
  return counts;
}

export async function countUsers(db: Connection, scopes: readonly string[]): Promise<number> {
  const { count } = await db
    .selectFrom('users')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where(({ ref }) => inScopes(ref('domain'), scopes))
    .executeTakeFirstOrThrow();
  return Number(count);
}
