/** Which function answers which address (RFC 9110 §9). */
import findMyWay from 'find-my-way';
import type { Reply } from './reply.ts';
import type { Found, Request } from './request.ts';

/** Sends the answer, at once or later; what it throws is answered by the server's handler of errors. */
export type Handle = (request: Request, reply: Reply) => unknown;

export const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] as const;
export type Method = (typeof METHODS)[number];

/** Longer parts of a path are no address. */
const MAX_PARAMETER = 512;

type Target = { readonly pattern: string; readonly handle: Handle };
const NO_HANDLER = (): void => {};

export class Routes {
  readonly #below: { readonly path: string; readonly handle: Handle }[] = [];
  readonly #router = findMyWay({
    maxParamLength: MAX_PARAMETER,
    onBadUrl: NO_HANDLER,
    onMaxParamLength: NO_HANDLER,
  });

  /** @param pattern a path with parameters as `:name`, or ending in `*` for whatever is below it */
  on(methods: Method | readonly Method[], pattern: string, handle: Handle): void {
    const target: Target = { pattern, handle };
    this.#router.on([methods].flat() as Method[], pattern, NO_HANDLER, target);
  }

  /** HEAD is answered like GET, without the content. */
  get(pattern: string, handle: Handle): void {
    this.on(['GET', 'HEAD'], pattern, handle);
  }

  /** Whatever nothing else answers at this path and below it. */
  below(path: string, handle: Handle): void {
    this.#below.push({ path, handle });
  }

  /** @returns undefined if nothing is there; `unreadable` for a path that is no percent-encoded UTF-8, or has an endless part */
  find(method: string, url: string): { handle: Handle; found: Found } | 'unreadable' | undefined {
    const result = this.#router.find(method as Method, url);
    if (result === null) {
      const path = url.split('?', 1)[0] ?? '';
      const rest = this.#below.find((each) => path === each.path || path.startsWith(`${each.path}/`));
      return rest && { handle: rest.handle, found: { pattern: `${rest.path}/*`, params: {}, query: {} } };
    }
    const target = result.store as Target | null;
    if (!target) return 'unreadable';
    const { params, searchParams: query } = result;
    return { handle: target.handle, found: { pattern: target.pattern, params, query } };
  }

  /** What answers at an address, by method. An address for everything below it answers by itself what it does not find. */
  at(url: string): { readonly method: Method; readonly pattern: string }[] {
    return METHODS.flatMap((method) => {
      const there = this.#router.find(method, url);
      const pattern = (there?.store as Target | undefined)?.pattern;
      return pattern === undefined || pattern.includes('*') ? [] : [{ method, pattern }];
    });
  }
}
