/** A line in the log for each request, if the operator has turned this on. */
import type { Logger } from 'pino';
import type { Reply } from '../web/reply.ts';
import type { Request } from '../web/request.ts';

/** What was searched for names people, and stays out; what is in a path is a name or an ID. */
const pathOf = (url: string): string => url.split('?', 1)[0]?.slice(0, 500) ?? '';

export function logAccess(
  log: Logger,
  { id, ip, method, url, actorName }: Request,
  { statusCode }: Reply,
  milliseconds: number,
): void {
  log.info(
    {
      requestId: id,
      source: ip,
      ...(actorName === undefined ? {} : { actor: actorName }),
      method,
      path: pathOf(url),
      status: statusCode,
      milliseconds: Math.round(milliseconds * 10) / 10,
    },
    'request',
  );
}
