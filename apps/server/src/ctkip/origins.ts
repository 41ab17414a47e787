/**
 * Which web pages may use CT-KIP: the authenticator that this server serves, and pages of the configured origins.
 *
 * Programs other than browsers send no `Sec-Fetch-Site` and are not affected. A page from elsewhere is refused before its activation code
 * is checked, so that no site can make its visitors guess codes from their addresses.
 */
import type { FastifyInstance } from 'fastify';

const ALLOWED_HEADERS = 'Accept, Authorization, Cache-Control, Content-Type, Pragma, SOAPAction';
/** How long browsers cache the answer, in seconds. */
const MAX_AGE = '600';

/** @param origins such as `https://authenticator.example.com`; `*` for any */
export function admitOrigins(
  scope: FastifyInstance,
  paths: readonly string[],
  origins: readonly string[],
): void {
  const admits = (origin: string): boolean => origins.includes(origin) || origins.includes('*');

  scope.addHook('onRequest', async (request, reply) => {
    const { origin, 'sec-fetch-site': site } = request.headers;
    const foreign = site === 'cross-site' || site === 'same-site';
    if (origin === undefined || !foreign) return;
    reply.header('vary', 'Origin');
    if (admits(origin)) {
      // Authenticators compare their clock with Date.
      reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': 'Date' });
      return;
    }
    if (request.method !== 'GET') {
      await reply
        .code(403)
        .header('cache-control', 'no-store')
        .type('text/plain')
        .send('Authenticators of this origin are not admitted; see --authenticator-origins.\n');
    }
  });
  for (const path of paths) {
    scope.options(path, (request, reply) => {
      const { origin } = request.headers;
      // Not every browser sends Sec-Fetch-Site with preflights, so only the origin decides here.
      if (origin !== undefined && admits(origin)) {
        reply.headers({
          'access-control-allow-origin': origin,
          'access-control-allow-methods': 'GET, POST',
          'access-control-allow-headers': ALLOWED_HEADERS,
          'access-control-max-age': MAX_AGE,
        });
      }
      return reply.header('vary', 'Origin').code(204).send();
    });
  }
}
