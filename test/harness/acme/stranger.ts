/** What calls itself a certificate authority: speaks enough of ACME to be believed, and then does something else. */
import { webcrypto } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import * as x509 from '@peculiar/x509';
import { type Authority, makeAuthority } from '../authority.ts';

export type Mode =
  /** Takes connections and requests, and never answers. */
  | 'silent'
  /** 429 to every order. */
  | 'limited'
  /** A certificate for a key of its own. */
  | 'other-key'
  /** A certificate for other names. */
  | 'other-names'
  /** One that is valid from tomorrow on: a clock is wrong. */
  | 'tomorrow'
  /** Refuses every nonce. */
  | 'nonces'
  /** An answer without an end. */
  | 'endless'
  /** A name that was not ordered. */
  | 'other-identifier'
  | 'html'
  /** Nothing wrong. */
  | 'good';

export type Stranger = {
  readonly directory: string;
  readonly authority: Authority;
  mode: Mode;
  /** What it suggests for the renewal: milliseconds from now; undefined: it does not say. */
  window: { start: number; end: number } | undefined;
  /** The bodies of orders. */
  readonly orders: unknown[];
  /** How often each path was asked for. */
  readonly calls: Map<string, number>;
  /** How many connections are open. */
  connections(): Promise<number>;
  stop(): Promise<void>;
};

const DAY = 86_400_000;

export async function startStranger(): Promise<Stranger> {
  const authority = await makeAuthority(['localhost']);
  const leaf = await authority.issue();
  const calls = new Map<string, number>();
  let issued = '';
  const server = createServer({ cert: leaf.pem + authority.intermediate.pem, key: leaf.keyPem });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `https://localhost:${(server.address() as AddressInfo).port}`;
  const stranger: Stranger = {
    directory: `${base}/dir`,
    authority,
    mode: 'good',
    window: undefined,
    orders: [],
    calls,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const answer = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
    response.writeHead(status, {
      'content-type': status < 400 ? 'application/json' : 'application/problem+json',
      'replay-nonce': 'n'.repeat(22),
      ...headers,
    });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const order = () => ({
    status: issued !== '' ? 'valid' : 'ready',
    authorizations: stranger.mode === 'other-identifier' ? [`${base}/authz`] : [],
    finalize: `${base}/finalize`,
    ...(issued === '' ? {} : { certificate: `${base}/certificate` }),
  });
  const error = (type: string, detail: string) => ({ type: `urn:ietf:params:acme:error:${type}`, detail });
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    calls.set(path, (calls.get(path) ?? 0) + 1);
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { mode } = stranger;
    if (mode === 'silent') return;
    if (mode === 'html') return answer(response, 200, '<html>Welcome</html>');
    if (mode === 'endless') {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(60_000)), 1);
      response.on('close', () => clearInterval(more));
      return;
    }
    if (path === '/dir')
      return answer(response, 200, {
        newNonce: `${base}/nonce`,
        newAccount: `${base}/account`,
        newOrder: `${base}/order`,
        revokeCert: `${base}/revoke`,
        renewalInfo: `${base}/renewal`,
      });
    if (path === '/nonce') return answer(response, 200, '');
    if (mode === 'nonces') return answer(response, 400, error('badNonce', 'no'));
    if (path === '/account') return answer(response, 201, {}, { location: `${base}/account/1` });
    if (path === '/order') {
      issued = '';
      const { payload } = JSON.parse(body) as { payload: string };
      stranger.orders.push(JSON.parse(Buffer.from(payload, 'base64url').toString()));
      if (mode === 'limited')
        return answer(response, 429, error('rateLimited', 'too many certificates'), {
          'retry-after': '7200',
        });
      return answer(response, 201, order(), { location: `${base}/order/1` });
    }
    if (path.startsWith('/renewal/') && stranger.window) {
      const at = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();
      const suggestedWindow = { start: at(stranger.window.start), end: at(stranger.window.end) };
      return answer(response, 200, { suggestedWindow }, { 'retry-after': '900' });
    }
    if (path === '/authz')
      return answer(response, 200, {
        status: 'pending',
        identifier: { type: 'dns', value: 'example.com; touch /tmp/x' },
        challenges: [{ type: 'http-01', url: `${base}/challenge`, token: 't'.repeat(30), status: 'pending' }],
      });
    if (path === '/finalize') {
      const { payload } = JSON.parse(body) as { payload: string };
      const { csr } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { csr: string };
      issued = authority.chain(await issueFor(authority, mode, csr));
      return answer(response, 200, order());
    }
    if (path === '/certificate') return answer(response, 200, issued);
    if (path === '/order/1') return answer(response, 200, order());
    answer(response, 404, error('malformed', 'nothing here'));
  });
  return stranger;
}

async function issueFor(authority: Authority, mode: Mode, csr: string) {
  if (mode === 'other-key') return authority.issue();
  const request = new x509.Pkcs10CertificateRequest(Buffer.from(csr, 'base64url'));
  return authority.issue({
    namesIssuer: true,
    publicKey: await request.publicKey.export(webcrypto as Crypto),
    ...(mode === 'other-names' ? { names: ['elsewhere.example'] } : {}),
    ...(mode === 'tomorrow' ? { from: Date.now() + DAY } : {}),
  });
}
