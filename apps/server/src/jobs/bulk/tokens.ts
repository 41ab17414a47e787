/** One action on many tokens. */

import {
  BULK_ACTIONS,
  BULK_PERMISSIONS,
  type BulkAction,
  type BulkInput,
  type TokenSearch,
} from '@sower/api/bulk';
import { text } from '@sower/texts/outcomes';
import { setPin } from '../../authentication/pin/set-pin.ts';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import { unassignToken } from '../../provisioning/tokens/assign.ts';
import { markLost, moveToken, removeToken, setEnabled } from '../../provisioning/tokens/enable.ts';
import { searchFor } from '../../provisioning/tokens/token-for.ts';
import { countMatching, listTokens } from '../../store/tokens/search.ts';
import { inPages, PAGE, paged } from '../../work/collect.ts';
import { addBulkJob, type BulkContext, type BulkKind, type Named } from './kind.ts';

export const TOKEN_ACTIONS: BulkKind<BulkAction> = {
  of: 'tokens',
  actions: BULK_ACTIONS,
  needs: (action) => ['tokens:view', BULK_PERMISSIONS[action]],
  missing: (serial) => text('token.not-found', { serial }),
  actOf(actor, { action }, domain) {
    switch (action) {
      case 'enable':
      case 'disable':
        return (batch, serial) => setEnabled(batch, actor, { serial, enabled: action === 'enable' });
      case 'unassign':
        return (batch, serial) => unassignToken(batch, actor, { serial });
      case 'lost':
        return (batch, serial) => markLost(batch, actor, { serial, lost: true });
      case 'clearPin':
        return (batch, serial) => setPin(batch, actor, { serial, pin: undefined });
      case 'delete':
        return (batch, serial) => removeToken(batch, actor, { serial });
      case 'move':
        return (batch, serial) => moveToken(batch, actor, { serial, securityDomain: domain?.id ?? '' });
    }
  },
};

export async function doToTokens(context: BulkContext, actor: Actor, { choose, ...input }: BulkInput) {
  const denial = denied(actor, ...TOKEN_ACTIONS.needs(input.action));
  if (denial) return denial;
  const named = (serial: string): Named => ({ subject: serial, key: serial });
  if ('serials' in choose) {
    const pages = inPages([...new Set(choose.serials)].map(named));
    return addBulkJob(context, actor, TOKEN_ACTIONS, input, pages);
  }
  const found = await searchFor(context, actor, choose.search, BULK_PERMISSIONS[input.action]);
  if (!found.ok) return found;
  const { serialTo = choose.upTo } = found.value;
  const filter = { ...found.value, serialTo: [serialTo, choose.upTo].sort()[0] };
  const pages = paged((after?: string) =>
    listTokens(context.db, filter, PAGE, context.now(), after).then((rows) => ({
      rows: rows.map(({ serial }) => named(serial)),
      last: rows.at(-1)?.serial,
    })),
  );
  return addBulkJob(context, actor, TOKEN_ACTIONS, input, pages);
}

/** How many tokens a search finds among those on which the actor may perform the action. */
export async function countTokens(
  context: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
  search: TokenSearch,
  action: BulkAction | undefined,
): Promise<Outcome<{ count: number; last?: string }>> {
  const filter = await searchFor(context, actor, search, action && BULK_PERMISSIONS[action]);
  if (!filter.ok) return filter;
  const { count, last } = await countMatching(context.db, filter.value, context.now());
  return done({ count, ...(last === undefined ? {} : { last }) });
}
