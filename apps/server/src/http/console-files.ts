/** The consoles' files: the Security Console under `/console`, the Self-Service Console under `/self-service`, from one build. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Routes } from '../web/routes.ts';
import { webAppRoutes } from './web-app.ts';

const FILES = fileURLToPath(new URL('../../../console/dist/', import.meta.url));

/** Nothing inline, nothing from elsewhere, nothing created from text, no framing. React and PatternFly need no Trusted Types policy. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

export function consoleRoutes(routes: Routes): void {
  if (!existsSync(FILES)) return;
  const shared = { files: FILES, headers: HEADERS };
  webAppRoutes(routes, { at: '/console', page: 'index.html', keep: 'no-cache', ...shared });
  webAppRoutes(routes, { at: '/self-service', page: 'self-service.html', keep: 'no-store', ...shared });
}
