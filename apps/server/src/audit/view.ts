/** A row of the audit trail as the API shows it. */

import { type AuditEntry, type AuditFacets, type AuditQuery, userInTrail } from '@sower/api/audit';
import { DAY, isoTime } from '@sower/api/time';
import { storedReason, type Unworded } from '../core/unworded.ts';
import type { CountedAudit } from '../store/audit/facets.ts';
import { timeOfRequest } from '../store/audit/request-id.ts';
import type { Row } from '../store/schema/schema.ts';

/** What users are called whom the reader may see; of others, nothing. */
export type NameOf = (userId: string | undefined) => { readonly userName?: string };

/** In the reader's words, and as data. */
function whyOf(row: Row<'audit'>) {
  const { reason: reasonCode, detail: reason, ...data } = storedReason(row);
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(reasonCode === undefined ? {} : { reasonCode, ...data }),
  };
}

/** The user IDs that rows name, as what they are about and as who did it. */
export const usersIn = (rows: readonly Row<'audit'>[]): (string | undefined)[] =>
  rows.flatMap(({ object, actor }) => [userInTrail(object), userInTrail(actor)]);

export function viewAudit(row: Row<'audit'>, nameOf: NameOf): Unworded<AuditEntry, 'reason'> {
  const { userName: actorName } = nameOf(userInTrail(row.actor));
  return {
    id: row.id,
    at: isoTime(row.at),
    actor: row.actor,
    action: row.action,
    object: row.object,
    result: row.result,
    ...whyOf(row),
    ...(row.source === null ? {} : { source: row.source }),
    ...(row.request === null ? {} : { request: row.request }),
    ...nameOf(userInTrail(row.object)),
    ...(actorName === undefined ? {} : { actorName }),
  };
}

/** The search, and where else a request's rows can only be: without a period the whole trail would be read for them. */
export function periodOf(
  { request, since, until }: Pick<AuditQuery, 'request' | 'since' | 'until'>,
  now: number,
): { readonly since: number | undefined; readonly until: number | undefined } {
  const made = request === undefined ? undefined : timeOfRequest(request, now);
  const from = request === undefined ? undefined : (made ?? now) - DAY;
  const to = made === undefined ? undefined : made + DAY;
  return {
    since: since === undefined ? from : Date.parse(since),
    until: until === undefined ? to : Date.parse(until),
  };
}

export const viewFacets = (
  { count, complete, since, facets }: CountedAudit,
  nameOf: NameOf,
): AuditFacets => ({
  count,
  complete,
  ...(since === undefined ? {} : { since: isoTime(since) }),
  facets: facets.map(({ values, ...facet }) => ({
    ...facet,
    values: values.map((each) => ({ ...each, ...nameOf(userInTrail(each.value)) })),
  })),
});
