/**
 * Bodies of megabytes: a caller without the permission is answered before any of one is read; a caller with it
 * has one in progress at a time.
 */
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { OPERATIONS, type Operation, type OperationName } from '@sower/api/operations';
import { beforeAll, expect, test } from 'vitest';
import { onBothDatabases } from '../../../harness/databases.ts';
import { deployed } from '../../../harness/deployed.ts';

const LARGE = 64 * 1024;
const MEGABYTES = 12 * 1024 * 1024;

const OF_LARGE_BODIES = (Object.keys(OPERATIONS) as OperationName[]).filter((name) => {
  const { bodyLimit }: Operation = OPERATIONS[name];
  return bodyLimit !== undefined && bodyLimit > 8 * LARGE;
});

onBothDatabases('large bodies', (kind) => {
  const { deployment } = deployed(kind);
  let weak: string;
  beforeAll(async () => {
    ({ key: weak } = await deployment.api('addApiKey', {
      body: { name: 'plug-in', permissions: ['authenticate'] },
    }));
  });

  /** Begins a request of megabytes and sends the beginning of it only. */
  function begin(name: OperationName, key: string | undefined): ClientRequest {
    const { method, path }: Operation = OPERATIONS[name];
    const begun = request({
      host: 'localhost',
      port: deployment.servers[0]?.port,
      method,
      path: `/api/v1${path}`,
      ca: deployment.ca,
      agent: false,
      headers: {
        'content-type': 'application/json',
        'content-length': MEGABYTES,
        expect: '100-continue',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
    });
    begun.on('error', () => {});
    begun.write('{"name":"');
    return begun;
  }
  async function answerTo(begun: ClientRequest): Promise<IncomingMessage> {
    const [answer] = (await once(begun, 'response')) as [IncomingMessage];
    answer.resume();
    return answer;
  }

  test('a refusal comes before the body is sent', async () => {
    expect(OF_LARGE_BODIES.length).toBeGreaterThan(4);
    for (const name of OF_LARGE_BODIES)
      for (const [key, status] of [
        [undefined, 401],
        [weak, 403],
      ] as const) {
        const begun = begin(name, key);
        expect((await answerTo(begun)).statusCode, name).toBe(status);
        begun.destroy();
      }
    expect((await deployment.api('listJobs', { query: {} })).items).toEqual([]);
  });

  test('a second one of the same caller waits until the first is complete or gone', async () => {
    const first = begin('importUsers', deployment.apiKey);
    // The server has its headers.
    await once(first, 'continue');
    const second = async () => {
      const begun = begin('distributeMany', deployment.apiKey);
      const answer = await Promise.race([
        answerTo(begun),
        new Promise<undefined>((resolve) => setTimeout(resolve, 300, undefined)),
      ]);
      begun.destroy();
      return answer;
    };
    await expect
      .poll(async () => {
        const answer = await second();
        return [answer?.statusCode, answer?.headers['retry-after']];
      })
      .toEqual([429, '5']);
    first.destroy();
    // Then it is read: no answer before its end.
    await expect.poll(second).toBeUndefined();
    const body = { name: 'large', file: `userId\nu1\n${' '.repeat(2 * LARGE)}` };
    const made = () => deployment.api('importUsers', { body }).then(({ kind }) => kind, String);
    await expect.poll(made).toBe('import');
  });
});
