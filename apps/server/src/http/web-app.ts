/**
 * The files of a web app, as built. For a single-page application, every address below its own that is not a file gets the page. The app
 * decides which headers it needs.
 *
 * The files are small and served from memory: a page must not wait for the threads on which passwords are hashed.
 */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Reply } from '../web/reply.ts';
import type { Request } from '../web/request.ts';
import type { Routes } from '../web/routes.ts';

type WebApp = {
  /** Such as `/console`. */
  readonly at: string;
  /** Folder of the build; an app that was not built is not served. */
  readonly files: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The page, among the files in the folder. */
  readonly page?: string;
  /** How the page may be cached. `no-store` also keeps browsers from showing an old copy when the user goes back. */
  readonly keep?: 'no-cache' | 'no-store';
};

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

type Stored = {
  readonly type: string;
  readonly etag: string;
  /** The compressed version, if the build made one. */
  readonly brotli?: Buffer;
  plain(): Buffer;
};

function webAppRoutes(
  routes: Routes,
  { at, files, headers, page = 'index.html', keep = 'no-cache' }: WebApp,
): void {
  if (!existsSync(`${files}/${page}`)) return;
  const stored = filesOf(files);
  const first = stored.get(page) as Stored;
  routes.get(at, (_, reply) => reply.redirect(`${at}/`, 308));
  routes.get(`${at}/*`, (request, reply) => {
    reply.headers(headers);
    const name = request.params['*'] ?? '';
    // Other pages in the folder belong to other apps.
    const file = name.endsWith('.html') && name !== page ? undefined : stored.get(name);
    // Names of assets contain their hash.
    const forever = file !== undefined && name.startsWith('assets/');
    if (file) return send(request, reply, file, forever ? 'public, max-age=31536000, immutable' : keep);
    // An asset of an earlier build is gone; sending the page instead would only confuse the browser. The same goes for a path that tries to
    // leave the folder.
    const isPage = !name.startsWith('assets/') && !name.split('/').includes('..');
    return isPage ? send(request, reply, first, keep) : nothing(reply);
  });
  routes.below(at, (_, reply) => nothing(reply.headers(headers)));
}

const nothing = (reply: Reply): Reply =>
  reply.code(404).type('text/plain').send('There is nothing at this address.\n');

/** Each folder is read once, although two consoles are in one. */
const read = new Map<string, ReadonlyMap<string, Stored>>();
function filesOf(folder: string): ReadonlyMap<string, Stored> {
  const known = read.get(folder) ?? readFiles(folder);
  read.set(folder, known);
  return known;
}

function readFiles(folder: string): Map<string, Stored> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length).replace(/^\/+/, ''));
  const compressed = new Set(names.filter((name) => name.endsWith('.br')));
  const stored = new Map<string, Stored>();
  for (const name of names) {
    if (compressed.has(name)) continue;
    const path = `${folder}/${name}`;
    let plain: Buffer | undefined = readWhole(path);
    // Weak: the same for the compressed file.
    const etag = `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 27)}"`;
    const brotli = compressed.has(`${name}.br`) ? readWhole(`${path}.br`) : undefined;
    // Six times as large and rarely requested: every browser accepts the other one.
    if (brotli) plain = undefined;
    stored.set(name, {
      type: TYPES[extname(name)] ?? 'application/octet-stream',
      etag,
      ...(brotli ? { brotli } : {}),
      // Synchronous on purpose: it needs none of the threads.
      plain: () => (plain ??= readWhole(path)),
    });
  }
  return stored;
}

/** In memory of its own: small files share blocks of 64 kB in Node.js, and each block lives as long as one of its files. */
function readWhole(path: string): Buffer {
  const read = readFileSync(path);
  const own = Buffer.allocUnsafeSlow(read.length);
  read.copy(own);
  return own;
}

function send(request: Request, reply: Reply, file: Stored, cacheControl: string): Reply {
  reply.headers({ 'cache-control': cacheControl, etag: file.etag, 'content-type': file.type });
  if (file.brotli) reply.header('vary', 'accept-encoding');
  if (matches(request.headers['if-none-match'], file.etag)) return reply.code(304).send();
  if (file.brotli && takesBrotli(request.headers['accept-encoding'])) {
    return reply.header('content-encoding', 'br').send(file.brotli);
  }
  return reply.send(file.plain());
}

const matches = (header: string | undefined, etag: string): boolean =>
  (header ?? '').split(',').some((entry) => ['*', etag, etag.slice(2)].includes(entry.trim()));

/** RFC 9110 §12.5.3: `br;q=0` excludes it. */
export const takesBrotli = (header: string | string[] | undefined): boolean =>
  String(header ?? '')
    .split(',')
    .some((entry) => /^\s*br\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(entry));

/** The authenticator's files. It brings its own headers, since it can also be hosted without this server. */
const AUTHENTICATOR = new URL('../../../authenticator/', import.meta.url);

export function authenticatorRoutes(routes: Routes): void {
  const files = fileURLToPath(new URL('dist/', AUTHENTICATOR));
  if (!existsSync(files)) return;
  const headers = z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(new URL('headers.json', AUTHENTICATOR), 'utf8')));
  webAppRoutes(routes, { at: '/authenticator', files, headers });
}

/** The consoles' files: the Security Console under `/console`, the Self-Service Console under `/self-service`, from one build. */
const CONSOLE_FILES = fileURLToPath(new URL('../../../console/dist/', import.meta.url));

/** Nothing inline, nothing from elsewhere, nothing created from text, no framing. React and PatternFly need no Trusted Types policy. */
const CONSOLE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

export function consoleRoutes(routes: Routes): void {
  if (!existsSync(CONSOLE_FILES)) return;
  const shared = { files: CONSOLE_FILES, headers: CONSOLE_HEADERS };
  webAppRoutes(routes, { at: '/console', page: 'index.html', keep: 'no-cache', ...shared });
  webAppRoutes(routes, { at: '/self-service', page: 'self-service.html', keep: 'no-store', ...shared });
}
