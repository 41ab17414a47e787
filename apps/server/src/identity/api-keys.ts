/** API keys: which program a request comes from, and giving them out. */
import type { Permission } from '@sower/api/permissions';
import type { ApiKey, ApiKeyInput } from '@sower/api/resources';
import type { Floor } from '../floor.ts';
import { done, type Outcome, refused, refusedAt } from '../outcome.ts';
import { isoTime } from '../provisioning/distribution-view.ts';
import { deleteApiKey, findApiKey, insertApiKey, listApiKeys } from '../store/administrators.ts';
import { insertAudit } from '../store/audit.ts';
import { domainNames, findDomain, TOP_DOMAIN } from '../store/domains.ts';
import { newId } from '../store/ids.ts';
import type { Row } from '../store/schema.ts';
import { type Actor, actorName, denied } from './actor.ts';
import { cannotGrant, lacking, permissionSet } from './roles.ts';

type Uses = Pick<Floor, 'db' | 'sealing' | 'now' | 'random'>;

/** Begins with its kind, so that a leaked one is recognised by scanners and people. */
const API_KEY_PREFIX = 'sower_';

export const makeApiKey = (random: Floor['random']): string =>
  API_KEY_PREFIX + Buffer.from(random(32)).toString('base64url');

const viewApiKey = (row: Row<'api_keys'>, domainName: string): ApiKey => ({
  id: row.id,
  name: row.name,
  permissions: [...permissionSet(row.permissions)],
  securityDomain: domainName,
  createdAt: isoTime(row.created_at),
  createdBy: row.created_by,
  ...(row.expires_at === null ? {} : { expiresAt: isoTime(row.expires_at) }),
});

/** Nobody grants what they do not hold, except the one permission that is made to be handed to a portal. */
export async function addApiKey(
  uses: Uses,
  actor: Actor,
  input: ApiKeyInput,
): Promise<Outcome<ApiKey & { key: string }>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  const domain = await findDomain(uses.db, input.securityDomain ?? TOP_DOMAIN.id);
  if (!domain)
    return refusedAt('securityDomain', 'not-found', `There is no security domain "${input.securityDomain}".`);
  const missing = lacking(actor, input.permissions, domain.path);
  if (missing.length > 0) return cannotGrant(missing, 'permissions');
  const key = makeApiKey(uses.random);
  return uses.db.transaction().execute(async (trx) => {
    const row = await insertApiKey(trx, {
      id: newId(uses),
      name: input.name,
      key_hash: uses.sealing.keyedHash('api-key', key),
      permissions: JSON.stringify(input.permissions),
      domain: domain.path,
      created_at: uses.now(),
      created_by: actorName(actor),
      expires_at: input.expiresAt === undefined ? null : Date.parse(input.expiresAt),
    });
    await insertAudit(trx, uses, {
      actor: actorName(actor),
      action: 'api-key.add',
      object: `api-key:${row.name}`,
      result: 'success',
      reason: input.permissions.join(' '),
      source: actor.source,
    });
    return done({ ...viewApiKey(row, domain.name), key });
  });
}

export async function showApiKeys(
  uses: Pick<Floor, 'db'>,
  actor: Actor,
): Promise<Outcome<{ items: ApiKey[] }>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  const rows = await listApiKeys(uses.db);
  const names = await domainNames(
    uses.db,
    rows.map((row) => row.domain),
  );
  return done({ items: rows.map((row) => viewApiKey(row, names.get(row.domain) ?? '')) });
}

export async function removeApiKey(uses: Uses, actor: Actor, id: string): Promise<Outcome<undefined>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  return uses.db.transaction().execute(async (trx) => {
    const row = await deleteApiKey(trx, id);
    if (!row) return refused('not-found', 'There is no such API key.');
    await insertAudit(trx, uses, {
      actor: actorName(actor),
      action: 'api-key.delete',
      object: `api-key:${row.name}`,
      result: 'success',
      source: actor.source,
    });
    return done(undefined);
  });
}

const KEY_AGE_MILLISECONDS = 2_000;
const MAX_REMEMBERED = 1_000;

/**
 * Who sends an API key. What was found is remembered for two seconds, so that a busy caller costs no query a request; a revoked key
 * works for so long at most.
 */
export function apiKeyReader(
  uses: Uses,
): (key: string, source: string | undefined) => Promise<Actor | undefined> {
  const remembered = new Map<
    string,
    { row: Row<'api_keys'>; permissions: ReadonlySet<Permission>; until: number }
  >();
  return async (key, source) => {
    if (!key.startsWith(API_KEY_PREFIX) || key.length > 100) return undefined;
    const keyHash = uses.sealing.keyedHash('api-key', key);
    const clock = performance.now();
    let entry = remembered.get(keyHash);
    if (!entry || clock > entry.until) {
      remembered.delete(keyHash);
      const row = await findApiKey(uses.db, keyHash, uses.now());
      if (!row) return undefined;
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      entry = { row, permissions: permissionSet(row.permissions), until: clock + KEY_AGE_MILLISECONDS };
      remembered.set(keyHash, entry);
    }
    return {
      kind: 'api-key',
      name: entry.row.name,
      key: entry.row.id,
      grants: [{ permissions: entry.permissions, domain: entry.row.domain }],
      ...(source === undefined ? {} : { source }),
    };
  };
}
