/**
 * Old RADIUS servers that users are forwarded to until they have moved: which, with which secret, for which users and clients, and until when.
 */

import type { Coexistence, CoexistenceInput, CoexistencePatch } from '@sower/api/coexistences';
import { DAY, isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { secretToRepeat } from '../core/kept-secret.ts';
import { readAddress } from '../core/network.ts';
import { done, invalidAt, type Outcome, refused, refusedAt } from '../core/outcome.ts';
import { type Edit, itemsFor, recordedRows } from '../core/recorded.ts';
import { undoWith } from '../core/transaction.ts';
import { domainFor, holdDomain } from '../directory/domains.ts';
import { aadOf } from '../keys/seal/sealed-columns.ts';
import { deleteLessons, listCoexistences } from '../store/authentication/coexistences.ts';
import { holdRadiusClient, listRadiusClients } from '../store/authentication/radius-clients.ts';
import { newId } from '../store/db/ids.ts';
import { domainNamesOf } from '../store/directory/domains.ts';
import { userIdKey } from '../store/directory/users.ts';
import { changedFlag } from '../store/schema/brands.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { storedJson } from '../store/schema/stored-json.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

const MAX_COEXISTENCES = 100;

const readServers = storedJson('coexistences.servers', z.array(z.string()));

export type OldServer = { readonly name: string; readonly host: string; readonly port: number };

/** Undefined if it is not an address and a port. */
function readOldServer(name: string): OldServer | undefined {
  const found = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(name);
  const host = found?.[1] ?? found?.[2];
  const port = Number(found?.[3]);
  if (host === undefined || !readAddress(host) || port < 1 || port > 65_535) return undefined;
  return { name, host, port };
}

/** One that can be used, with its secret opened. */
export type KnownCoexistence = {
  readonly id: string;
  readonly servers: readonly OldServer[];
  readonly secret: Uint8Array;
  readonly timeoutMilliseconds: number;
  /** Path. */
  readonly domain: string;
  readonly clientId: string | null;
  /** The first moment after its last day, epoch milliseconds. */
  readonly endsAt: number;
};

const endOf = ({ ends_on: day }: Pick<Row<'coexistences'>, 'ends_on'>): number =>
  Date.parse(`${day}T00:00:00Z`) + DAY;

export const openCoexistence = (
  context: Pick<ServerContext, 'sealing'>,
  row: Row<'coexistences'>,
): KnownCoexistence => ({
  id: row.id,
  servers: readServers(row.servers).flatMap((name) => readOldServer(name) ?? []),
  secret: context.sealing.open(aadOf('coexistences.secret', row.id), row.secret),
  timeoutMilliseconds: row.timeout_seconds * 1000,
  domain: row.domain,
  clientId: row.client_id,
  endsAt: endOf(row),
});

/** Of those for a client, the one for a user: that of the client before one for all, then that of the deepest security domain. */
export function coexistenceFor(
  known: readonly KnownCoexistence[],
  domain: string | undefined,
): KnownCoexistence | undefined {
  const fitting = known.filter((one) => domain === undefined || domain.startsWith(one.domain));
  // A user who does not exist here is in no domain: the widest is meant.
  const depth = (one: KnownCoexistence): number => (domain === undefined ? -1 : 1) * one.domain.length;
  return fitting.toSorted(
    (a, b) => Number(b.clientId !== null) - Number(a.clientId !== null) || depth(b) - depth(a),
  )[0];
}

export const showCoexistences = (context: Pick<ServerContext, 'db' | 'now'>, actor: Actor) =>
  itemsFor(actor, 'agents:view', async () => views(context, context.db, await listCoexistences(context.db)));

export async function addCoexistence(
  context: Context,
  actor: Actor,
  input: CoexistenceInput,
): Promise<Outcome<Coexistence>> {
  const domain = await domainFor(context, actor, 'agents:edit', input.securityDomain);
  if (!domain.ok) return domain;
  const bad = badServer(input.servers);
  if (bad) return bad;
  const { radiusClient } = input;
  if ((await listCoexistences(context.db)).length >= MAX_COEXISTENCES)
    return refused('wrong-state', text('coexistence.too-many', { maximum: MAX_COEXISTENCES }));
  const id = newId(context);
  const row = {
    id,
    name: input.name,
    name_key: userIdKey(input.name),
    servers: JSON.stringify(input.servers),
    secret: context.sealing.seal(aadOf('coexistences.secret', id), Buffer.from(input.secret)),
    timeout_seconds: input.timeoutSeconds,
    ends_on: input.endsOn,
    domain: domain.value.path,
    client_id: radiusClient ?? null,
    enabled: input.enabled ? (1 as const) : (0 as const),
    created_at: context.now(),
    version: 1,
  };
  return COEXISTENCES.insert(context, actor, row, {
    action: 'coexistence.add',
    first: async (trx) => {
      await holdDomain(trx, domain.value);
      if (radiusClient !== undefined && !(await holdRadiusClient(trx, radiusClient)))
        undoWith(refusedAt('radiusClient', 'not-found', text('radius-client.not-found')));
    },
    ifTaken: ifTaken(input.name),
  });
}

export const editCoexistence = (context: Context, actor: Actor, input: Edit<CoexistencePatch>) =>
  COEXISTENCES.edit(context, actor, input, 'coexistence.edit', async (present, change) => {
    const bad = change.servers && badServer(change.servers);
    if (bad) return bad;
    const before = [...new Set(readServers(present.servers))];
    // One that is left out, or asked later, learns nothing.
    const servers = JSON.stringify([...new Set([...before, ...(change.servers ?? [])])]);
    const repeat = secretToRepeat(
      { settings: { servers: JSON.stringify(before) }, secretStored: true },
      { servers },
      ['servers'],
      change.secret,
      text('coexistence.secret-for-other-server'),
      'secret',
    );
    if (repeat) return repeat;
    const sealed = (secret: string) =>
      context.sealing.seal(aadOf('coexistences.secret', input.id), Buffer.from(secret));
    const columns = {
      name: change.name,
      name_key: change.name && userIdKey(change.name),
      servers: change.servers && JSON.stringify(change.servers),
      secret: change.secret === undefined ? undefined : sealed(change.secret),
      timeout_seconds: change.timeoutSeconds,
      ends_on: change.endsOn,
      enabled: changedFlag(change.enabled),
    };
    return done({ columns, ifTaken: ifTaken(change.name ?? present.name) });
  });

export const removeCoexistence = (context: Context, actor: Actor, id: string) =>
  COEXISTENCES.remove(context, actor, id, {
    action: 'coexistence.delete',
    reason: described,
    // What was learned is about old servers, and there are none.
    afterwards: async (trx) => (await listCoexistences(trx)).length > 0 || deleteLessons(trx),
  });

function badServer(servers: readonly string[]) {
  const index = servers.findIndex((name) => !readOldServer(name));
  return index < 0
    ? undefined
    : invalidAt(`servers.${index}`, text('coexistence.server', { server: servers[index] ?? '' }));
}

const ifTaken = (name: string) => () => refused('already-exists', text('coexistence.exists', { name }));

const described = (row: Row<'coexistences'>) =>
  text('event.parts', {
    parts: [
      text('event.old-servers', { servers: readServers(row.servers).join(', ') }),
      text('event.forwards-until', { date: row.ends_on }),
      ...(row.enabled === 1 ? [] : [text('event.disabled')]),
    ],
  });

const COEXISTENCES = recordedRows<'coexistences', Coexistence>({
  table: 'coexistences',
  permission: 'agents:edit',
  notFound: () => refused('not-found', text('coexistence.not-found')),
  object: (row) => `coexistence:${row.name}`,
  reason: described,
  view: async (db, row, context) => (await views(context, db, [row]))[0] as Coexistence,
});

async function views(
  { now }: Pick<ServerContext, 'now'>,
  db: Connection,
  rows: readonly Row<'coexistences'>[],
): Promise<Coexistence[]> {
  const names = await domainNamesOf(db, rows);
  const clients = new Map((await listRadiusClients(db)).map(({ id, name }) => [id, name]));
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    servers: readServers(row.servers),
    timeoutSeconds: row.timeout_seconds,
    endsOn: row.ends_on,
    enabled: row.enabled === 1,
    securityDomain: names.get(row.domain) ?? '',
    ...(row.client_id === null
      ? {}
      : { radiusClient: { id: row.client_id, name: clients.get(row.client_id) ?? '' } }),
    state: row.enabled !== 1 ? 'off' : now() >= endOf(row) ? 'ended' : 'on',
    createdAt: isoTime(row.created_at),
    version: row.version,
  }));
}
