/**
 * Facets of a search: for each of five columns, the most frequent values, counted in the latest rows. The work is bounded: one index gives
 * the latest rows that match the most selective condition, and the other conditions are checked on these rows only.
 */
import { AUDIT_FACETS, type AuditFacet } from '@sower/api/audit';
import { type RawBuilder, sql } from 'kysely';
import { FAR_MILLISECONDS } from '../db/ids.ts';
import { idAt } from '../operations/old-rows.ts';
import type { Connection } from '../schema/schema.ts';
import { AUTHENTICATION, type AuditFilter, isOneOf, isPart, likePart, SESSION } from './search.ts';

/** Rows looked at. Some 20 ms. */
const MOST = 10_000;
const MAX_VALUES = 8;
/** An ID is made a moment before its row is: what is looked at begins so much after the time asked for, and ends so much before. */
const NEAR = FAR_MILLISECONDS;

export type CountedAudit = {
  readonly count: number;
  readonly complete: boolean;
  /** Epoch milliseconds. */
  readonly since: number | undefined;
  readonly facets: readonly {
    readonly name: AuditFacet;
    readonly values: readonly { readonly value: string; readonly count: number }[];
    readonly others: number;
  }[];
};

export async function countAudit(db: Connection, filter: AuditFilter, most = MOST): Promise<CountedAudit> {
  const { objects, about, actions, named: _, since, until, ...equal } = filter;
  const inTime = [
    ...(since === undefined ? [] : [sql`id >= ${idAt(since - NEAR)}`]),
    ...(until === undefined ? [] : [sql`id < ${idAt(until + NEAR)}`]),
  ];
  const latest = (rows: RawBuilder<unknown>, also: RawBuilder<unknown>) =>
    sql`select * from (${rows} where ${sql.join([also, ...inTime], sql` and `)}
      order by id desc limit ${most}) as latest`;
  /** By the index that there is; of each of several objects, the latest. */
  const seen = (rows: RawBuilder<unknown>, indexed: readonly (keyof typeof equal)[]) => {
    if (objects) {
      const each = objects.map((object) => latest(rows, sql`object = ${object}`));
      return sql`select * from (${sql.join(each, sql` union all `)}) as each_of order by id desc limit ${most}`;
    }
    const column = indexed.find((name) => equal[name] !== undefined && !isPart(name, equal[name]));
    return latest(rows, column === undefined ? sql`true` : sql`${sql.ref(column)} = ${equal[column]}`);
  };
  const trail = sql`select id, at, actor, action, object, result, source, request from audit`;
  const sessions = sql`select id, at, actor, ${sql.lit(SESSION.action)} as action, object,
    ${sql.lit(SESSION.result)} as result, source, cast(null as text) as request from radius_accounting`;
  const { action = SESSION.action, result = SESSION.result, request } = equal;
  const withSessions =
    (actions ?? [action]).includes(SESSION.action) &&
    result === SESSION.result &&
    (about ?? request) === undefined;
  const rest = (['actor', 'action', 'object', 'result', 'source', 'request'] as const)
    .filter((column) => equal[column] !== undefined)
    .map((column) =>
      isPart(column, equal[column])
        ? likePart(column, equal[column] as string, filter)
        : sql`${sql.ref(column)} = ${equal[column]}`,
    );
  if (since !== undefined) rest.push(sql`at >= ${since}`);
  if (until !== undefined) rest.push(sql`at < ${until}`);
  if (about === 'authentication') rest.push(isOneOf(AUTHENTICATION));
  if (actions !== undefined) rest.push(isOneOf(actions));
  const counts = AUDIT_FACETS.map((name) => {
    const column = sql.ref(name);
    return sql`select * from (select ${sql.lit(name)} as name, ${column} as value, count(*) as count,
      count(*) over () as different from found where ${column} is not null
      group by ${column} order by count(*) desc, ${column} limit ${MAX_VALUES}) as by_value`;
  });
  const { rows } = await sql<{ name: string; value: string | null; count: number; different: number }>`
    with trail as materialized (${seen(trail, ['object', 'action', 'actor'])}),
    sessions as materialized (${withSessions ? seen(sessions, ['object']) : latest(sessions, sql`1 = 0`)}),
    found as materialized (select * from (select * from trail union all select * from sessions) as both_of
      where ${sql.join([...rest, sql`true`], sql` and `)})
    select 'trail' as name, cast(min(at) as text) as value, count(*) as count, 0 as different from trail
    union all select 'sessions', cast(min(at) as text), count(*), 0 from sessions
    union all select 'found', null, count(*), 0 from found
    union all ${sql.join(counts, sql` union all `)}`.execute(db);
  const one = (name: string) => rows.find((row) => row.name === name);
  /** As far back as a table was read, if there is more of it in the time asked for. */
  const cut = ['trail', 'sessions'].flatMap((table) => {
    const { count = 0, value = null } = one(table) ?? {};
    const oldest = Number(value);
    return Number(count) < most || (since !== undefined && oldest < since) ? [] : [oldest];
  });
  const complete = cut.length === 0;
  return {
    count: Number(one('found')?.count ?? 0),
    complete,
    since: complete ? since : Math.max(...cut),
    facets: AUDIT_FACETS.map((name) => {
      const values = rows
        .filter((row) => row.name === name)
        .map(({ value, count }) => ({ value: value ?? '', count: Number(count) }));
      const different = Number(one(name)?.different ?? 0);
      return { name, values, others: different - values.length };
    }),
  };
}
