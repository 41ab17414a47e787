import { X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { httpClient, isLoopback, parseFingerprint, type Trust } from '../src/http.ts';
import { CERTIFICATE, type FakeServer, fakeServer } from './fake-server.ts';

const FINGERPRINT = new X509Certificate(CERTIFICATE).fingerprint256.replaceAll(':', '');
const LIMITS = { timeoutMs: 500, maxBytes: 1000 };

let tls: FakeServer | undefined;
let plain: Server | undefined;
afterEach(async () => {
  await tls?.close();
  plain?.closeAllConnections();
  plain?.close();
  tls = undefined;
  plain = undefined;
});

async function askTls(trust: Trust, host = '127.0.0.1') {
  tls ??= await fakeServer({ 'POST /x': () => ({ body: 'yes' }) }, { tls: true });
  const http = httpClient(trust, LIMITS);
  const url = new URL(`https://${host}:${tls.port}/x`);
  const reply = await http.send({ url, method: 'POST', headers: { 'x-secret': '1' }, body: '"code"' });
  http.close();
  return reply;
}

describe('a certificate', () => {
  test('nobody vouches for is refused with its fingerprint, and nothing was sent', async () => {
    const reply = await askTls({});
    expect(reply).toMatchObject({
      ok: false,
      exit: 'untrusted',
      details: { fingerprint: FINGERPRINT, cause: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
    expect(tls?.asked).toEqual([]);
  });

  test('is accepted by its fingerprint, whatever name it is for', async () => {
    expect(await askTls({ fingerprint: FINGERPRINT })).toMatchObject({ ok: true, value: { status: 200 } });
    expect(tls?.asked[0]?.body).toBe('code');
  });

  test('with another fingerprint is refused, and nothing was sent', async () => {
    const reply = await askTls({
      fingerprint: FINGERPRINT.replace(/^./, (digit) => (digit === 'A' ? 'B' : 'A')),
    });
    expect(reply).toMatchObject({ ok: false, exit: 'untrusted', details: { fingerprint: FINGERPRINT } });
    expect(tls?.asked).toEqual([]);
  });

  test('of a named authority still has to be for the host', async () => {
    expect(await askTls({ ca: CERTIFICATE })).toMatchObject({ ok: false, exit: 'untrusted' });
    expect(await askTls({ ca: CERTIFICATE }, 'localhost')).toMatchObject({ ok: true });
    expect(await askTls({ ca: CERTIFICATE, serverName: 'sower.test' })).toMatchObject({ ok: true });
  });
});

test('a fingerprint is read however it is grouped', () => {
  const pairs = FINGERPRINT.toLowerCase().match(/../g)!;
  expect(parseFingerprint(pairs.join(':'))).toBe(FINGERPRINT);
  expect(parseFingerprint(pairs.join(' '))).toBe(FINGERPRINT);
  expect(parseFingerprint(FINGERPRINT.slice(1))).toBeUndefined();
});

describe('an answer', () => {
  async function askPlain(
    answer: (send: (chunk: string) => void, end: () => void) => void,
    timeoutMs?: number,
  ) {
    plain = createServer((_, response) =>
      answer(
        (chunk) => response.write(chunk),
        () => response.end(),
      ),
    );
    await new Promise<void>((resolve) => plain!.listen(0, '127.0.0.1', resolve));
    const http = httpClient({}, LIMITS);
    const url = new URL(`http://127.0.0.1:${(plain.address() as AddressInfo).port}/`);
    const reply = await http.send({
      ...{ url, method: 'GET', headers: {} },
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
    http.close();
    return reply;
  }

  test('of the largest size is taken, a larger one is not', async () => {
    const sized = (bytes: number) =>
      askPlain((send, end) => {
        send('x'.repeat(bytes));
        end();
      });
    expect(await sized(1000)).toMatchObject({ ok: true });
    plain?.close();
    expect(await sized(1001)).toMatchObject({ ok: false, reason: 'answer-too-large' });
  });

  test('that trickles is not waited for', async () => {
    let timer: NodeJS.Timeout | undefined;
    const reply = await askPlain((send) => {
      timer = setInterval(() => send('.'), 50);
    });
    clearInterval(timer);
    expect(reply).toMatchObject({ ok: false, exit: 'unreachable', details: { cause: 'TOO_SLOW' } });
  });

  test('that never comes is not waited for', async () => {
    expect(await askPlain(() => {})).toMatchObject({ ok: false, details: { cause: 'TOO_SLOW' } });
  });

  test('that takes long because there is much to do is waited for', async () => {
    const late = (_: (chunk: string) => void, end: () => void) => void setTimeout(end, 700);
    expect(await askPlain(late, 5_000)).toMatchObject({ ok: true });
  });
});

test('only this machine is loopback', () => {
  const loopback = ['http://127.0.0.1', 'http://127.9.9.9:80', 'http://localhost', 'http://[::1]:8080'];
  const not = ['http://127.0.0.1.evil.test', 'http://localhost.evil.test', 'http://10.0.0.1', 'http://[::2]'];
  expect(loopback.map((url) => isLoopback(new URL(url)))).toEqual(loopback.map(() => true));
  expect(not.map((url) => isLoopback(new URL(url)))).toEqual(not.map(() => false));
});
