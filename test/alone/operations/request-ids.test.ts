/** A request is found again by its ID: from its answer to the log and the audit trail. */
import { openDatabase } from '@sower/server/store/db/open';
import { expect, test } from 'vitest';
import { provisioned, sender } from '../../harness/authenticator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import type { HttpAnswer } from '../../harness/deployment.ts';

const EXCHANGE = '0af7651916cd43dd8448eb211c80319c';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

onBothDatabases('request IDs', (kind) => {
  const { database, deployment } = deployed(
    { installed: kind.fresh },
    {
      arguments: ['--access-log', '--wrong-codes', '100000'],
    },
  );

  const addUser = (userId: string, headers: Record<string, string> = {}): Promise<HttpAnswer> =>
    deployment.send(0, {
      method: 'POST',
      path: '/api/v1/users?ignored',
      headers: {
        authorization: `Bearer ${deployment.apiKey}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify({ userId }),
    });
  const idOf = ({ headers }: HttpAnswer): string => String(headers['x-request-id']);
  const objectsOf = async (request: string): Promise<string[]> =>
    (await deployment.api('listAudit', { query: { request } })).items.map(({ object }) => object);
  const lines = (): Record<string, unknown>[] =>
    deployment.servers[0]
      ?.output()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)) ?? [];

  test('every line is JSON, from the first', () => {
    const messages = lines().map(({ msg }) => String(msg));
    expect(messages.join('\n')).toContain('This is the first start');
    expect(messages.at(-1)).toMatch(/^Sower .* is ready: https:/);
  });

  test('requests at the same time keep theirs apart, in the answer and in the audit trail', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `together${index}`);
    const ids = (await Promise.all(names.map((name) => addUser(name)))).map(idOf);
    expect(new Set(ids).size).toBe(20);
    expect(ids.filter((id) => !/^[0-9a-f]{32}$/.test(id))).toEqual([]);
    expect(await Promise.all(ids.map(objectsOf))).toEqual(names.map((name) => [`user:${name}`]));
  });

  test("the caller's trace is taken over, and only in the form that the W3C gives it", async () => {
    const given = await addUser('traced', { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` });
    expect(idOf(given)).toBe(TRACE);
    expect(await objectsOf(TRACE)).toEqual(['user:traced']);
    for (const traceparent of [
      `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`,
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
      `00-${TRACE}-${'0'.repeat(16)}-01`,
      `ff-${TRACE}-00f067aa0ba902b7-01`,
      `00-${TRACE}-00f067aa0ba902b7-01\u0022`,
    ])
      expect(idOf(await addUser('traced', { traceparent })), traceparent).toMatch(/^(?!4bf92f)[0-9a-f]{32}$/);
  });

  test('an exchange of CT-KIP is found by its requests', async () => {
    const { api } = deployment;
    await api('addProfile', { body: { name: 'p', deviceType: 'sower', delivery: 'url' } });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId: 'traced' } });
    const distributed = await api('distributeToken', { params: { serial }, body: { profile: 'p' } });
    const plain = sender(deployment);
    await provisioned(deployment, distributed, {
      send: (request) =>
        plain({
          ...request,
          headers: { ...request.headers, traceparent: `00-${EXCHANGE}-00f067aa0ba902b7-00` },
        }),
    });
    const { items } = await api('listAudit', { query: { request: EXCHANGE } });
    expect(items.map(({ action, object, request }) => ({ action, object, request }))).toContainEqual({
      action: 'ctkip.provisioned',
      object: `token:${serial}`,
      request: EXCHANGE,
    });
    expect(await api('verifyAudit', {})).toMatchObject({ intact: true });
  });

  test('whoever meets a failure of the server is told under which ID the log has it', async () => {
    const { db, close } = await openDatabase(database.location);
    await db.schema.dropTable('saved_reports').execute();
    await close();
    const answer = await deployment.send(0, {
      path: '/api/v1/saved-reports',
      headers: { authorization: `Bearer ${deployment.apiKey}`, 'accept-language': 'de' },
    });
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      status: 500,
      params: { request: idOf(answer) },
      detail: expect.stringContaining(idOf(answer)),
    });
    await expect
      .poll(() => lines().find((line) => line.requestId === idOf(answer) && line.level === 50))
      .toMatchObject({ msg: 'a request failed', err: { message: expect.stringContaining('saved_reports') } });
  });

  test('the access log names who asked for what, without what was searched for', async () => {
    const answer = await addUser('logged');
    await expect
      .poll(() => lines().find((line) => line.requestId === idOf(answer)))
      .toMatchObject({
        level: 30,
        msg: 'request',
        actor: expect.stringMatching(/^api-key:/),
        source: '127.0.0.1',
        method: 'POST',
        path: '/api/v1/users',
        status: 201,
        milliseconds: expect.any(Number),
      });
    const stranger = await deployment.send(0, { path: '/healthz?who=anna' });
    await expect
      .poll(() => lines().find((line) => line.requestId === idOf(stranger)))
      .toMatchObject({ path: '/healthz', status: 200 });
    expect(deployment.servers[0]?.output()).not.toContain('anna');
  });
});
