/** The Security Console's files and headers. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { webAppRoutes } from './web-app.ts';

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
  if (existsSync(FILES)) app.get('/', (_, reply) => reply.redirect('/console/', 302));
  await webAppRoutes(app, { at: '/console', files: FILES, headers: HEADERS });
}
