/** An HTTP(S) server in this process that answers from a table and remembers what it was asked. */
import { createServer as createHttp, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type ProblemCode, problemDocument } from '@sower/api/problems';
import { outcomesEn } from '../../../packages/texts/test/tables.ts';

export type Asked = {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  body: unknown;
};
export type Answer = { status?: number; body?: unknown; raw?: string; headers?: Record<string, string> };
export type Routes = Record<string, (asked: Asked) => Answer>;

export type FakeServer = {
  port: number;
  asked: Asked[];
  env: Record<string, string>;
  close: () => Promise<void>;
};

export function problem(
  code: ProblemCode,
  detail?: string,
  errors?: { path: string; message: string }[],
): Answer {
  const body = problemDocument(code, {
    title: outcomesEn.problem[code],
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
  });
  return { status: body.status, body };
}

/** Routes are named `GET /tokens/:serial`; the path below `/api/v1`. */
export async function fakeServer(routes: Routes, { tls = false } = {}): Promise<FakeServer> {
  const asked: Asked[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://fake');
      const text = Buffer.concat(chunks).toString();
      const question: Asked = {
        method: request.method ?? '',
        path: url.pathname.replace(/^\/api\/v1/, ''),
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
      asked.push(question);
      const route = Object.keys(routes).find((name) => matches(name, question));
      const answer = route === undefined ? problem('not-found') : routes[route]!(question);
      response.writeHead(
        answer.status ?? (answer.body === undefined && answer.raw === undefined ? 204 : 200),
        {
          'content-type': 'application/json',
          ...answer.headers,
        },
      );
      response.end(answer.raw ?? (answer.body === undefined ? undefined : JSON.stringify(answer.body)));
    });
  };
  const server = tls ? createHttps({ key: KEY, cert: CERTIFICATE }, listener) : createHttp(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    asked,
    env: { SOWER_URL: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, SOWER_API_KEY: 'key-of-the-test' },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function matches(name: string, asked: Asked): boolean {
  const [method, path] = name.split(' ');
  const pattern = new RegExp(`^${path!.replace(/:\w+/g, '[^/]+')}$`);
  return method === asked.method && pattern.test(asked.path);
}

/** A certificate for sower.test and localhost that signs itself, for tests only; good from 2020 to 2120. */
export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgOC98D3bLUrG+k4O6
Bvpibtu0UKRAYtDAD2j/VvwS3lqhRANCAAS4AWfpdSBV9zWTsldYseZ4soG22r93
bq3zKyQOTQB9pVZWzO0I/JuyG6+AzbbqCy9csPLAtdZklUj4FPmP+iio
-----END PRIVATE KEY-----
`;

export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBozCCAUmgAwIBAgIUMNZBjn6ZBAuag25uzqktreRXSvQwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKc293ZXIudGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEw
MTAwMDAwMFowFTETMBEGA1UEAwwKc293ZXIudGVzdDBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABLgBZ+l1IFX3NZOyV1ix5niygbbav3durfMrJA5NAH2lVlbM7Qj8
m7Ibr4DNtuoLL1yw8sC11mSVSPgU+Y/6KKijdTBzMB0GA1UdDgQWBBTVroxiFD6u
g4idwqQx6sRvBPFIzjAfBgNVHSMEGDAWgBTVroxiFD6ug4idwqQx6sRvBPFIzjAP
BgNVHRMBAf8EBTADAQH/MCAGA1UdEQQZMBeCCnNvd2VyLnRlc3SCCWxvY2FsaG9z
dDAKBggqhkjOPQQDAgNIADBFAiEA/nWFpehk5jHzMMKI0Kfk2INZrNaoZ9HOJKaY
izO3uHQCIBYNxC3+pRQcamSVEfNCLJ1Y2woZRde42jp55RgEJ9ml
-----END CERTIFICATE-----
`;
