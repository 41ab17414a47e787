/**
 * RADIUS clients by address, longest prefix first, and by certificate. Kept with their secrets opened until one changes, and for two seconds
 * at most, so that a packet needs no query and no decryption.
 */
import { encodeAttribute } from '@sower/radius/attributes';
import type { Attribute } from '@sower/radius/packet';
import { onlyGroupsOf } from '../clients/only-groups.ts';
import { replyAttributesOf } from '../clients/radius-clients.ts';
import { type KnownCoexistence, openCoexistence } from '../coexistence/coexistences.ts';
import type { ServerContext } from '../context.ts';
import { type Address, networkOf, readAddress, readNetwork, writeNetwork } from '../core/network.ts';
import { aadOf } from '../keys/seal/sealed-columns.ts';
import { listCoexistences } from '../store/authentication/coexistences.ts';
import { listRadiusClientsToServe } from '../store/authentication/radius-clients.ts';
import { changesOf } from '../store/db/changes.ts';
import type { Row } from '../store/schema/schema.ts';

type Reply = {
  readonly name: string;
  /** Path of the security domain whose users it applies to. */
  readonly domain: string;
  /** Those in this group of a directory only. */
  readonly group?: string | undefined;
  readonly attribute: Attribute;
};

export type KnownClient = {
  readonly id: string;
  readonly name: string;
  readonly secret: Uint8Array;
  readonly messageAuthenticator: 'required' | 'optional';
  /** How it sends a password beside the passcode. */
  readonly password: 'none' | 'then-passcode' | 'with-passcode';
  /** Users may enter a name that their directory protects, not only the user ID. */
  readonly otherNames: boolean;
  /** For an Access-Accept, those of the deepest security domain first. */
  readonly replies: readonly Reply[];
  /** Path of the security domain whose users it may authenticate. */
  readonly domain: string;
  /** Users in none of these groups do not exist for it; none: all do. */
  readonly onlyGroups?: readonly string[];
  /** Old servers that are on: an old server answers users who have not moved. Usually none. */
  readonly coexistences?: readonly KnownCoexistence[];
};

export type ClientTable = {
  /** @param address as reported by a socket */
  byAddress(address: string): Promise<KnownClient | undefined>;
  /** @param fingerprint SHA-256 of the certificate, hexadecimal without colons */
  byCertificate(fingerprint: string): Promise<KnownClient | undefined>;
};

const AGE_MILLISECONDS = 2_000;
/** An unknown client may have been added a moment ago. */
const AGE_FOR_UNKNOWN_MILLISECONDS = 200;
const MAX_REMEMBERED_ADDRESSES = 10_000;

type Table = {
  readonly at: number;
  /** Longest prefix first. */
  readonly prefixes: readonly {
    readonly bits: number;
    /** By network in canonical spelling; undefined for a client that is disabled or cannot be used. */
    readonly clients: Map<string, KnownClient | undefined>;
  }[];
  readonly certificates: ReadonlyMap<string, KnownClient>;
  /** The result for an address, including that there is none. */
  readonly addresses: Map<string, KnownClient | undefined>;
};

export function clientTable(
  context: Pick<ServerContext, 'db' | 'sealing'> & {
    /** Milliseconds of any steady clock. */
    readonly clock: () => number;
    readonly onError: (error: unknown) => void;
  },
): ClientTable {
  let table: Table | undefined;
  let loading: Promise<Table> | undefined;
  /** By row and by the version of its sealed values. */
  let opened = new Map<string, KnownClient>();

  async function load(): Promise<Table> {
    const at = context.clock();
    const { clients: all, coexistent } = await listRadiusClientsToServe(context.db);
    const rows = all.filter(({ enabled }) => enabled === 1);
    const forwarding = coexistent ? await readForwarding() : [];
    const next = new Map<string, KnownClient>();
    const alone = new Map<string, KnownClient>();
    for (const row of rows) {
      const key = `${row.id} ${row.version}`;
      try {
        const client = opened.get(key) ?? open(context, row);
        alone.set(key, client);
        const coexistences = forwarding.filter(({ clientId }) => clientId === null || clientId === row.id);
        next.set(key, coexistences.length > 0 ? { ...client, coexistences } : client);
      } catch (error) {
        // All others go on.
        context.onError(new Error(`RADIUS client "${row.name}" cannot be used`, { cause: error }));
      }
    }
    opened = alone;
    const prefixes = new Map<number, Table['prefixes'][number]>();
    const certificates = new Map<string, KnownClient>();
    // Disabled ones too: their addresses belong to no one else.
    for (const row of all) {
      const client = next.get(`${row.id} ${row.version}`);
      if (client && row.certificate !== null) certificates.set(row.certificate, client);
      const network = readNetwork(row.network);
      if (!network.ok) continue;
      const { bits } = network.value;
      const prefix = prefixes.get(bits) ?? { bits, clients: new Map<string, KnownClient | undefined>() };
      prefix.clients.set(writeNetwork(network.value), client);
      prefixes.set(bits, prefix);
    }
    return {
      at,
      prefixes: [...prefixes.values()].sort((a, b) => b.bits - a.bits),
      certificates,
      addresses: new Map(),
    };
  }

  async function readForwarding(): Promise<KnownCoexistence[]> {
    return (await listCoexistences(context.db)).flatMap((row) => {
      if (row.enabled !== 1) return [];
      try {
        return [openCoexistence(context, row)];
      } catch (error) {
        context.onError(new Error(`the old servers "${row.name}" cannot be used`, { cause: error }));
        return [];
      }
    });
  }

  async function noOlderThan(age: number): Promise<Table> {
    if (table && context.clock() - table.at <= age) return table;
    loading ??= load();
    const own = loading;
    try {
      const loaded = await own;
      // Otherwise it may have been read before the change that made it stale.
      if (loading === own) table = loaded;
      return loaded;
    } finally {
      if (loading === own) loading = undefined;
    }
  }

  async function find(look: (table: Table) => KnownClient | undefined): Promise<KnownClient | undefined> {
    return look(await noOlderThan(AGE_MILLISECONDS)) ?? look(await noOlderThan(AGE_FOR_UNKNOWN_MILLISECONDS));
  }

  changesOf(context.db).on(['radius_clients', 'coexistences'], () => {
    table = undefined;
    loading = undefined;
  });
  return {
    byAddress: (address) => find((present) => inPrefixes(present, address)),
    byCertificate: (fingerprint) => find(({ certificates }) => certificates.get(fingerprint)),
  };
}

/**
 * The reply attributes for a user whom a client may let in. For each name, the deepest security domain that sets it decides alone: so an
 * attribute can be replaced, not only added, for some of the users. One for a group that the user is in goes before all that are for no group.
 * @param domain path of the user's security domain
 * @param groups that the user is in
 */
export function attributesFor(
  client: Pick<KnownClient, 'replies'>,
  domain: string,
  groups: ReadonlySet<string>,
): Attribute[] {
  const fitting = client.replies.filter(
    (reply) => domain.startsWith(reply.domain) && (reply.group === undefined || groups.has(reply.group)),
  );
  const said = new Map<string, Reply>();
  for (const reply of [...fitting.filter(({ group }) => group !== undefined), ...fitting])
    if (!said.has(reply.name)) said.set(reply.name, reply);
  return fitting
    .filter(({ name, domain: of, group }) => said.get(name)?.domain === of && said.get(name)?.group === group)
    .map(({ attribute }) => attribute);
}

/** Whether it has to be known which groups a user is in. */
export const asksForGroups = ({ replies }: Pick<KnownClient, 'replies'>): boolean =>
  replies.some(({ group }) => group !== undefined);

function inPrefixes(table: Table, address: string): KnownClient | undefined {
  if (table.addresses.has(address)) return table.addresses.get(address);
  const read = readAddress(address);
  // One that cannot be used leaves its address to no wider one.
  const found = read && table.prefixes.find((prefix) => prefix.clients.has(placeIn(prefix, read)));
  const client = read && found?.clients.get(placeIn(found, read));
  if (table.addresses.size >= MAX_REMEMBERED_ADDRESSES) table.addresses.clear();
  table.addresses.set(address, client);
  return client;
}

const placeIn = ({ bits }: Table['prefixes'][number], address: Address): string =>
  writeNetwork(networkOf(address, bits));

function open(context: Pick<ServerContext, 'sealing'>, row: Row<'radius_clients'>): KnownClient {
  return {
    id: row.id,
    name: row.name,
    secret: context.sealing.open(aadOf('radius_clients.secret', row.id), row.secret),
    messageAuthenticator: row.message_authenticator,
    password: row.password,
    otherNames: row.other_names === 1,
    replies: replyAttributesOf(row)
      .flatMap(({ name, value, domain, group }) => {
        const encoded = encodeAttribute(name, value);
        return encoded.ok ? [{ name, domain, group, attribute: encoded.attribute }] : [];
      })
      .sort((a, b) => b.domain.length - a.domain.length),
    domain: row.domain,
    onlyGroups: onlyGroupsOf(row),
  };
}
