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
  app.get('/', (_, reply) => reply.redirect('/console/', 302));
  app.get('/console', (_, reply) => reply.redirect('/console/', 308));
  await app.register(
    async (scope) => {
      scope.addHook('onSend', async (_, reply) => {
        reply.headers(HEADERS);
      });
      await scope.register(fastifyStatic, {
        root: FILES,
        index: 'index.html',
        setHeaders: (response, path) => {
          // Names of assets carry their hash.
          const forever = /\/assets\//.test(path);
          response.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
        },
      });
      scope.setNotFoundHandler((request, reply) => {
        // An asset of an earlier build is gone; the first page in its place would only confuse the browser.
        if (request.url.startsWith('/console/assets/') || request.method !== 'GET') {
          return reply.code(404).type('text/plain').send('There is nothing at this address.\n');
        }
        return reply.code(200).sendFile('index.html');
      });
    },
    { prefix: '/console' },
  );
}
