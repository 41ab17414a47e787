/** RADIUS clients: who may use RADIUS, with which secret, for which users, and with which reply attributes. */

import type {
  RadiusClient,
  RadiusClientInput,
  RadiusClientPatch,
  ReplyAttribute,
} from '@sower/api/radius-clients';
import { isoTime } from '@sower/api/time';
import { type AttributeDefect, encodeAttribute } from '@sower/radius/attributes';
import { type Text, text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { readNetwork, writeNetwork } from '../core/network.ts';
import { done, invalidAt, type Outcome, refused, refusedAt } from '../core/outcome.ts';
import { type Edit, itemsFor, recordedRows } from '../core/recorded.ts';
import { undo } from '../core/transaction.ts';
import { domainFor, holdDomain } from '../directory/domains.ts';
import { aadOf } from '../keys/seal/sealed-columns.ts';
import { keptName } from '../ldap/names.ts';
import { listCoexistences } from '../store/authentication/coexistences.ts';
import { holdRadiusClient, listRadiusClients } from '../store/authentication/radius-clients.ts';
import { newId } from '../store/db/ids.ts';
import { domainNamesOf, TOP_DOMAIN } from '../store/directory/domains.ts';
import { userIdKey } from '../store/directory/users.ts';
import { changedFlag } from '../store/schema/brands.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { storedJson } from '../store/schema/stored-json.ts';
import { groupsToKeep, onlyGroupsOf } from './only-groups.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

/** The room for attributes in an Access-Accept, besides everything else that may be in it. */
const MAX_REPLY_OCTETS = 2_000;
/** The whole table is read every few seconds. */
const MAX_CLIENTS = 5_000;

/** As stored: the path of a security domain stays the same when it is renamed. */
const readAttributes = storedJson(
  'radius_clients.reply_attributes',
  z.array(
    z.object({
      name: z.string(),
      value: z.string(),
      /** Of an earlier version: the top one. */
      domain: z.string().default(TOP_DOMAIN.path),
      group: z.string().optional(),
    }),
  ),
);
type KeptAttribute = ReturnType<typeof readAttributes>[number];
type NewAttribute = Omit<KeptAttribute, 'domain'> & { readonly domain?: string };

export const replyAttributesOf = (row: Pick<Row<'radius_clients'>, 'reply_attributes'>): KeptAttribute[] =>
  readAttributes(row.reply_attributes).map(({ group, ...kept }) => ({
    ...kept,
    // As in onlyGroupsOf.
    ...(group === undefined ? {} : { group: keptName(group) }),
  }));

export const showRadiusClients = (context: Pick<ServerContext, 'db'>, actor: Actor) =>
  itemsFor(actor, 'agents:view', async () => views(context.db, await listRadiusClients(context.db)));

/** @returns the secret, if it was generated here */
export async function addRadiusClient(
  context: Context,
  actor: Actor,
  input: RadiusClientInput,
): Promise<Outcome<RadiusClient & { secret?: string }>> {
  const domain = await domainFor(context, actor, 'agents:edit', input.securityDomain);
  if (!domain.ok) return domain;
  const network = readNetwork(input.network);
  if (!network.ok) return network;
  const attributes = await keptAttributes(context, actor, input.replyAttributes);
  if (!attributes.ok) return attributes;
  const groups = await groupsToKeep(context.db, input.onlyGroups, (index) => `onlyGroups.${index}`);
  if (!groups.ok) return groups;
  if ((await listRadiusClients(context.db)).length >= MAX_CLIENTS) {
    return refused('wrong-state', text('radius-client.too-many', { maximum: MAX_CLIENTS }));
  }
  const id = newId(context);
  const { secret, made } = secretOf(context, input.secret);
  const row = {
    id,
    name: input.name,
    name_key: userIdKey(input.name),
    network: writeNetwork(network.value),
    secret: context.sealing.seal(aadOf('radius_clients.secret', id), Buffer.from(secret)),
    message_authenticator: input.messageAuthenticator,
    password: input.password,
    other_names: input.otherNames ? (1 as const) : (0 as const),
    reply_attributes: JSON.stringify(attributes.value),
    domain: domain.value.path,
    only_groups: JSON.stringify(groups.value),
    certificate: canonicalFingerprint(input.certificate),
    enabled: 1 as const,
    created_at: context.now(),
    version: 1,
  };
  const added = await CLIENTS.insert(context, actor, row, {
    action: 'radius-client.add',
    first: (trx) => holdDomain(trx, domain.value),
    ifTaken: ifTaken(input),
  });
  return added.ok ? done({ ...added.value, ...(made ? { secret } : {}) }) : added;
}

export const editRadiusClient = (context: Context, actor: Actor, input: Edit<RadiusClientPatch>) =>
  CLIENTS.edit(context, actor, input, 'radius-client.edit', async (present, change) => {
    const network = change.network === undefined ? undefined : readNetwork(change.network);
    if (network && !network.ok) return network;
    const attributes =
      change.replyAttributes && (await keptAttributes(context, actor, change.replyAttributes));
    if (attributes && !attributes.ok) return attributes;
    const groups =
      change.onlyGroups &&
      (await groupsToKeep(context.db, change.onlyGroups, (index) => `onlyGroups.${index}`));
    if (groups && !groups.ok) return groups;
    const domain =
      change.securityDomain === undefined
        ? undefined
        : await domainFor(context, actor, 'agents:edit', change.securityDomain);
    if (domain && !domain.ok) return domain;
    const columns = {
      name: change.name,
      name_key: change.name && userIdKey(change.name),
      network: network && writeNetwork(network.value),
      message_authenticator: change.messageAuthenticator,
      password: change.password,
      other_names: changedFlag(change.otherNames),
      reply_attributes: attributes && JSON.stringify(attributes.value),
      domain: domain?.value.path,
      only_groups: groups && JSON.stringify(groups.value),
      certificate: change.certificate === undefined ? undefined : canonicalFingerprint(change.certificate),
      enabled: changedFlag(change.enabled),
    };
    return done({
      columns,
      first: domain && ((trx) => holdDomain(trx, domain.value)),
      ifTaken: ifTaken({ name: change.name ?? present.name, network: change.network ?? present.network }),
    });
  });

export async function changeRadiusSecret(
  context: Context,
  actor: Actor,
  input: { readonly id: string; readonly secret: string | undefined },
): Promise<Outcome<RadiusClient & { secret?: string }>> {
  const present = await CLIENTS.present(context, actor, input.id);
  if (!present.ok) return present;
  const { secret, made } = secretOf(context, input.secret);
  const sealed = context.sealing.seal(aadOf('radius_clients.secret', input.id), Buffer.from(secret));
  const changed = await CLIENTS.change(
    context,
    actor,
    present.value,
    { secret: sealed },
    {
      action: 'radius-client.secret',
      reason: text(made ? 'event.made-by-server' : 'event.given'),
    },
  );
  return changed.ok ? done({ ...changed.value, ...(made ? { secret } : {}) }) : changed;
}

export const removeRadiusClient = (context: Context, actor: Actor, id: string) =>
  CLIENTS.remove(context, actor, id, {
    action: 'radius-client.delete',
    first: async (trx, { id }) => {
      await holdRadiusClient(trx, id);
      const own = (await listCoexistences(trx)).filter(({ client_id }) => client_id === id);
      // They would go with it, and with the last of them what was learned.
      if (own.length > 0)
        undo('in-use', text('radius-client.in-use', { names: own.map(({ name }) => name).join(', ') }));
    },
    reason: ({ network }) => network,
  });

/** 192 bits, in characters that every device accepts. */
function secretOf(context: Context, given: string | undefined): { secret: string; made: boolean } {
  return given === undefined
    ? { secret: Buffer.from(context.random(24)).toString('base64url'), made: true }
    : { secret: given, made: false };
}

const canonicalFingerprint = (text: string | undefined): string | null =>
  text ? text.replaceAll(':', '').toLowerCase() : null;

async function keptAttributes(
  context: Context,
  actor: Actor,
  attributes: readonly ReplyAttribute[],
): Promise<Outcome<NewAttribute[]>> {
  let octets = 0;
  const kept: NewAttribute[] = [];
  for (const [index, { name, value, securityDomain, group }] of attributes.entries()) {
    const encoded = encodeAttribute(name, value);
    if (!encoded.ok) {
      return invalidAt(`replyAttributes.${index}`, defectText(encoded.defect, name, value));
    }
    octets += encoded.attribute.value.length + 2;
    const groups = await groupsToKeep(
      context.db,
      group === undefined ? [] : [group],
      () => `replyAttributes.${index}`,
    );
    if (!groups.ok) return groups;
    const [ofGroup] = groups.value;
    const one = { name, value, ...(ofGroup === undefined ? {} : { group: ofGroup }) };
    if (securityDomain === undefined) {
      kept.push(one);
      continue;
    }
    const domain = await domainFor(context, actor, 'agents:edit', securityDomain);
    if (!domain.ok) return refusedAt(`replyAttributes.${index}`, domain.problem, domain.detail);
    kept.push({ ...one, domain: domain.value.path });
  }
  if (octets <= MAX_REPLY_OCTETS) return done(kept);
  const message = text('radius-client.attributes-too-long', { octets, maximum: MAX_REPLY_OCTETS });
  return invalidAt('replyAttributes', message);
}

function defectText(defect: AttributeDefect, attribute: string, value: string): Text {
  switch (defect.kind) {
    case 'unknown':
      return text('radius-client.attribute-unknown', { attribute });
    case 'empty':
      return text('radius-client.attribute-empty', { attribute });
    case 'too-long':
      return text('radius-client.attribute-too-long', { attribute, maximum: defect.maximum });
    case 'value':
      return text('radius-client.attribute-value', {
        attribute,
        kind: text(`attribute-kind.${defect.takes}`),
        value,
      });
  }
}

const ifTaken = (input: { readonly name: string; readonly network: string }) => () =>
  refused('already-exists', text('radius-client.exists', { name: input.name, network: input.network }));

const describe = (row: Row<'radius_clients'>): Text =>
  text('event.parts', {
    parts: [
      row.network,
      text(`event.message-authenticator-${row.message_authenticator}`),
      ...(row.password === 'none' ? [] : [text(`event.password-${row.password}`)]),
      ...(row.other_names === 1 ? [text('event.other-names')] : []),
      ...(row.enabled === 1 ? [] : [text('event.disabled')]),
    ],
  });

const CLIENTS = recordedRows<'radius_clients', RadiusClient>({
  table: 'radius_clients',
  permission: 'agents:edit',
  notFound: () => refused('not-found', text('radius-client.not-found')),
  object: (row) => `radius-client:${row.name}`,
  reason: describe,
  view: async (db, row) => (await views(db, [row]))[0] as RadiusClient,
});

async function views(db: Connection, rows: readonly Row<'radius_clients'>[]): Promise<RadiusClient[]> {
  const names = await domainNamesOf(db, [...rows, ...rows.flatMap(replyAttributesOf)]);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    network: row.network,
    messageAuthenticator: row.message_authenticator,
    password: row.password,
    otherNames: row.other_names === 1,
    onlyGroups: onlyGroupsOf(row),
    replyAttributes: replyAttributesOf(row).flatMap(({ name, value, domain, group }) => {
      const one = { name, value, ...(group === undefined ? {} : { group }) };
      if (domain === TOP_DOMAIN.path) return [one];
      const securityDomain = names.get(domain);
      // No one is in a domain that no longer exists.
      return securityDomain === undefined ? [] : [{ ...one, securityDomain }];
    }),
    securityDomain: names.get(row.domain) ?? '',
    ...(row.certificate === null ? {} : { certificate: row.certificate }),
    enabled: row.enabled === 1,
    createdAt: isoTime(row.created_at),
    version: row.version,
  }));
}
