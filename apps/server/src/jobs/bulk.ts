/**
 * One action on every token of a search, a batch per call. Nothing is kept between calls: each token is handled in a transaction of its own
 * with its audit row, so wherever the caller stops, what was done is done and recorded, and nothing is half done. See
 * docs/decisions/0015-bulk-by-batches.md.
 */

import { BULK_PERMISSIONS, type BulkInput, type BulkResult } from '@sower/api/bulk';
import { type Text, text } from '@sower/messages/outcomes';
import { setPin } from '../authentication/pin/set-pin.ts';
import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { domainFor } from '../directory/domains.ts';
import { unassignToken } from '../provisioning/tokens/assign.ts';
import { markLost, moveToken, removeToken, setEnabled } from '../provisioning/tokens/enable.ts';
import { searchFor } from '../provisioning/tokens/search.ts';
import { countMatching, listTokens } from '../store/tables/token-search.ts';

type Context = Pick<
  ServerContext,
  'db' | 'sealing' | 'settings' | 'mailSettings' | 'queueMail' | 'policies' | 'now' | 'random'
>;
/** A token for which it failed, and why. */
type Failed = Pick<BulkResult['failures'][number], 'serial' | 'code'> & { readonly detail: Text };
export type BulkOutcome = Omit<BulkResult, 'failures'> & { readonly failures: readonly Failed[] };
type Action = (serial: string) => Promise<Outcome<unknown>>;

/** A batch ends early after this, so that the caller sees progress and can stop. */
const PATIENCE_MILLISECONDS = 5_000;

export async function doToAll(
  context: Context,
  actor: Actor,
  input: BulkInput,
): Promise<Outcome<BulkOutcome>> {
  const filter = await searchFor(context, actor, input.search, BULK_PERMISSIONS[input.action]);
  if (!filter.ok) return filter;
  const action = await actionOf(context, actor, input);
  if (!action.ok) return action;
  const begun = context.now();
  const upTo = [
    input.upTo,
    ...(filter.value.serialTo === undefined ? [] : [filter.value.serialTo]),
  ].sort()[0];
  const rows = await listTokens(
    context.db,
    { ...filter.value, serialTo: upTo },
    input.limit,
    begun,
    input.after,
  );
  const result = { done: 0, failures: [] as Failed[] };
  let last: string | undefined;
  for (const { serial } of rows) {
    if (last !== undefined && context.now() - begun > PATIENCE_MILLISECONDS) break;
    const outcome = await action.value(serial);
    if (outcome.ok) result.done += 1;
    else result.failures.push({ serial, code: outcome.problem, detail: outcome.detail });
    last = serial;
  }
  const finished = rows.length < input.limit && last === rows.at(-1)?.serial;
  return done({ ...result, ...(finished || last === undefined ? {} : { after: last }) });
}

async function actionOf(context: Context, actor: Actor, input: BulkInput): Promise<Outcome<Action>> {
  const { securityDomain } = input;
  switch (input.action) {
    case 'enable':
    case 'disable':
      return done((serial) => setEnabled(context, actor, { serial, enabled: input.action === 'enable' }));
    case 'unassign':
      return done((serial) => unassignToken(context, actor, { serial }));
    case 'lost':
      return done((serial) => markLost(context, actor, { serial, lost: true }));
    case 'clearPin':
      return done((serial) => setPin(context, actor, { serial, pin: undefined }));
    case 'delete':
      return done((serial) => removeToken(context, actor, { serial }));
    case 'move': {
      if (securityDomain === undefined) return missing('securityDomain', text('request.domain-required'));
      const domain = await domainFor(context, actor, 'tokens:edit', securityDomain);
      if (!domain.ok) return domain;
      return done((serial) => moveToken(context, actor, { serial, securityDomain }));
    }
  }
}

const missing = (path: string, message: Text) => refused('invalid-request', message, [{ path, message }]);

/** How many tokens a search finds among those on which the actor may perform the action. */
export async function countTokens(
  context: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
  search: BulkInput['search'],
  action: BulkInput['action'] | undefined,
): Promise<Outcome<{ count: number; last?: string }>> {
  const filter = await searchFor(context, actor, search, action && BULK_PERMISSIONS[action]);
  if (!filter.ok) return filter;
  const { count, last } = await countMatching(context.db, filter.value, context.now());
  return done({ count, ...(last === undefined ? {} : { last }) });
}
