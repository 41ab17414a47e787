/**
 * The audit trail: read, latest first. If no index narrows a search down, only part of the rows is examined in each turn of the event loop,
 * so that on SQLite a search that matches none of fifty million rows does not delay logons.
 */

import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { DAY } from '@sower/api/time';
import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { hasOneWriter } from '../db/database-kind.ts';
import { fewTexts } from '../db/parameter-rows.ts';
import { findUser } from '../directory/users.ts';
import { idAt } from '../operations/old-rows.ts';
import type { Connection, Row, Schema } from '../schema/schema.ts';
import { LOG_ON_ACTIONS } from './log-on-actions.ts';
import { objectOf } from './rows.ts';

export type AuditFilter = {
  readonly object?: string | undefined;
  /** Any of these. */
  readonly objects?: readonly string[] | undefined;
  readonly actor?: string | undefined;
  /** What the trail calls users in whose names the part of an object or an actor is. */
  readonly named?: Readonly<Partial<Record<'object' | 'actor', readonly string[]>>> | undefined;
  readonly action?: string | undefined;
  /** Any of these. */
  readonly actions?: readonly string[] | undefined;
  readonly about?: 'authentication' | undefined;
  readonly result?: Row<'audit'>['result'] | undefined;
  /** ID of the request. Without a period the whole trail may be read. */
  readonly request?: string | undefined;
  readonly source?: string | undefined;
  /** Epoch milliseconds. */
  readonly since?: number | undefined;
  /** Before then. */
  readonly until?: number | undefined;
};

/** What belongs to authentications: not the logons to a console, which say so themselves. */
export const AUTHENTICATION = Object.keys(LOG_ON_ACTIONS).filter((action) =>
  action.startsWith('authenticate'),
);

/** Actor, object and source may be asked for by part: an asterisk stands for anything, or for nothing. */
export const isPart = (column: keyof AuditFilter, value: string | undefined): boolean =>
  (column === 'actor' || column === 'object' || column === 'source') && value?.includes('*') === true;

/** Upper and lower case of ASCII letters are alike. No index is of use for it. */
export function likePart(
  column: string,
  value: string,
  { named }: Pick<AuditFilter, 'named'>,
): RawBuilder<boolean> {
  const like = sql<boolean>`lower(${sql.ref(column)}) like ${value
    .toLowerCase()
    .replace(/[\\%_]/g, '\\$&')
    .replace(/\*+/g, '%')} escape '\\'`;
  const users = column === 'object' || column === 'actor' ? named?.[column] : undefined;
  return users === undefined || users.length === 0
    ? like
    : sql<boolean>`(${like} or ${sql.ref(column)} || '' in (${sql.join(fewTexts(users))}))`;
}

/** No index is of use for it. */
export const isOneOf = (actions: readonly string[]): RawBuilder<boolean> =>
  sql<boolean>`action || '' in (${sql.join(fewTexts(actions))})`;

/** The audit trail's names for a user, and for the tokens that the user has or was given. Deleted tokens are no longer known. */
export async function objectsOf(db: Connection, userId: string): Promise<string[]> {
  const user = await findUser(db, userId);
  if (!user) return [objectOf(`user:${userId}`)];
  const tokens = await db
    .selectFrom('tokens')
    .select('serial')
    .where('user_id', '=', user.id)
    .union(
      db
        .selectFrom('distributions')
        .innerJoin('tokens', 'tokens.id', 'distributions.token_id')
        .select('tokens.serial')
        .where('distributions.user_id', '=', user.id),
    )
    .execute();
  // The audit trail has user IDs as they were typed.
  const names = new Set([userId, user.user_id, user.user_id_key]);
  return [
    ...[...names].map((name) => objectOf(`user:${name}`)),
    ...tokens.map(({ serial }) => `token:${serial}`),
  ];
}

/** An ID is made a moment before its row is, and has a later time while a clock was set back, see FAR_MILLISECONDS; of earlier versions by more. */
const NEAR = DAY;

/** A row of the trail has these, whatever a client reports. */
export const SESSION = {
  action: 'radius.session',
  result: 'success',
  mark: null,
  request: null,
} as const;

/** Rows, and how far back was looked if that was not to the end: everything from this ID on. */
export type FoundAudit = { readonly rows: Row<'audit'>[]; readonly reached?: string | undefined };

/**
 * Latest first, sessions that RADIUS clients reported included, which have a table of their own. Reports of an earlier Sower are in the trail.
 * @param before ID of the last row of the previous page, or where the search before stopped
 * @param milliseconds after which a search stops that no index narrows down
 */
export async function searchAudit(
  db: Connection,
  filter: AuditFilter,
  limit: number,
  before?: string,
  milliseconds = Number.POSITIVE_INFINITY,
): Promise<FoundAudit> {
  const end = performance.now() + milliseconds;
  const trail = await latest(db, 'audit', filter, limit, before, end);
  const { action = SESSION.action, actions = [action], result = SESSION.result, about, request } = filter;
  if (!actions.includes(SESSION.action) || result !== SESSION.result || (about ?? request) !== undefined)
    return trail as FoundAudit;
  const { action: _, actions: __, result: ___, ...ofSessions } = filter;
  const sessions = await latest(db, 'radius_accounting', ofSessions, limit, before, end);
  const reached = [trail.reached, sessions.reached].reduce(
    (one, other) => (one === undefined || (other !== undefined && other > one) ? other : one),
    undefined,
  );
  const rows = [
    ...(trail.rows as Row<'audit'>[]),
    ...sessions.rows.map((session) => ({ ...session, ...SESSION })),
  ]
    // The other table may not have been read so far back.
    .filter(({ id }) => reached === undefined || id >= reached)
    .sort((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, limit);
  return { rows, reached };
}

/** To the end, however long it takes. */
export const listAudit = async (
  db: Connection,
  filter: AuditFilter,
  limit: number,
  before?: string,
): Promise<Row<'audit'>[]> => (await searchAudit(db, filter, limit, before)).rows;

/** Each with the ID behind it. */
const INDEXED = { audit: ['object', 'actor', 'action'], radius_accounting: ['object'] } as const;
/** Rows looked at in one turn. SQLite holds the event loop meanwhile: some 5 ms for the most in memory, and as long for 50 on a disk. */
const PART = { least: 50, most: 5_000, milliseconds: 5 } as const;

/** @param milliseconds that the part before took, with so many rows */
export function nextPart(db: Connection, rows: number, milliseconds: number): number {
  // On PostgreSQL no one waits for it.
  if (!hasOneWriter(db)) return PART.most;
  const fitting = rows * Math.min(2, PART.milliseconds / milliseconds);
  return Math.round(Math.min(PART.most, Math.max(PART.least, fitting)));
}

type Rows = Row<'radius_accounting'>[];
type Query<O> = SelectQueryBuilder<Schema, 'audit', O>;

/**
 * Both tables have the columns of the second.
 * @param stop as `performance.now()` says it, from when on no further part is read
 */
async function latest(
  db: Connection,
  table: 'audit' | 'radius_accounting',
  filter: AuditFilter,
  limit: number,
  before: string | undefined,
  stop: number,
): Promise<{ readonly rows: Rows; readonly reached?: string | undefined }> {
  const from = table as 'audit';
  const { objects, about, actions, named: _, since, until, ...equal } = filter;
  const asked = (['object', 'actor', 'action', 'result', 'source', 'request'] as const).filter(
    (column) => equal[column] !== undefined,
  );
  const indexed = INDEXED[table].filter(
    (column) => equal[column] !== undefined && !isPart(column, equal[column]),
  );

  /** IDs begin with a time near that of the row: so what is walked along is not the whole trail. */
  const inTime = <O>(query: Query<O>, end: string | undefined): Query<O> => {
    let found = query.orderBy('id', 'desc');
    if (since !== undefined) found = found.where('id', '>=', idAt(since - NEAR));
    if (until !== undefined) found = found.where('id', '<', idAt(until + NEAR));
    return end === undefined ? found : found.where('id', '<', end);
  };
  /** @param by the column whose index is used: the databases would choose another one, without knowing how far it reaches */
  const matching = (end: string | undefined, by: (typeof asked)[number] | undefined): Query<unknown> => {
    let found: Query<unknown> = inTime(db.selectFrom(from), end);
    for (const column of asked)
      found = isPart(column, equal[column])
        ? found.where(likePart(column, equal[column] as string, filter))
        : column === by
          ? found.where(column, '=', equal[column] as string)
          : found.where(sql<boolean>`${sql.ref(column)} || '' = ${equal[column]}`);
    if (about === 'authentication') found = found.where(isOneOf(AUTHENTICATION));
    if (actions !== undefined) found = found.where(isOneOf(actions));
    if (since !== undefined) found = found.where('at', '>=', since);
    return until === undefined ? found : found.where('at', '<', until);
  };

  if (objects !== undefined) {
    // The latest of each by its index, however many rows there are about one of them; then the latest of those.
    const latestOfEach = objects.map((object) => {
      const rows = matching(before, undefined).where('object', '=', object).limit(limit).select('id');
      return sql`select id from ${rows.as('latest')}`;
    });
    const rows = await db
      .selectFrom(from)
      .selectAll()
      .where('id', 'in', sql<string>`(${sql.join(latestOfEach, sql` union all `)})`)
      .orderBy('id', 'desc')
      .limit(limit)
      .$castTo<Row<'radius_accounting'>>()
      .execute();
    return { rows };
  }
  const [only] = indexed;
  if ((about ?? actions) === undefined && asked.length === (only === undefined ? 0 : 1)) {
    const rows = matching(before, only).limit(limit).selectAll().$castTo<Row<'radius_accounting'>>();
    return { rows: await rows.execute() };
  }

  const found: Rows = [];
  let size = nextPart(db, PART.least, PART.milliseconds);
  for (let end = before; ; ) {
    const begun = performance.now();
    // Each index has a part that begins somewhere else: the one that reaches furthest back has the fewest rows.
    let begin: { readonly id: string; readonly by: (typeof indexed)[number] | undefined } | undefined;
    let whole: (typeof indexed)[number] | undefined;
    for (const by of indexed.length === 0 ? [undefined] : indexed) {
      let part = inTime(db.selectFrom(from), end);
      if (by !== undefined) part = part.where(by, '=', equal[by] as string);
      const row = await part
        .select('id')
        .offset(size - 1)
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) {
        [begin, whole] = [undefined, by];
        break;
      }
      if (begin === undefined || row.id < begin.id) begin = { id: row.id, by };
    }
    let part = matching(end, begin === undefined ? whole : begin.by).limit(limit - found.length);
    if (begin !== undefined) part = part.where('id', '>=', begin.id);
    found.push(...(await part.selectAll().$castTo<Row<'radius_accounting'>>().execute()));
    if (begin === undefined || found.length === limit) return { rows: found };
    end = begin.id;
    if (performance.now() >= stop) return { rows: found, reached: end };
    size = nextPart(db, size, performance.now() - begun);
    await yieldToOthers();
  }
}
