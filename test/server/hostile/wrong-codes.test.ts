/** Guessing activation codes: from one address, from networks, from everywhere, at two processes, and what administrators see of it. */
import { Agent, request } from 'node:https';
import { clientHello } from '@sower/ctkip/client';
import { DEPLOYED, RFC4758 } from '@sower/ctkip/dialect';
import { encodeMessage } from '@sower/ctkip/encode';
import { DEFAULT_OFFERS } from '@sower/ctkip/provision';
import { encodeClientProvisioningData } from '@sower/ctkip/provisioning-data';
import { encodeSoapRequest } from '@sower/ctkip/soap';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSupply } from '../../bench/supply.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';

/** As the authenticator of the profile says what it is. */
const DEVICE = encodeClientProvisioningData({
  version: '1.0.0',
  manufacturer: 'Sower',
  deviceId: 'd82c467c',
  deviceClass: '5b0ce5ec-1f5b-4c3b-9d2f-50e7c1a6f3d4',
});
/** docs/configuration.md: so many a source may send at once; one comes back every six seconds. */
const TRIES = 20;
/** Whoever waits for a try is not waited for. */
const PATIENCE = 7_000;
const come = (milliseconds: number, times = 1): number => times * (TRIES + milliseconds / 6_000);

onBothDatabases('wrong activation codes', (kind) => {
  const { database, deployment } = deployed(kind, {
    processes: 2,
    arguments: ['--trusted-proxies', '127.0.0.1'],
  });
  const opened = openedFor(database);
  let supply: Awaited<ReturnType<typeof openSupply>>;

  beforeAll(async () => {
    supply = await openSupply(deployment, database.location);
  });
  afterAll(async () => {
    await supply?.close();
  });

  const agent = new Agent({ keepAlive: true, maxSockets: 500 });
  let count = 0;
  function wrongCode(): string {
    count += 1;
    return String(count).padStart(12, '9');
  }
  const SOAP_PATH = '/ctkip/services/CtkipService';
  /** @returns what became of it; the last two were not looked at */
  function hello(
    source: string,
    code: string,
    server = 0,
    patience = PATIENCE,
  ): Promise<'right' | 'wrong' | 'turned away' | 'waits'> {
    const message = encodeMessage(DEPLOYED, clientHello(DEPLOYED, { offer: DEFAULT_OFFERS.deployed }));
    const body = encodeSoapRequest({
      authData: code,
      provisioningData: Buffer.from(DEVICE),
      request: Buffer.from(message),
    });
    return send(source, SOAP_PATH, body, server, patience);
  }
  /** Requests without a code: not a message, a message that cannot be read, the end of a run that nobody began. */
  async function withoutCode(source: string): Promise<void> {
    const unread = encodeSoapRequest({
      authData: wrongCode(),
      provisioningData: Buffer.from(DEVICE),
      request: Buffer.from('<ClientHello/>'),
    });
    const nonce = encodeMessage(RFC4758, {
      kind: 'ClientNonce',
      sessionId: 'of nobody',
      encryptedNonce: new Uint8Array(256),
    });
    for (const [path, body] of [
      [SOAP_PATH, '<nothing/>'],
      [SOAP_PATH, unread],
      ['/ctkip', '<nothing/>'],
      ['/ctkip', nonce],
    ] as const)
      expect(await send(source, path, body, 0, PATIENCE, [200, 400])).toBe('right');
  }
  function send(
    source: string,
    path: string,
    body: string,
    server: number,
    patience: number,
    statuses: readonly number[] = [200],
  ): Promise<'right' | 'wrong' | 'turned away' | 'waits'> {
    return new Promise((resolve, reject) => {
      const call = request(
        {
          host: '127.0.0.1',
          port: deployment.servers[server]?.port,
          servername: 'localhost',
          ca: deployment.ca,
          agent,
          method: 'POST',
          path,
          headers: {
            'content-type': 'application/vnd.otps.ct-kip',
            'content-length': Buffer.byteLength(body),
            'x-forwarded-for': source,
          },
        },
        async (response) => {
          let text = '';
          for await (const chunk of response) text += chunk;
          clearTimeout(timer);
          if (response.statusCode === 429) {
            retryAfter.push(Number(response.headers['retry-after']));
            resolve('turned away');
          } else if (!statuses.includes(response.statusCode ?? 0))
            reject(new Error(`${response.statusCode} ${text}`));
          else resolve(text.includes('faultstring') ? 'wrong' : 'right');
        },
      );
      let timer: NodeJS.Timeout;
      // From when it is sent, not while it waits for a connection of this client's.
      call.once('socket', () => {
        timer = setTimeout(() => {
          resolve('waits');
          call.destroy();
        }, patience);
      });
      call.on('error', reject);
      call.end(body);
    });
  }
  const retryAfter: number[] = [];
  /** All at once. @returns how many were looked at, and in how much time */
  async function flood(
    sources: readonly string[],
    server = (n: number): number => n % 1,
    patience = PATIENCE,
  ) {
    const begun = performance.now();
    const answers = await Promise.all(
      sources.map((source, n) => hello(source, wrongCode(), server(n), patience)),
    );
    return {
      looked: answers.filter((answer) => answer === 'wrong').length,
      elapsed: performance.now() - begun,
    };
  }
  const many = (length: number, make: (n: number) => string): string[] =>
    Array.from({ length }, (_, n) => make(n));

  test.concurrent.each([
    ['a source that was never seen', (_: number) => '192.0.2.1', 1],
    ['whatever port the proxy writes beside it', (n: number) => `192.0.3.1:${1024 + n}`, 1],
    ['IPv6 in brackets with a port', (n: number) => `[2001:db8:5::1]:${1024 + n}`, 1],
    ['IPv4 in the clothes of IPv6', (n: number) => (n % 2 ? '::ffff:192.0.4.1' : '192.0.4.1'), 1],
    ['all addresses of a /64', (n: number) => `2001:db8:6::${n.toString(16)}`, 1],
    ['all networks of a /56', (n: number) => `2001:db8:7:${(n % 256).toString(16)}::1`, 2],
    ['all networks of a /48', (n: number) => `2001:db8:8:${((n * 200) % 65_536).toString(16)}::1`, 4],
    ['all addresses of an IPv4 /24', (n: number) => `192.0.6.${n % 256}`, 4],
  ])('of 400 at once from %s, as many are looked at as are documented', async (_, source, times) => {
    const { looked, elapsed } = await flood(many(400, source));
    expect(looked).toBeGreaterThanOrEqual(times * TRIES);
    expect(looked).toBeLessThanOrEqual(come(elapsed, times));
  });

  test('a source that was wrong too often hears when to come back, with a right code as with a wrong one', async () => {
    const source = '203.0.113.9';
    const [right = ''] = await supply.codes(1);
    let looked = 0;
    while (looked < 2 * TRIES && (await hello(source, wrongCode(), 0, 60_000)) === 'wrong') looked += 1;
    expect(looked).toBeGreaterThanOrEqual(TRIES);
    for (const code of [right, wrongCode(), right]) {
      retryAfter.length = 0;
      // A token may have come back meanwhile, and a wrong code takes it.
      for (let count = 0; count < 20 && retryAfter.length === 0; count += 1)
        await hello(source, code === right && count === 0 ? right : wrongCode(), 0, 60_000);
      expect(retryAfter).toHaveLength(1);
      expect(retryAfter[0]).toBeGreaterThanOrEqual(1);
      expect(retryAfter[0]).toBeLessThanOrEqual(6);
    }
  });

  test.concurrent('two processes: each has its tries until it hears of the other, within seconds one count', async () => {
    const both = (n: number): number => n % 2;
    const begun = performance.now();
    const [first] = await Promise.all([
      flood(
        many(100, () => '198.51.100.1'),
        both,
      ),
      // All the tries are used at one of them only.
      flood(many(100, () => '198.51.101.1')),
    ]);
    expect(first.looked).toBeLessThanOrEqual(2 * TRIES + first.elapsed / 6_000 + 1);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const second = await flood(
      many(60, () => '198.51.101.1'),
      () => 1,
    );
    // What has come back since, and no more.
    expect(second.looked).toBeLessThanOrEqual(2 + (performance.now() - begun) / 6_000);
  });

  test('a flood from everywhere: an alarm, a bounded number of rows, strangers wait, and a right code does not', async () => {
    const statements = async () => ({
      trail: Number(
        (
          await opened.db
            .selectFrom('audit')
            .select(({ fn }) => fn.countAll().as('rows'))
            .where('action', 'like', 'ctkip.%')
            .executeTakeFirstOrThrow()
        ).rows,
      ),
      reports: (await opened.db.selectFrom('guess_reports').select('node').execute()).length,
    });
    const metric = async (server: number): Promise<string | undefined> =>
      /^sower_activation_codes_being_guessed (\d)/m.exec(await deployment.metrics(server))?.[1];
    const before = await statements();
    expect((await deployment.api('getStatistics', { query: {} })).guessing).toBe(false);
    expect(await metric(0)).toBe('0');
    const prepared = many(20, (n) => `172.20.${n}.1`);
    await Promise.all(prepared.map(withoutCode));
    // Fourteen hundred networks, one wrong code each.
    const everywhere = many(1_400, (n) => `10.${n >> 8}.${n & 255}.1`);
    for (let from = 0; from < everywhere.length; from += 200) {
      const { looked } = await flood(everywhere.slice(from, from + 200), undefined, 60_000);
      expect(looked).toBe(200);
    }
    expect(await metric(0)).toBe('1');
    await expect.poll(() => metric(1), { timeout: 10_000 }).toBe('1');
    expect((await deployment.apiOf(1)('getStatistics', { query: {} })).guessing).toBe(true);

    // Somebody with a right code, whom nobody has seen before, at either process.
    for (const [at, code] of (await supply.codes(6)).entries()) {
      const begun = performance.now();
      expect(await hello(`172.16.${at}.1`, code, at % 2)).toBe('right');
      expect(performance.now() - begun).toBeLessThan(10_000);
    }
    // Whoever was wrong waits, though each has used one of twenty tries only. Nor does it help to have sent something without a code before:
    // one look for each network, as for any stranger.
    const [again, beside] = await Promise.all([
      flood(everywhere.slice(0, 200)),
      flood(many(60, (n) => prepared[n % prepared.length] as string)),
    ]);
    expect(again.looked + Math.max(0, beside.looked - prepared.length)).toBeLessThanOrEqual(
      1 + again.elapsed / 1_000,
    );
    const trail = await opened.db
      .selectFrom('audit')
      .select(['action', 'reason'])
      .where('action', '=', 'ctkip.guessing')
      .execute();
    expect(trail).toHaveLength(1);
    const after = await statements();
    expect(after.trail - before.trail).toBeLessThanOrEqual(300);
    // A row for each process, and one for the alarm.
    expect(after.reports).toBeLessThanOrEqual(3);
    expect(
      deployment.servers.map((server) => /activation codes are being guessed/.test(server.output())),
    ).toEqual([true, true]);
  });
});
