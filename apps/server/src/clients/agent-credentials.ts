/**
 * Credentials that the agents of a deployment share: an access ID and an access key. Who has one can speak for every agent of the
 * authentication API from where that agent may call, so an agent with a key of its own is the narrower choice.
 *
 * The key is stored as a keyed hash, to find it by, and sealed, since a request can be signed with it instead of carrying it.
 */

import type {
  AgentCredential,
  AgentCredentialInput,
  AgentCredentialPatch,
} from '@sower/api/agent-credentials';
import { isoTime, MINUTE } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, actorName, denied } from '../core/actor.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { type Edit, itemsFor, recordedRows } from '../core/recorded.ts';
import { aadOf } from '../keys/seal/sealed-columns.ts';
import {
  findCredentialByAccessId,
  findCredentialByKey,
  listAgentsOfCredentials,
  listCredentials,
  noteCredentialUse,
} from '../store/authentication/agents.ts';
import { changesOf } from '../store/db/changes.ts';
import { newId } from '../store/db/ids.ts';
import { kept } from '../store/db/kept.ts';
import { changedFlag } from '../store/schema/brands.ts';
import type { Connection, Row } from '../store/schema/schema.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

/** Begins with its kind, so that people and scanners recognize a leaked one. */
const ACCESS_KEY_PREFIX = 'sower_access_';
const MAX_CREDENTIALS = 100;

export const showAgentCredentials = (context: Pick<ServerContext, 'db'>, actor: Actor) =>
  itemsFor(actor, 'agents:view', async () => views(context.db, await listCredentials(context.db)));

export async function addAgentCredential(
  context: Context,
  actor: Actor,
  input: AgentCredentialInput,
): Promise<Outcome<AgentCredential & { accessKey: string }>> {
  const denial = denied(actor, 'agents:edit');
  if (denial) return denial;
  if ((await listCredentials(context.db)).length >= MAX_CREDENTIALS)
    return refused('wrong-state', text('agent-credential.too-many', { maximum: MAX_CREDENTIALS }));
  const id = newId(context);
  const accessKey = ACCESS_KEY_PREFIX + Buffer.from(context.random(32)).toString('base64url');
  const row = {
    id,
    access_id: Buffer.from(context.random(16)).toString('hex'),
    key_hash: context.sealing.keyedHash('agent-key', accessKey),
    access_key: context.sealing.seal(aadOf('agent_credentials.access_key', id), Buffer.from(accessKey)),
    note: input.note,
    deprecated: 0 as const,
    created_at: context.now(),
    created_by: actorName(actor),
    version: 1,
  };
  const added = await CREDENTIALS.insert(context, actor, row, { action: 'agent-credential.add' });
  return added.ok ? done({ ...added.value, accessKey }) : added;
}

export async function editAgentCredential(context: Context, actor: Actor, input: Edit<AgentCredentialPatch>) {
  const present = await CREDENTIALS.present(context, actor, input.id);
  if (!present.ok) return present;
  const { note, deprecated } = input.change;
  const change = { note, deprecated: changedFlag(deprecated) };
  return CREDENTIALS.change(context, actor, input, change, { action: 'agent-credential.edit' });
}

export const removeAgentCredential = (context: Context, actor: Actor, id: string) =>
  CREDENTIALS.remove(context, actor, id, { action: 'agent-credential.delete' });

export type KnownCredential = { readonly id: string; readonly accessId: string };

const KEPT_MILLISECONDS = 2_000;
const MAX_REMEMBERED = 1_000;
/** How often it is noted that an agent uses one. */
const NOTE_MILLISECONDS = MINUTE;

export type CredentialReader = {
  /** The credential that an access key belongs to. */
  byKey(key: string): Promise<KnownCredential | undefined>;
  /** That of an access ID, with its key, for a request that is signed with it. */
  byAccessId(accessId: string): Promise<(KnownCredential & { readonly key: Uint8Array }) | undefined>;
  note(credential: KnownCredential, agentId: string): Promise<void>;
};

/** Results are kept for two seconds; a credential that another process deleted works for at most that long. */
export function credentialReader(context: Context): CredentialReader {
  const clock = (): number => performance.now();
  const byHash = kept<KnownCredential>(KEPT_MILLISECONDS, clock, MAX_REMEMBERED);
  const opened = kept<KnownCredential & { readonly key: Uint8Array }>(
    KEPT_MILLISECONDS,
    clock,
    MAX_REMEMBERED,
  );
  changesOf(context.db).on(['agent_credentials'], () => {
    byHash.forget();
    opened.forget();
  });
  const noted = new Map<string, number>();
  return {
    async byKey(key) {
      if (!key.startsWith(ACCESS_KEY_PREFIX) || key.length > 100) return undefined;
      const hash = context.sealing.keyedHash('agent-key', key);
      return byHash.get(hash, async () => known(await findCredentialByKey(context.db, hash)));
    },
    async byAccessId(accessId) {
      if (!/^[0-9a-f]{32}$/.test(accessId)) return undefined;
      return opened.get(accessId, async () => {
        const row = await findCredentialByAccessId(context.db, accessId);
        if (!row) return undefined;
        const key = context.sealing.open(aadOf('agent_credentials.access_key', row.id), row.access_key);
        return { id: row.id, accessId, key };
      });
    },
    async note({ id }, agentId) {
      const name = `${id} ${agentId}`;
      const before = noted.get(name);
      if (before !== undefined && clock() - before < NOTE_MILLISECONDS) return;
      if (noted.size >= MAX_REMEMBERED) noted.clear();
      noted.set(name, clock());
      await noteCredentialUse(context.db, { credentialId: id, agentId, at: context.now() });
    },
  };
}

const known = (row: Row<'agent_credentials'> | undefined): KnownCredential | undefined =>
  row && { id: row.id, accessId: row.access_id };

/** As the audit trail names one. */
export const credentialActor = ({ accessId }: Pick<KnownCredential, 'accessId'>): string =>
  `agent-credential:${accessId}`;

const CREDENTIALS = recordedRows<'agent_credentials', AgentCredential>({
  table: 'agent_credentials',
  permission: 'agents:edit',
  notFound: () => refused('not-found', text('agent-credential.not-found')),
  object: (row) => credentialActor({ accessId: row.access_id }),
  reason: (row) => (row.deprecated === 1 ? text('event.deprecated') : undefined),
  view: async (db, row) => (await views(db, [row]))[0] as AgentCredential,
});

async function views(db: Connection, rows: readonly Row<'agent_credentials'>[]): Promise<AgentCredential[]> {
  const uses = await listAgentsOfCredentials(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => {
    const usedBy = uses
      .filter(({ credential_id: id }) => id === row.id)
      .map(({ name, last_used_at: at }) => ({ agent: name, lastUsedAt: isoTime(at) }));
    const [latest] = usedBy;
    return {
      id: row.id,
      accessId: row.access_id,
      note: row.note,
      deprecated: row.deprecated === 1,
      usedBy,
      ...(latest ? { lastUsedAt: latest.lastUsedAt } : {}),
      createdAt: isoTime(row.created_at),
      createdBy: row.created_by,
      version: row.version,
    };
  });
}
