/**
 * Which web pages may speak CT-KIP: the authenticator that this server serves, and those of the origins that were configured.
 *
 * Programs that are no browser send no `Sec-Fetch-Site` and are not concerned. A page of elsewhere is refused before its activation code
 * is looked at, so that no site can have its visitors guess codes from their addresses.
 */
import type { FastifyInstance } from 'fastify';

const ALLOWED_HEADERS = 'Accept, Authorization, Cache-Control, Content-Type, Pragma, SOAPAction';
/** What a browser remembers of the answer, in seconds. */
const MAX_AGE = '600';

/** @param origins such as `https://authenticator.example.com`; `*` stands for every one */
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
      // The clock of an authenticator is compared with Date.
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
      // Preflights carry no Sec-Fetch-Site in every browser, so the origin alone decides here.
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
