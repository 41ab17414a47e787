/** Acts that give codes, with an Idempotency-Key: once for each key, however often and wherever the request arrives. On both databases. */
import { randomUUID } from 'node:crypto';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminPassword } from '../../../harness/administrator.ts';
import { type FreshDatabase, onBothDatabases } from '../../../harness/databases.ts';
import { type Deployment, deploy } from '../../../harness/deployment.ts';
import { selfServiceClient } from '../../../harness/self-service-client.ts';

onBothDatabases('Idempotency-Key', (kind) => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let stored: OpenDatabase;
  let serials: string[];

  beforeAll(async () => {
    database = await kind.installed();
    deployment = await deploy(database, { processes: 2 });
    stored = await openDatabase(database.location);
    const { api } = deployment;
    const profile = { deviceType: 'sower', authenticationType: 'tokencode' } as const;
    await api('addProfile', { body: { name: 'url', delivery: 'url', ...profile } });
    await api('addProfile', { body: { name: 'qr', delivery: 'qr', ...profile } });
    const { first } = await api('mintTokens', { body: { count: 7 } });
    serials = Array.from({ length: 6 }, (_, index) => String(Number(first) + index).padStart(12, '0'));
    for (const [index, serial] of serials.entries()) {
      await api('addUser', { body: { userId: `user${index}` } });
      await api('assignToken', { params: { serial }, body: { userId: `user${index}` } });
    }
  });
  afterAll(async () => {
    await stored?.close();
    await deployment?.stop();
    await database?.drop();
  });

  type Said = { status: number; reason?: string; code?: string; activationCode?: string };
  async function send(
    path: string,
    body: object | undefined,
    idempotencyKey: string | undefined,
    { server = 0, apiKey = deployment.apiKey } = {},
  ): Promise<Said> {
    const answer = await deployment.send(server, {
      method: 'POST',
      path: `/api/v1${path}`,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { ...(JSON.parse(answer.body.toString()) as object), status: answer.status };
  }
  const URL_DELIVERY = { profile: 'url', deviceBinding: { kind: 'any' } };
  const distribute = (index: number, key: string | undefined, more: object = {}, where = {}) =>
    send(`/tokens/${serials[index]}/distributions`, { ...URL_DELIVERY, ...more }, key, where);
  const distributions = async (index: number): Promise<number> =>
    (await deployment.api('listDistributions', { params: { serial: serials[index]! } })).items.length;

  test('of many at once, at two processes, one is done', async () => {
    const key = randomUUID();
    const all = await Promise.all(
      Array.from({ length: 24 }, (_, count) => distribute(0, key, {}, { server: count % 2 })),
    );
    const done = all.filter(({ status }) => status === 201);
    expect(done).toHaveLength(1);
    expect(all.filter(({ status, code }) => status === 409 && code === 'repeated')).toHaveLength(23);
    expect(await distributions(0)).toBe(1);
    // Later too, and the code that was given stays valid: nothing was withdrawn.
    expect(await distribute(0, key, {}, { server: 1 })).toMatchObject({
      status: 409,
      reason: 'request.repeated-done',
    });
    expect(await distributions(0)).toBe(1);
  });

  test('the key is of one caller, one operation and one request', async () => {
    const key = randomUUID();
    expect((await distribute(1, key)).status).toBe(201);
    const other = { status: 422, code: 'key-reused' };
    expect(await distribute(1, key, { nickname: 'phone' })).toMatchObject(other);
    expect(await distribute(2, key)).toMatchObject(other);
    const permissions = ['tokens:view', 'tokens:distribute'] as const;
    const { key: apiKey } = await deployment.api('addApiKey', {
      body: { name: 'portal', permissions: [...permissions] },
    });
    expect((await distribute(2, key, {}, { apiKey })).status).toBe(201);
    expect((await send('/tokens', { count: 1 }, key)).status).toBe(201);
    expect((await send('/tokens', { count: 1 }, key)).status).toBe(409);
    for (const malformed of ['short', 'x'.repeat(129), 'with a space in it', '"unclosed-quotation"x'])
      expect(await distribute(1, malformed), malformed).toMatchObject({ status: 400 });
  });

  test('what was refused can be tried again; without a key, each request counts', async () => {
    const key = randomUUID();
    const code = { activationCode: { kind: 'chosen', value: '1' } };
    expect(await distribute(3, key, code)).toMatchObject({ status: 422, code: 'code-refused' });
    expect((await distribute(3, key)).status).toBe(201);
    expect((await distribute(3, undefined)).status).toBe(201);
    expect((await distribute(3, undefined)).status).toBe(201);
    expect(await distributions(3)).toBe(3);
  });

  test('every act that gives a code takes it', async () => {
    const { api } = deployment;
    const serial = serials[4]!;
    await api('distributeToken', { params: { serial }, body: { profile: 'qr' } });
    // This permission is one that only a person gives.
    const person = selfServiceClient(deployment);
    await person.api('openSession', {
      body: { userName: 'admin', password: await adminPassword(deployment) },
    });
    const { key: portal } = await person.api('addApiKey', {
      body: { name: 'opens', permissions: ['activations:open'] },
    });
    for (const [path, body, apiKey] of [
      [`/tokens/${serial}/activation`, undefined, portal],
      [`/tokens/${serial}/emergency-access`, { kind: 'fixed' }, deployment.apiKey],
      ['/users/user4/tokens', undefined, deployment.apiKey],
    ] as const) {
      const key = randomUUID();
      const first = await send(path, body, key, { apiKey });
      expect(first.status, `${path} ${JSON.stringify(first)}`).toBe(201);
      expect(await send(path, body, key, { apiKey }), path).toMatchObject({ status: 409, code: 'repeated' });
    }
  });

  test('neither key nor code nor request is stored; after a day the key is free, and its row goes', async () => {
    const key = randomUUID();
    const chosen = 'BLUE7HORSE9';
    const code = { activationCode: { kind: 'chosen', value: chosen } };
    expect((await distribute(5, key, code)).status).toBe(201);
    const rows = async () => stored.db.selectFrom('idempotency_keys').selectAll().execute();
    const text = JSON.stringify(await rows());
    for (const secret of [key, chosen, serials[5]!]) expect(text).not.toContain(secret);
    await stored.db.updateTable('idempotency_keys').set({ expires_at: 1 }).execute();
    expect((await distribute(5, key)).status).toBe(201);
    // The server's own clean-up may have come in between.
    expect((await rows()).filter(({ expires_at }) => expires_at !== 1)).toHaveLength(1);
    const { deleteExpired } = await import('@sower/server/store/operations/old-rows');
    await deleteExpired(stored.db, Date.now());
    expect(await rows()).toHaveLength(1);
  });
});
