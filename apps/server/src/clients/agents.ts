/** Authentication agents: programs that use the agent API, each with its own key, for the users of one security domain. */

import type { Agent, AgentInput, AgentPatch } from '@sower/api/agents';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, actorName, denied } from '../core/actor.ts';
import { done, editedMeanwhile, type Outcome, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { isoTime } from '../core/time.ts';
import { allOrNothing } from '../core/transaction.ts';
import { domainFor, holdDomain } from '../directory/domains.ts';
import {
  deleteAgent,
  findAgent,
  findAgentByKey,
  insertAgent,
  listAgents,
  updateAgent,
} from '../store/authentication/agents.ts';
import { changesOf } from '../store/db/changes.ts';
import { newId } from '../store/db/ids.ts';
import { kept } from '../store/db/kept.ts';
import { domainNames } from '../store/directory/domains.ts';
import { userIdKey } from '../store/directory/users.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { groupsToKeep, onlyGroupsOf } from './only-groups.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

/** Begins with its kind, so that people and scanners recognize a leaked one. */
const AGENT_KEY_PREFIX = 'sower_agent_';

export async function showAgents(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
): Promise<Outcome<{ items: Agent[] }>> {
  const denial = denied(actor, 'agents:view');
  if (denial) return denial;
  return done({ items: await views(context.db, await listAgents(context.db)) });
}

export async function addAgent(
  context: Context,
  actor: Actor,
  input: Omit<AgentInput, 'onlyGroups'> & Partial<Pick<AgentInput, 'onlyGroups'>>,
): Promise<Outcome<Agent & { key: string }>> {
  const domain = await domainFor(context, actor, 'agents:edit', input.securityDomain);
  if (!domain.ok) return domain;
  const groups = await groupsToKeep(context.db, input.onlyGroups ?? [], (index) => `onlyGroups.${index}`);
  if (!groups.ok) return groups;
  const key = makeKey(context);
  return allOrNothing(
    context.db,
    async (trx) => {
      await holdDomain(trx, domain.value);
      const row = await insertAgent(trx, {
        id: newId(context),
        name: input.name,
        name_key: userIdKey(input.name),
        key_hash: context.sealing.keyedHash('agent-key', key),
        domain: domain.value.path,
        only_groups: JSON.stringify(groups.value),
        enabled: 1,
        created_at: context.now(),
        created_by: actorName(actor),
        version: 1,
      });
      await audit(trx, context, actor, 'agent.add', row);
      return done({ ...(await view(trx, row)), key });
    },
    ifTaken(input.name),
  );
}

export async function editAgent(
  context: Context,
  actor: Actor,
  input: { readonly id: string; readonly version: number; readonly change: AgentPatch },
): Promise<Outcome<Agent>> {
  const denial = denied(actor, 'agents:edit');
  if (denial) return denial;
  const present = await findAgent(context.db, input.id);
  if (!present) return noSuchAgent();
  const { name, securityDomain, onlyGroups, enabled } = input.change;
  const domain =
    securityDomain === undefined ? undefined : await domainFor(context, actor, 'agents:edit', securityDomain);
  if (domain && !domain.ok) return domain;
  const groups = onlyGroups && (await groupsToKeep(context.db, onlyGroups, (index) => `onlyGroups.${index}`));
  if (groups && !groups.ok) return groups;
  return allOrNothing(
    context.db,
    async (trx) => {
      if (domain) await holdDomain(trx, domain.value);
      const row = await updateAgent(trx, present.id, input.version, {
        ...(name === undefined ? {} : { name, name_key: userIdKey(name) }),
        ...(domain ? { domain: domain.value.path } : {}),
        ...(groups ? { only_groups: JSON.stringify(groups.value) } : {}),
        ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0 }),
      });
      if (!row) return editedMeanwhile();
      await audit(
        trx,
        context,
        actor,
        'agent.edit',
        row,
        row.enabled === 1 ? undefined : text('event.disabled'),
      );
      return done(await view(trx, row));
    },
    ifTaken(name ?? present.name),
  );
}

export async function changeAgentKey(
  context: Context,
  actor: Actor,
  id: string,
): Promise<Outcome<Agent & { key: string }>> {
  const denial = denied(actor, 'agents:edit');
  if (denial) return denial;
  const present = await findAgent(context.db, id);
  if (!present) return noSuchAgent();
  const key = makeKey(context);
  return allOrNothing(context.db, async (trx) => {
    const row = await updateAgent(trx, present.id, present.version, {
      key_hash: context.sealing.keyedHash('agent-key', key),
    });
    if (!row) return editedMeanwhile();
    await audit(trx, context, actor, 'agent.key', row);
    return done({ ...(await view(trx, row)), key });
  });
}

export async function removeAgent(context: Context, actor: Actor, id: string): Promise<Outcome<undefined>> {
  const denial = denied(actor, 'agents:edit');
  if (denial) return denial;
  return allOrNothing(context.db, async (trx) => {
    const row = await deleteAgent(trx, id);
    if (!row) return noSuchAgent();
    await audit(trx, context, actor, 'agent.delete', row);
    return done(undefined);
  });
}

export type KnownAgent = {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly onlyGroups: readonly string[];
};

const KEY_AGE_MILLISECONDS = 2_000;
const MAX_REMEMBERED = 1_000;

/** The agent that a key belongs to. Results are kept for two seconds; a key that another process replaced works for at most that long. */
export function agentReader(context: Context): (key: string) => Promise<KnownAgent | undefined> {
  const known = kept<KnownAgent>(KEY_AGE_MILLISECONDS, () => performance.now(), MAX_REMEMBERED);
  changesOf(context.db).on(['agents'], known.forget);
  return async (key) => {
    if (!key.startsWith(AGENT_KEY_PREFIX) || key.length > 100) return undefined;
    const hash = context.sealing.keyedHash('agent-key', key);
    return known.get(hash, async () => {
      const row = await findAgentByKey(context.db, hash);
      return row && { id: row.id, name: row.name, domain: row.domain, onlyGroups: onlyGroupsOf(row) };
    });
  };
}

const makeKey = (context: Context): string =>
  AGENT_KEY_PREFIX + Buffer.from(context.random(32)).toString('base64url');

const noSuchAgent = () => refused('not-found', text('agent.not-found'));

const ifTaken = (name: string) => () => refused('already-exists', text('agent.exists', { agent: name }));

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
    onlyGroups: onlyGroupsOf(row),
    enabled: row.enabled === 1,
    createdAt: isoTime(row.created_at),
    createdBy: row.created_by,
    version: row.version,
  }));
}

function audit(
  trx: Connection,
  context: Context,
  actor: Actor,
  action: 'agent.add' | 'agent.edit' | 'agent.key' | 'agent.delete',
  row: Row<'agents'>,
  reason?: Text,
): Promise<void> {
  return record(trx, context, actor, { action, object: `agent:${row.name}`, reason });
}
