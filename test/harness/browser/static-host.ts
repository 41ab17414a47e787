/** A web server for files that knows nothing of Sower: hosts the built authenticator as any provider would. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

export type StaticHost = {
  readonly origin: string;
  /** A copy of the files, to be changed by tests. */
  readonly folder: string;
  /** Stops answering, and can begin again at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

export async function staticHost(files: string): Promise<StaticHost> {
  const folder = mkdtempSync(join(tmpdir(), 'sower-host-'));
  cpSync(files, folder, { recursive: true });
  let server: Server;
  let port = 0;
  const start = (): Promise<void> => {
    server = createServer((request, response) => {
      const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname));
      const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
      if (request.method !== 'GET' || !existsSync(file)) return void response.writeHead(404).end();
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
      response.setHeader('cache-control', 'no-cache');
      response.end(readFileSync(file));
    });
    return new Promise((resolve) => {
      server.listen(port, '127.0.0.1', () => {
        ({ port } = server.address() as AddressInfo);
        resolve();
      });
    });
  };
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  await start();
  return {
    origin: `http://127.0.0.1:${port}`,
    folder,
    start,
    stop,
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
