/**
 * RADIUS clients by address, the longest prefix first, and by certificate. Kept in memory for two seconds, their secrets opened once, so
 * that a packet costs no query and opens no seal.
 */
import { encodeAttribute } from '@sower/radius/attributes';
import type { Attribute } from '@sower/radius/packet';
import { radiusSecretAssociatedData, replyAttributesOf } from '../clients/radius-clients.ts';
import type { ServerContext } from '../context.ts';
import { type Address, networkOf, readAddress, readNetwork, writeNetwork } from '../core/network.ts';
import { listRadiusClients } from '../store/tables/radius-clients.ts';
import type { Row } from '../store/tables/schema.ts';

type Reply = {
  readonly name: string;
  /** Path of the security domain whose users it is for. */
  readonly domain: string;
  readonly attribute: Attribute;
};

export type KnownClient = {
  readonly id: string;
  readonly name: string;
  readonly secret: Uint8Array;
  readonly messageAuthenticator: 'required' | 'optional';
  /** For an Access-Accept, those of the deepest security domain first. */
  readonly replies: readonly Reply[];
  /** Path of the security domain whose users it asks for. */
  readonly domain: string;
};

export type ClientTable = {
  /** @param address as a socket tells it */
  byAddress(address: string): Promise<KnownClient | undefined>;
  /** @param fingerprint SHA-256 of the certificate, hexadecimal without colons */
  byCertificate(fingerprint: string): Promise<KnownClient | undefined>;
  /** Somebody changed a client by this process: it counts at once. By others, within two seconds. */
  forget(): void;
};

const AGE_MILLISECONDS = 2_000;
/** Somebody unknown may have been added a moment ago. */
const AGE_FOR_UNKNOWN_MILLISECONDS = 200;
const MAX_REMEMBERED_ADDRESSES = 10_000;

type Table = {
  readonly at: number;
  /** Longest prefix first. */
  readonly prefixes: readonly {
    readonly bits: number;
    /** By network in its one spelling. */
    readonly clients: Map<string, KnownClient>;
  }[];
  readonly certificates: ReadonlyMap<string, KnownClient>;
  /** What was found for an address, or that nothing is there. */
  readonly addresses: Map<string, KnownClient | undefined>;
};

export function clientTable(
  context: Pick<ServerContext, 'db' | 'sealing'> & {
    /** Milliseconds of any steady clock. */
    readonly clock: () => number;
  },
): ClientTable {
  let table: Table | undefined;
  let loading: Promise<Table> | undefined;
  /** By row and version of what is sealed in it. */
  let opened = new Map<string, KnownClient>();

  async function load(): Promise<Table> {
    const at = context.clock();
    const rows = (await listRadiusClients(context.db)).filter(({ enabled }) => enabled === 1);
    const next = new Map<string, KnownClient>();
    for (const row of rows) {
      const key = `${row.id} ${row.version}`;
      next.set(key, opened.get(key) ?? open(context, row));
    }
    opened = next;
    const prefixes = new Map<number, Table['prefixes'][number]>();
    const certificates = new Map<string, KnownClient>();
    for (const row of rows) {
      const client = next.get(`${row.id} ${row.version}`) as KnownClient;
      if (row.certificate !== null) certificates.set(row.certificate, client);
      const network = readNetwork(row.network);
      if (!network.ok) continue;
      const { bits } = network.value;
      const prefix = prefixes.get(bits) ?? { bits, clients: new Map<string, KnownClient>() };
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

  async function noOlderThan(age: number): Promise<Table> {
    if (table && context.clock() - table.at <= age) return table;
    loading ??= load().finally(() => {
      loading = undefined;
    });
    const loaded = await loading;
    table = loaded;
    return loaded;
  }

  async function find(look: (table: Table) => KnownClient | undefined): Promise<KnownClient | undefined> {
    return look(await noOlderThan(AGE_MILLISECONDS)) ?? look(await noOlderThan(AGE_FOR_UNKNOWN_MILLISECONDS));
  }

  return {
    byAddress: (address) => find((present) => inPrefixes(present, address)),
    byCertificate: (fingerprint) => find(({ certificates }) => certificates.get(fingerprint)),
    forget() {
      table = undefined;
    },
  };
}

/**
 * What a client is told of a user it may let in. The deepest security domain that has anything to say of a name says it alone: one may
 * replace an attribute for a part of the users, and not only add to it.
 * @param domain path of the user's security domain
 */
export function attributesFor(client: KnownClient, domain: string): Attribute[] {
  const said = new Map<string, string>();
  return client.replies
    .filter((reply) => {
      if (!domain.startsWith(reply.domain)) return false;
      if (!said.has(reply.name)) said.set(reply.name, reply.domain);
      return said.get(reply.name) === reply.domain;
    })
    .map(({ attribute }) => attribute);
}

function inPrefixes(table: Table, address: string): KnownClient | undefined {
  if (table.addresses.has(address)) return table.addresses.get(address);
  const read = readAddress(address);
  const found = read && table.prefixes.find((prefix) => clientIn(prefix, read) !== undefined);
  const client = read && found && clientIn(found, read);
  if (table.addresses.size >= MAX_REMEMBERED_ADDRESSES) table.addresses.clear();
  table.addresses.set(address, client);
  return client;
}

function clientIn(prefix: Table['prefixes'][number], address: Address): KnownClient | undefined {
  return prefix.clients.get(writeNetwork(networkOf(address, prefix.bits)));
}

function open(context: Pick<ServerContext, 'sealing'>, row: Row<'radius_clients'>): KnownClient {
  return {
    id: row.id,
    name: row.name,
    secret: context.sealing.open(radiusSecretAssociatedData(row.id), row.secret),
    messageAuthenticator: row.message_authenticator,
    replies: replyAttributesOf(row)
      .flatMap(({ name, value, domain }) => {
        const encoded = encodeAttribute(name, value);
        return encoded.ok ? [{ name, domain, attribute: encoded.attribute }] : [];
      })
      .sort((a, b) => b.domain.length - a.domain.length),
    domain: row.domain,
  };
}
