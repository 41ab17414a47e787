/** Figures: counts by hour and by day, and how far the trail has been read for them. They are read for whole domains. */

import { MINUTE } from '@sower/api/time';
import { type RawBuilder, sql } from 'kysely';
import { fewTexts } from '../db/parameter-rows.ts';
import { preparedChange } from '../db/prepared.ts';
import { deleteRows, findOne, insertOnce, setRow, textsByKey } from '../db/rows.ts';
import type { Connection, Row } from '../schema/schema.ts';

export type FigureRow = Row<'figures'>;
export type FigureKind = FigureRow['kind'];
export type CursorId = 'audit' | 'tokens';
/** What is counted of a host by the minute. */
type MinuteId = `node:${string}`;
/** What is added up from the audit trail, rather than counted each time. */
const OF_THE_TRAIL = ['log-on', 'reason', 'client', 'funnel'] as const satisfies readonly FigureKind[];

const FIGURE = {
  kind: 'text',
  grain: 'text',
  domain: 'text',
  at: 'bigint',
  name: 'text',
  outcome: 'text',
  count: 'bigint',
} as const;

// "where true": otherwise SQLite reads "on conflict" as the condition of a join.
const putFigures = (count: RawBuilder<unknown>) =>
  preparedChange<typeof FIGURE, FigureRow>(
    FIGURE,
    sql`insert into figures (kind, grain, domain, at, name, outcome, count)
      select kind, grain, domain, at, name, outcome, count from v where true
      on conflict (kind, grain, domain, at, name, outcome) do update set count = ${count}`,
  );
/** Adds to what is there. */
export const addFigures = putFigures(sql`figures.count + excluded.count`);
/** Replaces those that are there. */
export const setFigures = putFigures(sql`excluded.count`);

export const deleteFigures = (db: Connection, kind: FigureKind) => deleteRows(db, 'figures', { kind });

/** Together with the minutes of hosts that were not seen since. */
export async function deleteHoursBefore(db: Connection, before: number): Promise<void> {
  await db.deleteFrom('figures').where('grain', '=', 'hour').where('at', '<', before).execute();
  await db.deleteFrom('figure_cursors').where('id', 'like', 'node:%').where('at', '<', before).execute();
}

export const findCursor = (db: Connection, id: CursorId) => findOne(db, 'figure_cursors', { id });

/** If it is unknown how far the trail was read, what was added up from it is deleted: it would be counted twice. */
export async function beginCursor(db: Connection, id: CursorId): Promise<void> {
  const begun = await insertOnce(db, 'figure_cursors', { id, position: 0, at: 0 });
  if (begun && id === 'audit') await deleteRows(db, 'figures', { kind: ['in', [...OF_THE_TRAIL]] });
}

/** At most one caller advances it from there. @returns whether it was this one */
export const advanceCursor = (
  db: Connection,
  { id, position, at }: Row<'figure_cursors'>,
  to: { readonly position: number; readonly at: number },
) => setRow(db, 'figure_cursors', { id, position, at }, to);

/** Links of the audit trail that have not been read yet. Links that were cut off leave a gap that is not waited for. */
export async function countWaitingLinks(db: Connection): Promise<number> {
  const { rows } = await sql<{ last: number | null; first: number | null; read: number | null }>`
    select (select max(seq) from audit_chain) as last, (select min(seq) from audit_chain) as first,
           (select position from figure_cursors where id = 'audit') as read`.execute(db);
  const [row] = rows;
  const first = Number(row?.first ?? 1);
  return Math.max(0, Number(row?.last ?? 0) - Math.max(Number(row?.read ?? 0), first - 1));
}

/** One that is further ahead was claimed by a clock that was set back since. */
const MINUTES_AHEAD = 5;

/** At most one caller gets a minute. @param at a time in it */
export async function claimMinute(db: Connection, id: MinuteId, at: number): Promise<boolean> {
  const position = Math.floor(at / MINUTE);
  const row = await db
    .insertInto('figure_cursors')
    .values({ id, position, at })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ position, at })
        .where(({ eb, or }) =>
          or([
            eb('figure_cursors.position', '<', position),
            eb('figure_cursors.position', '>', position + MINUTES_AHEAD),
          ]),
        ),
    )
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export type Summed = { readonly at: number; readonly name: string; readonly outcome: string; count: number };

type Asked = {
  readonly kind: FigureKind;
  readonly grain: FigureRow['grain'];
  /** Paths, none inside another. */
  readonly domains: readonly string[];
  readonly from: number;
};

/** Added over the domains, for each hour or day. */
export async function listFigures(db: Connection, { kind, grain, domains, from }: Asked): Promise<Summed[]> {
  if (domains.length === 0) return [];
  const rows = await db
    .selectFrom('figures')
    .select(({ fn }) => ['at', 'name', 'outcome', fn.sum<number>('count').as('count')])
    .where('kind', '=', kind)
    .where('grain', '=', grain)
    .where('domain', 'in', fewTexts(domains))
    .where('at', '>=', from)
    .groupBy(['at', 'name', 'outcome'])
    .orderBy('at')
    .execute();
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** Added over the whole time too. */
export async function sumFigures(db: Connection, { kind, grain, domains, from }: Asked) {
  if (domains.length === 0) return [];
  const rows = await db
    .selectFrom('figures')
    .select(({ fn }) => ['name', 'outcome', fn.sum<number>('count').as('count')])
    .where('kind', '=', kind)
    .where('grain', '=', grain)
    .where('domain', 'in', fewTexts(domains))
    .where('at', '>=', from)
    .groupBy(['name', 'outcome'])
    .execute();
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** Where users are, by the canonical form of their user ID. */
export const domainsOfUsers = (db: Connection, keys: readonly string[]): Promise<Map<string, string>> =>
  textsByKey(db, 'users', 'user_id_key', 'domain', keys);

export const domainsOfTokens = (db: Connection, serials: readonly string[]): Promise<Map<string, string>> =>
  textsByKey(db, 'tokens', 'serial', 'domain', serials);

/**
 * What the trail says about objects, of these actions, oldest first. By the index of objects: SQLite would rather look at all that was ever
 * distributed, as soon as there are more objects than actions.
 */
export function listActionsOn(db: Connection, objects: readonly string[], actions: readonly string[]) {
  if (objects.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('audit')
    .select(['id', 'at', 'object', 'action'])
    .where('object', 'in', fewTexts(objects))
    .where(sql<boolean>`action || '' in (${sql.join(actions)})`)
    .orderBy('id')
    .execute();
}

/** Tokens in the order of their serial numbers. @param after the last one of the page before */
export function listTokensForFigures(db: Connection, after: string, limit: number) {
  return db
    .selectFrom('tokens')
    .select(['serial', 'domain', 'user_id', 'enabled', 'lost', 'expires_on'])
    .where('serial', '>', after)
    .orderBy('serial')
    .limit(limit)
    .execute();
}
