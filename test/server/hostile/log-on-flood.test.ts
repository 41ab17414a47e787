/** A flood of log-ons: bounded, answered, and pages do not wait for it. */
import { Agent, request } from 'node:https';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import type { HttpAnswer } from '../../harness/deployment.ts';
import { answerOf } from '../../harness/processes/http-answer.ts';

const FLOOD = 300;
const { deployment } = deployed(SQLITE, {
  arguments: ['--wrong-codes', '1000000', '--trusted-proxies', '127.0.0.1'],
});
const agent = new Agent({ keepAlive: true });

afterAll(async () => {
  agent.destroy();
});

const send = (
  path: string,
  { body, ...options }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<HttpAnswer> => {
  const { ca, servers } = deployment;
  const where = { host: '127.0.0.1', servername: 'localhost', port: servers[0]?.port, ca, agent, path };
  return answerOf(request({ ...where, ...options }), body);
};

const logOn = (n: number) =>
  send('/api/v1/session', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'sec-fetch-site': 'same-origin',
      'x-forwarded-for': `10.${n >> 8}.${n & 255}.1`,
    },
    body: JSON.stringify({ userName: `nobody-${n}`, password: 'not the password' }),
  });

test('300 log-ons in flight: what is too much gets 503 with Retry-After, and a page is answered before what is queued', async () => {
  // Connections first, so that only the work is measured.
  await Promise.all(Array.from({ length: FLOOD + 2 }, () => send('/healthz')));
  let share = 1;
  // It was sent last: where it waits for the same threads, nearly all are answered before it, every time. Where it does not, a busy machine
  // can still delay it once.
  for (let tries = 0; tries < 3 && share >= 0.5; tries += 1) share = await flood();
  expect(share).toBeLessThan(0.5);
  // Afterwards everything is as before.
  expect((await logOn(FLOOD)).status).toBe(401);
});

/** @returns how much of what was looked at came before the page */
async function flood(): Promise<number> {
  const order: string[] = [];
  const sent = Array.from({ length: FLOOD }, async (_, n) => {
    const answer = await logOn(n);
    order.push(answer.status === 401 ? 'looked at' : 'turned away');
    return answer;
  });
  const page = send('/console/', { headers: { accept: 'text/html' } }).then((answer) => {
    order.push('page');
    return answer;
  });
  expect((await page).status).toBe(200);
  const answers = await Promise.all(sent);
  const lookedAt = order.filter((entry) => entry === 'looked at').length;
  const before = order.slice(0, order.indexOf('page')).filter((entry) => entry === 'looked at').length;
  const away = answers.filter(({ status }) => status === 503);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 503]));
  expect(away.length).toBeGreaterThan(FLOOD / 2);
  for (const { headers, body } of away) {
    expect(headers['retry-after']).toBe('1');
    expect(JSON.parse(body.toString()).code).toBe('unavailable');
  }
  return before / lookedAt;
}

test('files come from memory: compressed where that is taken, not again where it is known, and nothing beside them', async () => {
  const page = await send('/console/');
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  const asset = /\/console\/assets\/[\w.-]+\.js/.exec(page.body.toString())?.[0] as string;
  const plain = await send(asset);
  expect(plain.headers['content-encoding']).toBeUndefined();
  const small = await send(asset, { headers: { 'accept-encoding': 'gzip, br' } });
  expect(small.headers['content-encoding']).toBe('br');
  expect(brotliDecompressSync(small.body).equals(plain.body)).toBe(true);
  expect(small.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect((await send(asset, { headers: { 'accept-encoding': 'br;q=0' } })).headers['content-encoding']).toBe(
    undefined,
  );
  const known = await send(asset, { headers: { 'if-none-match': String(small.headers.etag) } });
  expect([known.status, known.body.length]).toEqual([304, 0]);
  const head = await send(asset, { method: 'HEAD' });
  expect([head.status, head.body.length]).toEqual([200, 0]);
  for (const path of [
    '/console/assets/none.js',
    '/console/assets/../../package.json',
    '/console/assets/..%2f..%2fpackage.json',
    '/console/%2e%2e/package.json',
  ]) {
    expect((await send(path)).status, path).toBe(404);
  }
  // Another app's page is not one of this, and an address of the app is its first page.
  for (const path of ['/console/self-service.html', '/console/users/jdoe']) {
    expect((await send(path)).body.equals(page.body), path).toBe(true);
  }
});
