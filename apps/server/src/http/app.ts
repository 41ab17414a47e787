/** The HTTP server: edges registered on one listener. Knows no configuration file and opens no socket itself. */

import { text } from '@sower/texts/outcomes';
import type { Logger } from 'pino';
import { type AgentContext, agentRoutes } from '../agents/endpoint.ts';
import type { ApiContext } from '../api/call.ts';
import { answerError } from '../api/problem.ts';
import { apiRoutes } from '../api/routes.ts';
import type { TlsValidation } from '../certificates/acme/tls-validation.ts';
import type { ConnectionCap } from '../core/connections.ts';
import { refused } from '../core/outcome.ts';
import { type CtkipContext, ctkipRoutes } from '../ctkip/endpoint.ts';
import type { TlsListening } from '../keys/x509/tls.ts';
import { type ValidateContext, validateRoutes } from '../validate/endpoint.ts';
import type { Reply } from '../web/reply.ts';
import type { Request } from '../web/request.ts';
import { Routes } from '../web/routes.ts';
import { type WebServer, webServer } from '../web/server.ts';
import { acmeChallengeRoutes } from './acme-challenge.ts';
import { apiDocsRoutes } from './api-docs.ts';
import { firstPageRoutes } from './first-page.ts';
import type { HostNames } from './host-names.ts';
import { healthRoutes, type Readiness } from './readiness.ts';
import {
  hasTwoHosts,
  notFound,
  onClientError,
  readToTheEnd,
  refuse,
  unreadableAddress,
} from './remainder.ts';
import type { Stopping } from './stopping.ts';
import { strictTransport } from './strict-transport.ts';
import { authenticatorRoutes, consoleRoutes } from './web-app.ts';

export type AppContext = ApiContext &
  CtkipContext &
  AgentContext &
  ValidateContext & {
    readonly stopping: Stopping;
    readonly readiness: Readiness;
  };

const HANDSHAKE_MILLISECONDS = 10_000;

export function buildApp(options: {
  readonly context: AppContext;
  readonly log: Logger;
  readonly tls: TlsListening | undefined;
  /** What is shown to a certificate authority that validates a name. */
  readonly validation?: Pick<TlsValidation, 'ALPNCallback'>;
  readonly trustedProxies: readonly string[];
  readonly hosts: HostNames;
  readonly connections: { readonly cap: ConnectionCap; readonly most: number };
  /** Whether strangers may read the description of the API. */
  readonly apiDocs: boolean;
  readonly accessLog: boolean;
}): WebServer {
  const { context, log, tls, validation, trustedProxies, hosts, apiDocs, accessLog, connections } = options;
  const { stopping, counters } = context;
  const routes = new Routes();
  const addStrictTransport = strictTransport(context.publicUrl);
  const app = webServer({
    routes,
    log,
    tls: tls && { ...tls, ...validation, handshakeTimeout: HANDSHAKE_MILLISECONDS },
    trustedProxies,
    requestTimeout: 30_000,
    onRequest(request, reply) {
      reply.header('x-request-id', request.id);
      stopping.arrived();
      if (hasTwoHosts(request)) refuse(reply, 400, refused('invalid-request', text('request.unreadable')));
      else if (hosts.hides(request)) refuse(reply, 404, refused('not-found', text('request.no-operation')));
    },
    onSend(request, reply) {
      if (stopping.begun) reply.header('connection', 'close');
      addStrictTransport(request, reply);
      readToTheEnd(request, reply);
    },
    onAnswered(request, reply, milliseconds) {
      counters.http(request.url, reply.statusCode, milliseconds);
      if (accessLog) logAccess(log, request, reply, milliseconds);
    },
    onNotFound: notFound(routes, hosts),
    onUnreadable: unreadableAddress,
    onError: answerError,
    onClientError,
  });

  connections.cap.watch(app.server, connections.most);
  app.server.on('connection', stopping.arrived);
  app.server.on('secureConnection', stopping.arrived);

  ctkipRoutes(routes, context);
  agentRoutes(routes, context);
  validateRoutes(routes, context);
  healthRoutes(routes, context);
  acmeChallengeRoutes(routes, context);
  firstPageRoutes(routes, context, hosts);
  consoleRoutes(routes);
  authenticatorRoutes(routes);
  apiRoutes(routes, context);
  if (apiDocs) apiDocsRoutes(routes, context);
  return app;
}

/** What was searched for names people, and stays out; what is in a path is a name or an ID. */
const pathOf = (url: string): string => url.split('?', 1)[0]?.slice(0, 500) ?? '';

/** A line in the log for each request, if the operator has turned this on. */
function logAccess(
  log: Logger,
  { id, ip, method, url, actorName }: Request,
  { statusCode }: Reply,
  milliseconds: number,
): void {
  log.info(
    {
      requestId: id,
      source: ip,
      ...(actorName === undefined ? {} : { actor: actorName }),
      method,
      path: pathOf(url),
      status: statusCode,
      milliseconds: Math.round(milliseconds * 10) / 10,
    },
    'request',
  );
}
