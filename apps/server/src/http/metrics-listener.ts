/** Metrics and health on a separate listener, for the operators' network. Plain HTTP; nothing else is served there. */
import type { Registry } from '@prometheus-io/client';
import Fastify, { type FastifyListenOptions } from 'fastify';
import { healthRoutes } from './health.ts';
import type { Readiness } from './readiness.ts';
import type { Stopping } from './stopping.ts';

const MAX_CONNECTIONS = 100;

export async function listenForMetrics(
  context: { readonly metrics: Registry; readonly stopping: Stopping; readonly readiness: Readiness },
  place: { readonly host: string; readonly port: number },
  facts: {
    /** Whether other processes of this server listen too. */
    readonly sharedPort: boolean;
    /** The text for Prometheus. */
    readonly read: () => Promise<string>;
  },
): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const app = Fastify({ requestTimeout: 10_000, forceCloseConnections: true });
  app.server.maxConnections = MAX_CONNECTIONS;
  await healthRoutes(app, context);
  app.get('/metrics', async (_, reply) => reply.type(context.metrics.contentType).send(await facts.read()));
  const address = await app.listen({ ...place, reusePort: facts.sharedPort } as FastifyListenOptions);
  return { address, stop: () => app.close() };
}
