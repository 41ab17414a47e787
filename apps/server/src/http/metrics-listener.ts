/** Metrics and health on a separate listener, for the operators' network. Plain HTTP; nothing else is served there. */
import type { Registry } from '@prometheus-io/client';
import type { Logger } from 'pino';
import { type Handle, Routes } from '../web/routes.ts';
import { healthRoutes } from './health.ts';
import type { Readiness } from './readiness.ts';
import { listenBeside, type SideListener } from './side-listener.ts';
import type { Stopping } from './stopping.ts';

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
