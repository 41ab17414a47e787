/**
 * One deed on every token of a search, a batch each call. Nothing is kept between the calls: each token is done in a transaction of its
 * own with a line of the trail, so that wherever the caller stops, what was done is done and written, and nothing is half done.
 * See docs/decisions/0015-bulk-by-batches.md.
 */

import { BULK_PERMISSIONS, type BulkInput, type BulkResult } from '@sower/api/bulk';
import { type Text, text } from '@sower/messages/outcomes';
import { setPin } from '../authentication/pin/set-pin.ts';
import type { Floor } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { domainFor } from '../directory/domains.ts';
import { type DistributeUses, distributeToken } from '../provisioning/distribution/distribute.ts';
import { noSuchProfile } from '../provisioning/profiles/profile.ts';
import { unassignToken } from '../provisioning/tokens/assign.ts';
import { markLost, moveToken, removeToken, setEnabled } from '../provisioning/tokens/enable.ts';
import { searchFor } from '../provisioning/tokens/search.ts';
import { findProfile } from '../store/tables/token-profiles.ts';
import { countMatching, listTokens } from '../store/tables/token-search.ts';

type Uses = DistributeUses & Pick<Floor, 'policies'>;
/** A token that it was not done to, and why. */
type Failed = Pick<BulkResult['failures'][number], 'serial' | 'code'> & { readonly detail: Text };
export type BulkOutcome = Omit<BulkResult, 'failures'> & { readonly failures: readonly Failed[] };
type Deed = (serial: string) => Promise<Outcome<unknown>>;

/** A batch ends early after this, so that the caller sees it go on and can stop it. */
const PATIENCE_MILLISECONDS = 5_000;

export async function doToAll(uses: Uses, actor: Actor, input: BulkInput): Promise<Outcome<BulkOutcome>> {
  const filter = await searchFor(uses, actor, input.search, BULK_PERMISSIONS[input.deed]);
  if (!filter.ok) return filter;
  const deed = await deedOf(uses, actor, input);
  if (!deed.ok) return deed;
  const begun = uses.now();
  const upTo = [
    input.upTo,
    ...(filter.value.serialTo === undefined ? [] : [filter.value.serialTo]),
  ].sort()[0];
  const rows = await listTokens(
    uses.db,
    { ...filter.value, serialTo: upTo },
    input.limit,
    begun,
    input.after,
  );
  const result = { done: 0, failures: [] as Failed[] };
  let last: string | undefined;
  for (const { serial } of rows) {
    if (last !== undefined && uses.now() - begun > PATIENCE_MILLISECONDS) break;
    const outcome = await deed.value(serial);
    if (outcome.ok) result.done += 1;
    else result.failures.push({ serial, code: outcome.problem, detail: outcome.detail });
    last = serial;
  }
  const finished = rows.length < input.limit && last === rows.at(-1)?.serial;
  return done({ ...result, ...(finished || last === undefined ? {} : { after: last }) });
}

async function deedOf(uses: Uses, actor: Actor, input: BulkInput): Promise<Outcome<Deed>> {
  const { securityDomain, profile } = input;
  switch (input.deed) {
    case 'enable':
    case 'disable':
      return done((serial) => setEnabled(uses, actor, { serial, enabled: input.deed === 'enable' }));
    case 'unassign':
      return done((serial) => unassignToken(uses, actor, { serial }));
    case 'lost':
      return done((serial) => markLost(uses, actor, { serial, lost: true }));
    case 'clearPin':
      return done((serial) => setPin(uses, actor, { serial, pin: undefined }));
    case 'delete':
      return done((serial) => removeToken(uses, actor, { serial }));
    case 'move': {
      if (securityDomain === undefined) return missing('securityDomain', text('request.domain-required'));
      const domain = await domainFor(uses, actor, 'tokens:edit', securityDomain);
      if (!domain.ok) return domain;
      return done((serial) => moveToken(uses, actor, { serial, securityDomain }));
    }
    case 'distribute': {
      if (profile === undefined) return missing('profile', text('request.profile-required'));
      const found = await findProfile(uses.db, profile);
      if (!found) return noSuchProfile(profile);
      if (found.delivery !== 'qr') {
        return missing('profile', text('distribution.bulk-qr-only'));
      }
      const wish = { profile, deviceBinding: { kind: 'class' }, nickname: '', revokeNow: false } as const;
      return done((serial) => distributeToken(uses, actor, serial, wish));
    }
  }
}

const missing = (path: string, message: Text) => refused('invalid-request', message, [{ path, message }]);

/** How many a search finds, of those on which the actor may do the deed. */
export async function countTokens(
  uses: Pick<Floor, 'db' | 'now'>,
  actor: Actor,
  search: BulkInput['search'],
  deed: BulkInput['deed'] | undefined,
): Promise<Outcome<{ count: number; last?: string }>> {
  const filter = await searchFor(uses, actor, search, deed && BULK_PERMISSIONS[deed]);
  if (!filter.ok) return filter;
  const { count, last } = await countMatching(uses.db, filter.value, uses.now());
  return done({ count, ...(last === undefined ? {} : { last }) });
}
