/** The audit trail: append and read. Text from outside is made harmless and short, never a reason not to write the row. */
import type { AuditAction } from '@sower/api/audit-actions';
import { type IdSource, newId } from './ids.ts';
import type { Connection, Row } from './schema.ts';

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
  await db
    .insertInto('audit')
    .values(
      events.map((event) => ({
        id: newId(ids),
        at: ids.now(),
        actor: printable(event.actor, 200),
        action: event.action,
        object: printable(event.object, 200),
        result: event.result,
        reason: event.reason === undefined ? null : printable(event.reason, 500),
        source: event.source === undefined ? null : printable(event.source, 64),
      })),
    )
    .execute();
}

export type AuditFilter = {
  readonly object?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
};

/** Latest first; `before` is the id of the last row of the page before. */
export function listAudit(
  db: Connection,
  filter: AuditFilter,
  limit: number,
  before?: string,
): Promise<Row<'audit'>[]> {
  let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit);
  if (filter.object !== undefined) query = query.where('object', '=', filter.object);
  if (filter.actor !== undefined) query = query.where('actor', '=', filter.actor);
  if (filter.action !== undefined) query = query.where('action', '=', filter.action);
  if (before !== undefined) query = query.where('id', '<', before);
  return query.execute();
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
