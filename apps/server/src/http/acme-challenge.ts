/**
 * What an authority fetches to verify that a name leads here (RFC 8555 §8.3): on the server's own port, to which proxies and redirects
 * lead, and over plain HTTP on a listener of its own, which redirects all other requests to the public URL.
 */
import { text } from '@sower/texts/outcomes';
import Fastify, { type FastifyInstance, type FastifyListenOptions } from 'fastify';
import { sendProblem } from '../api/problem.ts';
import { refused } from '../core/outcome.ts';
import { findAcmeAnswer } from '../store/keys/acme.ts';
import type { Database } from '../store/schema/schema.ts';

type Context = { readonly db: Database; readonly databaseNow: () => number; readonly publicUrl: string };

const MAX_CONNECTIONS = 100;
const TOKEN = /^[A-Za-z0-9_-]{22,256}$/;

export async function acmeChallengeRoutes(app: FastifyInstance, { db, databaseNow }: Context): Promise<void> {
  app.get<{ Params: { token: string } }>('/.well-known/acme-challenge/:token', async (request, reply) => {
    const { token } = request.params;
    const answer = TOKEN.test(token) ? await findAcmeAnswer(db, token, databaseNow()) : undefined;
    if (answer === undefined) return sendProblem(reply, refused('not-found', text('request.no-operation')));
    return reply.header('cache-control', 'no-store').type('application/octet-stream').send(answer);
  });
}

export async function listenForAcme(
  context: Context,
  place: { readonly host: string; readonly port: number },
  { sharedPort }: { readonly sharedPort: boolean },
): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const app = Fastify({
    requestTimeout: 10_000,
    forceCloseConnections: true,
    bodyLimit: 1_024,
    routerOptions: { maxParamLength: 300 },
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  await acmeChallengeRoutes(app, context);
  app.setNotFoundHandler((request, reply) => {
    // The path is the sender's, the place is ours.
    const to = new URL(context.publicUrl);
    const path = URL.parse(request.url, 'http://host')?.pathname ?? '/';
    to.pathname = path;
    return reply.redirect(to.href, 308);
  });
  const address = await app.listen({ ...place, reusePort: sharedPort } as FastifyListenOptions);
  return { address, stop: () => app.close() };
}
