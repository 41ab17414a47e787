/**
 * Generated hostile requests to the validate API: no 5xx, always an answer in its shape, nothing accepted, and who was let in before still is.
 * The seed is printed; TEST_LONG=1 sends more.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sealing } from '@sower/server/keys/seal/sealing';
import { beforeAll, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { amount, randomness } from '../../harness/randomness.ts';
import { person, random, type Stage } from '../../harness/token-modes.ts';

const REQUESTS = amount({ usual: 2_000, long: 8_000 });
const AT_ONCE = 32;
const FORM = 'application/x-www-form-urlencoded';
const PATHS = [
  ['POST', '/validate/check'],
  ['GET', '/validate/check'],
  ['POST', '/validate/check_t'],
  ['POST', '/validate/radiuscheck'],
  ['POST', '/validate/simplecheck'],
  ['POST', '/validate/triggerchallenge'],
  ['GET', '/validate/polltransaction'],
  ['GET', '/validate/polltransaction/12345678901234567890'],
  ['POST', '/validate/check_status'],
  ['POST', '/validate/offlinerefill'],
  ['POST', '/auth'],
  ['GET', '/token/'],
] as const;

onBothDatabases('hostile requests to the validate API', (kind) => {
  const { database, deployment } = deployed(kind, {
    arguments: ['--wrong-codes', '100000000', '--log-level', 'error'],
  });
  const stored = openedFor(database);
  let stage: Stage;
  let key: string;

  beforeAll(async () => {
    const masterKey = Buffer.from(readFileSync(join(deployment.dataFolder, 'master.key'), 'utf8'), 'base64');
    stage = { db: stored.db, sealing: sealing(masterKey, random), now: () => Date.now() };
    const body = { name: 'fuzzed', kind: 'validate', rights: ['trigger', 'tokens'] } as const;
    key = (await deployment.api('addAgent', { body: { ...body, rights: [...body.rights] } })).key;
  });

  test(`${REQUESTS} requests`, async () => {
    const next = randomness('fuzzed requests');
    const below = (limit: number): number => Math.floor(next() * limit);
    const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
    const who = await person(stage);
    const values = [
      who.userId,
      'nobody',
      who.serial,
      '12345678',
      '',
      '%',
      '%25%2500',
      '\u0000',
      '\ud800',
      "' or 1=1 --",
      '../../etc/passwd',
      'x'.repeat(3_000),
      '9'.repeat(20),
      '{"$ne":1}',
      '\u202egnp.exe',
      'ada@realm@realm',
      'CORP\\ada',
      '🔑',
    ];
    const names = [
      'user',
      'pass',
      'realm',
      'serial',
      'transaction_id',
      'state',
      'client',
      'username',
      'password',
      'user[]',
      '__proto__',
      'constructor',
      'toString',
    ];
    const fields = (): [string, string][] =>
      Array.from({ length: 1 + below(5) }, () => [pick(names), pick(values)]);
    const boundary = 'b0undary';
    const bodies: readonly (() => readonly [type: string, body: string])[] = [
      () => [
        FORM,
        fields()
          .map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`)
          .join('&'),
      ],
      () => [
        FORM,
        fields()
          .map(([name, value]) => `${name}=${value}`)
          .join(pick(['&', '&&', ';', '&=&'])),
      ],
      () => ['application/json', JSON.stringify(Object.fromEntries(fields()))],
      () => [
        'application/json',
        `{"user":${pick(['[]', '{}', 'null', '1e999', 'true', '"\\ud800"', '['.repeat(5_000)])},"pass":"1"}`,
      ],
      () => [
        `multipart/form-data; boundary=${pick([boundary, '', '"', 'x'.repeat(500)])}`,
        `${fields()
          .map(
            ([name, value]) =>
              `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
          )
          .join('')}--${boundary}--\r\n`,
      ],
      () => [pick(['text/plain', 'text/xml', '', 'application/json; charset=utf-7', ',']), pick(values)],
    ];
    const mutated = (text: string): string => {
      if (below(3) > 0) return text;
      const at = below(text.length + 1);
      return (
        text.slice(0, at) +
        pick(['', '\r\n', '%', '"', String.fromCharCode(below(256))]) +
        text.slice(at + below(30))
      );
    };
    const statuses = new Map<number, number>();
    const wrong: string[] = [];
    const one = async (): Promise<void> => {
      const [method, path] = pick(PATHS);
      const [type, body] = pick(bodies)();
      const sent = mutated(body).toWellFormed();
      const query = new URLSearchParams(
        fields().map(([name, value]) => [name, value.toWellFormed()]),
      ).toString();
      const answer = await deployment.send(0, {
        method,
        path: method === 'GET' ? `${path}?${query}` : path,
        headers: {
          'x-api-key': below(10) === 0 ? pick(['x', `${key}x`, 'a.b.c']) : key,
          'content-type': type,
        },
        ...(method === 'GET' ? {} : { body: sent }),
      });
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const text = answer.body.toString();
      const bare = path.endsWith('radiuscheck') || path.endsWith('simplecheck');
      const shaped = (): boolean => {
        const { jsonrpc, result } = JSON.parse(text) as {
          jsonrpc: string;
          result: { status: boolean; value?: unknown };
        };
        return jsonrpc === '2.0' && result.status === answer.status < 300 && result.value !== true;
      };
      const good = answer.status < 500 && (bare && answer.status < 401 ? text.length < 2_000 : shaped());
      if (!good)
        wrong.push(
          `${method} ${path} ${type} ${sent.slice(0, 300)} -> ${answer.status} ${text.slice(0, 300)}`,
        );
    };
    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, one));
    expect(wrong.slice(0, 3)).toEqual([]);
    for (const status of [200, 400, 401])
      expect([status, (statuses.get(status) ?? 0) > 20]).toEqual([status, true]);

    const other = await person(stage);
    const answer = await deployment.send(0, {
      method: 'POST',
      path: '/validate/check',
      headers: { 'x-api-key': key, 'content-type': FORM },
      body: new URLSearchParams({ user: other.userId, pass: other.code(0) }).toString(),
    });
    expect(answer.body.toString()).toContain('ACCEPT');
  });
});
