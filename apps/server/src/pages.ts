/**
 * The files of the consoles: the Security Console under `/console`, the Self-Service Console under `/self-service`, of one build. Each
 * is a page of a single application: every address below it that is no file is its first page.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { HostNames } from './host-names.ts';

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

type Console = {
  readonly prefix: '/console' | '/self-service';
  readonly page: string;
  /** How the page itself may be kept. `no-store` also keeps browsers from showing it again, as it was, when one goes back to it. */
  readonly keep: 'no-cache' | 'no-store';
};

const CONSOLES: readonly Console[] = [
  { prefix: '/console', page: 'index.html', keep: 'no-cache' },
  { prefix: '/self-service', page: 'self-service.html', keep: 'no-store' },
];

export async function consoleRoutes(app: FastifyInstance, hosts: HostNames): Promise<void> {
  if (!existsSync(FILES)) return;
  app.get('/', (request, reply) =>
    reply.redirect(hosts.serves(request, '/console') ? '/console/' : '/self-service/', 302),
  );
  for (const console_ of CONSOLES) if (existsSync(FILES + console_.page)) await serve(app, console_);
}

async function serve(app: FastifyInstance, { prefix, page, keep }: Console): Promise<void> {
  app.get(prefix, (_, reply) => reply.redirect(`${prefix}/`, 308));
  await app.register(
    async (scope) => {
      scope.addHook('onSend', async (_, reply) => {
        reply.headers(HEADERS);
      });
      await scope.register(fastifyStatic, {
        root: FILES,
        index: page,
        // The page of the other console is not one of this.
        allowedPath: (path) => !path.endsWith('.html') || path.endsWith(page),
        setHeaders: (response, path) => {
          // Names of assets carry their hash.
          const forever = /\/assets\//.test(path);
          response.header('cache-control', forever ? 'public, max-age=31536000, immutable' : keep);
        },
      });
      scope.setNotFoundHandler((request, reply) => {
        // An asset of an earlier build is gone; the first page in its place would only confuse the browser.
        if (request.url.startsWith(`${prefix}/assets/`) || request.method !== 'GET') {
          return reply.code(404).type('text/plain').send('There is nothing at this address.\n');
        }
        return reply.code(200).sendFile(page);
      });
    },
    { prefix },
  );
}
