/** Somebody between an authenticator and its server: terminates TLS, reads everything, and changes what a test tells it to. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { CERTIFICATE, KEY } from '../../../apps/cli/test/fake-server.ts';

export type Passing = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};
export type Answer = {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
};

export type MeddlingProxy = {
  readonly origin: string;
  readonly asked: string[];
  close(): Promise<void>;
};

/** @param forward sends a request on to the server @param meddle sees the request and how to get the answer; undefined never answers */
export async function meddlingProxy(
  forward: (passing: Passing) => Promise<Answer>,
  meddle: (
    passing: Passing,
    forward: (passing: Passing) => Promise<Answer>,
  ) => Promise<Answer | undefined> = (passing, send) => send(passing),
): Promise<MeddlingProxy> {
  const asked: string[] = [];
  const server = createServer({ cert: CERTIFICATE, key: KEY }, async (request, response) => {
    response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
    response.setHeader('access-control-expose-headers', 'Date');
    if (request.method === 'OPTIONS') {
      response.setHeader(
        'access-control-allow-headers',
        String(request.headers['access-control-request-headers']),
      );
      return void response.writeHead(204).end();
    }
    const body = await buffer(request);
    const path = request.url ?? '/';
    if (request.method === 'GET') return void response.end('here\n');
    asked.push(path);
    const kept = ['content-type', 'soapaction', 'authorization', 'accept'];
    const headers = Object.fromEntries(
      kept.flatMap((name) =>
        request.headers[name] === undefined ? [] : [[name, String(request.headers[name])]],
      ),
    );
    const answer = await meddle({ path, headers, body }, forward);
    if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
