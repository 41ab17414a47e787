/** API keys: which program a request comes from, and creating keys. */

import { hash } from 'node:crypto';
import type { ApiKey, ApiKeyInput, ApiKeyStanding } from '@sower/api/api-keys';
import { isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, actorName, denied, HOST } from '../core/actor.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { itemsFor } from '../core/recorded.ts';
import { allOrNothing } from '../core/transaction.ts';
import { changesOf } from '../store/db/changes.ts';
import { newId } from '../store/db/ids.ts';
import { kept } from '../store/db/kept.ts';
import {
  deleteApiKey,
  findStoredApiKey,
  findStoredApiKeyById,
  insertApiKey,
  listStoredApiKeys,
  updateApiKeyOwner,
} from '../store/directory/administrators.ts';
import { domainNames, domainNamesOf, findDomain, TOP_DOMAIN } from '../store/directory/domains.ts';
import { hasMark } from '../store/keys/marks.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { holdDomain, noDomainAt } from './domains.ts';
import { type Standing, standingsOf } from './key-standing.ts';
import { cannotGrant, lacking, permissionSet } from './roles.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

/** Begins with its kind, so that people and scanners recognize a leaked one. */
const API_KEY_PREFIX = 'sower_';

export const makeApiKey = (random: ServerContext['random']): string =>
  API_KEY_PREFIX + Buffer.from(random(32)).toString('base64url');

const viewApiKey = (row: Row<'api_keys'>, domainName: string, { standing, lacks }: Standing): ApiKey => ({
  id: row.id,
  name: row.name,
  permissions: [...permissionSet(row.permissions)],
  securityDomain: domainName,
  createdAt: isoTime(row.created_at),
  createdBy: row.created_by,
  ...(row.owner_name === null ? {} : { owner: row.owner_name }),
  standing,
  lacks: [...lacks],
  ...(row.expires_at === null ? {} : { expiresAt: isoTime(row.expires_at) }),
});

/** No one can grant what they do not hold, except the one permission that exists to be given to a portal. */
export async function addApiKey(
  context: Context,
  actor: Actor,
  input: ApiKeyInput,
): Promise<Outcome<ApiKey & { key: string }>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  const domain = await findDomain(context.db, input.securityDomain ?? TOP_DOMAIN.id);
  if (!domain) return noDomainAt('securityDomain', input.securityDomain);
  const missing = lacking(actor, input.permissions, domain.path);
  if (missing.length > 0) return cannotGrant(missing, 'permissions');
  const key = makeApiKey(context.random);
  const owner = await ownerOf(context, actor);
  return allOrNothing(context.db, async (trx) => {
    await holdDomain(trx, domain);
    const row = await insertApiKey(trx, context, {
      id: newId(context),
      name: input.name,
      key_hash: context.sealing.keyedHash('api-key', key),
      permissions: JSON.stringify(input.permissions),
      domain: domain.path,
      created_at: context.now(),
      created_by: actorName(actor),
      expires_at: input.expiresAt === undefined ? null : Date.parse(input.expiresAt),
      owner_id: owner?.id ?? null,
      owner_name: owner?.name ?? null,
    });
    await record(trx, context, actor, {
      action: 'api-key.add',
      object: `api-key:${row.name}`,
      reason: input.permissions.join(' '),
    });
    const standing = await oneStanding(trx, context, row);
    return done({ ...viewApiKey(row, domain.name, standing), key });
  });
}

/** Whose rights limit a key that the actor creates: their own, or those that limit the key they use. */
async function ownerOf(
  context: Pick<ServerContext, 'db' | 'sealing'>,
  actor: Actor,
): Promise<{ readonly id: string; readonly name: string } | undefined> {
  if (actor.kind === 'administrator' && actor.principal !== undefined)
    return { id: actor.principal, name: actor.name };
  const own = actor.key === undefined ? undefined : await findStoredApiKeyById(context.db, actor.key);
  return own?.owner_id == null || !hasMark('api_keys', context, own)
    ? undefined
    : { id: own.owner_id, name: own.owner_name ?? '' };
}

const oneStanding = async (db: Connection, context: Context, row: Row<'api_keys'>): Promise<Standing> =>
  (await standingsOf(db, context, [row], context.now()))[0] as Standing;

/** Anyone who could have created the key can become its owner: it keeps working when the earlier owner leaves. */
export async function takeOverApiKey(context: Context, actor: Actor, id: string): Promise<Outcome<ApiKey>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  // A key acts for its owner: keys that it takes over or creates belong to that owner.
  const owner = await ownerOf(context, actor);
  if (!owner) return refused('not-permitted', text('api-key.administrator-required'));
  const present = await findStoredApiKeyById(context.db, id);
  if (!present) return refused('not-found', text('api-key.not-found'));
  if (!hasMark('api_keys', context, present)) return refused('wrong-state', text('api-key.altered'));
  const missing = lacking(actor, permissionSet(present.permissions), present.domain);
  if (missing.length > 0) return cannotGrant(missing, 'permissions');
  return allOrNothing(context.db, async (trx) => {
    const row = await updateApiKeyOwner(trx, context, present, owner);
    if (!row) return refused('not-found', text('api-key.not-found'));
    await record(trx, context, actor, {
      action: 'api-key.take-over',
      object: `api-key:${row.name}`,
      reason:
        present.owner_name === null
          ? text('event.key-had-no-owner')
          : text('event.from', { name: present.owner_name }),
    });
    const names = await domainNames(trx, [row.domain]);
    return done(viewApiKey(row, names.get(row.domain) ?? '', await oneStanding(trx, context, row)));
  });
}

export const showApiKeys = (context: Pick<ServerContext, 'db' | 'sealing' | 'now'>, actor: Actor) =>
  itemsFor(actor, 'keys:edit', async () => {
    const rows = await listStoredApiKeys(context.db);
    const names = await domainNamesOf(context.db, rows);
    const standings = await standingsOf(context.db, context, rows, context.now());
    return rows.map((row, at) => viewApiKey(row, names.get(row.domain) ?? '', standings[at] as Standing));
  });

export async function removeApiKey(context: Context, actor: Actor, id: string): Promise<Outcome<undefined>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  return allOrNothing(context.db, async (trx) => {
    const row = await deleteApiKey(trx, id);
    if (!row) return refused('not-found', text('api-key.not-found'));
    await record(trx, context, actor, { action: 'api-key.delete', object: `api-key:${row.name}` });
    return done(undefined);
  });
}

const KEY_AGE_MILLISECONDS = 2_000;
const MAX_REMEMBERED = 1_000;

/** The sender of a known key that is not valid now, and why. */
type StoppedKey = { readonly name: string; readonly standing: ApiKeyStanding };

/**
 * The sender of an API key. Results are kept for two seconds, so that a busy caller does not cost a query per request; a key that another
 * process revoked, or whose owner lost rights there, works for at most that long.
 */
export function apiKeyReader(
  context: Context,
): (
  key: string,
  source: string | undefined,
) => Promise<{ readonly actor: Actor } | { readonly stopped: StoppedKey } | undefined> {
  type Known = { readonly row: Row<'api_keys'>; readonly standing: Standing };
  const known = kept<Known>(KEY_AGE_MILLISECONDS, () => performance.now(), MAX_REMEMBERED);
  changesOf(context.db).on(['api_keys', 'administrators', 'role_grants', 'roles'], known.forget);
  return async (key, source) => {
    if (!key.startsWith(API_KEY_PREFIX) || key.length > 100) return undefined;
    // The stored hash takes six times as long, which every request of the two seconds would pay.
    const found = await known.get(hash('sha256', key), async () => {
      const row = await findStoredApiKey(context.db, context.sealing.keyedHash('api-key', key));
      return row && { row, standing: await oneStanding(context.db, context, row) };
    });
    if (!found) return undefined;
    const { row, standing } = found;
    if (standing.grants.length === 0) return { stopped: { name: row.name, standing: standing.standing } };
    const actor = {
      kind: 'api-key',
      name: row.name,
      key: row.id,
      principal: row.owner_id ?? HOST,
      grants: standing.grants,
      ...(source === undefined ? {} : { source }),
    } as const;
    return { actor };
  };
}
