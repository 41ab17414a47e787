/** The description of the API and its pages (`--api-docs`), made when they are first read: they need every schema in another form. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import cookie from '@fastify/cookie';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { ApiContext } from '../api/call.ts';
import { openApi } from '../api/openapi.ts';
import { apiRoutes } from '../api/routes.ts';
import type { OpenApiDocument } from './reference/document.ts';
import { takesBrotli } from './web-app.ts';

/** What the API answers is no page: it loads nothing, is framed by nothing, and is read by no page of another origin. */
const OF_NO_PAGE = {
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** What everything below /api has in common. */
export async function apiScope(api: FastifyInstance): Promise<void> {
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  await api.register(cookie);
  api.addHook('onRequest', (_, reply, next) => {
    reply.headers(OF_NO_PAGE);
    next();
  });
}

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

export async function apiDocsRoutes(app: FastifyInstance, context: ApiContext): Promise<void> {
  let files: Promise<ReadonlyMap<string, Served>> | undefined;
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    // What failed once is tried again for the next one who asks.
    files ??= filesOf(context).catch((error: unknown) => {
      files = undefined;
      throw error;
    });
    const file = (await files).get(request.url.replace(/\?.*$/, '').replace(/(?<=.)\/$/, ''));
    if (!file) return reply.callNotFound();
    reply.headers({ ...HEADERS, etag: file.etag }).type(file.type);
    reply.header('vary', 'accept-encoding');
    if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
    if (!takesBrotli(request.headers['accept-encoding'])) return reply.send(file.content);
    return reply.header('content-encoding', 'br').send(file.compressed());
  };
  for (const url of ['/api/openapi.json', '/api/docs', '/api/docs/*']) app.get(url, answer);
}

async function filesOf(context: ApiContext): Promise<ReadonlyMap<string, Served>> {
  const document = await apiDocument(context);
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
    [
      '/api/docs/sower.svg',
      served('image/svg+xml', beside(new URL('./reference/sower.svg', import.meta.url))),
    ],
    ...[...referencePages(document)].map(
      ([name, page]) =>
        [`/api/docs${name === '' ? '' : `/${name}`}`, served('text/html; charset=utf-8', page)] as const,
    ),
  ]);
}

/** From the same routes, on a server that never listens. */
export async function apiDocument(context: ApiContext): Promise<OpenApiDocument> {
  const [{ default: swagger }, { published }] = await Promise.all([
    import('@fastify/swagger'),
    import('./reference/document.ts'),
  ]);
  const api = Fastify({ routerOptions: { maxParamLength: 512 } });
  await apiScope(api);
  await api.register(swagger, openApi(context.version, context.publicUrl));
  await api.register(apiRoutes, context);
  await api.ready();
  return published(api.swagger() as unknown as OpenApiDocument);
}
