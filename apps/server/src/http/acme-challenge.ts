/**
 * What an authority fetches to verify that a name leads here (RFC 8555 §8.3): on the server's own port, to which proxies and redirects
 * lead, and over plain HTTP on a listener of its own, which redirects all other requests to the public URL.
 */
import { text } from '@sower/texts/outcomes';
import type { Logger } from 'pino';
import { sendProblem } from '../api/problem.ts';
import { refused } from '../core/outcome.ts';
import { findAcmeAnswer } from '../store/keys/acme.ts';
import type { Database } from '../store/schema/schema.ts';
import { Routes } from '../web/routes.ts';
import { listenBeside, type SideListener } from './side-listener.ts';

type Context = { readonly db: Database; readonly databaseNow: () => number; readonly publicUrl: string };

const TOKEN = /^[A-Za-z0-9_-]{22,256}$/;

export function acmeChallengeRoutes(routes: Routes, { db, databaseNow }: Context): void {
  routes.get('/.well-known/acme-challenge/:token', async ({ params: { token = '' } }, reply) => {
    const answer = TOKEN.test(token) ? await findAcmeAnswer(db, token, databaseNow()) : undefined;
    if (answer === undefined) return sendProblem(reply, refused('not-found', text('request.no-operation')));
    return reply.header('cache-control', 'no-store').type('application/octet-stream').send(answer);
  });
}

export function listenForAcme(
  context: Context,
  log: Logger,
  at: { readonly host: string; readonly port: number; readonly reusePort: boolean },
): Promise<SideListener> {
  const routes = new Routes();
  acmeChallengeRoutes(routes, context);
  return listenBeside(
    {
      routes,
      log,
      otherwise({ url }, reply) {
        // The path is the sender's, the host is ours.
        const to = new URL(context.publicUrl);
        to.pathname = URL.parse(url, 'http://host')?.pathname ?? '/';
        reply.redirect(to.href, 308);
      },
    },
    at,
  );
}
