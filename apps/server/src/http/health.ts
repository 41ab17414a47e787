/** Whether the process lives, whether it can serve, and its metrics. Nothing secret and nothing about people. */

import type { Registry } from '@prometheus-io/client';
import type { FastifyInstance } from 'fastify';
import type { Readiness } from './readiness.ts';
import type { Stopping } from './stopping.ts';

export async function healthRoutes(
  app: FastifyInstance,
  uses: { readonly metrics: Registry; readonly stopping: Stopping; readonly readiness: Readiness },
): Promise<void> {
  app.get('/healthz', async (_, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', async (_, reply) => {
    uses.stopping.readinessAsked();
    const no = (why: string) => reply.code(503).type('text/plain').send(`not ready: ${why}\n`);
    if (uses.stopping.begun) return no('stopping');
    if (!(await uses.readiness.ready())) return no('the database cannot be used');
    return reply.type('text/plain').send('ready\n');
  });
  app.get('/metrics', async (_, reply) =>
    reply.type(uses.metrics.contentType).send(await uses.metrics.metrics()),
  );
}
