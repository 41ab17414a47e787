/** HTTP requests, answers and bodies, as sent over a socket. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from '@sower/texts/outcomes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { edgeAlone, type Listening } from '../../../test/harness/edges/alone.ts';
import { largeBodies } from '../src/api/caller/large-bodies.ts';
import { worded } from '../src/core/unworded.ts';
import { readJson, readOctets, UnreadableBody } from '../src/web/body.ts';
import type { Reply } from '../src/web/reply.ts';
import type { Request } from '../src/web/request.ts';

const MOST = 20;

describe('one edge', () => {
  let edge: Listening;
  let seen: Request | undefined;
  beforeAll(async () => {
    const answerBody = (reply: Reply, read: Promise<unknown>): Promise<unknown> =>
      read.then(
        (body) => reply.json({ body: body ?? 'none' }),
        (error: unknown) => {
          if (!(error instanceof UnreadableBody)) throw error;
          reply.code(error.status).send(error.why);
        },
      );
    edge = await edgeAlone(
      (routes) => {
        routes.get('/seen/:name', (request, reply) => {
          seen = request;
          reply.json({
            ip: request.ip,
            host: request.host,
            hostname: request.hostname,
            protocol: request.protocol,
            params: request.params,
            query: request.query,
            cookies: request.cookies,
          });
        });
        routes.on('POST', '/json', (request, reply) => answerBody(reply, readJson(request, MOST)));
        routes.on('POST', '/octets', (request, reply) =>
          answerBody(reply, readOctets(request, MOST).then(String)),
        );
        routes.get('/cookies', (_, reply) =>
          reply.cookie('a', 'one', {}).cookie('b', undefined, { path: '/' }).cookie('a', 'two', {}).send(),
        );
        routes.get('/twice', (_, reply) => reply.send('first').send('second'));
        routes.get('/late', async () => {
          await new Promise(setImmediate);
          throw new Error('later');
        });
      },
      {
        trustedProxies: ['127.0.0.1', '192.0.2.0/24'],
        onError: (_, __, reply) => void reply.code(500).send('bug'),
      },
    );
  });
  afterAll(() => edge.close());

  const get = async (url: string, headers: Record<string, string> = {}) => {
    const { body } = await edge.send({ url, headers });
    return JSON.parse(body) as Record<string, unknown>;
  };

  test.each([
    ['198.51.100.7', '198.51.100.7'],
    ['203.0.113.1, 198.51.100.7', '198.51.100.7'],
    ['198.51.100.7, 192.0.2.9', '198.51.100.7'],
    ['192.0.2.8, 192.0.2.9', '192.0.2.8'],
    ['198.51.100.7:4711', '198.51.100.7'],
    ['"[2001:db8::1]:4711"', '2001:db8::1'],
    ['198.51.100.7, nothing', '127.0.0.1'],
  ])('behind a proxy that writes %s the sender is %s', async (header, ip) => {
    expect(await get('/seen/x', { 'x-forwarded-for': header })).toMatchObject({ ip });
  });

  test('of a proxy only the address and the protocol are read', async () => {
    const headers = {
      host: 'otp.example.com:8443',
      'x-forwarded-host': 'evil.example.com',
      'x-forwarded-proto': 'http, https',
      forwarded: 'for=198.51.100.7;host=evil.example.com',
    };
    expect(await get('/seen/x', headers)).toMatchObject({
      ip: '127.0.0.1',
      host: 'otp.example.com:8443',
      hostname: 'otp.example.com',
      protocol: 'https',
    });
    expect(await get('/seen/x', { host: '[::1]:8443' })).toMatchObject({
      hostname: '[::1]',
      protocol: 'http',
    });
  });

  test('path, query and cookies arrive decoded, each repetition of a name', async () => {
    expect(await get('/seen/a%2Fb?x=1&x=2&y=%C3%A4+b', { cookie: 'a=1; b=%C3%A4; c=%zz' })).toMatchObject({
      params: { name: 'a/b' },
      query: { x: ['1', '2'], y: 'ä b' },
      cookies: { a: '1', b: 'ä', c: '%zz' },
    });
    expect(seen?.found.pattern).toBe('/seen/:name');
  });

  test('HEAD is GET without the content', async () => {
    const [head, whole] = [
      await edge.send({ method: 'HEAD', url: '/seen/x' }),
      await edge.send({ url: '/seen/x' }),
    ];
    expect(head).toMatchObject({ statusCode: 200, body: '' });
    expect(head.headers['content-length']).toBe(whole.headers['content-length']);
  });

  const json = (payload: string, type = 'application/json') =>
    edge.send({ method: 'POST', url: '/json', headers: { 'content-type': type }, payload });

  test.each([
    ['{}', 'application/json', 200, '{"body":{}}'],
    ['\ufeff[1]', 'application/json; charset=utf-8', 200, '{"body":[1]}'],
    ['null', 'APPLICATION/JSON', 200, '{"body":"none"}'],
    ['{', 'application/json', 400, 'unreadable'],
    ['', 'application/json', 400, 'unreadable'],
    ['{}', 'text/plain', 400, 'unreadable'],
    ['{}', 'application/jsonx', 400, 'unreadable'],
    ['{"__proto__":1}', 'application/json', 400, 'unreadable'],
    ['{"a":"\\ud800"}', 'application/json', 400, 'ill-formed-text'],
    ['{"\\udc00":1}', 'application/json', 400, 'ill-formed-text'],
    [`"${'x'.repeat(MOST)}"`, 'application/json', 413, 'too-large'],
  ])('JSON: %s as %s is %i %s', async (payload, type, status, answer) => {
    expect(await json(payload, type)).toMatchObject({ statusCode: status, body: answer });
  });

  test('nothing sent is no body; a body without a media type is not read', async () => {
    expect(await edge.send({ method: 'POST', url: '/json' })).toMatchObject({ body: '{"body":"none"}' });
    expect(await edge.send({ method: 'POST', url: '/json', payload: '{}' })).toMatchObject({
      statusCode: 400,
    });
  });

  test('octets: as many as fit, in parts or announced; the connection goes on after one that is too large', async () => {
    const octets = (payload: string, chunked: boolean) =>
      edge.send({
        method: 'POST',
        url: '/octets',
        payload,
        ...(chunked ? { headers: { 'transfer-encoding': 'chunked' } } : {}),
      });
    for (const chunked of [false, true]) {
      expect(await octets('x'.repeat(MOST), chunked)).toMatchObject({ statusCode: 200 });
      expect(await octets('x'.repeat(MOST + 1), chunked)).toMatchObject({
        statusCode: 413,
        body: 'too-large',
      });
    }
  });

  test('each cookie is set once, as it was said last', async () => {
    const { headers } = await edge.send({ url: '/cookies' });
    expect(headers['set-cookie']).toEqual([
      'a=two',
      'b=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    ]);
  });

  test('a second answer is a bug and does not reach the client; a failure before the answer does', async () => {
    expect(await edge.send({ url: '/twice' }).catch(() => 'cut')).toSatisfy(
      (answer) => answer === 'cut' || (answer as { body: string }).body === 'first',
    );
    expect(await edge.send({ url: '/late' })).toMatchObject({ statusCode: 500, body: 'bug' });
  });
});

test('a client that goes away in the middle of its body leaves nothing behind', async () => {
  const { promise: ended, resolve: end } = Promise.withResolvers<unknown>();
  const edge = await edgeAlone((routes) =>
    routes.on('POST', '/', (request, reply) =>
      readOctets(request, 100).then(
        () => reply.send(),
        (error: unknown) => end(error),
      ),
    ),
  );
  const socket = connect(edge.port, '127.0.0.1', () => {
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhalf', () => socket.destroy());
  });
  expect(await ended).toMatchObject({ why: 'unreadable' });
  await edge.close();
});

test('a client that has gone before its body is read is not waited for, and keeps no one else from sending', async () => {
  const { promise: ended, resolve: end } = Promise.withResolvers<unknown>();
  const begin = largeBodies();
  const busy: unknown[] = [];
  const edge = await edgeAlone((routes) =>
    routes.on('POST', '/', async (request, reply) => {
      await once(reply.raw, 'close');
      const caller = { actor: { kind: 'system', name: 'same', grants: [] } } as const;
      busy.push(begin(request, reply, caller));
      await readOctets(request, 100).catch(end);
    }),
  );
  for (const last of [false, true]) {
    const socket = connect(edge.port, '127.0.0.1', () => {
      socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n', () => {
        setTimeout(() => socket.destroy(), 50);
      });
    });
    await once(socket, 'close');
    if (last) expect(await ended).toMatchObject({ why: 'unreadable' });
    else await expect.poll(() => busy.length).toBe(1);
  }
  await expect.poll(() => busy).toEqual([undefined, undefined]);
  await edge.close();
});

test('texts become words wherever they are, but for what programs read; nothing else is copied, and nothing altered', () => {
  const inWords = ({ code }: { readonly code: string }): string => `<${code}>`;
  const why = text('user.disabled');
  const plain = { id: 'a', codes: [{ code: 'user.disabled.none' }, { code: 5 }, null] };
  const answer = Object.freeze({
    plain,
    items: Object.freeze([plain, Object.freeze({ detail: why, params: Object.freeze({ reason: why }) })]),
  });
  const sent = worded<typeof answer & { items: unknown }>(answer, inWords);
  expect(sent).toEqual({ plain, items: [plain, { detail: '<user.disabled>', params: { reason: why } }] });
  expect(sent.plain).toBe(plain);
  expect(worded<unknown>(plain, inWords)).toBe(plain);
  expect(worded<unknown>(why, inWords)).toBe('<user.disabled>');
});
