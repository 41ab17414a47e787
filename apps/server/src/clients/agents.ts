/** Authentication agents: programs that ask over the agents' own interface, each with a key, for the users of one security domain. */

import type { Agent, AgentPatch } from '@sower/api/radius';
import { text } from '@sower/messages/outcomes';
import type { Floor } from '../context.ts';
import { type Actor, actorName, denied } from '../core/actor.ts';
import { done, editedMeanwhile, type Outcome, refused } from '../core/outcome.ts';
import { isoTime } from '../core/time.ts';
import { domainFor } from '../directory/domains.ts';
import { newId } from '../store/db/ids.ts';
import { isUniqueViolation } from '../store/db/violation.ts';
import {
  deleteAgent,
  findAgent,
  findAgentByKey,
  insertAgent,
  listAgents,
  updateAgent,
} from '../store/tables/agents.ts';
import { insertAudit } from '../store/tables/audit.ts';
import { domainNames } from '../store/tables/domains.ts';
import type { Connection, Row } from '../store/tables/schema.ts';
import { userIdKey } from '../store/tables/users.ts';

type Uses = Pick<Floor, 'db' | 'sealing' | 'now' | 'random'>;

/** Begins with its kind, so that a leaked one is recognised by scanners and people. */
const AGENT_KEY_PREFIX = 'sower_agent_';

export async function showAgents(
  uses: Pick<Floor, 'db'>,
  actor: Actor,
): Promise<Outcome<{ items: Agent[] }>> {
  const denial = denied(actor, 'agents:view');
  if (denial) return denial;
  return done({ items: await views(uses.db, await listAgents(uses.db)) });
}

export async function addAgent(
  uses: Uses,
  actor: Actor,
  input: { readonly name: string; readonly securityDomain?: string | undefined },
): Promise<Outcome<Agent & { key: string }>> {
  const domain = await domainFor(uses, actor, 'agents:edit', input.securityDomain);
  if (!domain.ok) return domain;
  const key = makeKey(uses);
  return unlessTaken(input.name, () =>
    uses.db.transaction().execute(async (trx) => {
      const row = await insertAgent(trx, {
        id: newId(uses),
        name: input.name,
        name_key: userIdKey(input.name),
        key_hash: uses.sealing.keyedHash('agent-key', key),
        domain: domain.value.path,
        enabled: 1,
        created_at: uses.now(),
        created_by: actorName(actor),
        version: 1,
      });
      await audit(trx, uses, actor, 'agent.add', row);
      return done({ ...(await view(trx, row)), key });
    }),
  );
}

export async function editAgent(
  uses: Uses,
  actor: Actor,
  input: { readonly id: string; readonly version: number; readonly change: AgentPatch },
): Promise<Outcome<Agent>> {
  const denial = denied(actor, 'agents:edit');
  if (denial) return denial;
  const present = await findAgent(uses.db, input.id);
  if (!present) return noSuchAgent();
  const { name, securityDomain, enabled } = input.change;
  const domain =
    securityDomain === undefined ? undefined : await domainFor(uses, actor, 'agents:edit', securityDomain);
  if (domain && !domain.ok) return domain;
  return unlessTaken(name ?? present.name, () =>
    uses.db.transaction().execute(async (trx) => {
      const row = await updateAgent(trx, present.id, input.version, {
        ...(name === undefined ? {} : { name, name_key: userIdKey(name) }),
        ...(domain ? { domain: domain.value.path } : {}),
        ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0 }),
      });
      if (!row) return editedMeanwhile(present.version);
      await audit(trx, uses, actor, 'agent.edit', row, row.enabled === 1 ? undefined : 'disabled');
      return done(await view(trx, row));
    }),
  );
}

export async function changeAgentKey(
  uses: Uses,
  actor: Actor,
  id: string,
): Promise<Outcome<Agent & { key: string }>> {
  const denial = denied(actor, 'agents:edit');
  if (denial) return denial;
  const present = await findAgent(uses.db, id);
  if (!present) return noSuchAgent();
  const key = makeKey(uses);
  return uses.db.transaction().execute(async (trx) => {
    const row = await updateAgent(trx, present.id, present.version, {
      key_hash: uses.sealing.keyedHash('agent-key', key),
    });
    if (!row) return editedMeanwhile(present.version);
    await audit(trx, uses, actor, 'agent.key', row);
    return done({ ...(await view(trx, row)), key });
  });
}

export async function removeAgent(uses: Uses, actor: Actor, id: string): Promise<Outcome<undefined>> {
  const denial = denied(actor, 'agents:edit');
  if (denial) return denial;
  return uses.db.transaction().execute(async (trx) => {
    const row = await deleteAgent(trx, id);
    if (!row) return noSuchAgent();
    await audit(trx, uses, actor, 'agent.delete', row);
    return done(undefined);
  });
}

export type KnownAgent = { readonly id: string; readonly name: string; readonly domain: string };

const KEY_AGE_MILLISECONDS = 2_000;
const MAX_REMEMBERED = 1_000;

/** Which agent a key belongs to. What was found is remembered for two seconds; a changed key works for so long at most. */
export function agentReader(uses: Uses): (key: string) => Promise<KnownAgent | undefined> {
  const remembered = new Map<string, { readonly agent: KnownAgent; readonly until: number }>();
  return async (key) => {
    if (!key.startsWith(AGENT_KEY_PREFIX) || key.length > 100) return undefined;
    const hash = uses.sealing.keyedHash('agent-key', key);
    const clock = performance.now();
    const known = remembered.get(hash);
    if (known && clock <= known.until) return known.agent;
    remembered.delete(hash);
    const row = await findAgentByKey(uses.db, hash);
    if (!row) return undefined;
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    const agent = { id: row.id, name: row.name, domain: row.domain };
    remembered.set(hash, { agent, until: clock + KEY_AGE_MILLISECONDS });
    return agent;
  };
}

const makeKey = (uses: Uses): string => AGENT_KEY_PREFIX + Buffer.from(uses.random(32)).toString('base64url');

const noSuchAgent = () => refused('not-found', text('agent.not-found'));

async function unlessTaken<T>(name: string, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return refused('already-exists', text('agent.exists', { agent: name }));
  }
}

async function view(db: Connection, row: Row<'agents'>): Promise<Agent> {
  return (await views(db, [row]))[0] as Agent;
}

async function views(db: Connection, rows: readonly Row<'agents'>[]): Promise<Agent[]> {
  const names = await domainNames(
    db,
    rows.map(({ domain }) => domain),
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    securityDomain: names.get(row.domain) ?? '',
    enabled: row.enabled === 1,
    createdAt: isoTime(row.created_at),
    createdBy: row.created_by,
    version: row.version,
  }));
}

function audit(
  trx: Connection,
  uses: Uses,
  actor: Actor,
  action: 'agent.add' | 'agent.edit' | 'agent.key' | 'agent.delete',
  row: Row<'agents'>,
  reason?: string,
): Promise<void> {
  return insertAudit(trx, uses, {
    actor: actorName(actor),
    action,
    object: `agent:${row.name}`,
    result: 'success',
    reason,
    source: actor.source,
  });
}
