/**
 * Old RADIUS servers that users are forwarded to until they have moved: which, with which secret, for which users and clients, and until when.
 */
import type { Coexistence, CoexistenceInput, CoexistencePatch } from '@sower/api/coexistences';
import { text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { ServerContext } from '../context.ts';
import { type Actor, denied } from '../core/actor.ts';
import { readAddress } from '../core/network.ts';
import { done, editedMeanwhile, type Outcome, refused, refusedAt } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { isoTime } from '../core/time.ts';
import { allOrNothing } from '../core/transaction.ts';
import { domainFor, holdDomain } from '../directory/domains.ts';
import { deleteLessons, listCoexistences } from '../store/authentication/coexistences.ts';
import { listRadiusClients } from '../store/authentication/radius-clients.ts';
import { newId } from '../store/db/ids.ts';
import { changeRow, deleteRow, findRow, insertRow } from '../store/db/rows.ts';
import { domainNames } from '../store/directory/domains.ts';
import { userIdKey } from '../store/directory/users.ts';
import { changedFlag } from '../store/schema/flag.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { storedJson } from '../store/schema/stored-json.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

export const oldSecretAssociatedData = (id: string): string => `coexistences.secret:${id}`;

const MAX_COEXISTENCES = 100;

const readServers = storedJson('coexistences.servers', z.array(z.string()));

export type OldServer = { readonly name: string; readonly host: string; readonly port: number };

/** Undefined if it is not an address and a port. */
export function readOldServer(name: string): OldServer | undefined {
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
  Date.parse(`${day}T00:00:00Z`) + 86_400_000;

export const openCoexistence = (
  context: Pick<ServerContext, 'sealing'>,
  row: Row<'coexistences'>,
): KnownCoexistence => ({
  id: row.id,
  servers: readServers(row.servers).flatMap((name) => readOldServer(name) ?? []),
  secret: context.sealing.open(oldSecretAssociatedData(row.id), row.secret),
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

export async function showCoexistences(
  context: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
): Promise<Outcome<{ items: Coexistence[] }>> {
  const denial = denied(actor, 'agents:view');
  if (denial) return denial;
  return done({ items: await views(context, context.db, await listCoexistences(context.db)) });
}

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
  const clients = await listRadiusClients(context.db);
  if (radiusClient !== undefined && !clients.some(({ id }) => id === radiusClient))
    return refusedAt('radiusClient', 'not-found', text('radius-client.not-found'));
  if ((await listCoexistences(context.db)).length >= MAX_COEXISTENCES)
    return refused('wrong-state', text('coexistence.too-many', { maximum: MAX_COEXISTENCES }));
  const id = newId(context);
  return allOrNothing(
    context.db,
    async (trx) => {
      await holdDomain(trx, domain.value);
      const row = await insertRow(trx, 'coexistences', {
        id,
        name: input.name,
        name_key: userIdKey(input.name),
        servers: JSON.stringify(input.servers),
        secret: context.sealing.seal(oldSecretAssociatedData(id), Buffer.from(input.secret)),
        timeout_seconds: input.timeoutSeconds,
        ends_on: input.endsOn,
        domain: domain.value.path,
        client_id: radiusClient ?? null,
        enabled: input.enabled ? 1 : 0,
        created_at: context.now(),
        version: 1,
      });
      await audit(trx, context, actor, 'coexistence.add', row);
      return done(await view(context, trx, row));
    },
    ifTaken(input.name),
  );
}

export async function editCoexistence(
  context: Context,
  actor: Actor,
  input: { readonly id: string; readonly version: number; readonly change: CoexistencePatch },
): Promise<Outcome<Coexistence>> {
  const denial = denied(actor, 'agents:edit');
  if (denial) return denial;
  const present = await findRow(context.db, 'coexistences', input.id);
  if (!present) return noSuchCoexistence();
  const { change } = input;
  const bad = change.servers && badServer(change.servers);
  if (bad) return bad;
  return allOrNothing(
    context.db,
    async (trx) => {
      const row = await changeRow(trx, 'coexistences', input, {
        name: change.name,
        name_key: change.name && userIdKey(change.name),
        servers: change.servers && JSON.stringify(change.servers),
        secret:
          change.secret === undefined
            ? undefined
            : context.sealing.seal(oldSecretAssociatedData(present.id), Buffer.from(change.secret)),
        timeout_seconds: change.timeoutSeconds,
        ends_on: change.endsOn,
        enabled: changedFlag(change.enabled),
      });
      if (!row) return editedMeanwhile();
      await audit(trx, context, actor, 'coexistence.edit', row);
      return done(await view(context, trx, row));
    },
    ifTaken(change.name ?? present.name),
  );
}

export async function removeCoexistence(
  context: Context,
  actor: Actor,
  id: string,
): Promise<Outcome<undefined>> {
  const denial = denied(actor, 'agents:edit');
  if (denial) return denial;
  return allOrNothing(context.db, async (trx) => {
    const row = await deleteRow(trx, 'coexistences', id);
    if (!row) return noSuchCoexistence();
    // What was learned is about old servers, and there are none.
    if ((await listCoexistences(trx)).length === 0) await deleteLessons(trx);
    await audit(trx, context, actor, 'coexistence.delete', row);
    return done(undefined);
  });
}

function badServer(servers: readonly string[]) {
  const index = servers.findIndex((name) => !readOldServer(name));
  return index < 0
    ? undefined
    : refusedAt(
        `servers.${index}`,
        'invalid-request',
        text('coexistence.server', { server: servers[index] ?? '' }),
      );
}

const ifTaken = (name: string) => () => refused('already-exists', text('coexistence.exists', { name }));
const noSuchCoexistence = () => refused('not-found', text('coexistence.not-found'));

async function view(
  context: Pick<ServerContext, 'now'>,
  db: Connection,
  row: Row<'coexistences'>,
): Promise<Coexistence> {
  return (await views(context, db, [row]))[0] as Coexistence;
}

async function views(
  { now }: Pick<ServerContext, 'now'>,
  db: Connection,
  rows: readonly Row<'coexistences'>[],
): Promise<Coexistence[]> {
  const names = await domainNames(
    db,
    rows.map(({ domain }) => domain),
  );
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

function audit(
  trx: Connection,
  context: Context,
  actor: Actor,
  action: 'coexistence.add' | 'coexistence.edit' | 'coexistence.delete',
  row: Row<'coexistences'>,
): Promise<void> {
  return record(trx, context, actor, {
    action,
    object: `coexistence:${row.name}`,
    reason: text('event.parts', {
      parts: [
        text('event.old-servers', { servers: readServers(row.servers).join(', ') }),
        text('event.forwards-until', { date: row.ends_on }),
        ...(row.enabled === 1 ? [] : [text('event.disabled')]),
      ],
    }),
  });
}
