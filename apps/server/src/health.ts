/** Whether the process lives, whether it can serve, and its metrics. Nothing secret and nothing about people. */

import type { Registry } from '@prometheus-io/client';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Floor } from './floor.ts';
import type { Stopping } from './stopping.ts';

export async function healthRoutes(
  app: FastifyInstance,
  uses: Pick<Floor, 'db' | 'serverKeys'> & { readonly metrics: Registry; readonly stopping: Stopping },
): Promise<void> {
  app.get('/healthz', async (_, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', async (request, reply) => {
    uses.stopping.readinessAsked();
    if (uses.stopping.begun) return reply.code(503).type('text/plain').send('not ready: stopping\n');
    try {
      await sql`select 1 from installation`.execute(uses.db);
      await uses.serverKeys.active();
      return reply.type('text/plain').send('ready\n');
    } catch (error) {
      request.log.error({ err: error }, 'not ready');
      return reply.code(503).type('text/plain').send('not ready: the database cannot be used\n');
    }
  });
  app.get('/metrics', async (_, reply) =>
    reply.type(uses.metrics.contentType).send(await uses.metrics.metrics()),
  );
}
