/** In addition to SameSite=Strict: what the browser says about the origin of the request, if anything. */
import type { Request } from '../../web/request.ts';

/** @param origins of the pages that may send it, for browsers that send only an Origin */
export function sameSite(request: Request, origins: readonly string[]): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = request.headers;
  // A Host is whatever its sender wrote: it need not make a URL.
  return origin !== undefined && origins.some((url) => URL.parse(url)?.origin === origin);
}
