/** A listener of its own for little: plain HTTP, few connections, all of which end when it stops. */
import type { Logger } from 'pino';
import type { Handle, Routes } from '../web/routes.ts';
import { webServer } from '../web/server.ts';

const MAX_CONNECTIONS = 100;

export type SideListener = { readonly address: string; stop(): Promise<void> };

export async function listenBeside(
  { routes, log, otherwise }: { readonly routes: Routes; readonly log: Logger; readonly otherwise: Handle },
  at: { readonly host: string; readonly port: number; readonly reusePort: boolean },
): Promise<SideListener> {
  const web = webServer({
    routes,
    log,
    requestTimeout: 10_000,
    onNotFound: otherwise,
    onUnreadable: otherwise,
    onError(error, _, reply) {
      log.error({ err: error }, 'a request failed');
      reply.code(500).type('text/plain').send('failed\n');
    },
  });
  web.server.maxConnections = MAX_CONNECTIONS;
  const address = await web.listen(at);
  return {
    address,
    stop() {
      const closed = web.close();
      web.server.closeAllConnections();
      return closed;
    },
  };
}
