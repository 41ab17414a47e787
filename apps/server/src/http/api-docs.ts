/** The description of the API and its pages (`--api-docs`), made when they are first read: they need every schema in another form. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { text } from '@sower/texts/outcomes';
import { openApi } from '../api/openapi.ts';
import type { ServerContext } from '../context.ts';
import { refused } from '../core/outcome.ts';
import type { Handle, Routes } from '../web/routes.ts';
import type { OpenApiDocument } from './reference/document.ts';
import type { Organization } from './reference/page.ts';
import { refuse } from './remainder.ts';
import { takesBrotli } from './web-app.ts';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

const QUICKLY = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

type Served = {
  readonly type: string;
  readonly content: string;
  /** By Brotli, when somebody first asks. */
  readonly compressed: () => Buffer;
  /** Weak: the same for the compressed file. */
  readonly etag: string;
};

type About = { readonly version: string; readonly publicUrl: string };
type Context = About & Pick<ServerContext, 'settings'>;

export function apiDocsRoutes(routes: Routes, context: Context): void {
  /** Of the organization as it is called now. */
  let files: { readonly of: string; readonly made: Promise<ReadonlyMap<string, Served>> } | undefined;
  const answer: Handle = async (request, reply) => {
    // What failed once is tried again for the next one who asks.
    const settings = await context.settings.current();
    const organization = {
      name: settings['organization.name'],
      hasMark: settings['organization.logo'] !== '',
    };
    const of = JSON.stringify(organization);
    if (files?.of !== of)
      files = {
        of,
        made: filesOf(context, organization).catch((error: unknown) => {
          files = undefined;
          throw error;
        }),
      };
    const file = (await files.made).get(request.url.replace(/\?.*$/, '').replace(/(?<=.)\/$/, ''));
    if (!file) return refuse(reply, 404, refused('not-found', text('request.no-operation')));
    reply.headers({ ...HEADERS, etag: file.etag, vary: 'accept-encoding' }).type(file.type);
    if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
    if (!takesBrotli(request.headers['accept-encoding'])) return reply.send(file.content);
    return reply.header('content-encoding', 'br').send(file.compressed());
  };
  for (const url of ['/api/openapi.json', '/api/docs', '/api/docs/*']) routes.get(url, answer);
}

async function filesOf(about: About, organization: Organization): Promise<ReadonlyMap<string, Served>> {
  const document = await apiDocument(about);
  const { referencePages } = await import('./reference/page.ts');
  const served = (type: string, content: string): Served => {
    let compressed: Buffer | undefined;
    return {
      type,
      content,
      compressed: () => (compressed ??= brotliCompressSync(content, QUICKLY)),
      etag: `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`,
    };
  };
  const beside = (file: URL): string => readFileSync(file, 'utf8');
  return new Map([
    ['/api/openapi.json', served('application/json; charset=utf-8', JSON.stringify(document))],
    [
      '/api/docs/reference.css',
      served('text/css; charset=utf-8', beside(new URL('./reference/reference.css', import.meta.url))),
    ],
    [
      '/api/docs/reference.js',
      served('text/javascript; charset=utf-8', beside(new URL('./reference/reference.js', import.meta.url))),
    ],
    ...[...referencePages(document, organization)].map(
      ([name, page]) =>
        [`/api/docs${name === '' ? '' : `/${name}`}`, served('text/html; charset=utf-8', page)] as const,
    ),
  ]);
}

export async function apiDocument({ version, publicUrl }: About): Promise<OpenApiDocument> {
  const { published } = await import('./reference/document.ts');
  return published(openApi(version, publicUrl) as OpenApiDocument);
}
