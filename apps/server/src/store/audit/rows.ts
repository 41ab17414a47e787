/** The audit trail: append. Text from outside is made harmless and short, and never prevents a row. */

import { printable as escaped } from '@sower/bytes/printable';
import type { Text } from '@sower/texts/outcomes';
import type { AuditAction } from '@sower/texts/tables/audit-actions';
import { CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { Sealing } from '../../keys/seal/sealing.ts';
import { isPostgresql } from '../db/database-kind.ts';
import { type IdSource, newId } from '../db/ids.ts';
import { insertedRow, keysOf, listed, type RowOf } from '../db/parameter-rows.ts';
import { preparedBatch, preparedRows } from '../db/prepared.ts';
import { type Reason, type ReasonColumns, reasonColumns } from '../db/reason.ts';
import { AUDIT, INSERT_LINKED, LINKED } from '../db/sqlite/audit-links.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { currentRequestId } from './request-id.ts';

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
let lastWritten: { readonly reason: Text; readonly columns: ReasonColumns } | undefined;

/** As rows have it: for searching. */
export const objectOf = (object: string): string => printable(object, 200);
export const actorOf = (actor: string): string => printable(actor, 200);

/** Likewise. */
export function reasonOf(reason: Reason | undefined): ReasonColumns {
  if (typeof reason !== 'object') return reasonColumns(reason, harmless);
  if (lastWritten?.reason !== reason) lastWritten = { reason, columns: reasonColumns(reason, harmless) };
  return lastWritten.columns;
}

/**
 * What somebody looks for, as rows have it, whether it was copied from one or typed: a row has `user:CORP\\ada` of `user:CORP\ada`, and a
 * single backslash nowhere but in front of the code of a character that is not printed.
 */
export function searchedName(name: string): string {
  const rest = name.replace(/\\\\|\\u([0-9a-f]{4})/g, (pair, code: string | undefined) => {
    if (code === undefined) return '';
    const character = String.fromCharCode(Number.parseInt(code, 16));
    return escaped(character) === character ? pair : '';
  });
  return rest.includes('\\') ? objectOf(name) : name;
}

function rowOf(context: AuditContext, event: AuditEvent): Row<'audit'> {
  const row = {
    id: newId(context),
    at: context.now(),
    actor: actorOf(event.actor),
    action: event.action,
    object: objectOf(event.object),
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
  if (isPostgresql(db)) await insertRows(db, rows);
  else await db.executeQuery(CompiledQuery.raw(INSERT_LINKED, rows.flatMap(valuesOf)));
}

/**
 * Only the holder of the master key can make it, so a row that was inserted or altered directly in the database is detected. The request is
 * not covered: its ID may be the caller's own and proves nothing, and programs of earlier versions, which have no such column, can still
 * read the trail.
 */
export const auditMark = ({ sealing }: Marks, row: Omit<Row<'audit'>, 'mark'>): string =>
  sealing.keyedHash('audit-row', markText(row));

export const hasAuditMark = ({ sealing }: Fitting, row: Row<'audit'>): boolean =>
  sealing.fits('audit-row', markText(row), row.mark);

function markText(row: Omit<Row<'audit'>, 'mark'>): string {
  return JSON.stringify([
    ...[row.id, row.at, row.actor, row.action, row.object, row.result, row.reason, row.source],
    // Earlier rows have none, and keep their mark.
    ...(row.text === null ? [] : [row.text]),
  ]);
}

const COLUMNS = keysOf(AUDIT);
const valuesOf = (row: Row<'audit'>): unknown[] => COLUMNS.map((column) => row[column]);

/** Also in the caller's transaction: a row that is committed late waits for its link like any other. */
const insertRows = preparedRows<typeof AUDIT, never>(AUDIT, (db, v) =>
  sql<never>`
    with ${v}, written as (insert into audit (${listed(AUDIT)}) select ${listed(AUDIT)} from v returning id)
    insert into audit_unlinked (audit_id) select written.id from written`.compile(db),
);

const ACCOUNTING = {
  id: 'text',
  at: 'bigint',
  actor: 'text',
  object: 'text',
  reason: 'text',
  text: 'text',
  source: 'text',
} as const;
const insertSessions = preparedBatch({ v: ACCOUNTING }, (db, { v }) =>
  sql`with ${v} insert into radius_accounting (${listed(ACCOUNTING)}) select ${listed(ACCOUNTING)} from v`.compile(
    db,
  ),
);

/** What RADIUS clients report about sessions. It is not in the chain, and has a retention period of its own. */
export async function insertAccounting(
  db: Connection,
  context: IdSource,
  ...reports: readonly {
    readonly actor: string;
    readonly object: string;
    readonly reason: Text;
    readonly source: string | undefined;
  }[]
): Promise<void> {
  const v = reports.map(({ actor, object, reason, source }) => ({
    id: newId(context),
    at: context.now(),
    actor: actorOf(actor),
    object: objectOf(object),
    ...reasonOf(reason),
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
): RawBuilder<unknown> => sql`${sql.raw(LINKED)}${insertedRow('audit', AUDIT, trail)}`;

/** Nothing in it is escaped: what is printed of ASCII, except the backslash. */
const PLAIN = /^[ -[\]-~]*$/;

/**
 * Control characters, line and paragraph separators and bidirectional marks become `\u….`, so that nothing a stranger sends can look like
 * another line, or like another word, wherever the trail is printed.
 */
export function printable(text: string, length: number): string {
  if (text.length <= length && PLAIN.test(text)) return text;
  const safe = escaped(text.toWellFormed().replaceAll('\\', '\\\\'));
  if (safe.length <= length) return safe;
  // Half of a surrogate pair would be stored as another character, and the row would no longer match its mark.
  return `${safe.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
