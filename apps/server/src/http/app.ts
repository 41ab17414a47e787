/** The HTTP server: edges registered on one listener. Knows no configuration file and opens no socket itself. */

import { text } from '@sower/texts/outcomes';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { type AgentContext, agentRoutes } from '../agents/endpoint.ts';
import type { ApiContext } from '../api/call.ts';
import { onError } from '../api/problem.ts';
import { apiRoutes } from '../api/routes.ts';
import { refuseIllFormedText, refuseNul } from '../api/well-formed.ts';
import type { TlsValidation } from '../certificates/acme/tls-validation.ts';
import type { ConnectionCap } from '../core/connections.ts';
import { refused } from '../core/outcome.ts';
import { type CtkipContext, ctkipRoutes } from '../ctkip/endpoint.ts';
import type { TlsListening } from '../keys/x509/tls.ts';
import { requestIdOf, withRequestId } from '../store/audit/request-id.ts';
import { logAccess } from './access-log.ts';
import { acmeChallengeRoutes } from './acme-challenge.ts';
import { apiDocsRoutes, apiScope } from './api-docs.ts';
import { authenticatorRoutes } from './authenticator-files.ts';
import { consoleRoutes } from './console-files.ts';
import { healthRoutes } from './health.ts';
import type { HostNames } from './host-names.ts';
import { readProxyHeaders, refuseTwoHosts } from './proxy-headers.ts';
import type { Readiness } from './readiness.ts';
import { answerRemainder, onClientError, readToTheEnd, refuse, unreadableAddress } from './remainder.ts';
import type { Stopping } from './stopping.ts';
import { addStrictTransport } from './strict-transport.ts';

export type AppContext = ApiContext &
  CtkipContext &
  AgentContext & {
    readonly stopping: Stopping;
    readonly readiness: Readiness;
  };

/** The largest request to the API: a device definition. CT-KIP has its own limit. */
const BODY_LIMIT = 64 * 1024;
const HANDSHAKE_MILLISECONDS = 10_000;

export async function buildApp(options: {
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
}): Promise<FastifyInstance> {
  const { context, log, tls, validation, trustedProxies, hosts, apiDocs, accessLog, connections } = options;
  const app = Fastify({
    loggerInstance: log,
    // A line per request would be most of what the server writes; the audit trail says what happened.
    logController: new LogController({ disableRequestLogging: true }),
    // The log adds the ID to every line by itself.
    childLoggerFactory: (logger) => logger,
    clientErrorHandler: onClientError,
    frameworkErrors: unreadableAddress,
    genReqId: ({ headers }) => requestIdOf(headers.traceparent),
    bodyLimit: BODY_LIMIT,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512 },
    ...(tls ? { https: { ...tls, ...validation, handshakeTimeout: HANDSHAKE_MILLISECONDS } } : {}),
  }) as unknown as FastifyInstance;

  connections.cap.watch(app.server, connections.most);
  app.setErrorHandler(onError);
  answerRemainder(app, hosts);
  readToTheEnd(app);
  app.server.on('connection', context.stopping.arrived);
  app.server.on('secureConnection', context.stopping.arrived);
  app.addHook('onRequest', (request, reply, next) => {
    reply.header('x-request-id', request.id);
    withRequestId(request.id, next);
  });
  app.addHook('onRequest', async () => context.stopping.arrived());
  app.addHook('onResponse', async ({ url }, { statusCode, elapsedTime }) =>
    context.counters.http(url, statusCode, elapsedTime),
  );
  if (accessLog) logAccess(app, log);
  app.addHook('onSend', async (_, reply) => {
    if (context.stopping.begun) reply.header('connection', 'close');
  });
  readProxyHeaders(app);
  refuseTwoHosts(app);
  addStrictTransport(app, context.publicUrl);
  app.addHook('onRequest', async (request, reply) => {
    if (hosts.hides(request)) return refuse(reply, 404, refused('not-found', text('request.no-operation')));
  });

  refuseIllFormedText(app);

  await app.register(ctkipRoutes, context);
  await app.register(agentRoutes, context);
  await app.register(healthRoutes, context);
  await app.register(acmeChallengeRoutes, context);
  await app.register((scope) => consoleRoutes(scope, hosts));
  await app.register(authenticatorRoutes);
  await app.register(async (api) => {
    refuseNul(api);
    await apiScope(api);
    await api.register(apiRoutes, context);
  });
  if (apiDocs) await app.register(apiDocsRoutes, context);
  return app;
}
