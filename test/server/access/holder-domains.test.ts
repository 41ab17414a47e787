/** What somebody holds is of the security domain of whoever holds it: it moves with them, and authority over it is authority over them. */

import type { ApiClient, ApiProblem } from '@sower/api/client';
import type { Permission } from '@sower/api/permissions';
import { openDatabase } from '@sower/server/store/db/open';
import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { newAdministrator } from '../../harness/administrator.ts';
import { earlierSchema } from '../../harness/databases/earlier-schema.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { bulkEnded } from '../../harness/jobs/ended.ts';
import { problemCode } from '../../harness/problems.ts';

onBothDatabases('what is held', (kind) => {
  const { deployment, api } = deployed(kind, { processes: 2 });
  let counter = 0;

  beforeAll(async () => {
    for (const name of ['North', 'South']) await api('addSecurityDomain', { body: { name } });
    await api('addSecurityDomain', { body: { name: 'City', parent: 'North' } });
    await api('addProfile', { body: { name: 'p', deviceType: 'android', delivery: 'url' } });
  });

  const next = (): string => {
    counter += 1;
    return `u${counter}`;
  };
  async function holder(securityDomain: string): Promise<{ userId: string; serial: string }> {
    const userId = next();
    await api('addUser', { body: { userId, securityDomain } });
    const { first: serial } = await api('mintTokens', { body: { securityDomain } });
    await api('assignToken', { params: { serial }, body: { userId } });
    return { userId, serial };
  }
  async function moveUser(userId: string, securityDomain: string, by = api): Promise<void> {
    const { version } = await api('getUser', { params: { userId } });
    await by('editUser', { params: { userId }, ifMatch: version, body: { securityDomain } });
  }
  async function keyIn(securityDomain: string, ...permissions: Permission[]): Promise<ApiClient> {
    const { key } = await api('addApiKey', { body: { name: next(), permissions, securityDomain } });
    return deployment.apiOf(0, key);
  }
  const domainOf = async (serial: string): Promise<string> =>
    (await api('getToken', { params: { serial } })).securityDomain;

  const DESK: Permission[] = [
    'users:view',
    'tokens:view',
    'tokens:assign',
    'tokens:edit',
    'tokens:distribute',
    'tokens:delete',
    'users:activation-window',
  ];

  /** Everything that can be done with the token of somebody, by the name of the operation. */
  const touches = (serial: string): Record<string, (by: ApiClient) => Promise<unknown>> => ({
    getToken: (by) => by('getToken', { params: { serial } }),
    getTokenAccess: (by) => by('getTokenAccess', { params: { serial } }),
    listDistributions: (by) => by('listDistributions', { params: { serial } }),
    enableToken: (by) => by('enableToken', { params: { serial } }),
    setPin: (by) => by('setPin', { params: { serial }, body: { pin: '2580' } }),
    generatePin: (by) => by('generatePin', { params: { serial } }),
    clearPin: (by) => by('clearPin', { params: { serial } }),
    requireNewPin: (by) => by('requireNewPin', { params: { serial }, body: { required: false } }),
    giveEmergencyAccess: (by) => by('giveEmergencyAccess', { params: { serial }, body: { kind: 'fixed' } }),
    endEmergencyAccess: (by) => by('endEmergencyAccess', { params: { serial } }),
    distributeToken: (by) => by('distributeToken', { params: { serial }, body: { profile: 'p' } }),
    withdrawDistribution: (by) => by('withdrawDistribution', { params: { serial } }),
    markLost: (by) => by('markLost', { params: { serial }, body: { lost: false } }),
    replaceToken: (by) => by('replaceToken', { params: { serial }, body: {} }),
  });

  test('moves with its user, says so in the trail, and leaves the old domain with nothing to say', async () => {
    const { userId, serial } = await holder('North');
    const old = await keyIn('North', ...DESK);
    const present = await keyIn('South', ...DESK);
    const { version } = await api('getToken', { params: { serial } });
    await moveUser(userId, 'South');
    expect(await domainOf(serial)).toBe('South');
    expect((await api('getToken', { params: { serial } })).version).toBeGreaterThan(version);
    await api('mintTokens', { body: { securityDomain: 'South', count: 3 } });
    await api('mintTokens', { body: { securityDomain: 'North', count: 3 } });
    for (const [name, touch] of Object.entries(touches(serial))) {
      expect(await problemCode(touch(old)), `the old domain: ${name}`).toBe('not-found');
    }
    for (const [name, touch] of Object.entries(touches(serial))) {
      expect(await problemCode(touch(present)), `the present domain: ${name}`).toBe('none');
    }
    const sees = async (by: ApiClient) =>
      (await by('listTokens', { query: { userId } })).items.map((token) => token.serial);
    expect(await sees(old)).toEqual([]);
    expect(await sees(present)).toContain(serial);
    const { items } = await api('listAudit', { query: { object: `token:${serial}` } });
    expect(items.map(({ action, reason }) => [action, reason])).toContainEqual([
      'token.move',
      `to South, with ${userId}`,
    ]);
  });

  test('searches, counts and statistics follow the holder', async () => {
    const east = (await api('addSecurityDomain', { body: { name: 'East' } })).id;
    const west = (await api('addSecurityDomain', { body: { name: 'West' } })).id;
    const { userId, serial } = await holder('East');
    const by = { east: await keyIn(east, ...DESK), west: await keyIn(west, ...DESK) };
    const counts = async () => {
      const [one, other] = await Promise.all(
        [by.east, by.west].map(async (desk) => [
          (await desk('listTokens', {})).items.length,
          (await desk('countTokens', {})).count,
          (await desk('getStatistics', {})).tokens.assigned,
          (await desk('listUsers', {})).items.length,
        ]),
      );
      return { east: one, west: other };
    };
    expect(await counts()).toEqual({ east: [1, 1, 1, 1], west: [0, 0, 0, 0] });
    await moveUser(userId, 'West');
    expect(await counts()).toEqual({ east: [0, 0, 0, 0], west: [1, 1, 1, 1] });
    const choose = { search: { serial }, upTo: serial };
    expect((await by.east('doToTokens', { body: { action: 'disable', choose } })).total).toBe(0);
    expect((await by.west('doToTokens', { body: { action: 'disable', choose } })).done).toBe(1);
  });

  test('a token of another domain goes into its holder’s when it is assigned, and stays there', async () => {
    const userId = next();
    await api('addUser', { body: { userId, securityDomain: 'City' } });
    const both = async (count = 1) =>
      (await api('mintTokens', { body: { securityDomain: 'South', count } })).first;
    const given = await both();
    await api('assignToken', { params: { serial: given }, body: { userId } });
    expect(await domainOf(given)).toBe('City');
    const { items } = await api('listAudit', { query: { object: `token:${given}`, action: 'token.assign' } });
    expect(items[0]?.reason).toBe(`to ${userId}, from South into City`);
    const replacement = await both();
    await api('replaceToken', { params: { serial: given }, body: { replacement } });
    expect(await domainOf(replacement)).toBe('City');
    await api('unassignToken', { params: { serial: replacement } });
    expect(await domainOf(replacement)).toBe('City');
    // The next one: only South has any that live so long.
    await api('mintTokens', { body: { securityDomain: 'South', expiresOn: '2099-01-01' } });
    const { serial } = await api('assignNextToken', { params: { userId } });
    expect(await domainOf(serial)).toBe('City');
    // It takes the permission over the token and over the user.
    const south = await keyIn('South', ...DESK);
    const north = await keyIn('North', ...DESK);
    const other = await both();
    const assign = (by: ApiClient) =>
      problemCode(by('assignToken', { params: { serial: other }, body: { userId } }));
    expect(await assign(south)).toBe('not-found');
    expect(await assign(north)).toBe('not-found');
  });

  test('a held token moves with its user only, one by one, in the form and in bulk', async () => {
    const { userId, serial } = await holder('North');
    const { first: free } = await api('mintTokens', { body: { securityDomain: 'North' } });
    const move = api('moveToken', { params: { serial }, body: { securityDomain: 'South' } });
    const refusal = await move.then(
      () => undefined,
      (error: unknown) => (error as ApiProblem).problem,
    );
    expect(refusal).toMatchObject({ code: 'wrong-state', detail: expect.stringContaining(`Move ${userId}`) });
    const { version } = await api('getToken', { params: { serial } });
    const edit = (securityDomain: string) =>
      problemCode(api('editToken', { params: { serial }, ifMatch: version, body: { securityDomain } }));
    expect(await edit('South')).toBe('wrong-state');
    const search = { serialFrom: serial, serialTo: free };
    const choose = { search, upTo: free };
    const made = api('doToTokens', { body: { action: 'move', securityDomain: 'South', choose } });
    const failures = [{ subject: serial, reason: 'token.in-domain-of-user' }];
    expect(await bulkEnded(api, made)).toEqual({ state: 'done', done: 1, failures });
    expect([await domainOf(serial), await domainOf(free)]).toEqual(['North', 'South']);
    // To where it is already is no move.
    expect(await edit('North')).toBe('none');
  });

  test('nobody moves a user to where they hold more than where the user is', async () => {
    const { userId } = await holder('North');
    const clerk = await api('addRole', {
      body: { name: 'Clerk', permissions: ['users:view', 'users:edit'] },
    });
    const grants = [
      { role: clerk.id, securityDomain: 'North' },
      { role: clerk.id, securityDomain: 'South' },
      { role: 'help-desk', securityDomain: 'South' },
    ];
    const password = 'correct horse battery';
    await newAdministrator(deployment, { userName: 'clerk', password, grants });
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };
    const body = JSON.stringify({ userName: 'clerk', password });
    const logOn = await deployment.send(0, { method: 'POST', path: '/api/v1/session', headers, body });
    const cookie = String(logOn.headers['set-cookie']).split(';')[0] as string;
    const move = async (who: string, securityDomain: string): Promise<number> => {
      const { version } = await api('getUser', { params: { userId: who } });
      const answer = await deployment.send(0, {
        method: 'PATCH',
        path: `/api/v1/users/${who}`,
        headers: { ...headers, cookie, 'if-match': `"${version}"` },
        body: JSON.stringify({ securityDomain }),
      });
      return answer.status;
    };
    expect(await move(userId, 'South')).toBe(403);
    expect((await api('getUser', { params: { userId } })).securityDomain).toBe('North');
    expect(await move(userId, 'City')).toBe(200);
    expect(await move((await holder('South')).userId, 'North')).toBe(200);
  });

  test('moving a user and giving them tokens at once: all that they hold is where they are', async () => {
    const { userId, serial } = await holder('North');
    const version = await api('getSettings', {});
    await api('editSettings', { ifMatch: version.version, body: { 'tokens.maxPerUser': 10 } });
    const rounds = 15;
    const { serials } = await api('mintTokens', { body: { securityDomain: 'South', count: rounds * 3 } });
    const unexpected: string[] = [];
    const attempt = async (work: Promise<unknown>): Promise<void> => {
      const problem = await problemCode(work);
      if (!/^(none|wrong-state|edited-meanwhile|not-found)$/.test(problem)) unexpected.push(problem);
    };
    const held = await holder('South');
    for (let round = 0; round < rounds; round += 1) {
      const [one, two, three] = serials.slice(round * 3, round * 3 + 3) as [string, string, string];
      const by = (server: number) => deployment.apiOf(server);
      await Promise.all([
        attempt(moveUser(userId, round % 2 === 0 ? 'South' : 'City', by(0))),
        attempt(by(1)('assignToken', { params: { serial: one }, body: { userId } })),
        attempt(by(0)('assignToken', { params: { serial: two }, body: { userId } })),
        attempt(by(1)('replaceToken', { params: { serial }, body: { replacement: three } })),
        attempt(by(1)('moveToken', { params: { serial: one }, body: { securityDomain: 'North' } })),
        attempt(by(0)('unassignToken', { params: { serial: held.serial } })),
      ]);
      const { securityDomain, tokens } = await api('getUser', { params: { userId } });
      for (const token of tokens) expect(await domainOf(token), `round ${round}`).toBe(securityDomain);
      for (const token of tokens)
        if (token !== serial) await api('unassignToken', { params: { serial: token } });
    }
    expect(unexpected).toEqual([]);
  });

  test('what somebody was given before is not shown with the token, nor what others do with it to them', async () => {
    const { userId: before, serial } = await holder('North');
    await api('distributeToken', { params: { serial }, body: { profile: 'p', nickname: 'annasphone' } });
    await api('unassignToken', { params: { serial } });
    const { userId: after } = await holder('South');
    await api('moveToken', { params: { serial }, body: { securityDomain: 'South' } });
    const north = await keyIn('North', 'users:view', 'tokens:view');
    const south = await keyIn('South', 'tokens:view', 'tokens:edit', 'tokens:assign');
    const shown = async (by: ApiClient) => ({
      token: (await by('getToken', { params: { serial } })).distribution,
      listed: (await by('listDistributions', { params: { serial } })).items.map(({ nickname }) => nickname),
      found: (await by('listTokens', { query: { serial, distribution: 'withdrawn' } })).items.length,
    });
    expect(await shown(south)).toEqual({ token: undefined, listed: [], found: 0 });
    // Where both are in scope, the list goes back to the one before.
    expect(await shown(api)).toEqual({ token: undefined, listed: ['annasphone'], found: 0 });
    await api('assignToken', { params: { serial }, body: { userId: after } });
    expect(await shown(south)).toEqual({ token: undefined, listed: [], found: 0 });
    await api('distributeToken', { params: { serial }, body: { profile: 'p', nickname: 'bertsphone' } });
    expect(await shown(south)).toMatchObject({ token: { nickname: 'bertsphone' }, listed: ['bertsphone'] });
    expect((await shown(api)).listed).toEqual(['bertsphone', 'annasphone']);
    // The activity of the one before ends where they gave it back.
    const { items } = await north('getUserActivity', { params: { userId: before } });
    expect(items.filter(({ object }) => object === `token:${serial}`).map(({ action }) => action)).toEqual([
      'token.unassign',
      'token.distribute',
      'token.assign',
    ]);
    expect(JSON.stringify(items)).not.toContain(after);
  });

  test('whoever may see no users finds no tokens by the last name of their holder', async () => {
    const userId = next();
    await api('addUser', { body: { userId, securityDomain: 'North', lastName: 'Zimmermann' } });
    const { first: serial } = await api('mintTokens', { body: { securityDomain: 'North' } });
    await api('assignToken', { params: { serial }, body: { userId } });
    const find = async (by: ApiClient) =>
      (await by('listTokens', { query: { lastName: 'Zimm' } })).items.length;
    expect(await find(await keyIn('North', 'tokens:view', 'users:view'))).toBe(1);
    const tokens = await keyIn('North', 'tokens:view');
    expect(await problemCode(find(tokens))).toBe('not-permitted');
    expect((await tokens('listTokens', { query: { serial } })).items.length).toBe(1);
  });

  test('the latest distribution is one of the present holder in data of before too', async () => {
    const before = await kind.empty();
    const first = await earlierSchema(before.location, '0022-guess-reports');
    for (const id of ['anna', 'bert']) {
      await sql`insert into users (id, user_id, user_id_key, first_name, last_name, email, last_name_key, email_key, domain, enabled, created_at, version)
        values (${id}, ${id}, ${id}, '', '', '', '', '', '/', 1, 1, 1)`.execute(first);
    }
    for (const [serial, held, given] of [
      ['1', 'anna', 'anna'],
      ['2', 'anna', 'bert'],
      ['3', null, 'anna'],
    ] as const) {
      await sql`insert into tokens (id, serial, domain, user_id, enabled, lost, expires_on, failures, created_at, version, distributed)
        values (${serial}, ${serial}, '/', ${held}, 1, 0, '2040-01-01', 0, 1, 1, 1)`.execute(first);
      await sql`insert into distributions (id, token_id, user_id, profile_id, profile_name, device_type, snapshot, delivery, device_kind, nickname, state, attempts, created_at, created_by, serial, latest)
        values (${serial}, ${serial}, ${given}, 'p', 'p', 'android', '{}', 'url', 'class', '', 'withdrawn', 0, 1, 'x', ${serial}, 1)`.execute(
        first,
      );
    }
    await first.destroy();
    const after = await openDatabase(before.location);
    const { rows } = await sql<{ serial: string; latest: number; distributed: number }>`
      select tokens.serial, latest, distributed from tokens join distributions on token_id = tokens.id
      order by tokens.serial`.execute(after.db);
    expect(rows).toEqual([
      { serial: '1', latest: 1, distributed: 1 },
      { serial: '2', latest: 0, distributed: 0 },
      { serial: '3', latest: 0, distributed: 0 },
    ]);
    await after.close();
    await before.drop();
  });

  test('data of before is put right by the migration, and nothing else is touched', async () => {
    const before = await kind.empty();
    const first = await earlierSchema(before.location, '0019-attempt-binding');
    const user = (id: string, domain: string) =>
      sql`insert into users (id, user_id, user_id_key, first_name, last_name, email, last_name_key, email_key, domain, enabled, created_at, version)
        values (${id}, ${id}, ${id}, '', '', '', '', '', ${domain}, 1, 1, 1)`.execute(first);
    const token = (serial: string, domain: string, holder: string | null) =>
      sql`insert into tokens (id, serial, domain, user_id, enabled, lost, expires_on, failures, created_at, version)
        values (${serial}, ${serial}, ${domain}, ${holder}, 1, 0, '2040-01-01', 0, 1, 7)`.execute(first);
    await user('anna', '/south/');
    await user('bert', '/');
    await token('1', '/north/', 'anna');
    await token('2', '/south/', 'anna');
    await token('3', '/north/', null);
    await token('4', '/north/', 'bert');
    await first.destroy();
    const after = await openDatabase(before.location);
    const { rows } = await sql<{ serial: string; domain: string; version: number }>`
      select serial, domain, version from tokens order by serial`.execute(after.db);
    expect(rows).toEqual([
      { serial: '1', domain: '/south/', version: 8 },
      { serial: '2', domain: '/south/', version: 7 },
      { serial: '3', domain: '/north/', version: 7 },
      { serial: '4', domain: '/', version: 8 },
    ]);
    // Whatever writes from now on cannot part them.
    await expect(
      sql`update tokens set domain = '/north/' where serial = '2'`.execute(after.db),
    ).rejects.toThrow();
    await expect(
      sql`update tokens set user_id = 'anna' where serial = '3'`.execute(after.db),
    ).rejects.toThrow();
    await sql`update users set domain = '/north/' where id = 'anna'`.execute(after.db);
    const moved = await sql<{
      domain: string;
    }>`select distinct domain from tokens where user_id = 'anna'`.execute(after.db);
    expect(moved.rows).toEqual([{ domain: '/north/' }]);
    await after.close();
    await before.drop();
  });
});
