/** The authenticator's files. It brings its own headers, since it can also be hosted without this server. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Routes } from '../web/routes.ts';
import { webAppRoutes } from './web-app.ts';

const FOLDER = new URL('../../../authenticator/', import.meta.url);

export function authenticatorRoutes(routes: Routes): void {
  const files = fileURLToPath(new URL('dist/', FOLDER));
  if (!existsSync(files)) return;
  const headers = z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(new URL('headers.json', FOLDER), 'utf8')));
  webAppRoutes(routes, { at: '/authenticator', files, headers });
}
