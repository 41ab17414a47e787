/** Whether the process is alive, and whether it can serve. Nothing secret, and nothing about people. */
import { inEnglish } from '@sower/texts/outcomes';
import type { FastifyInstance } from 'fastify';
import type { Readiness } from './readiness.ts';
import type { Stopping } from './stopping.ts';

export async function healthRoutes(
  app: FastifyInstance,
  context: { readonly stopping: Stopping; readonly readiness: Readiness },
): Promise<void> {
  app.get('/healthz', async (_, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', async (_, reply) => {
    context.stopping.readinessAsked();
    const no = (why: string) => reply.code(503).type('text/plain').send(`not ready: ${why}\n`);
    if (context.stopping.begun) return no('stopping');
    const refusal = await context.readiness.refusal();
    if (refusal) return no(`${refusal.code}: ${inEnglish(refusal)}`);
    return reply.type('text/plain').send('ready\n');
  });
}
