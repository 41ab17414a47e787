/** A listener of its own for little: plain HTTP, few connections, all of which end when it stops. */

import type { Registry } from '@prometheus-io/client';
import type { Logger } from 'pino';
import { type Handle, Routes } from '../web/routes.ts';
import { webServer } from '../web/server.ts';
import { healthRoutes, type Readiness } from './readiness.ts';
import type { Stopping } from './stopping.ts';

const MAX_CONNECTIONS = 100;

export type SideListener = { readonly address: string; stop(): Promise<void> };

export async function listenBeside(
  { routes, log, otherwise }: { readonly routes: Routes; readonly log: Logger; readonly otherwise: Handle },
  at: { readonly host: string; readonly port: number; readonly reusePort: boolean },
): Promise<SideListener> {
  const web = webServer({
    routes,
    log,
    requestTimeout: 10_000,
    onNotFound: otherwise,
    onUnreadable: otherwise,
    onError(error, _, reply) {
      log.error({ err: error }, 'a request failed');
      reply.code(500).type('text/plain').send('failed\n');
    },
  });
  web.server.maxConnections = MAX_CONNECTIONS;
  const address = await web.listen(at);
  return {
    address,
    stop() {
      const closed = web.close();
      web.server.closeAllConnections();
      return closed;
    },
  };
}

/** Metrics and health on a separate listener, for the operators' network. Plain HTTP; nothing else is served there. */
export function listenForMetrics(
  context: { readonly metrics: Registry; readonly stopping: Stopping; readonly readiness: Readiness },
  log: Logger,
  at: { readonly host: string; readonly port: number; readonly reusePort: boolean },
  /** The text for Prometheus. */
  read: () => Promise<string>,
): Promise<SideListener> {
  const routes = new Routes();
  healthRoutes(routes, context);
  routes.get('/metrics', async (_, reply) => reply.type(context.metrics.contentType).send(await read()));
  const otherwise: Handle = (_, reply) =>
    reply.code(404).type('text/plain').send('There is nothing at this address.\n');
  return listenBeside({ routes, log, otherwise }, at);
}
