/** Handlers of the audit trail. Where it is forwarded to is not here. */
import { type AUDIT_OPERATIONS, type AuditQuery, userInTrail } from '@sower/api/audit';
import { isoTime } from '@sower/api/time';
import { auditEnd, examineAudit, exportAudit } from '../audit/proof.ts';
import { periodOf, usersIn, viewAudit, viewFacets } from '../audit/view.ts';
import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { done } from '../core/outcome.ts';
import { userNamesFor, usersInTrail } from '../directory/user-search.ts';
import { countAudit } from '../store/audit/facets.ts';
import { searchedName } from '../store/audit/rows.ts';
import { type AuditFilter, objectsOf, searchAudit } from '../store/audit/search.ts';
import { timeOfId } from '../store/db/ids.ts';
import type { Handlers } from './call.ts';
import { cursorOf, keyOf, page } from './page.ts';

/** After which a search that no index narrows down stops, and can be continued: about two million rows from memory. */
const MAX_SEARCH_MILLISECONDS = 3_000;

async function filterOf(
  context: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
  query: Omit<AuditQuery, 'limit'>,
): Promise<AuditFilter> {
  const actions = query.action?.split(',');
  return {
    about: query.about,
    result: query.result,
    request: query.request,
    source: query.source,
    ...(actions?.length === 1 ? { action: query.action } : { actions }),
    object: query.object && searchedName(query.object),
    actor: query.actor && searchedName(query.actor),
    named: {
      object: await usersInTrail(context, actor, query.object),
      actor: await usersInTrail(context, actor, query.actor),
    },
    ...periodOf(query, context.now()),
    objects: query.user === undefined ? undefined : await objectsOf(context.db, query.user),
  };
}

export const AUDIT_HANDLERS: Handlers<keyof typeof AUDIT_OPERATIONS> = {
  listAudit: async (context, { actor, query }) => {
    const { limit, cursor } = query;
    const filter = await filterOf(context, actor, query);
    const [{ rows, reached }, facets] = await Promise.all([
      searchAudit(context.db, filter, limit + 1, keyOf(cursor), MAX_SEARCH_MILLISECONDS),
      query.facets ? countAudit(context.db, filter) : undefined,
    ]);
    const counts = facets?.facets.flatMap(({ values }) => values) ?? [];
    const nameOf = await userNamesFor(context, actor, [
      ...usersIn(rows),
      ...counts.map(({ value }) => userInTrail(value)),
    ]);
    const items = rows.map((row) => viewAudit(row, nameOf));
    return done({
      ...page(rows, limit, (row) => row.id, items),
      ...(reached !== undefined &&
        rows.length <= limit && { next: cursorOf(reached), searchedSince: isoTime(timeOfId(reached)) }),
      ...(facets && { facets: viewFacets(facets, nameOf) }),
    });
  },
  verifyAudit: (context, { actor, query }) => examineAudit(context, actor, query),
  getAuditEnd: (context, { actor }) => auditEnd(context, actor),
  exportAudit: (context, { actor, query }) => exportAudit(context, actor, query.after, query.limit),
};
