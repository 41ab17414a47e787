/** Administrators' sessions and API keys: who a request comes from. */
import type { Permission } from '@sower/api/permissions';
import type { ApiKey, ApiKeyInput } from '@sower/api/resources';
import type { Authenticate } from '../authentication/authenticate.ts';
import type { Floor } from '../floor.ts';
import { done, type Outcome, refused, refusedAt } from '../outcome.ts';
import { isoTime } from '../provisioning/distribution-view.ts';
import {
  deleteApiKey,
  deleteEndedSessions,
  deleteSession,
  findAdministrator,
  findApiKey,
  findSession,
  insertApiKey,
  insertSession,
  listApiKeys,
  listGrants,
  touchSession,
} from '../store/administrators.ts';
import { type AuditEvent, insertAudit } from '../store/audit.ts';
import { domainNames, findDomain, TOP_DOMAIN } from '../store/domains.ts';
import { newId } from '../store/ids.ts';
import { listPasskeys } from '../store/passkeys.ts';
import type { Connection, Row } from '../store/schema.ts';
import { findUserById, userIdKey } from '../store/users.ts';
import { type Actor, actorName, denied } from './actor.ts';
import { hashPassword, passwordFits } from './password.ts';
import { cannotGrant, grantOf, lacking, permissionSet } from './roles.ts';

type Uses = Pick<Floor, 'db' | 'sealing' | 'now' | 'random'>;

const IDLE_MILLISECONDS = 15 * 60_000;
const SESSION_MILLISECONDS = 8 * 3_600_000;
/** How stale a session's last use may be stored, so that reading does not mean writing. */
const TOUCH_MILLISECONDS = 60_000;

let decoyHash: Promise<string> | undefined;

export type Session = { readonly actor: Actor; readonly expiresAt: number };

/** The id is for the cookie; it is stored as a keyed hash only. */
export type OpenedSession = { readonly id: string; readonly session: Session };

/**
 * Who has a passkey or shows a token must do so: then the password alone opens nothing. That there is more to show is said only to
 * who knew the password.
 */
export async function openSession(
  uses: Uses & { readonly authenticate: Authenticate },
  input: {
    readonly userName: string;
    readonly password: string;
    readonly passcode?: string | undefined;
    readonly source: string | undefined;
  },
): Promise<Outcome<OpenedSession>> {
  const row = await findAdministrator(uses.db, userIdKey(input.userName));
  // An unknown name costs the same: a hash that nobody's password has.
  decoyHash ??= hashPassword(Buffer.from(uses.random(32)).toString('hex'));
  const right = await passwordFits(row?.password_hash ?? (await decoyHash), input.password);
  const event = {
    actor: `administrator:${input.userName}`,
    action: 'administrator.log-on' as const,
    object: `administrator:${input.userName}`,
    source: input.source,
  };
  if (!row || !right || row.enabled !== 1) {
    await insertAudit(uses.db, uses, {
      ...event,
      result: 'refused',
      reason: !row ? 'no such administrator' : right ? 'disabled' : 'wrong password',
    });
    return refused('log-on-failed', 'The user name or the password is wrong.');
  }
  if (row.token_user_id !== null) {
    const user = await findUserById(uses.db, row.token_user_id);
    if (input.passcode === undefined) {
      return refusedAt(
        'passcode',
        'second-factor-required',
        'Enter the passcode that your token shows, or use a passkey.',
      );
    }
    const { result } = await uses.authenticate({
      userId: user?.user_id ?? '',
      passcode: input.passcode,
      asker: `log-on:${row.user_name}`,
      source: input.source,
    });
    if (result !== 'accepted') {
      await insertAudit(uses.db, uses, { ...event, result: 'refused', reason: 'wrong passcode' });
      return refused('log-on-failed', 'The passcode was not accepted. Wait for the next one.');
    }
  } else if ((await listPasskeys(uses.db, row.id)).length > 0) {
    return refused('second-factor-required', 'Log on with your passkey.');
  }
  return done(
    await beginSession(uses, row, {
      ...event,
      ...(row.token_user_id === null ? {} : { reason: 'password and passcode' }),
    }),
  );
}

/** After every proof that is needed. */
export async function beginSession(
  uses: Uses,
  row: Pick<Row<'administrators'>, 'id' | 'user_name'>,
  event: Omit<AuditEvent, 'result'>,
): Promise<OpenedSession> {
  const id = Buffer.from(uses.random(32)).toString('base64url');
  const now = uses.now();
  await uses.db.transaction().execute(async (trx) => {
    await deleteEndedSessions(trx, now);
    await insertSession(trx, {
      id_hash: uses.sealing.keyedHash('session', id),
      administrator_id: row.id,
      created_at: now,
      last_seen_at: now,
      expires_at: now + SESSION_MILLISECONDS,
    });
    await insertAudit(trx, uses, { ...event, result: 'success' });
  });
  const actor = await administrator(uses.db, row.id, row.user_name, event.source);
  return { id, session: { actor, expiresAt: now + SESSION_MILLISECONDS } };
}

export async function resumeSession(
  uses: Uses,
  id: string,
  source: string | undefined,
): Promise<Session | undefined> {
  const idHash = uses.sealing.keyedHash('session', id);
  const now = uses.now();
  const row = await findSession(uses.db, idHash, now, IDLE_MILLISECONDS);
  if (!row) return undefined;
  if (now - row.last_seen_at > TOUCH_MILLISECONDS) await touchSession(uses.db, idHash, now);
  const actor = await administrator(uses.db, row.administrator_id, row.user_name, source);
  return { actor, expiresAt: row.expires_at };
}

export async function closeSession(uses: Uses, id: string, actor: Actor): Promise<void> {
  await deleteSession(uses.db, uses.sealing.keyedHash('session', id));
  await insertAudit(uses.db, uses, {
    actor: actorName(actor),
    action: 'administrator.log-off',
    object: actorName(actor),
    result: 'success',
    source: actor.source,
  });
}

/** An administrator with the roles held at this moment: what is taken away is gone with the next request. */
async function administrator(
  db: Connection,
  id: string,
  name: string,
  source: string | undefined,
): Promise<Actor> {
  return {
    kind: 'administrator',
    name,
    grants: (await listGrants(db, id)).map(grantOf),
    ...(source === undefined ? {} : { source }),
  };
}

// --- API keys ---------------------------------------------------------------------------------------------------------------

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
      grants: [{ permissions: entry.permissions, domain: entry.row.domain }],
      ...(source === undefined ? {} : { source }),
    };
  };
}
