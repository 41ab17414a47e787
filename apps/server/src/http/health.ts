/** Whether the process is alive, and whether it can serve. Nothing secret, and nothing about people. */
import { inEnglish } from '@sower/texts/outcomes';
import type { Routes } from '../web/routes.ts';
import type { Readiness } from './readiness.ts';
import type { Stopping } from './stopping.ts';

export function healthRoutes(
  routes: Routes,
  context: { readonly stopping: Stopping; readonly readiness: Readiness },
): void {
  routes.get('/healthz', (_, reply) => reply.type('text/plain').send('ok\n'));
  routes.get('/readyz', async (_, reply) => {
    context.stopping.readinessAsked();
    const no = (why: string) => reply.code(503).type('text/plain').send(`not ready: ${why}\n`);
    if (context.stopping.begun) return no('stopping');
    const refusal = await context.readiness.refusal();
    if (refusal) return no(`${refusal.code}: ${inEnglish(refusal)}`);
    return reply.type('text/plain').send('ready\n');
  });
}
