/** The Security Console's files. A page of a single application: every address below `/console` that is no file is its first page. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const FILES = fileURLToPath(new URL('../../console/dist/', import.meta.url));

/** Nothing inline, nothing from elsewhere, in nobody's frame. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

export async function consoleRoutes(app: FastifyInstance): Promise<void> {
  if (!existsSync(FILES)) return;
  await app.register(async (scope) => {
    scope.addHook('onSend', async (_, reply) => {
      reply.headers(HEADERS);
    });
    await scope.register(fastifyStatic, {
      root: FILES,
      prefix: '/console/',
      wildcard: false,
      index: false,
      setHeaders: (response, path) => {
        // Names of assets carry their hash.
        const forever = /\/assets\//.test(path);
        response.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
    scope.get('/console', (_, reply) => reply.redirect('/console/', 308));
    scope.get('/console/*', (_, reply) => reply.header('cache-control', 'no-cache').sendFile('index.html'));
    scope.get('/', (_, reply) => reply.redirect('/console/', 302));
  });
}
