/**
 * One connection to one LDAP server (RFC 4511): TLS, bind, and a search page by page. It is never used again after a failure, and never
 * reconnects: a new connection would be neither bound nor protected.
 */

import { lookup } from 'node:dns/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import {
  type ConnectionOptions,
  connect as connectTls,
  type DetailedPeerCertificate,
  type TLSSocket,
} from 'node:tls';
import { hostNameOf } from '@sower/api/host-name';
import {
  Client,
  Control,
  type Entry,
  type Filter,
  FilterParser,
  PagedResultsControl,
  ResultCodeError,
} from 'ldapts';
import { failureOf, LdapFailure } from './failure.ts';

export type LdapServer = {
  readonly urls: readonly string[];
  /** Required on every ldap:// connection. */
  readonly startTls: boolean;
  /** Without TLS, ldap:// is possible at all. */
  readonly plain: boolean;
  /** PEM; empty: those that the operating system trusts. */
  readonly certificateAuthority: string;
  readonly bindName: string;
  readonly password: string;
  readonly connectMilliseconds: number;
  readonly requestMilliseconds: number;
  /** How long a connection may be used, and how many octets may come over it. */
  readonly mostMilliseconds: number;
  readonly mostOctets: number;
};

/** Names of attributes in lower case; the values as they came: octets that are not UTF-8 as a Buffer. */
export type LdapEntry = {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, readonly (string | Buffer)[]>;
};

export type LdapPage = {
  readonly entries: readonly LdapEntry[];
  /** URLs of what another server has (RFC 4511 §4.5.3): not read. */
  readonly references: readonly string[];
  /** Present if there are more. */
  readonly cookie?: Buffer;
};

type LdapSearch = {
  readonly base: string;
  readonly filter: Filter | string;
  readonly scope?: 'base' | 'sub';
  readonly attributes: readonly string[];
  /** At most this many, if the rest does not matter. Otherwise, too many are a failure. */
  readonly most?: number;
};

export type LdapConnection = {
  readonly url: string;
  /** What the server presented in the handshake; empty without TLS. */
  chain(): readonly PresentedCertificate[];
  /** @throws LdapFailure */
  bind(name: string, password: string, controls?: Control[]): Promise<void>;
  /** The first matches. @throws LdapFailure */
  search(search: LdapSearch): Promise<readonly LdapEntry[]>;
  /** One page; the caller asks for the next with the cookie. @throws LdapFailure */
  page(search: LdapSearch, size: number, cookie?: Buffer): Promise<LdapPage>;
  close(): Promise<void>;
};

/** The entry of this name itself. */
export async function entryNamed(
  connection: Pick<LdapConnection, 'search'>,
  base: string,
  ...attributes: readonly string[]
) {
  const [entry] = await connection.search({ base, filter: '(objectClass=*)', scope: 'base', attributes });
  return entry;
}

type PresentedCertificate = {
  readonly subject: string;
  readonly issuer: string;
  /** Epoch milliseconds. */
  readonly validTo: number;
  /** SHA-256, hexadecimal with colons. */
  readonly fingerprint: string;
};

const MAX_IN_CHAIN = 10;
function chainOf(socket: TLSSocket): PresentedCertificate[] {
  const chain: PresentedCertificate[] = [];
  let at: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  // A root is its own issuer.
  while (at?.fingerprint256 && chain.length < MAX_IN_CHAIN) {
    if (chain.some(({ fingerprint }) => fingerprint === at?.fingerprint256)) break;
    chain.push({
      subject: nameOf(at.subject),
      issuer: nameOf(at.issuer),
      validTo: Date.parse(at.valid_to),
      fingerprint: at.fingerprint256,
    });
    at = at.issuerCertificate as DetailedPeerCertificate | undefined;
  }
  return chain;
}

const nameOf = (name: object): string =>
  Object.entries(name)
    .map(([type, value]) => `${type}=${value}`)
    .join(', ');

/** Servers may send a page without entries and go on (RFC 2696 §3); one that never stops doing so has nothing to say. */
const MAX_EMPTY_PAGES = 100;

/** How large one answer may be: a page of 5,000 entries with photos stays below this. */
const MAX_OCTETS = 128 * 1024 * 1024;

type Look = {
  /** The chain that the server presents, whether or not it is trusted. */
  readonly onChain?: (chain: readonly PresentedCertificate[]) => void;
  /** To see the chain of a server that is not trusted; nothing is ever sent over such a connection. */
  readonly unverified?: true;
};

/** The socket of one connection, and the one of StartTLS over it: how they are opened, what came over them, and their end. */
function socketsOf(server: LdapServer, url: string, look: Look) {
  const host = hostNameOf(url);
  const tls: ConnectionOptions = {
    host,
    minVersion: 'TLSv1.2',
    ...(look.unverified ? { rejectUnauthorized: false } : {}),
    ...(server.certificateAuthority === '' ? {} : { ca: server.certificateAuthority }),
  };
  const sockets: Socket[] = [];
  let octets = 0;
  /** Exactly one connection: the library would silently make another. */
  const once = <S extends Socket>(socket: () => S): S => {
    if (sockets.length > 0) throw new LdapFailure('lost', url, 'the connection has ended');
    const opened = socket();
    sockets.push(opened);
    return opened;
  };
  const counted = <S extends Socket>(socket: S): S => {
    socket.on('data', (data: Buffer) => {
      octets += data.length;
      if (octets > MAX_OCTETS) socket.destroy(new Error('the answer is too long'));
    });
    return socket;
  };
  return {
    tls,
    connect(port: number): Socket {
      const socket = once(() => connectTcp({ port, host, keepAlive: true, noDelay: true }));
      return server.startTls ? socket : counted(socket);
    },
    connectSecurely(first: number | ConnectionOptions): TLSSocket {
      // StartTLS brings its socket along.
      const socket =
        typeof first === 'number'
          ? once(() => connectTls({ ...tls, port: first }))
          : connectTls({ ...tls, socket: first.socket as Socket });
      socket.once('secureConnect', () => look.onChain?.(chainOf(socket)));
      sockets.push(socket);
      return counted(socket);
    },
    /** @returns how many came since the last call */
    takeOctets(): number {
      const taken = octets;
      octets = 0;
      return taken;
    },
    hasEnded: () => sockets.some(({ destroyed }) => destroyed),
    end(): void {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/**
 * Not bound yet.
 * @throws LdapFailure
 */
export async function connectTo(server: LdapServer, url: string, look: Look = {}): Promise<LdapConnection> {
  const secure = new URL(url).protocol === 'ldaps:';
  if (!secure && !server.startTls && !server.plain)
    throw new LdapFailure('tls', url, 'ldap:// without TLS is not allowed');
  let chain: readonly PresentedCertificate[] = [];
  const sockets = socketsOf(server, url, {
    ...look,
    onChain: (presented) => {
      chain = presented;
      look.onChain?.(presented);
    },
  });
  let octetsBefore = 0;
  let emptyPages = 0;
  const begun = performance.now();
  const client = new Client({
    url,
    timeout: server.requestMilliseconds,
    connectTimeout: server.connectMilliseconds,
    ...(secure ? { tlsOptions: sockets.tls } : {}),
    createConnection: sockets.connect as typeof connectTcp,
    createSecureConnection: sockets.connectSecurely,
  });
  const controls = observeControls(client, url);
  const failed = async <T>(work: () => Promise<T>): Promise<T> => {
    octetsBefore += sockets.takeOctets();
    const milliseconds = performance.now() - begun;
    if (milliseconds > server.mostMilliseconds || octetsBefore > server.mostOctets)
      throw new LdapFailure('endless', url, `${Math.round(milliseconds / 1000)} s, ${octetsBefore} octets`);
    try {
      return await work();
    } catch (error) {
      throw failureOf(error, url);
    }
  };
  // A server that accepts the connection and then says nothing in the handshake.
  const deadline = setTimeout(sockets.end, server.connectMilliseconds + server.requestMilliseconds);
  try {
    await failed(async () => {
      if (!secure && server.startTls) await client.startTLS({});
      else await open(client);
    });
  } catch (error) {
    sockets.end();
    throw error;
  } finally {
    clearTimeout(deadline);
  }
  return {
    url,
    chain: () => chain,
    bind: (name, password, own = []) => failed(() => client.bind(name, password, own)),
    search: ({ base, filter, scope = 'sub', attributes, most }) =>
      failed(async () => {
        const { searchEntries } = await client.search(base, {
          filter: parsed(filter),
          scope,
          attributes: [...attributes],
          ...(most === undefined ? {} : { sizeLimit: most }),
        });
        return searchEntries.map(entryOf);
      }),
    page: ({ base, filter, scope = 'sub', attributes }, size, cookie) =>
      failed(async () => {
        const page = new PageControl(size, cookie);
        controls.clear();
        const { searchEntries, searchReferences: references } = await client.search(
          base,
          { filter: parsed(filter), scope, attributes: [...attributes] },
          [page],
        );
        const next = controls.cookie();
        emptyPages = searchEntries.length === 0 && next ? emptyPages + 1 : 0;
        if (emptyPages > MAX_EMPTY_PAGES)
          throw new LdapFailure('endless', url, `${emptyPages} pages without entries`);
        return { entries: searchEntries.map(entryOf), references, ...(next ? { cookie: next } : {}) };
      }),
    async close() {
      // The connection ends, whatever the result. On one that has already ended, unbinding would wait for the whole time limit.
      if (!sockets.hasEnded()) await client.unbind().catch(() => undefined);
      sockets.end();
    },
  };
}

/**
 * When the first of the certificates expires that the servers present: of the connection, and of the others of its directory that answer.
 * @returns epoch milliseconds; undefined without TLS
 */
export async function firstExpiry(
  connection: LdapConnection,
  server: LdapServer,
): Promise<number | undefined> {
  const others = server.urls.filter((url) => url !== connection.url);
  const chains = await Promise.all(
    others.map((url) =>
      // One that does not answer is found out by the run that needs it.
      connectTo(server, url, { unverified: true }).then(
        async (opened) => {
          await opened.close();
          return opened.chain();
        },
        () => [],
      ),
    ),
  );
  const ends = [connection.chain(), ...chains].flat().map(({ validTo }) => validTo);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Any request opens the connection; this one changes nothing, and a server that refuses it has answered too. */
async function open(client: Client): Promise<void> {
  try {
    await client.search('', { scope: 'base', filter: '(objectClass=*)', attributes: ['1.1'] });
  } catch (error) {
    if (!(error instanceof ResultCodeError)) throw error;
  }
}

/** The addresses of the host of a URL. @throws LdapFailure */
export async function resolveHost(url: string): Promise<string[]> {
  try {
    return (await lookup(hostNameOf(url), { all: true })).map(({ address }) => address);
  } catch (error) {
    throw failureOf(error, url);
  }
}

/** Whether anything listens there at all. @throws LdapFailure */
export async function reach(url: string, milliseconds: number): Promise<void> {
  const { port, protocol } = new URL(url);
  const socket = connectTcp({
    host: hostNameOf(url),
    port: port === '' ? (protocol === 'ldaps:' ? 636 : 389) : Number(port),
  });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
      socket.setTimeout(milliseconds, () => reject(new Error('connection timeout')));
    });
  } catch (error) {
    throw failureOf(error, url);
  } finally {
    socket.on('error', () => {});
    socket.destroy();
  }
}

/**
 * RFC 2696. The library's own paging ends at a page without entries, although the server may say that there are more: so what it has read
 * until then would be taken for the complete result.
 */
class PageControl extends Control {
  readonly #inner: PagedResultsControl;
  constructor(size: number, cookie: Buffer | undefined) {
    super(PagedResultsControl.type, { critical: true });
    this.#inner = new PagedResultsControl({ value: { size, ...(cookie ? { cookie } : {}) } });
  }
  override writeControl(writer: Parameters<PagedResultsControl['writeControl']>[0]): void {
    this.#inner.writeControl(writer);
  }
}

/** The library keeps the controls of an answer to itself, and the cookie of a page is in one. */
function observeControls(client: Client, url: string) {
  const inner = client as unknown as {
    _send?: (message: unknown) => Promise<{ readonly controls?: readonly Control[] } | undefined>;
  };
  const send = inner._send?.bind(client);
  if (!send) throw new LdapFailure('protocol', url, 'this version of ldapts is not known');
  let seen: readonly Control[] = [];
  inner._send = async (message) => {
    const answer = await send(message);
    seen = answer?.controls ?? [];
    return answer;
  };
  return {
    clear(): void {
      seen = [];
    },
    cookie(): Buffer | undefined {
      const control = seen.find((one) => one instanceof PagedResultsControl);
      const cookie = control?.value?.cookie;
      return cookie && cookie.length > 0 ? cookie : undefined;
    },
  };
}

const parsed = (filter: Filter | string): Filter =>
  typeof filter === 'string' ? FilterParser.parseString(filter) : filter;

function entryOf({ dn, ...attributes }: Entry): LdapEntry {
  return {
    name: dn,
    attributes: new Map(
      Object.entries(attributes).map(([name, value]) => [
        name.toLowerCase(),
        (Array.isArray(value) ? value : [value]) as (string | Buffer)[],
      ]),
    ),
  };
}
