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
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, actorName, denied } from '../core/actor.ts';
import { done, editedMeanwhile, type Outcome, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { isoTime } from '../core/time.ts';
import { allOrNothing } from '../core/transaction.ts';
import {
  findCredentialByAccessId,
  findCredentialByKey,
  listAgentsOfCredentials,
  listCredentials,
  noteCredentialUse,
} from '../store/authentication/agent-credentials.ts';
import { changesOf } from '../store/db/changes.ts';
import { newId } from '../store/db/ids.ts';
import { kept } from '../store/db/kept.ts';
import { changeRow, deleteRow, findRow, insertRow } from '../store/db/rows.ts';
import { changedFlag } from '../store/schema/flag.ts';
import type { Connection, Row } from '../store/schema/schema.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

/** Begins with its kind, so that people and scanners recognize a leaked one. */
const ACCESS_KEY_PREFIX = 'sower_access_';
const MAX_CREDENTIALS = 100;

export const accessKeyAssociatedData = (id: string): string => `agent_credentials.access_key:${id}`;

export async function showAgentCredentials(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
): Promise<Outcome<{ items: AgentCredential[] }>> {
  const denial = denied(actor, 'agents:view');
  if (denial) return denial;
  return done({ items: await views(context.db, await listCredentials(context.db)) });
}

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
  return allOrNothing(context.db, async (trx) => {
    const row = await insertRow(trx, 'agent_credentials', {
      id,
      access_id: Buffer.from(context.random(16)).toString('hex'),
      key_hash: context.sealing.keyedHash('agent-key', accessKey),
      access_key: context.sealing.seal(accessKeyAssociatedData(id), Buffer.from(accessKey)),
      note: input.note,
      deprecated: 0,
      created_at: context.now(),
      created_by: actorName(actor),
      version: 1,
    });
    await audit(trx, context, actor, 'agent-credential.add', row);
    return done({ ...(await view(trx, row)), accessKey });
  });
}

export async function editAgentCredential(
  context: Context,
  actor: Actor,
  input: { readonly id: string; readonly version: number; readonly change: AgentCredentialPatch },
): Promise<Outcome<AgentCredential>> {
  const denial = denied(actor, 'agents:edit');
  if (denial) return denial;
  return allOrNothing(context.db, async (trx) => {
    if (!(await findRow(trx, 'agent_credentials', input.id))) return noSuchCredential();
    const row = await changeRow(trx, 'agent_credentials', input, {
      note: input.change.note,
      deprecated: changedFlag(input.change.deprecated),
    });
    if (!row) return editedMeanwhile();
    const reason = row.deprecated === 1 ? text('event.deprecated') : undefined;
    await audit(trx, context, actor, 'agent-credential.edit', row, reason);
    return done(await view(trx, row));
  });
}

export async function removeAgentCredential(
  context: Context,
  actor: Actor,
  id: string,
): Promise<Outcome<undefined>> {
  const denial = denied(actor, 'agents:edit');
  if (denial) return denial;
  return allOrNothing(context.db, async (trx) => {
    const row = await deleteRow(trx, 'agent_credentials', id);
    if (!row) return noSuchCredential();
    await audit(trx, context, actor, 'agent-credential.delete', row);
    return done(undefined);
  });
}

export type KnownCredential = { readonly id: string; readonly accessId: string };

const KEPT_MILLISECONDS = 2_000;
const MAX_REMEMBERED = 1_000;
/** How often it is noted that an agent uses one. */
const NOTE_MILLISECONDS = 60_000;

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
        const key = context.sealing.open(accessKeyAssociatedData(row.id), row.access_key);
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

const noSuchCredential = () => refused('not-found', text('agent-credential.not-found'));

async function view(db: Connection, row: Row<'agent_credentials'>): Promise<AgentCredential> {
  return (await views(db, [row]))[0] as AgentCredential;
}

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

function audit(
  trx: Connection,
  context: Context,
  actor: Actor,
  action: 'agent-credential.add' | 'agent-credential.edit' | 'agent-credential.delete',
  row: Row<'agent_credentials'>,
  reason?: Parameters<typeof record>[3]['reason'],
): Promise<void> {
  return record(trx, context, actor, {
    action,
    object: credentialActor({ accessId: row.access_id }),
    reason,
  });
}
