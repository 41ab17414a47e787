/**
 * The files of a web app that was built beside the server. A page of a single application: every address below its own that is no file
 * is its first page. Which headers it needs is the app's to say.
 */
import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

export type WebApp = {
  /** Such as `/console`. */
  readonly at: string;
  /** Folder with what was built; an app that was not built is not served. */
  readonly files: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The page, of those in the folder. */
  readonly page?: string;
  /** How the page may be kept. `no-store` also keeps browsers from showing it again, as it was, when one goes back to it. */
  readonly keep?: 'no-cache' | 'no-store';
};

export async function webAppRoutes(
  app: FastifyInstance,
  { at, files, headers, page = 'index.html', keep = 'no-cache' }: WebApp,
): Promise<void> {
  if (!existsSync(`${files}/${page}`)) return;
  app.get(at, (_, reply) => reply.redirect(`${at}/`, 308));
  await app.register(
    async (scope) => {
      scope.addHook('onSend', async (_, reply) => {
        reply.headers(headers);
      });
      await scope.register(fastifyStatic, {
        root: files,
        index: page,
        // Where the build has left a compressed file beside another one.
        preCompressed: true,
        // The page of another app in the same folder is not one of this.
        allowedPath: (path) => !path.endsWith('.html') || path === page || path === `/${page}`,
        setHeaders: (response, path) => {
          // Names of assets carry their hash.
          const forever = /\/assets\//.test(path);
          response.header('cache-control', forever ? 'public, max-age=31536000, immutable' : keep);
        },
      });
      scope.setNotFoundHandler((request, reply) => {
        // An asset of an earlier build is gone; the first page in its place would only confuse the browser.
        if (request.url.startsWith(`${at}/assets/`) || request.method !== 'GET') {
          return reply.code(404).type('text/plain').send('There is nothing at this address.\n');
        }
        return reply.code(200).sendFile(page);
      });
    },
    { prefix: at },
  );
}
