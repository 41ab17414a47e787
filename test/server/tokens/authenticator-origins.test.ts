/** Which web pages may speak CT-KIP with a server: what a browser asks before and with a request, sent as it would. */
import { describe, expect, test } from 'vitest';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';

const ELSEWHERE = 'https://authenticator.example.com';
const PATHS = ['/ctkip/services/CtkipService', '/ctkip', '/ctkip/trigger'];

describe('origins of web authenticators', () => {
  const { deployment } = deployed(SQLITE, { arguments: ['--authenticator-origins', ELSEWHERE] });

  /** @param site empty: as from browsers that do not send it */
  const from = (origin: string, site = 'cross-site') => ({
    origin,
    ...(site === '' ? {} : { 'sec-fetch-site': site }),
  });

  test.each(PATHS)(
    '%s: the preflight of a configured origin is granted, with the headers clients send',
    async (path) => {
      const { status, headers } = await deployment.send(0, {
        method: 'OPTIONS',
        path,
        headers: {
          ...from(ELSEWHERE),
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,soapaction',
        },
      });
      expect(status).toBe(204);
      expect(headers['access-control-allow-origin']).toBe(ELSEWHERE);
      expect(String(headers['access-control-allow-headers']).toLowerCase()).toContain('soapaction');
      expect(headers['access-control-allow-credentials']).toBeUndefined();
    },
  );

  test.each(PATHS)(
    '%s: another origin is granted nothing and refused before its code is looked at',
    async (path) => {
      const other = 'https://evil.example';
      for (const site of ['cross-site', 'same-site', '']) {
        const preflight = await deployment.send(0, { method: 'OPTIONS', path, headers: from(other, site) });
        expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
        const asked = await deployment.send(0, {
          method: 'POST',
          path,
          headers: { ...from(other, site), 'content-type': 'application/x-www-form-urlencoded' },
          body: 'activationCode=123456789012',
        });
        expect(asked.status).toBe(403);
        expect(asked.headers['access-control-allow-origin']).toBeUndefined();
        expect(asked.body.toString()).toContain('--authenticator-origins');
      }
    },
  );

  test('a configured origin may read answers and their Date', async () => {
    const { status, headers } = await deployment.send(0, { path: '/ctkip', headers: from(ELSEWHERE) });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'access-control-allow-origin': ELSEWHERE,
      'access-control-expose-headers': 'Date',
      vary: 'Origin',
    });
    expect(Date.parse(String(headers.date))).toBeGreaterThan(0);
  });

  test('the own page and programs that are no browser are answered as ever', async () => {
    const { url } = deployment.servers[0]!;
    for (const headers of [
      {},
      from(url, 'same-origin'),
      from(url, ''),
      { ...from('https://other.name:8443', ''), host: 'other.name:8443' },
      from(ELSEWHERE, ''),
    ]) {
      const { status } = await deployment.send(0, {
        method: 'POST',
        path: '/ctkip',
        headers: { ...headers, 'content-type': 'application/vnd.otps.ct-kip+xml' },
        body: '<x/>',
      });
      expect(status).toBe(400);
    }
  });
});
