/** HTTP/1.1 over node:http or node:https: each request finds its route, and each gets one answer. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { withinAny } from '../core/network.ts';
import { requestIdOf, withRequestId } from '../store/audit/request-id.ts';
import { Reply } from './reply.ts';
import { Request } from './request.ts';
import type { Routes } from './routes.ts';

export type WebServerOptions = {
  readonly routes: Routes;
  readonly log: Logger;
  readonly tls?: ServerOptions | undefined;
  /** Addresses or CIDR ranges of proxies. */
  readonly trustedProxies?: readonly string[];
  /** Milliseconds for a request to arrive whole. */
  readonly requestTimeout: number;
  /** Before its function, which is not called if this has answered. */
  readonly onRequest?: (request: Request, reply: Reply) => void;
  /** Before the head of an answer is written. */
  readonly onSend?: (request: Request, reply: Reply) => void;
  /** After an answer. @param milliseconds since the head of the request was read */
  readonly onAnswered?: (request: Request, reply: Reply, milliseconds: number) => void;
  readonly onNotFound: (request: Request, reply: Reply) => void;
  /** A path that cannot be read. */
  readonly onUnreadable: (request: Request, reply: Reply) => void;
  readonly onError: (error: unknown, request: Request, reply: Reply) => void;
  /** What Node.js could not parse. */
  readonly onClientError?: (error: NodeJS.ErrnoException, socket: Socket) => void;
};

export type WebServer = {
  readonly server: Server;
  listen(at: {
    readonly host: string;
    readonly port: number;
    /** Several processes listen on the port. */
    readonly reusePort: boolean;
  }): Promise<string>;
  /** Requests in flight are answered; connections without one end. */
  close(): Promise<void>;
};

/** Longer than what load balancers keep a connection for, so that it is they who close it. */
const KEEP_ALIVE_MILLISECONDS = 65_000;

export function webServer(options: WebServerOptions): WebServer {
  const { routes, log, tls, trustedProxies = [], onRequest, onSend, onAnswered } = options;
  const trusts = withinAny(trustedProxies);

  function fail(error: unknown, request: Request, reply: Reply): void {
    if (!reply.sent) {
      try {
        options.onError(error, request, reply);
        return;
      } catch (second) {
        log.error({ err: second }, 'an error could not be answered');
      }
    }
    log.error({ err: error }, 'a request failed after its answer');
    if (!reply.raw.writableEnded) reply.raw.destroy();
  }

  function answer(request: Request, reply: Reply): void {
    try {
      const target = routes.find(request.method, request.url);
      if (target && target !== 'unreadable') request.found = target.found;
      onRequest?.(request, reply);
      if (reply.sent) return;
      const handle = target === 'unreadable' ? options.onUnreadable : (target?.handle ?? options.onNotFound);
      const answered = handle(request, reply);
      if (answered instanceof Promise) answered.catch((error: unknown) => fail(error, request, reply));
    } catch (error) {
      fail(error, request, reply);
    }
  }

  const sending = onSend && ((reply: Reply) => onSend(reply.request, reply));
  const dispatch = (raw: IncomingMessage, response: ServerResponse): void => {
    const request = new Request(raw, requestIdOf(raw.headers.traceparent), log, trusts);
    const reply = new Reply(response, request, sending ?? (() => {}));
    if (onAnswered) {
      const begun = performance.now();
      response.once('close', () => onAnswered(request, reply, performance.now() - begun));
    }
    withRequestId(request.id, () => answer(request, reply));
  };

  const common = { requestTimeout: options.requestTimeout, keepAliveTimeout: KEEP_ALIVE_MILLISECONDS };
  const server: Server = tls
    ? createTlsServer({ ...tls, ...common }, dispatch)
    : createServer(common, dispatch);
  if (options.onClientError) server.on('clientError', options.onClientError);
  return {
    server,
    listen: ({ host, port, reusePort }) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host, port, reusePort }, () => {
          server.off('error', reject);
          const bound = server.address();
          const at = typeof bound === 'object' && bound ? bound : { address: host, port };
          const name = at.address.includes(':') ? `[${at.address}]` : at.address;
          resolve(`${tls ? 'https' : 'http'}://${name}:${at.port}`);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}
