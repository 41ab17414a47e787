/**
 * Runs one action over many tokens, a batch at a time: over chosen ones with the operations for one token, over a whole search with the
 * server's batches. Stopping takes effect after the current batch; the server keeps nothing, so closing the page stops it too.
 */
import { BULK_PERMISSIONS, type BulkAction, type BulkInput, type TokenSearchInput } from '@sower/api/bulk';
import type { ApiClient } from '@sower/api/client';
import type { BulkState } from '../ui/dialogs/bulk-progress.tsx';
import type { TokenRow } from './token-state.tsx';

export { BULK_ACTIONS, type BulkAction } from '@sower/api/bulk';
export const bulkNeeds = (action: BulkAction) => BULK_PERMISSIONS[action];

export type BulkTarget =
  | { readonly kind: 'chosen'; readonly tokens: readonly TokenRow[] }
  | { readonly kind: 'search'; readonly search: TokenSearchInput };

/** Additional input of some actions. */
export type BulkWish = Pick<BulkInput, 'securityDomain'>;

/** @returns the state after every batch; the consumer stops it by not asking for more */
export async function* runBulk(
  api: ApiClient,
  action: BulkAction,
  target: BulkTarget,
  wish: BulkWish,
  upTo: string,
): AsyncGenerator<BulkState> {
  let state: BulkState = { done: 0, failures: [] };
  if (target.kind === 'search') {
    for (let after: string | undefined, more = true; more; ) {
      const batch = await api('doToTokens', {
        body: { action, search: target.search, upTo, ...wish, ...(after === undefined ? {} : { after }) },
      });
      const failed = batch.failures.map(({ serial, detail }) => ({ name: serial, detail }));
      state = { done: state.done + batch.done, failures: [...state.failures, ...failed] };
      yield state;
      after = batch.after;
      more = after !== undefined;
    }
    return;
  }
  for (const { serial } of target.tokens) {
    try {
      await doToOne(api, action, serial, wish);
      state = { ...state, done: state.done + 1 };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      state = { ...state, failures: [...state.failures, { name: serial, detail }] };
    }
    yield state;
  }
}

function doToOne(api: ApiClient, action: BulkAction, serial: string, wish: BulkWish): Promise<unknown> {
  const params = { serial };
  switch (action) {
    case 'enable':
      return api('enableToken', { params });
    case 'disable':
      return api('disableToken', { params });
    case 'unassign':
      return api('unassignToken', { params });
    case 'lost':
      return api('markLost', { params, body: { lost: true } });
    case 'clearPin':
      return api('clearPin', { params });
    case 'move':
      return api('moveToken', { params, body: { securityDomain: wish.securityDomain ?? '' } });
    case 'delete':
      return api('deleteToken', { params });
  }
}
