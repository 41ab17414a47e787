/**
 * Credentials that agents of the authentication API share, requests that are signed with one, agents that register themselves, and the IDs of
 * prompts. On both databases.
 */
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SettingsPatch } from '@sower/api/settings';
import { HOUR } from '@sower/api/time';
import { sealing } from '@sower/server/keys/seal/sealing';
import { beforeAll, describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { type Person, person, random, roomInTheMinute, type Stage } from '../../harness/token-modes.ts';

const PATH = '/mfa/v1_1/authn';

type Answer = {
  readonly status: number;
  readonly attemptResponseCode?: string;
  readonly context?: { readonly authnAttemptId: string; readonly messageId: string };
  readonly credentialValidationResults?: { readonly methodId: string; readonly methodResponseCode: string }[];
  readonly challengeMethods?: {
    readonly challenges: {
      readonly requiredMethods: {
        readonly methodId: string;
        readonly displayName: string | null;
        readonly versions: { readonly prompt: { readonly promptResourceId: string } }[];
      }[];
    }[];
  };
};

onBothDatabases('shared credentials of agents', (kind) => {
  const { database, deployment } = deployed(kind, {
    arguments: ['--wrong-codes', '1000000'],
    // Nothing that agents send may be read in the zone of the host.
    env: { TZ: 'Asia/Tokyo' },
  });
  const stored = openedFor(database);
  let stage: Stage;
  let made: { id: string; accessId: string; accessKey: string; version: number };
  const keys: Record<string, string> = {};

  type Sent = { readonly method?: string; readonly body?: string; readonly headers?: Record<string, string> };
  const send = async (call: string, { method = 'POST', body, headers }: Sent): Promise<Answer> => {
    const answer = await deployment.send(0, {
      method,
      path: `${PATH}/${call}`,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = answer.body.toString();
    return {
      status: answer.status,
      ...(text.startsWith('{') ? JSON.parse(text) : { items: JSON.parse(text) }),
    };
  };
  const entered = (value: string) => [{ methodId: 'SECURID', collectedInputs: [{ name: 'SECURID', value }] }];
  const initialize = (body: object, headers: Record<string, string> = { 'client-key': made.accessKey }) =>
    send('initialize', { body: JSON.stringify({ context: { messageId: 'm' }, ...body }), headers });
  const logOn = (clientId: string | undefined, who: Person, headers?: Record<string, string>) =>
    initialize({ clientId, subjectName: who.userId, subjectCredentials: entered(who.code(0)) }, headers).then(
      ({ attemptResponseCode }) => attemptResponseCode,
    );
  const settings = async (change: SettingsPatch): Promise<void> => {
    const { version } = await deployment.api('getSettings', {});
    await deployment.api('editSettings', { ifMatch: version, body: change });
  };

  beforeAll(async () => {
    const { api, dataFolder } = deployment;
    const masterKey = Buffer.from(readFileSync(join(dataFolder, 'master.key'), 'utf8'), 'base64');
    stage = { db: stored.db, sealing: sealing(masterKey, random), now: () => Date.now() };
    for (const [name, more] of Object.entries({
      portal: {},
      elsewhere: { networks: ['192.0.2.0/24'] },
      plugin: { kind: 'validate' },
    }))
      keys[name] = (await api('addAgent', { body: { name, ...more } as never })).key;
    made = await api('addAgentCredential', { body: { note: 'first' } });
  });

  const credential = async (id = made.id) =>
    (await deployment.api('listAgentCredentials', {})).items.find((item) => item.id === id);

  test('the key serves every agent that it is used under; clientId says which, and the list who used it', async () => {
    const who = await person(stage);
    expect(made.accessKey).toMatch(/^sower_access_/);
    expect(await logOn('PORTAL', who)).toBe('SUCCESS');
    const { items } = await deployment.api('listAudit', { query: { object: `user:${who.userId}` } });
    expect(items.find(({ action }) => action === 'authenticate')).toMatchObject({ actor: 'agent:portal' });
    expect(await credential()).toMatchObject({
      note: 'first',
      deprecated: false,
      lastUsedAt: expect.any(String),
      usedBy: [{ agent: 'portal', lastUsedAt: expect.any(String) }],
    });
    // An agent of its own key goes on as before.
    const other = await person(stage);
    expect(await logOn(undefined, other, { 'client-key': keys.portal as string })).toBe('SUCCESS');
  });

  test.each<[string, string | undefined]>([
    ['no name', undefined],
    ['an empty one', ''],
    ['one that is not known', 'nobody'],
    ['an agent that may not call from here', 'elsewhere'],
    ['an agent of the other shape', 'plugin'],
  ])('with %s it is refused, and the trail says so', async (_, clientId) => {
    const who = await person(stage);
    expect(await logOn(clientId, who)).toBe('FAIL');
    const { items } = await deployment.api('listAudit', { query: { object: `user:${who.userId}` } });
    expect(items).toMatchObject([
      {
        actor: `agent-credential:${made.accessId}`,
        result: 'refused',
        reason: expect.stringContaining(`"${clientId ?? ''}"`),
      },
    ]);
  });

  test('an attempt goes on with the credential, and with the key of its own agent, and with no other', async () => {
    await roomInTheMinute(stage);
    const verifyBy = async (key: string, who: Person): Promise<string | undefined> => {
      const begun = await initialize({ clientId: 'portal', subjectName: who.userId });
      const context = { ...begun.context, inResponseTo: begun.context?.messageId };
      const body = JSON.stringify({ subjectCredentials: entered(who.code(0)), context });
      return (await send('verify', { body, headers: { 'client-key': key } })).attemptResponseCode;
    };
    const other = (await deployment.api('addAgent', { body: { name: 'another' } })).key;
    expect(await verifyBy(made.accessKey, await person(stage))).toBe('SUCCESS');
    expect(await verifyBy(keys.portal as string, await person(stage))).toBe('SUCCESS');
    expect(await verifyBy(other, await person(stage))).toBe('FAIL');
  });

  test('several at once; a deprecated one works, and is seen to be used; a deleted one is refused', async () => {
    const { api } = deployment;
    const second = await api('addAgentCredential', { body: { note: 'second' } });
    await api('editAgentCredential', {
      params: { id: second.id },
      ifMatch: second.version,
      body: { deprecated: true, note: 'until January' },
    });
    const headers = { 'client-key': second.accessKey };
    expect(await logOn('portal', await person(stage), headers)).toBe('SUCCESS');
    expect(await credential(second.id)).toMatchObject({
      deprecated: true,
      note: 'until January',
      usedBy: [{ agent: 'portal' }],
    });
    await api('deleteAgentCredential', { params: { id: second.id } });
    await expect
      .poll(async () => (await initialize({ clientId: 'portal', subjectName: 'x' }, headers)).status)
      .toBe(401);
    expect(await logOn('portal', await person(stage))).toBe('SUCCESS');
    const trail = await api('listAudit', { query: { object: `agent-credential:${second.accessId}` } });
    expect(trail.items.map(({ action }) => action)).toEqual([
      'agent-credential.delete',
      'agent-credential.edit',
      'agent-credential.add',
    ]);
    expect(trail.items[1]).toMatchObject({ reason: 'deprecated' });
  });

  test('a deleted agent is gone from who used it', async () => {
    const agent = await deployment.api('addAgent', { body: { name: 'short-lived' } });
    expect(await logOn('short-lived', await person(stage))).toBe('SUCCESS');
    const usedBy = async () => (await credential())?.usedBy.map((use) => use.agent);
    expect(await usedBy()).toContain('short-lived');
    await deployment.api('deleteAgent', { params: { id: agent.id } });
    expect(await usedBy()).not.toContain('short-lived');
  });

  describe('signed requests', () => {
    type Parts = {
      readonly method: string;
      readonly path: string;
      readonly body: string;
      readonly date: string;
      readonly accessId: string;
      readonly key: string;
      readonly encoding: 'hex' | 'base64';
    };
    const signatureOf = ({ method, path, body, date, accessId, key, encoding }: Parts): string => {
      const hash = createHash('sha512').update(body).digest(encoding);
      return createHmac('sha256', key)
        .update(`${method}\n${hash}\n${path}\n${date}\n${accessId}`)
        .digest('base64');
    };
    const parts = (more: Partial<Parts> = {}): Parts => ({
      method: 'POST',
      path: `${PATH}/initialize`,
      body: '',
      date: new Date().toUTCString(),
      accessId: made.accessId,
      key: made.accessKey,
      encoding: 'hex',
      ...more,
    });
    const headersOf = (signed: Parts, dateHeader = 'date'): Record<string, string> => ({
      authorization: signatureOf(signed),
      'x-access-id': signed.accessId,
      [dateHeader]: signed.date,
    });
    const bodyFor = (who: Person): string =>
      JSON.stringify({
        clientId: 'portal',
        subjectName: who.userId,
        subjectCredentials: entered(who.code(0)),
        context: { messageId: 'm' },
      });

    test.each(['hex', 'base64'] as const)('with the hash of the body in %s', async (encoding) => {
      const body = bodyFor(await person(stage));
      const signed = parts({ body, encoding });
      expect(await send('initialize', { body, headers: headersOf(signed) })).toMatchObject({
        status: 200,
        attemptResponseCode: 'SUCCESS',
      });
      // The same again gets as far as the passcode, which was used.
      expect(await send('initialize', { body, headers: headersOf(signed) })).toMatchObject({
        attemptResponseCode: 'FAIL',
      });
    });

    test('what was changed on the way, or signed otherwise, is refused before anything is read of it', async () => {
      const who = await person(stage);
      const body = bodyFor(who);
      const minutes = (count: number): string => new Date(Date.now() + count * 60_000).toUTCString();
      const right = headersOf(parts({ body }));
      const wrong: Readonly<Record<string, Record<string, string>>> = {
        'another key': headersOf(parts({ body, key: `${made.accessKey}x` })),
        'another body': headersOf(parts({ body: `${body} ` })),
        'another method': headersOf(parts({ body, method: 'PUT' })),
        'another path': headersOf(parts({ body, path: `${PATH}/verify` })),
        'another date': { ...right, date: minutes(1) },
        'an old date': headersOf(parts({ body, date: minutes(-6) })),
        'a date to come': headersOf(parts({ body, date: minutes(6) })),
        'no date': { authorization: right.authorization as string, 'x-access-id': made.accessId },
        'a date that is none': headersOf(parts({ body, date: 'yesterday' })),
        'an access ID that is not known': headersOf(parts({ body, accessId: '0'.repeat(32) })),
        'the access ID alone': { 'x-access-id': made.accessId },
        'the key itself as a signature': { ...right, authorization: made.accessKey },
        'a signature cut short': { ...right, authorization: (right.authorization as string).slice(0, 20) },
      };
      for (const [name, headers] of Object.entries(wrong))
        expect([name, (await send('initialize', { body, headers })).status]).toEqual([name, 401]);
      expect(await send('initialize', { body, headers: right })).toMatchObject({
        attemptResponseCode: 'SUCCESS',
      });
    });

    test.each<[form: string, date: (now: Date) => string]>([
      ['seconds', (now) => String(Math.floor(now.getTime() / 1000))],
      ['milliseconds', (now) => String(now.getTime())],
      ['ISO 8601', (now) => now.toISOString()],
      ['ISO 8601 without a zone, which is UTC', (now) => now.toISOString().slice(0, -1)],
      [
        'ISO 8601 with another zone',
        (now) => new Date(now.getTime() - 2.5 * HOUR).toISOString().replace('Z', '-02:30'),
      ],
    ])('the date in %s', async (_, date) => {
      const body = bodyFor(await person(stage));
      expect(
        await send('initialize', { body, headers: headersOf(parts({ body, date: date(new Date()) })) }),
      ).toMatchObject({
        status: 200,
        attemptResponseCode: 'SUCCESS',
      });
    });

    test('a body that is too large is refused as such', async () => {
      const body = 'x'.repeat(20_000);
      expect((await send('initialize', { body, headers: headersOf(parts({ body })) })).status).toBe(413);
    });

    test('GET is signed with an empty body; the date may be in another header, by a setting', async () => {
      const get = (dateHeader: string) =>
        send('resources?lang=en_US', {
          method: 'GET',
          headers: headersOf(parts({ method: 'GET', path: `${PATH}/resources` }), dateHeader),
        }).then(({ status }) => status);
      expect(await get('date')).toBe(200);
      expect(await get('x-date')).toBe(401);
      await settings({ 'agents.dateHeader': 'X-Date' });
      await expect.poll(() => get('x-date')).toBe(200);
      expect(await get('date')).toBe(401);
      await settings({ 'agents.dateHeader': 'date' });
      await expect.poll(() => get('date')).toBe(200);
    });
  });

  describe('agents that register themselves', () => {
    const listed = async (name: string) =>
      (await deployment.api('listAgents', {})).items.find((agent) => agent.name === name);

    test('none does, unless a setting says from where', async () => {
      const who = await person(stage);
      expect(await logOn('host1.example', who)).toBe('FAIL');
      await settings({ 'agents.registerFrom': '192.0.2.0/24' });
      expect(await logOn('host1.example', who)).toBe('FAIL');
      expect(await listed('host1.example')).toBeUndefined();
      await settings({ 'agents.registerFrom': '192.0.2.0/24, 127.0.0.0/8' });
      // Only with a shared credential, and with a name that an agent can have.
      expect(await logOn('host1.example', who, { 'client-key': keys.portal as string })).toBe('FAIL');
      expect(await logOn('host1\u0007', who)).toBe('FAIL');
      expect(await logOn('host1.example', who)).toBe('SUCCESS');
      expect(await listed('host1.example')).toMatchObject({
        kind: 'authentication-api',
        registeredItself: true,
        networks: ['192.0.2.0/24', '127.0.0.0/8'],
        createdBy: `agent-credential:${made.accessId}`,
      });
      expect((await listed('portal'))?.registeredItself).toBe(false);
      const { items } = await deployment.api('listAudit', { query: { object: 'agent:host1.example' } });
      expect(items).toMatchObject([
        {
          action: 'agent.add',
          actor: `agent-credential:${made.accessId}`,
          reason: 'registered itself with a shared credential',
          source: '127.0.0.1',
        },
      ]);
    });

    test('many at once under one name: one agent, and each is answered', async () => {
      const people = await Promise.all(Array.from({ length: 12 }, () => person(stage)));
      const answers = await Promise.all(people.map((who) => logOn('host2.example', who)));
      expect(new Set(answers)).toEqual(new Set(['SUCCESS']));
      const { items } = await deployment.api('listAgents', {});
      expect(items.filter(({ name }) => name === 'host2.example')).toHaveLength(1);
    });

    test('one that is disabled does not register itself again', async () => {
      const agent = await listed('host1.example');
      const change = { params: { id: agent?.id ?? '' }, ifMatch: agent?.version ?? 0 };
      await deployment.api('editAgent', { ...change, body: { enabled: false } });
      expect(await logOn('host1.example', await person(stage))).toBe('FAIL');
      expect(await listed('host1.example')).toMatchObject({ enabled: false });
    });

    test('the setting takes networks alone', async () => {
      await expect(settings({ 'agents.registerFrom': '127.0.0.1 everywhere' })).rejects.toMatchObject({
        problem: { status: 400, errors: [{ path: 'agents.registerFrom' }] },
      });
    });
  });

  test('IDs of prompts are those of the settings, in challenges and resources; no two are the same', async () => {
    const idOf = async (): Promise<string | undefined> =>
      (await initialize({ clientId: 'portal', subjectName: 'anyone' })).challengeMethods?.challenges[0]
        ?.requiredMethods[0]?.versions[0]?.prompt.promptResourceId;
    expect(await idOf()).toBe('PASSCODE');
    await settings({ 'agents.promptPasscode': 'SecurID.Resource.Prompt.Passcode' });
    await expect.poll(idOf).toBe('SecurID.Resource.Prompt.Passcode');
    const resources = await deployment.send(0, {
      path: `${PATH}/resources?resourceId=SecurID.Resource.Prompt.Passcode`,
      headers: { 'client-key': made.accessKey },
    });
    expect(JSON.parse(resources.body.toString())).toMatchObject([
      { name: 'SecurID.Resource.Prompt.Passcode', value: expect.stringMatching(/passcode/i) },
    ]);
    for (const [path, id] of [
      ['agents.promptNewPin', 'NEXT_TOKENCODE'],
      ['agents.promptNewPin', 'with a space'],
    ] as const)
      await expect(settings({ [path]: id })).rejects.toMatchObject({
        problem: { status: 400, errors: [{ path }] },
      });
    await settings({ 'agents.promptPasscode': 'PASSCODE' });
  });
});
