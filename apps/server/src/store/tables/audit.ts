/** The audit trail: append and read. Text from outside is made harmless and short, and never prevents a row. */

import type { AuditAction } from '@sower/api/audit-actions';
import { printable as escaped } from '@sower/bytes/printable';
import { type RawBuilder, sql } from 'kysely';
import type { Sealing } from '../../keys/seal/sealing.ts';
import { type IdSource, newId } from '../db/ids.ts';
import { insertedRow, listed, type RowOf } from '../db/parameter-rows.ts';
import { preparedBatch, preparedRows } from '../db/prepared.ts';
import { type Reason, type ReasonColumns, reasonColumns } from '../db/reason.ts';
import { idAt } from './old-rows.ts';
import { currentRequestId } from './request-id.ts';
import type { Connection, Row } from './schema.ts';
import { findUser } from './users.ts';

export type AuditEvent = {
  readonly actor: string;
  readonly action: AuditAction;
  /** The object, `kind:name`. */
  readonly object: string;
  readonly result: 'success' | 'refused' | 'failure';
  readonly reason?: Reason | undefined;
  readonly source?: string | undefined;
};

type Marks = { readonly sealing: Pick<Sealing, 'keyedHash'> };
type Fitting = { readonly sealing: Pick<Sealing, 'fits'> };

export type AuditContext = IdSource & Marks;

const harmless = (words: string): string => printable(words, 500);
/** A batch has one reason for all of its rows; putting it into words each time would be a tenth of the work. */
const written = new WeakMap<object, ReasonColumns>();

function reasonOf(reason: Reason | undefined): ReasonColumns {
  if (typeof reason !== 'object') return reasonColumns(reason, harmless);
  let columns = written.get(reason);
  if (!columns) {
    columns = reasonColumns(reason, harmless);
    written.set(reason, columns);
  }
  return columns;
}

function rowOf(context: AuditContext, event: AuditEvent): Row<'audit'> {
  const row = {
    id: newId(context),
    at: context.now(),
    actor: printable(event.actor, 200),
    action: event.action,
    object: printable(event.object, 200),
    result: event.result,
    ...reasonOf(event.reason),
    source: event.source === undefined ? null : printable(event.source, 64),
    request: currentRequestId() ?? null,
  };
  return { ...row, mark: auditMark(context, row) };
}

export async function insertAudit(
  db: Connection,
  context: AuditContext,
  ...events: AuditEvent[]
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => rowOf(context, event));
  if (rows.length > MOST_PREPARED) {
    await insertManyRows(db, { v: rows });
    await insertManyUnlinked(db, { v: rows.map(({ id }) => ({ audit_id: id })) });
    return;
  }
  await insertRows(db, rows);
  // Also in the caller's transaction: a row that is committed late waits for its link like any other.
  await insertUnlinked(
    db,
    rows.map(({ id }) => ({ audit_id: id })),
  );
}

/**
 * Only the holder of the master key can make it, so a row that was inserted or altered directly in the database is detected. The request is
 * not covered: its ID may be the caller's own and proves nothing, and programs from before there was one go on reading the trail.
 */
export const auditMark = ({ sealing }: Marks, row: Omit<Row<'audit'>, 'mark'>): string =>
  sealing.keyedHash('audit-row', markText(row));

export const hasAuditMark = ({ sealing }: Fitting, row: Row<'audit'>): boolean =>
  sealing.fits('audit-row', markText(row), row.mark);

function markText({
  id,
  at,
  actor,
  action,
  object,
  result,
  reason,
  source,
  text,
}: Omit<Row<'audit'>, 'mark'>): string {
  return JSON.stringify([
    ...[id, at, actor, action, object, result, reason, source],
    // Earlier rows have none, and keep their mark.
    ...(text === null ? [] : [text]),
  ]);
}

const AUDIT = {
  id: 'text',
  at: 'bigint',
  actor: 'text',
  action: 'text',
  object: 'text',
  result: 'text',
  reason: 'text',
  text: 'text',
  source: 'text',
  mark: 'text',
  request: 'text',
} as const;

const insertRows = preparedRows<typeof AUDIT, never>(AUDIT, (db, v) =>
  sql<never>`with ${v} insert into audit (${listed(AUDIT)}) select ${listed(AUDIT)} from v`.compile(db),
);
const insertManyRows = preparedBatch({ v: AUDIT }, (db, { v }) =>
  sql`with ${v} insert into audit (${listed(AUDIT)}) select ${listed(AUDIT)} from v`.compile(db),
);
/** More come from batches of jobs, in any number. */
const MOST_PREPARED = 25;

const UNLINKED = { audit_id: 'text' } as const;
const insertUnlinked = preparedRows<typeof UNLINKED, never>(UNLINKED, (db, v) =>
  sql<never>`with ${v} insert into audit_unlinked (audit_id) select audit_id from v`.compile(db),
);

const insertManyUnlinked = preparedBatch({ v: UNLINKED }, (db, { v }) =>
  sql`with ${v} insert into audit_unlinked (audit_id) select audit_id from v`.compile(db),
);

const ACCOUNTING = {
  id: 'text',
  at: 'bigint',
  actor: 'text',
  object: 'text',
  reason: 'text',
  source: 'text',
} as const;
const insertSessions = preparedBatch({ v: ACCOUNTING }, (db, { v }) =>
  sql`with ${v} insert into radius_accounting (${listed(ACCOUNTING)}) select ${listed(ACCOUNTING)} from v`.compile(
    db,
  ),
);

/** What RADIUS clients report of sessions. No chain is over it, and it goes by an age of its own. */
export async function insertAccounting(
  db: Connection,
  context: IdSource,
  ...reports: readonly {
    readonly actor: string;
    readonly object: string;
    readonly reason: string;
    readonly source: string | undefined;
  }[]
): Promise<void> {
  const v = reports.map(({ actor, object, reason, source }) => ({
    id: newId(context),
    at: context.now(),
    actor: printable(actor, 200),
    object: printable(object, 200),
    reason: harmless(reason),
    source: source === undefined ? null : printable(source, 64),
  }));
  await insertSessions(db, { v });
}

/** Audit rows that are written only if their subject changed: `of` is its ID. */
export const TRAIL = { of: 'text', ...AUDIT } as const;

export const trailOf = (
  context: AuditContext,
  changes: readonly { readonly of: string; readonly audit: AuditEvent }[],
): readonly RowOf<typeof TRAIL>[] => changes.map(({ of, audit }) => ({ of, ...rowOf(context, audit) }));

/**
 * Writes those of a table `trail` whose `of` is in a table `changed`: further parts of one statement on PostgreSQL, for use after `with`.
 */
export const auditOfChanged = sql`
  written as (
    insert into audit (${listed(AUDIT)}) select ${listed(AUDIT)} from trail
    where trail.of in (select changed.id from changed) returning id),
  waiting as (insert into audit_unlinked (audit_id) select written.id from written)`;

/** The same on SQLite: what follows a claim. @param trail the row's values */
export const auditOfClaim = (
  trail: Readonly<Record<keyof typeof TRAIL, RawBuilder<unknown>>>,
): readonly RawBuilder<unknown>[] => [
  insertedRow('audit', AUDIT, trail),
  insertedRow('audit_unlinked', UNLINKED, { audit_id: trail.id }),
];

export type AuditFilter = {
  readonly object?: string | undefined;
  /** Any of these. */
  readonly objects?: readonly string[] | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly about?: 'authentication' | undefined;
  readonly result?: Row<'audit'>['result'] | undefined;
  /** ID of the request. Without a period the whole trail is read. */
  readonly request?: string | undefined;
  readonly source?: string | undefined;
  /** Epoch milliseconds. */
  readonly since?: number | undefined;
  /** Before then. */
  readonly until?: number | undefined;
};

/** The audit trail's names for a user, and for the tokens that the user has or was given. Deleted tokens are no longer known. */
export async function objectsOf(db: Connection, userId: string): Promise<string[]> {
  const user = await findUser(db, userId);
  if (!user) return [`user:${userId}`];
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
  return [...[...names].map((name) => `user:${name}`), ...tokens.map(({ serial }) => `token:${serial}`)];
}

/** An ID is made a moment before its row is, and has a later time while a clock was set back: by no more than this. */
const NEAR = 86_400_000;

/** A row of the trail has these, whatever a client reports. */
export const SESSION = {
  action: 'radius.session',
  result: 'success',
  text: null,
  mark: null,
  request: null,
} as const;

/**
 * Latest first, sessions that RADIUS clients reported included, which have a table of their own. Reports of an earlier Sower are in the trail.
 * @param before ID of the last row of the previous page
 */
export async function listAudit(
  db: Connection,
  filter: AuditFilter,
  limit: number,
  before?: string,
): Promise<Row<'audit'>[]> {
  const rows = (await latest(db, 'audit', filter, limit, before)) as Row<'audit'>[];
  const { action = SESSION.action, result = SESSION.result, about, request } = filter;
  if (action !== SESSION.action || result !== SESSION.result || (about ?? request) !== undefined) return rows;
  const { action: _, result: __, ...ofSessions } = filter;
  const sessions = await latest(db, 'radius_accounting', ofSessions, limit, before);
  return [...rows, ...sessions.map((session) => ({ ...session, ...SESSION }))]
    .sort((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, limit);
}

/** Both tables have the columns of the second. */
async function latest(
  db: Connection,
  table: 'audit' | 'radius_accounting',
  filter: AuditFilter,
  limit: number,
  before: string | undefined,
): Promise<Row<'radius_accounting'>[]> {
  const from = table as 'audit';
  const { objects, about, since, until, ...equal } = filter;
  let matching = db.selectFrom(from).orderBy('id', 'desc').limit(limit);
  for (const column of ['object', 'actor', 'action', 'result', 'source', 'request'] as const) {
    const value = equal[column];
    if (value !== undefined) matching = matching.where(column, '=', value);
  }
  if (about === 'authentication') {
    matching = matching.where('action', 'in', ['authenticate', 'authenticate.challenge']);
  }
  // IDs begin with a time near that of the row: so what is walked along is not the whole trail.
  if (since !== undefined) matching = matching.where('id', '>=', idAt(since - NEAR)).where('at', '>=', since);
  if (until !== undefined) matching = matching.where('id', '<', idAt(until + NEAR)).where('at', '<', until);
  if (before !== undefined) matching = matching.where('id', '<', before);
  if (objects === undefined) return matching.selectAll().execute() as never;
  // The latest of each by its index, however many rows there are about one of them; then the latest of those.
  const latestOfEach = objects.map((object) => {
    const rows = matching.where('object', '=', object).select('id');
    return sql`select id from ${rows.as('latest')}`;
  });
  return db
    .selectFrom(from)
    .selectAll()
    .where('id', 'in', sql<string>`(${sql.join(latestOfEach, sql` union all `)})`)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute() as never;
}

/**
 * Control characters, line and paragraph separators and bidirectional marks become `\u….`, so that nothing a stranger sends can look like
 * another line, or like another word, wherever the trail is printed.
 */
export function printable(text: string, length: number): string {
  const safe = escaped(text.toWellFormed().replaceAll('\\', '\\\\'));
  if (safe.length <= length) return safe;
  // Half of a surrogate pair would be stored as another character, and the row would no longer match its mark.
  return `${safe.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
