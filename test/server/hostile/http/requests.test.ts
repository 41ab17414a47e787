/** HTTP as an adversary or an unusual client writes it, to every edge: sent octet by octet, since no client library would send it. */
import { connect as connectTls } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { SQLITE } from '../../../harness/databases.ts';
import { deployed } from '../../../harness/deployed.ts';

const { deployment } = deployed(SQLITE, {
  arguments: [
    ...['--console-hosts', 'admin.test', '--self-service-hosts', 'my.test'],
    ...['--trusted-proxies', '127.0.0.1'],
  ],
});

type Answer = { status: number; headers: Record<string, string>; body: string };

/** Sends these octets and reads until the server closes. */
function raw(text: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = deployment.servers[0]!;
    const socket = connectTls({ host: '127.0.0.1', port, servername: 'localhost', ca: deployment.ca });
    let read = '';
    socket.on('data', (chunk) => {
      read += chunk.toString('latin1');
    });
    socket.on('secureConnect', () => socket.write(text));
    socket.on('error', reject);
    socket.on('close', () => resolve(parsed(read)));
  });
}

function parsed(text: string): Answer {
  const [head = '', ...body] = text.split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  return {
    status: Number(line.split(' ')[1]),
    headers: Object.fromEntries(
      fields.map((field) => [
        field.slice(0, field.indexOf(':')).toLowerCase(),
        field.slice(field.indexOf(':') + 1).trim(),
      ]),
    ),
    body: body.join('\r\n\r\n'),
  };
}

const request = (line: string, headers: readonly string[] = ['Host: localhost']): string =>
  `${line} HTTP/1.1\r\n${[...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`;

describe('what a proxy says', () => {
  test('only X-Forwarded-For and X-Forwarded-Proto count; the host name is the one in Host', async () => {
    const get = (host: string, headers: Record<string, string>) =>
      deployment.send(0, { path: '/console/', headers: { host, ...headers } });
    expect((await get('admin.test', {})).status).toBe(200);
    expect((await get('my.test', {})).status).toBe(404);
    for (const name of ['x-forwarded-host', 'x-forwarded-server', 'forwarded', 'x-original-host']) {
      const said = name === 'forwarded' ? 'host=admin.test' : 'admin.test';
      expect((await get('my.test', { [name]: said })).status, name).toBe(404);
      expect((await get('admin.test', { [name]: said.replace('admin', 'my') })).status, name).toBe(200);
    }
  });

  test('a request with two Host headers is refused at every edge', async () => {
    for (const line of [
      'GET /console/',
      'GET /api/v1/server',
      'GET /ctkip',
      'GET /mfa/v1_1/authn/resources',
      'GET /healthz',
      'GET /nothing',
    ]) {
      for (const hosts of [
        ['Host: admin.test', 'Host: my.test'],
        ['Host: admin.test', 'HOST: admin.test'],
      ])
        expect((await raw(request(line, hosts))).status, `${line} ${hosts}`).toBe(400);
      expect((await raw(request(line, ['Host: admin.test']))).status, line).not.toBe(400);
    }
  });
});

const EDGES = {
  api: '/api/v1/users',
  agents: '/mfa/v1_1/authn/initialize',
  ctkip: '/ctkip',
  soap: '/ctkip/services/CtkipService',
  none: '/nothing',
} as const;

/** What an error of an edge looks like: RFC 9457, what agents read, or a line of text. */
function formOf({ headers, body }: Answer): string {
  const type = headers['content-type']?.split(';')[0];
  if (type === 'application/problem+json') return 'code' in JSON.parse(body) ? 'problem' : 'other';
  if (type === 'application/json') {
    const keys = Object.keys(JSON.parse(body)).sort().join();
    return keys === 'code,message' ? 'agent' : keys;
  }
  return type === 'text/plain' ? 'text' : (type ?? 'none');
}
const FORMS = { api: 'problem', agents: 'agent', ctkip: 'text', soap: 'text', none: 'problem' } as const;

describe('a request that is wrong as HTTP', () => {
  const names = Object.keys(EDGES) as (keyof typeof EDGES)[];

  test.each(names)('gets the form of its edge: %s', async (name) => {
    const path = EDGES[name];
    for (const [line, headers, status] of [
      [`GET ${path}/%zz`, ['Host: localhost'], 400],
      [`GET ${path}/%ff`, ['Host: localhost'], 400],
      [`POST ${path}`, ['Host: a', 'Host: b', 'Content-Length: 0'], 400],
      [`GET ${path}/nothing/at/all`, ['Host: localhost'], 404],
    ] as const) {
      const answer = await raw(request(line, headers));
      expect(answer.status, line).toBe(status);
      expect(formOf(answer), `${line}: ${answer.body}`).toBe(FORMS[name]);
    }
  });

  test.each([
    ['a line that is none', 'nonsense\r\n\r\n', 400],
    ['two lengths', request('POST /ctkip', ['Host: a', 'Content-Length: 1', 'Content-Length: 2']), 400],
    ['a header without a colon', request('GET /ctkip', ['Host: a', 'nonsense']), 400],
    ['a header too large', request('GET /ctkip', ['Host: a', `X: ${'x'.repeat(20_000)}`]), 431],
  ])('has a status and no content where no edge is known: %s', async (_, text, status) => {
    expect(await raw(text)).toMatchObject({ status, body: '', headers: { connection: 'close' } });
  });

  test('a method that an address does not support is 405 with Allow, at the REST API and for agents', async () => {
    for (const [line, allow] of [
      ['PUT /api/v1/users', 'GET, HEAD, POST'],
      ['OPTIONS /api/v1/users', 'GET, HEAD, POST'],
      ['POST /api/v1/users/ada', 'DELETE, GET, HEAD, PATCH'],
      ['POST /%61pi/v1/users/ada?x=1', 'DELETE, GET, HEAD, PATCH'],
      ['GET /mfa/v1_1/authn/initialize', 'POST'],
      ['DELETE /mfa/v1_1/authn/resources', 'GET, HEAD'],
      ['DELETE /ctkip', 'GET, HEAD, POST'],
      ['POST /healthz', 'GET, HEAD'],
    ] as const) {
      const answer = await raw(request(line, ['Host: admin.test', 'Content-Length: 0']));
      expect([answer.status, answer.headers.allow], line).toEqual([405, allow]);
    }
    // A name that has no such address does not say what the address takes.
    const hidden = await raw(request('PUT /api/v1/users', ['Host: my.test', 'Content-Length: 0']));
    expect([hidden.status, hidden.headers.allow]).toEqual([404, undefined]);
  });
});

describe('a body that is too large', () => {
  /** As clients do that write everything before they read. */
  function sendAll(path: string, size: number, chunked: boolean, key = ''): Promise<number> {
    return new Promise((resolve) => {
      const { port } = deployment.servers[0]!;
      const socket = connectTls({ host: '127.0.0.1', port, servername: 'localhost', ca: deployment.ca });
      let read = '';
      socket.pause();
      socket.on('error', () => resolve(0));
      socket.on('secureConnect', () => {
        const length = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${size}`;
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${key}${length}\r\n\r\n`,
        );
        const body = 'x'.repeat(size);
        socket.write(chunked ? `${size.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body, () => {
          socket.on('data', (chunk) => {
            read += chunk.toString('latin1');
            if (!read.includes('\r\n\r\n')) return;
            resolve(parsed(read).status);
            socket.destroy();
          });
          socket.resume();
        });
      });
    });
  }

  async function statuses(path: string, size: number, key?: string): Promise<number[]> {
    const seen: number[] = [];
    for (let count = 0; count < 12; count += 1) seen.push(await sendAll(path, size, count % 2 === 1, key));
    return seen;
  }
  /** Larger than what is read of a request that may be made. */
  const TOO_LARGE = 5_000_000;
  /** Of a stranger a megabyte is read on. After that the connection is reset, whether the answer has been seen or not. */
  const OF_A_STRANGER = 900_000;

  test.each(Object.values(EDGES))('is refused, and the client sees it: %s', async (path) => {
    const { key } = await deployment.api('addAgent', { body: { name: `portal ${path}` } });
    const keys = `Authorization: Bearer ${deployment.apiKey}\r\nclient-key: ${key}\r\n`;
    expect(await statuses(path, TOO_LARGE, keys)).toEqual(Array(12).fill(path === EDGES.none ? 404 : 413));
  });

  test('is not read of an agent that is unknown: the answer is about its key', async () => {
    expect(await statuses(EDGES.agents, OF_A_STRANGER)).toEqual(Array(12).fill(401));
  });

  test('of a stranger is refused before it is read, and sees why', async () => {
    expect(await statuses(EDGES.api, OF_A_STRANGER)).toEqual(Array(12).fill(401));
  });

  test('is not read for ever', async () => {
    const { port } = deployment.servers[0]!;
    const socket = connectTls({ host: '127.0.0.1', port, servername: 'localhost', ca: deployment.ca });
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => {});
    socket.resume();
    socket.write(`POST /ctkip HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n`);
    let sent = 0;
    const chunk = 'x'.repeat(1_000_000);
    const send = (): void => {
      if (socket.destroyed || sent >= 200) return;
      sent += 1;
      socket.write(chunk, () => setImmediate(send));
    };
    send();
    await closed;
    expect(sent).toBeLessThan(200);
  });
});

describe('a conditional request', () => {
  const send = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
    deployment.send(0, {
      method,
      path: `/api/v1${path}`,
      headers: {
        authorization: `Bearer ${deployment.apiKey}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const add = (userId: string) => send('POST', '/users', {}, { userId });
  const edit = (userId: string, ifMatch: string) =>
    send('PATCH', `/users/${userId}`, { 'if-match': ifMatch }, { telephone: String(Math.random()) });

  test('If-Match: the tag of an answer, the version alone, and lists of them; nothing else', async () => {
    await add('match');
    const tag = async () => String((await send('GET', '/users/match', {})).headers.etag);
    expect(await tag()).toMatch(/^"1-[\w-]{16}"$/);
    expect((await edit('match', await tag())).status).toBe(200);
    expect((await edit('match', '"2"')).status).toBe(200);
    expect((await edit('match', '"1", "7" ,"3"')).status).toBe(200);
    expect((await edit('match', `W/"9", ${await tag()}`)).status).toBe(200);
    // The version is 5 now, and stays.
    for (const [header, status] of [
      ['"4"', 412],
      ['"1", "2"', 412],
      ['W/"5"', 412],
      ['"05"', 412],
      ['" 5"', 400],
      ['"5 "', 400],
      ['"other"', 412],
      ['*', 428],
      ['5', 400],
      ['"5', 400],
      ['"5" "6"', 400],
      [Array(9).fill('"5"').join(), 400],
    ] as const)
      expect((await edit('match', header)).status, header).toBe(status);
    expect(JSON.parse((await send('GET', '/users/match', {})).body.toString())).toMatchObject({ version: 5 });
  });

  test('If-None-Match: 304 as long as nothing that is shown has changed', async () => {
    await add('none-match');
    const get = (header?: string, method = 'GET') =>
      send(method, '/users/none-match', header === undefined ? {} : { 'if-none-match': header });
    const { etag = '' } = (await get()).headers;
    for (const header of [etag, `W/${etag}`, `"x", ${etag}`, '*'].map(String)) {
      const { status, headers, body } = await get(header);
      expect([status, headers.etag, headers['cache-control'], body.length], header).toEqual([
        304,
        etag,
        'no-store',
        0,
      ]);
      expect((await get(header, 'HEAD')).status, header).toBe(304);
    }
    for (const header of ['"1"', '"x"']) expect((await get(header)).status, header).toBe(200);
    // The token is shown with the user, whose own version stays the same.
    const minted = JSON.parse((await send('POST', '/tokens', {}, { count: 1 })).body.toString()) as {
      first: string;
    };
    await send('POST', `/tokens/${minted.first}/assign`, {}, { userId: 'none-match' });
    const after = await get(String(etag));
    expect(JSON.parse(after.body.toString())).toMatchObject({ tokens: [minted.first] });
    expect(after.status).toBe(200);
  });
});
