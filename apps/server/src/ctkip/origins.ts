/**
 * Which web pages may use CT-KIP: the authenticator that this server serves, and pages of the configured origins.
 *
 * Programs other than browsers send neither `Sec-Fetch-Site` nor `Origin` and are not affected; browsers without the former send the latter. A page from elsewhere is refused before its activation code
 * is checked, so that no site can make its visitors guess codes from their addresses.
 */
import type { Reply } from '../web/reply.ts';
import type { Request } from '../web/request.ts';
import type { Routes } from '../web/routes.ts';

const ALLOWED_HEADERS = 'Accept, Authorization, Cache-Control, Content-Type, Pragma, SOAPAction';
/** How long browsers cache the answer, in seconds. */
const MAX_AGE = '600';

/**
 * @param origins such as `https://authenticator.example.com`; `*` for any
 * @param publicUrl of this server
 * @returns a function that adds what a page needs to read the answer, or refuses its request and returns false
 */
export function admitOrigins(
  routes: Routes,
  paths: readonly string[],
  origins: readonly string[],
  publicUrl: string,
): (request: Request, reply: Reply) => boolean {
  const admits = (origin: string): boolean => origins.includes(origin) || origins.includes('*');
  const isOwn = ({ host, headers: { origin } }: Request): boolean =>
    [publicUrl, `https://${host}`].some((url) => URL.parse(url)?.origin === origin);

  const admit = (request: Request, reply: Reply): boolean => {
    const { origin, 'sec-fetch-site': site } = request.headers;
    if (origin === undefined) return true;
    const foreign = site === undefined ? !isOwn(request) : site === 'cross-site' || site === 'same-site';
    if (!foreign) return true;
    reply.header('vary', 'Origin');
    if (admits(origin)) {
      // Authenticators compare their clock with Date.
      reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': 'Date' });
      return true;
    }
    if (request.method === 'GET') return true;
    reply
      .code(403)
      .header('cache-control', 'no-store')
      .type('text/plain')
      .send('Authenticators of this origin are not admitted; see --authenticator-origins.\n');
    return false;
  };
  for (const path of paths) {
    routes.on('OPTIONS', path, (request, reply) => {
      if (!admit(request, reply)) return;
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
      reply.header('vary', 'Origin').code(204).send();
    });
  }
  return admit;
}
