/** Edges on a listener of their own, without the rest of a server. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Routes } from '@sower/server/web/routes';
import { type WebServer, webServer } from '@sower/server/web/server';
import { pino } from 'pino';

export type Sent = {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string | Uint8Array;
};
export type Answer = {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};
export type Listening = {
  readonly port: number;
  send(what: Sent): Promise<Answer>;
  close(): Promise<void>;
};

/** Listens on the loopback address; requests use one connection each at a time. */
export async function listening(web: WebServer): Promise<Listening> {
  await web.listen({ host: '127.0.0.1', port: 0, reusePort: false });
  const { port } = web.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  return {
    port,
    send: ({ method = 'GET', url, headers, payload }) =>
      new Promise((resolve, reject) => {
        const sent = request({ host: '127.0.0.1', port, agent, method, path: url, headers }, (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              statusCode: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(parts).toString(),
            }),
          );
        });
        sent.on('error', reject);
        sent.end(payload);
      }),
    async close() {
      agent.destroy();
      await web.close();
    },
  };
}

/** One edge alone: whatever it does not answer is a bug. */
export function edgeAlone(
  add: (routes: Routes) => void,
  options: Partial<Parameters<typeof webServer>[0]> = {},
): Promise<Listening> {
  const routes = new Routes();
  add(routes);
  const otherwise = (): never => {
    throw new Error('not answered by the edge');
  };
  return listening(
    webServer({
      routes,
      log: pino({ level: 'silent' }),
      requestTimeout: 30_000,
      onNotFound: otherwise,
      onUnreadable: otherwise,
      onError: (_, __, reply) => reply.code(500).send(),
      ...options,
    }),
  );
}
