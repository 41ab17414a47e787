/** Authentication agents: programs that check passcodes over HTTPS, each with its own key, for the users of one security domain. */

import {
  AGENT_KINDS,
  AGENT_RIGHTS,
  type Agent,
  type AgentInput,
  type AgentKind,
  type AgentPatch,
  type AgentRight,
} from '@sower/api/agents';
import { LIMITS } from '@sower/api/limits';
import { isoTime, MINUTE } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { ServerContext } from '../context.ts';
import { type Actor, actorName } from '../core/actor.ts';
import { readNetwork, withinAny, writeNetwork } from '../core/network.ts';
import { done, invalidAt, type Outcome, type Refused, refused, refusedAt } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { type Edit, itemsFor, recordedRows } from '../core/recorded.ts';
import { allOrNothing } from '../core/transaction.ts';
import { domainFor, holdDomain, holdNamed, type NamedDomain } from '../directory/domains.ts';
import { printable } from '../store/audit/rows.ts';
import {
  countRecent,
  countRegistered,
  findAgentByKey,
  findAgentByName,
  hasAgentOfKind,
  listAgents,
  noteAgent,
} from '../store/authentication/agents.ts';
import { changesOf } from '../store/db/changes.ts';
import { newId } from '../store/db/ids.ts';
import { kept } from '../store/db/kept.ts';
import { findRow, insertRow } from '../store/db/rows.ts';
import { domainNamesOf, TOP_DOMAIN } from '../store/directory/domains.ts';
import { userIdKey } from '../store/directory/users.ts';
import { changedFlag, type KeyedHash } from '../store/schema/brands.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { storedJson } from '../store/schema/stored-json.ts';
import { groupsToKeep, onlyGroupsOf } from './only-groups.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

/** Begins with its kind, so that people and scanners recognize a leaked one. */
const AGENT_KEY_PREFIX = 'sower_agent_';

export const showAgents = (context: Pick<ServerContext, 'db'>, actor: Actor) =>
  itemsFor(actor, 'agents:view', async () => views(context.db, await listAgents(context.db)));

export async function addAgent(
  context: Context,
  actor: Actor,
  input: Pick<AgentInput, 'name' | 'securityDomain'> & Partial<AgentInput>,
): Promise<Outcome<Agent & { key: string }>> {
  const domain = await domainFor(context, actor, 'agents:edit', input.securityDomain);
  if (!domain.ok) return domain;
  const groups = await groupsToKeep(context.db, input.onlyGroups ?? [], (index) => `onlyGroups.${index}`);
  if (!groups.ok) return groups;
  const { kind = 'authentication-api', rights = [] } = input;
  const foreign = foreignTo(kind, input);
  if (foreign) return foreign;
  const networks = networksToKeep(input.networks ?? []);
  if (!networks.ok) return networks;
  const realms = await realmsToKeep(context, actor, domain.value, input.realms ?? []);
  if (!realms.ok) return realms;
  const key = makeKey(context);
  const row = {
    id: newId(context),
    name: input.name,
    name_key: userIdKey(input.name),
    key_hash: context.sealing.keyedHash('agent-key', key),
    domain: domain.value.path,
    only_groups: JSON.stringify(groups.value),
    kind,
    networks: JSON.stringify(networks.value),
    realms: JSON.stringify(realms.value.kept),
    rights: JSON.stringify([...new Set(rights)]),
    enabled: 1 as const,
    created_at: context.now(),
    created_by: actorName(actor),
    version: 1,
  };
  const added = await AGENTS.insert(context, actor, row, {
    action: 'agent.add',
    first: realms.value.hold,
    ifTaken: ifTaken(input.name),
  });
  return added.ok ? done({ ...added.value, key }) : added;
}

export const editAgent = (context: Context, actor: Actor, input: Edit<AgentPatch>) =>
  AGENTS.edit(context, actor, input, 'agent.edit', async (present, change) => {
    const { name, securityDomain, onlyGroups, enabled, rights } = change;
    const foreign = foreignTo(present.kind, change);
    if (foreign) return foreign;
    const domain =
      securityDomain === undefined
        ? undefined
        : await domainFor(context, actor, 'agents:edit', securityDomain);
    if (domain && !domain.ok) return domain;
    const groups =
      onlyGroups && (await groupsToKeep(context.db, onlyGroups, (index) => `onlyGroups.${index}`));
    if (groups && !groups.ok) return groups;
    const networks = change.networks && networksToKeep(change.networks);
    if (networks && !networks.ok) return networks;
    const within = domain?.value ?? { path: present.domain, name: '' };
    const realms = change.realms && (await realmsToKeep(context, actor, within, change.realms));
    if (realms && !realms.ok) return realms;
    const columns = {
      name,
      name_key: name && userIdKey(name),
      domain: domain?.value.path,
      only_groups: groups && JSON.stringify(groups.value),
      networks: networks && JSON.stringify(networks.value),
      realms: realms && JSON.stringify(realms.value.kept),
      rights: rights && JSON.stringify([...new Set(rights)]),
      enabled: changedFlag(enabled),
    };
    return done({
      columns,
      first: realms?.value.hold ?? (domain && ((trx) => holdDomain(trx, domain.value))),
      ifTaken: ifTaken(name ?? present.name),
    });
  });

export async function changeAgentKey(
  context: Context,
  actor: Actor,
  id: string,
): Promise<Outcome<Agent & { key: string }>> {
  const present = await AGENTS.present(context, actor, id);
  if (!present.ok) return present;
  const key = makeKey(context);
  const change = { key_hash: context.sealing.keyedHash('agent-key', key) };
  const changed = await AGENTS.change(context, actor, present.value, change, {
    action: 'agent.key',
    reason: undefined,
  });
  return changed.ok ? done({ ...changed.value, key }) : changed;
}

export const removeAgent = (context: Context, actor: Actor, id: string) =>
  AGENTS.remove(context, actor, id, { action: 'agent.delete' });

export type KnownAgent = {
  readonly id: string;
  readonly name: string;
  readonly kind: AgentKind;
  readonly domain: string;
  readonly onlyGroups: readonly string[];
  /** Whether it may call from there. */
  readonly mayCallFrom: (address: string) => boolean;
  /** The path of a security domain, by realm in lower case. */
  readonly realms: ReadonlyMap<string, string>;
  readonly rights: ReadonlySet<AgentRight>;
  readonly keyHash: KeyedHash;
};

const KEY_AGE_MILLISECONDS = 2_000;
const MAX_REMEMBERED = 1_000;
/** How often it is noted that an agent is there. */
const NOTE_MILLISECONDS = MINUTE;
const MAX_USER_AGENT = 200;

export type AgentReader = {
  /** The agent of this kind that a key belongs to, if it may call from there. */
  byKey(kind: AgentKind, key: string, request: Caller): Promise<KnownAgent | undefined>;
  byId(kind: AgentKind, id: string, request: Caller): Promise<KnownAgent | undefined>;
  byName(kind: AgentKind, name: string, request: Caller): Promise<KnownAgent | undefined>;
  /** Whether there is any of this kind. */
  any(kind: AgentKind): Promise<boolean>;
  /** Adds an agent of the authentication API that no administrator has added: for all users, unless there are too many of them. */
  register(agent: SelfRegistered): Promise<void>;
};
type SelfRegistered = {
  readonly name: string;
  /** From where agents may register themselves, and call from then on. */
  readonly networks: readonly string[];
  /** As the audit trail names who made it. */
  readonly by: string;
  readonly source: string;
};
/** As many can be added by one who has a shared credential. */
type Caller = { readonly address: string; readonly userAgent: string | undefined };

/** Results are kept for two seconds; a key that another process replaced works for at most that long. */
export function agentReader(context: Context): AgentReader {
  const clock = (): number => performance.now();
  const known = kept<KnownAgent>(KEY_AGE_MILLISECONDS, clock, MAX_REMEMBERED);
  const kinds = kept<boolean>(KEY_AGE_MILLISECONDS, clock, AGENT_KINDS.length);
  changesOf(context.db).on(['agents'], () => {
    known.forget();
    kinds.forget();
  });
  const noted = new Map<string, number>();

  async function admit(
    kind: AgentKind,
    agent: KnownAgent | undefined,
    { address, userAgent }: Caller,
  ): Promise<KnownAgent | undefined> {
    if (!agent || agent.kind !== kind || !agent.mayCallFrom(address)) return undefined;
    const before = noted.get(agent.id);
    if (before === undefined || clock() - before >= NOTE_MILLISECONDS) {
      if (noted.size >= MAX_REMEMBERED) noted.clear();
      noted.set(agent.id, clock());
      const said = userAgent === undefined ? null : printable(userAgent, MAX_USER_AGENT);
      await noteAgent(context.db, agent.id, { at: context.now(), userAgent: said });
    }
    return agent;
  }

  return {
    async byKey(kind, key, request) {
      if (!key.startsWith(AGENT_KEY_PREFIX) || key.length > 100) return undefined;
      const hash = context.sealing.keyedHash('agent-key', key);
      const agent = await known.get(hash, async () => knownOf(await findAgentByKey(context.db, hash)));
      return admit(kind, agent, request);
    },
    async byId(kind, id, request) {
      const agent = await known.get(id, async () => knownOf(await findRow(context.db, 'agents', id)));
      return admit(kind, agent, request);
    },
    async byName(kind, name, request) {
      const nameKey = userIdKey(name);
      if (nameKey === '') return undefined;
      const agent = await known.get(`name ${nameKey}`, async () =>
        knownOf(await findAgentByName(context.db, nameKey)),
      );
      return admit(kind, agent, request);
    },
    async register({ name, networks, by, source }) {
      await allOrNothing(
        context.db,
        async (trx) => {
          if ((await countRegistered(trx, LIMITS.registeredAgents)) >= LIMITS.registeredAgents)
            return noSuchAgent();
          const row = await insertRow(trx, 'agents', {
            id: newId(context),
            name,
            name_key: userIdKey(name),
            // A key of its own that no one knows, until an administrator gives it another.
            key_hash: context.sealing.keyedHash('agent-key', makeKey(context)),
            domain: TOP_DOMAIN.path,
            networks: JSON.stringify(networks),
            registered_itself: 1,
            enabled: 1,
            created_at: context.now(),
            created_by: by,
            version: 1,
          });
          const reason = text('event.registered-itself');
          await record(
            trx,
            context,
            { name: by, source },
            { action: 'agent.add', object: agentActor(row.name), reason },
          );
          return done(undefined);
        },
        ifTaken(name),
      );
    },
    any: (kind) => kinds.get(kind, () => hasAgentOfKind(context.db, kind)),
  };
}

function knownOf(row: Row<'agents'> | undefined): KnownAgent | undefined {
  if (row?.enabled !== 1) return undefined;
  const networks = readNetworks(row.networks);
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    domain: row.domain,
    onlyGroups: onlyGroupsOf(row),
    mayCallFrom: networks.length === 0 ? () => true : withinAny(networks),
    // The agent may have been moved since.
    realms: new Map(
      readRealms(row.realms)
        .filter(({ domain }) => domain.startsWith(row.domain))
        .map(({ realm, domain }) => [realm.toLowerCase(), domain]),
    ),
    rights: new Set(readRights(row.rights)),
    keyHash: row.key_hash,
  };
}

const readNetworks = storedJson('agents.networks', z.array(z.string()));
const readRealms = storedJson('agents.realms', z.array(z.object({ realm: z.string(), domain: z.string() })));
const readRights = storedJson('agents.rights', z.array(z.enum(AGENT_RIGHTS)));

/** Realms and rights are parts of the validate API: an agent of another shape would have them in vain. */
function foreignTo(kind: AgentKind, given: Pick<AgentPatch, 'realms' | 'rights'>): Refused | undefined {
  if (kind === 'validate') return undefined;
  const field = (['realms', 'rights'] as const).find((name) => (given[name] ?? []).length > 0);
  return field && invalidAt(field, text(`agent.no-${field}`));
}

/** As they are stored. */
function networksToKeep(networks: readonly string[]): Outcome<string[]> {
  const kept: string[] = [];
  for (const [index, written] of networks.entries()) {
    const network = readNetwork(written);
    if (!network.ok) return invalidAt(`networks.${index}`, network.detail);
    kept.push(writeNetwork(network.value));
  }
  return done([...new Set(kept)]);
}

/**
 * @param within the agent's security domain: a realm stands for that one or one below it
 * @returns what is stored, and what holds all these domains in the transaction that stores it
 */
async function realmsToKeep(
  context: Context,
  actor: Actor,
  within: NamedDomain[0],
  realms: AgentInput['realms'],
): Promise<Outcome<{ kept: { realm: string; domain: string }[]; hold: (trx: Connection) => Promise<void> }>> {
  const kept: { realm: string; domain: string }[] = [];
  const domains: NamedDomain[] = [[within, 'securityDomain']];
  for (const [index, { realm, securityDomain }] of realms.entries()) {
    const field = `realms.${index}.securityDomain`;
    const domain = await domainFor(context, actor, 'agents:edit', securityDomain);
    if (!domain.ok) return refusedAt(field, domain.problem, domain.detail);
    const { path } = domain.value;
    if (!path.startsWith(within.path))
      return invalidAt(field, text('agent.realm-outside', { realm, domain: securityDomain }));
    if (kept.some((other) => other.realm.toLowerCase() === realm.toLowerCase()))
      return invalidAt(`realms.${index}.realm`, text('agent.realm-twice', { realm }));
    kept.push({ realm, domain: path });
    domains.push([domain.value, field]);
  }
  return done({ kept, hold: (trx) => holdNamed(trx, domains) });
}

/** As the audit trail names one. */
export const agentActor = (name: string): string => `agent:${name}`;

const makeKey = (context: Context): string =>
  AGENT_KEY_PREFIX + Buffer.from(context.random(32)).toString('base64url');

const noSuchAgent = () => refused('not-found', text('agent.not-found'));
const ifTaken = (name: string) => () => refused('already-exists', text('agent.exists', { agent: name }));

const AGENTS = recordedRows<'agents', Agent>({
  table: 'agents',
  permission: 'agents:edit',
  notFound: noSuchAgent,
  object: (row) => agentActor(row.name),
  reason: (row) => (row.enabled === 1 ? undefined : text('event.disabled')),
  view: async (db, row) => (await views(db, [row]))[0] as Agent,
});

async function views(db: Connection, rows: readonly Row<'agents'>[]): Promise<Agent[]> {
  const realms = rows.map((row) => readRealms(row.realms));
  const names = await domainNamesOf(db, [...rows, ...realms.flat()]);
  const recent = await countRecent(
    db,
    rows.map(({ name }) => agentActor(name)),
  );
  return rows.map((row, index) => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    securityDomain: names.get(row.domain) ?? '',
    onlyGroups: onlyGroupsOf(row),
    networks: readNetworks(row.networks),
    realms: (realms[index] ?? []).map(({ realm, domain }) => ({
      realm,
      securityDomain: names.get(domain) ?? '',
    })),
    rights: readRights(row.rights),
    registeredItself: row.registered_itself === 1,
    enabled: row.enabled === 1,
    recent: recent.get(agentActor(row.name)) ?? { steps: 0, refused: 0 },
    ...(row.last_seen_at === null ? {} : { lastSeenAt: isoTime(row.last_seen_at) }),
    ...(row.user_agent === null ? {} : { userAgent: row.user_agent }),
    createdAt: isoTime(row.created_at),
    createdBy: row.created_by,
    version: row.version,
  }));
}
