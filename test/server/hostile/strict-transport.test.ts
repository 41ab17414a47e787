/** HSTS: on every HTTPS answer of a deployment with a DNS name, on none of one that is reached as localhost or by address. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { strictTransport } from '../../../apps/server/src/http/strict-transport.ts';
import { SQLITE } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { edgeAlone, type Listening } from '../../harness/edges/alone.ts';
import type { FreshDatabase } from '../../harness/fresh-database.ts';

/** An answer of each edge, and errors of each. */
const REQUESTS = [
  { path: '/', status: 200 },
  { path: '/look/mark', status: 200 },
  { path: '/console', status: 308 },
  { path: '/console/', status: 200 },
  { path: '/console/assets/none.js', status: 404 },
  { path: '/self-service/', status: 200 },
  { path: '/authenticator/', status: 200 },
  { path: '/healthz', status: 200 },
  { path: '/metrics', status: 404 },
  { path: '/api/openapi.json', status: 200 },
  { path: '/api/docs', status: 200 },
  { path: '/api/v1/users', status: 401 },
  { path: '/api/v1/none', status: 404 },
  { path: '/nothing-here', status: 404 },
  { path: '/ctkip', status: 200 },
  { method: 'POST', path: '/ctkip', body: 'no message', status: 400 },
  { method: 'POST', path: '/ctkip/services/CtkipService', body: '<x/>', status: 400 },
  { method: 'POST', path: '/mfa/v1_1/authn/status', body: '{}', status: 401 },
];

let database: FreshDatabase;
let deployment: Deployment;
afterAll(async () => {
  await deployment?.stop();
  await database?.drop();
});

async function answers(host: string): Promise<Record<string, unknown>[]> {
  const all = [];
  for (const { method = 'GET', path, body, status } of REQUESTS) {
    const answer = await deployment.send(0, {
      method,
      path,
      headers: { host, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body }),
    });
    all.push({ method, path, status, is: answer.status, hsts: answer.headers['strict-transport-security'] });
  }
  return all;
}
const expected = (hsts: string | undefined) =>
  REQUESTS.map(({ method = 'GET', path, status }) => ({ method, path, status, is: status, hsts }));

describe('a deployment with a DNS name', () => {
  beforeAll(async () => {
    database = await SQLITE.installed();
    deployment = await deploy(database, { arguments: ['--public-url', 'https://otp.example.com'] });
  });
  afterAll(async () => {
    await deployment.stop();
    await database.drop();
  });

  test('every answer, of pages, API, CT-KIP and agents, and every error, has HSTS', async () => {
    expect(await answers('otp.example.com')).toEqual(expected('max-age=31536000'));
  });

  test('reached as localhost, no answer has it: it would hold for every other port of that host', async () => {
    expect(await answers('localhost:8443')).toEqual(expected(undefined));
  });
});

describe('a deployment on localhost', () => {
  beforeAll(async () => {
    database = await SQLITE.installed();
    deployment = await deploy(database);
  });

  test('no answer has HSTS, whatever name it is asked for', async () => {
    expect(await answers('localhost')).toEqual(expected(undefined));
    expect(await answers('otp.example.com')).toEqual(expected(undefined));
  });
});

describe('behind a proxy that ends TLS', () => {
  const behind = (publicUrl: string, trustedProxies: string[]): Promise<Listening> =>
    edgeAlone((routes) => routes.get('/', (_, reply) => reply.send('x')), {
      trustedProxies,
      onSend: strictTransport(publicUrl),
    });
  const hstsOf = async (edge: Promise<Listening>, headers: Record<string, string>): Promise<unknown> => {
    const app = await edge;
    const answer = await app.send({ url: '/', headers: { host: 'otp.example.com', ...headers } });
    await app.close();
    return answer.headers['strict-transport-security'];
  };

  test('HSTS is sent where the proxy says https, and not over plain HTTP (RFC 6797 §7.2)', async () => {
    const proxied = () => behind('https://otp.example.com', ['127.0.0.1']);
    expect(await hstsOf(proxied(), { 'x-forwarded-proto': 'https' })).toBe('max-age=31536000');
    expect(await hstsOf(proxied(), { 'x-forwarded-proto': 'http' })).toBeUndefined();
    expect(await hstsOf(proxied(), {})).toBeUndefined();
    expect(
      await hstsOf(behind('https://otp.example.com', []), { 'x-forwarded-proto': 'https' }),
    ).toBeUndefined();
  });

  test.each([
    ['https://otp', true],
    ['https://OTP.example.com:8443', true],
    ['https://localhost.example.com', true],
    ['https://notlocalhost', true],
    ['https://localhost', false],
    ['https://localhost.:8443', false],
    ['https://LOCALHOST:8443', false],
    ['https://otp.localhost', false],
    ['https://192.0.2.1', false],
    ['https://[2001:db8::1]:8443', false],
    ['https://[::1]', false],
  ])('%s as public URL: %s', async (publicUrl, sent) => {
    const hsts = await hstsOf(behind(publicUrl, ['127.0.0.1']), { 'x-forwarded-proto': 'https' });
    expect(hsts !== undefined).toBe(sent);
  });

  test.each(['localhost', 'localhost:8443', 'a.localhost', '127.0.0.1:8443', '[::1]:8443', '[::1]'])(
    'asked for as %s it is not sent',
    async (host) => {
      const app = behind('https://otp.example.com', ['127.0.0.1']);
      expect(await hstsOf(app, { 'x-forwarded-proto': 'https', host })).toBeUndefined();
    },
  );
});
