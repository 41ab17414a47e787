/** A line in the log for each request, if the operator has turned this on. */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

declare module 'fastify' {
  interface FastifyRequest {
    /** As the audit trail names them, once they are known. */
    actorName?: string;
  }
}

/** What was searched for names people, and stays out; what is in a path is a name or an ID. */
const pathOf = (url: string): string => url.split('?', 1)[0]?.slice(0, 500) ?? '';

export function logAccess(app: FastifyInstance, log: Logger): void {
  app.addHook('onResponse', async ({ id, ip, method, url, actorName }, { statusCode, elapsedTime }) =>
    log.info(
      {
        requestId: id,
        source: ip,
        ...(actorName === undefined ? {} : { actor: actorName }),
        method,
        path: pathOf(url),
        status: statusCode,
        milliseconds: Math.round(elapsedTime * 10) / 10,
      },
      'request',
    ),
  );
}
