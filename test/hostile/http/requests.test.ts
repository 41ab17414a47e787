/** HTTP as an adversary or an unusual client writes it, to every edge: sent octet by octet, since no client library would send it. */
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SQLITE } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import type { FreshDatabase } from '../../harness/fresh-database.ts';

let database: FreshDatabase;
let deployment: Deployment;
beforeAll(async () => {
  database = await SQLITE.fresh();
  deployment = await deploy(database, {
    arguments: [
      ...['--console-hosts', 'admin.test', '--self-service-hosts', 'my.test'],
      ...['--trusted-proxies', '127.0.0.1'],
    ],
  });
});
afterAll(async () => {
  await deployment?.stop();
  await database?.drop();
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
