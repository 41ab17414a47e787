/**
 * One HTTP request: what was sent, and what a trusted proxy says about where it came from.
 *
 * Of a proxy's headers only two are read, `X-Forwarded-For` and `X-Forwarded-Proto`; whatever else it sends or passes on from a client
 * counts as not sent. The host name is the one in Host: a proxy has to pass it on.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { parseCookie } from 'cookie';
import type { Logger } from 'pino';
import { forwardedAddresses } from '../core/network.ts';

/** Where a request leads: the parameters in its path and query, decoded. */
export type Found = {
  readonly pattern: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
};

const NOWHERE: Found = { pattern: '', params: {}, query: {} };

export class Request {
  readonly raw: IncomingMessage;
  /** Also in the answer, in the log and in the audit trail. */
  readonly id: string;
  readonly log: Logger;
  found: Found = NOWHERE;
  /** As the audit trail names them, once they are known. */
  actorName?: string;
  readonly #trusts: (address: string) => boolean;

  /** @param trusts whether an address is that of a proxy */
  constructor(raw: IncomingMessage, id: string, log: Logger, trusts: (address: string) => boolean) {
    this.raw = raw;
    this.id = id;
    this.log = log;
    this.#trusts = trusts;
  }

  get method(): string {
    return this.raw.method ?? '';
  }

  /** With its query, as sent. */
  get url(): string {
    return this.raw.url ?? '';
  }

  get headers(): IncomingHttpHeaders {
    return this.raw.headers;
  }

  get params(): Found['params'] {
    return this.found.params;
  }

  get query(): Found['query'] {
    return this.found.query;
  }

  /** Address of the sender: of the chain of trusted proxies, the one before it. */
  get ip(): string {
    const { remoteAddress = '' } = this.raw.socket;
    const forwarded = this.headers['x-forwarded-for'];
    if (forwarded === undefined || !this.#trusts(remoteAddress)) return remoteAddress;
    const addresses = forwardedAddresses([forwarded].flat().join(','));
    return addresses.findLast((address) => !this.#trusts(address)) ?? addresses[0] ?? remoteAddress;
  }

  get host(): string {
    return this.headers.host ?? '';
  }

  /** Without the port. */
  get hostname(): string {
    const { host } = this;
    return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : (host.split(':', 1)[0] ?? '');
  }

  /** `https` or `http`, or what a trusted proxy says. */
  get protocol(): string {
    const { socket } = this.raw;
    const said = this.headers['x-forwarded-proto'];
    if (said !== undefined && this.#trusts(socket.remoteAddress ?? ''))
      return [said].flat().join(',').split(',').at(-1)?.trim() ?? '';
    return (socket as Partial<TLSSocket>).encrypted ? 'https' : 'http';
  }

  get cookies(): Readonly<Record<string, string | undefined>> {
    const { cookie } = this.headers;
    return cookie === undefined ? {} : parseCookie(cookie);
  }
}
