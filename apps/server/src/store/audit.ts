/** The audit trail: append and read. Text from outside is made harmless and short, never a reason not to write the row. */
import type { AuditAction } from '@sower/api/audit-actions';
import { type CompiledQuery, sql } from 'kysely';
import { type IdSource, newId } from './ids.ts';
import { preparedRows } from './prepared.ts';
import type { Connection, Row } from './schema.ts';
import { findUser } from './users.ts';

export type AuditEvent = {
  readonly actor: string;
  readonly action: AuditAction;
  /** What it was done to, `kind:name`. */
  readonly object: string;
  readonly result: 'success' | 'refused' | 'failure';
  readonly reason?: string | undefined;
  readonly source?: string | undefined;
};

export async function insertAudit(db: Connection, ids: IdSource, ...events: AuditEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    id: newId(ids),
    at: ids.now(),
    actor: printable(event.actor, 200),
    action: event.action,
    object: printable(event.object, 200),
    result: event.result,
    reason: event.reason === undefined ? null : printable(event.reason, 500),
    source: event.source === undefined ? null : printable(event.source, 64),
  }));
  await insertRows(db, rows);
  // In the caller's transaction too: a row that is committed late waits for its link like any other.
  await insertUnlinked(
    db,
    rows.map(({ id }) => ({ audit_id: id })),
  );
}

const insertRows = preparedRows<Row<'audit'>, never>(
  ['id', 'at', 'actor', 'action', 'object', 'result', 'reason', 'source'],
  (db, rows) =>
    db
      .insertInto('audit')
      .values([...rows])
      .compile() as CompiledQuery<never>,
);
const insertUnlinked = preparedRows<Row<'audit_unlinked'>, never>(
  ['audit_id'],
  (db, rows) =>
    db
      .insertInto('audit_unlinked')
      .values([...rows])
      .compile() as CompiledQuery<never>,
);

export type AuditFilter = {
  readonly object?: string | undefined;
  /** Any of these. */
  readonly objects?: readonly string[] | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly about?: 'authentication' | undefined;
  readonly result?: Row<'audit'>['result'] | undefined;
  /** Epoch milliseconds. */
  readonly since?: number | undefined;
};

/** What the trail calls a user, and the tokens that the user has or was given. Tokens that were deleted are not known any more. */
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
  // The trail has user ids as they were typed.
  const names = new Set([userId, user.user_id, user.user_id_key]);
  return [...[...names].map((name) => `user:${name}`), ...tokens.map(({ serial }) => `token:${serial}`)];
}

/** Latest first; `before` is the id of the last row of the page before. */
export function listAudit(
  db: Connection,
  filter: AuditFilter,
  limit: number,
  before?: string,
): Promise<Row<'audit'>[]> {
  const { objects, about, since, ...equal } = filter;
  let matching = db.selectFrom('audit').orderBy('id', 'desc').limit(limit);
  for (const column of ['object', 'actor', 'action', 'result'] as const) {
    const value = equal[column];
    if (value !== undefined) matching = matching.where(column, '=', value);
  }
  if (about === 'authentication') {
    matching = matching.where('action', 'in', ['authenticate', 'authenticate.challenge']);
  }
  if (since !== undefined) matching = matching.where('at', '>=', since);
  if (before !== undefined) matching = matching.where('id', '<', before);
  if (objects === undefined) return matching.selectAll().execute();
  // The latest of each by its index, however many rows are about one of them; then the latest of those.
  const latest = objects.map((object) => {
    const rows = matching.where('object', '=', object).select('id');
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

/**
 * Control characters, line and paragraph separators and the marks that reorder text become `\u….`, so that nothing a stranger sends
 * can look like another line, or like another word, wherever the trail is printed.
 */
export function printable(text: string, length: number): string {
  const safe = text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly the ones to take out
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\\]/g, (character) =>
      character === '\\' ? '\\\\' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  return safe.length > length ? `${safe.slice(0, length - 1)}…` : safe;
}
