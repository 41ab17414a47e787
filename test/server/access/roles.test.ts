/** Who may do what, and where: roles, security domains, and what nobody can grant or take away. */
import { type ApiClient, ApiProblem, apiClient } from '@sower/api/client';
import { BUILT_IN_ROLES, DEPLOYMENT_WIDE } from '@sower/api/roles';
import { beforeAll, expect, test } from 'vitest';
import { adminPassword, newAdministrator } from '../../harness/administrator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { problemCode, problemOf } from '../../harness/problems.ts';

const PASSWORD = 'correct horse battery';

onBothDatabases('roles', (kind) => {
  const { deployment } = deployed(kind);
  let root: ApiClient;

  beforeAll(async () => {
    const password = await adminPassword(deployment);
    root = await logOn('admin', password);
  });

  /** The API as the console uses it: by a session. */
  async function logOn(userName: string, password = PASSWORD): Promise<ApiClient> {
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };
    const answer = await deployment.send(0, {
      method: 'POST',
      path: '/api/v1/session',
      headers,
      body: JSON.stringify({ userName, password }),
    });
    if (answer.status !== 201) throw new Error(`log-on: ${answer.status}`);
    const cookie = String(answer.headers['set-cookie']).split(';')[0] as string;
    return apiClient(async (request) => {
      const reply = await deployment.send(0, {
        method: request.method,
        path: request.path,
        headers: { ...request.headers, cookie, 'sec-fetch-site': 'same-origin' },
        ...(request.body === undefined ? {} : { body: request.body }),
      });
      return { status: reply.status, body: reply.body.toString() };
    });
  }
  async function administrator(
    userName: string,
    ...grants: { role: string; securityDomain?: string }[]
  ): Promise<ApiClient> {
    await newAdministrator(deployment, { userName, password: PASSWORD, grants }, root);
    return logOn(userName);
  }

  test('each role that ships may do what it says and nothing else', async () => {
    await root('addUser', { body: { userId: 'anna' } });
    await root('addProfile', { body: { name: 'p', deviceType: 'android', delivery: 'url' } });
    const { first: serial } = await root('mintTokens', { body: {} });
    await root('assignToken', { params: { serial }, body: { userId: 'anna' } });
    const acts: Record<string, (api: ApiClient) => Promise<unknown>> = {
      'users:edit': (api) => api('addUser', { body: { userId: `u${Math.random()}` } }),
      'profiles:edit': (api) =>
        api('addProfile', { body: { name: `p${Math.random()}`, deviceType: 'ios', delivery: 'qr' } }),
      'tokens:view': (api) => api('getToken', { params: { serial } }),
      'tokens:mint': (api) => api('mintTokens', { body: {} }),
      'tokens:edit': (api) => api('enableToken', { params: { serial } }),
      'tokens:distribute': (api) => api('distributeToken', { params: { serial }, body: { profile: 'p' } }),
      'audit:view': (api) => api('listAudit', {}),
      'administrators:view': (api) => api('listAdministrators', {}),
      'administrators:edit': (api) =>
        api('addRole', { body: { name: `r${Math.random()}`, permissions: ['tokens:view'] } }),
      'settings:edit': (api) => api('getSettings', {}),
      'keys:edit': (api) => api('listServerKeys', {}),
      'domains:edit': (api) => api('addSecurityDomain', { body: { name: `d${Math.random()}` } }),
    };
    for (const [role, { permissions }] of Object.entries(BUILT_IN_ROLES)) {
      const api = await administrator(`by-${role}`, { role });
      for (const [permission, act] of Object.entries(acts)) {
        const expected = (permissions as readonly string[]).includes(permission) ? 'none' : 'not-permitted';
        expect(await problemCode(act(api)), `${role} ${permission}`).toBe(expected);
      }
    }
  });

  test('a security domain scopes users, tokens and roles; outside it there is nothing', async () => {
    const north = await root('addSecurityDomain', { body: { name: 'North' } });
    const city = await root('addSecurityDomain', { body: { name: 'City', parent: 'North' } });
    const south = await root('addSecurityDomain', { body: { name: 'South' } });
    expect(city.path).toBe(`${north.path}${city.id}/`);
    for (const [userId, securityDomain] of [
      ['n', 'North'],
      ['c', 'City'],
      ['s', 'South'],
    ] as const) {
      await root('addUser', { body: { userId, securityDomain } });
    }
    const api = await administrator('northener', { role: 'token-administrator', securityDomain: 'North' });
    expect((await api('listUsers', {})).items.map((user) => user.userId)).toEqual(['c', 'n']);
    expect((await api('listSecurityDomains', {})).items.map((domain) => domain.name)).toEqual([
      'North',
      'City',
    ]);
    expect(await problemCode(api('getUser', { params: { userId: 's' } }))).toBe('not-found');
    const own = await api('mintTokens', { body: { count: 2 } });
    expect((await api('getToken', { params: { serial: own.first } })).securityDomain).toBe('North');
    const foreign = await root('mintTokens', { body: { securityDomain: 'South' } });
    expect(await problemCode(api('getToken', { params: { serial: foreign.first } }))).toBe('not-found');
    expect(await problemCode(api('mintTokens', { body: { securityDomain: 'South' } }))).toBe('not-found');
    expect((await api('listTokens', {})).items.map((token) => token.serial)).toEqual(own.serials);
    expect((await api('getStatistics', {})).tokens.total).toBe(2);
    const assign = (serial: string, userId: string) =>
      problemCode(api('assignToken', { params: { serial }, body: { userId } }));
    expect(await assign(own.first, 's')).toBe('not-found');
    expect(await assign(foreign.first, 'n')).toBe('not-found');
    expect(await assign(own.first, 'c')).toBe('none');
    expect(
      await problemCode(
        api('moveToken', { params: { serial: own.last }, body: { securityDomain: 'South' } }),
      ),
    ).toBe('not-found');
    expect(
      (await api('moveToken', { params: { serial: own.last }, body: { securityDomain: 'City' } }))
        .securityDomain,
    ).toBe('City');
    expect(
      (await api('listTokens', { query: { securityDomain: 'City' } })).items.map((token) => token.serial),
    ).toEqual([own.first, own.last]);
    // What is deployment-wide is not theirs, though a role with it was given below the top.
    const boss = await administrator('boss-of-north', { role: 'super-admin', securityDomain: 'North' });
    expect(
      await problemCode(boss('addProfile', { body: { name: 'x', deviceType: 'ios', delivery: 'qr' } })),
    ).toBe('not-permitted');
    expect(await problemCode(boss('addUser', { body: { userId: 'more' } }))).toBe('none');
    // The consoles show what the session says: all of that has to work there, and what distributing begins with.
    const permissions = (await boss('getSession', {}))?.permissions ?? [];
    expect(permissions).toContain('users:edit');
    expect(permissions.filter((name) => DEPLOYMENT_WIDE.has(name))).toEqual([]);
    expect(await problemCode(boss('listAudit', {}))).toBe('not-permitted');
    await root('addProfile', { body: { name: 'phones', deviceType: 'sower', delivery: 'url' } });
    expect((await api('getSession', {}))?.permissions).toContain('profiles:view');
    expect((await api('listProfiles', {})).items.map(({ name }) => name)).toContain('phones');
    expect(await problemCode(api('listDeviceTypes', {}))).toBe('none');
    const distributed = api('distributeToken', {
      params: { serial: own.first },
      body: { profile: 'phones' },
    });
    expect(await problemCode(distributed)).toBe('none');
    expect((await root('getUser', { params: { userId: 'more' } })).securityDomain).toBe('North');
    expect(await problemCode(root('deleteSecurityDomain', { params: { id: north.id } }))).toBe('in-use');
    const empty = await root('addSecurityDomain', { body: { name: 'Empty', parent: south.id } });
    await root('deleteSecurityDomain', { params: { id: empty.id } });
    expect(await problemCode(root('deleteSecurityDomain', { params: { id: 'top' } }))).toBe('in-use');
  });

  test('a security domain is kept by whatever is in it or stands for it', async () => {
    const { id, path } = await root('addSecurityDomain', { body: { name: 'Kept' } });
    const remove = () => problemOf(root('deleteSecurityDomain', { params: { id } }));
    const inside = (code: string) => ({
      ...{ code: 'in-use', params: { contents: [{ code, values: { count: 1 } }] } },
    });
    const servers = {
      ...{
        name: 'old',
        servers: ['192.0.2.9:1812'],
        secret: 'old-secret-of-the-old-servers',
        timeoutSeconds: 2,
      },
      ...{ endsOn: '2037-01-01', securityDomain: 'Kept', enabled: true },
    };
    const old = await root('addCoexistence', { body: servers });
    expect(await remove()).toMatchObject(inside('domain.coexistences'));
    await root('deleteCoexistence', { params: { id: old.id } });
    const agent = await root('addAgent', {
      body: { name: 'shop', kind: 'validate', realms: [{ realm: 'kept.example', securityDomain: 'Kept' }] },
    });
    expect(path).toBe(`/${id}/`);
    expect(await remove()).toMatchObject(inside('domain.agents'));
    await root('deleteAgent', { params: { id: agent.id } });
    await root('deleteSecurityDomain', { params: { id } });
  });

  test('nobody grants what they do not hold, or touches who holds more', async () => {
    await root('addRole', {
      body: {
        name: 'Staff',
        permissions: [
          'administrators:view',
          'administrators:edit',
          'tokens:view',
          'users:view',
          'profiles:view',
          'tokens:edit',
          'tokens:assign',
          'tokens:distribute',
          'users:activation-window',
          'requests:view',
          'requests:make',
        ],
      },
    });
    const staff = await administrator('staff', { role: 'Staff' });
    const give = (role: string, securityDomain?: string) =>
      problemCode(
        staff('addAdministrator', {
          body: {
            userName: `x${Math.random()}`,
            password: PASSWORD,
            grants: [{ role, ...(securityDomain ? { securityDomain } : {}) }],
          },
        }),
      );
    expect(await give('help-desk')).toBe('none');
    expect(await give('super-admin')).toBe('not-permitted');
    expect(await give('auditor')).toBe('not-permitted');
    expect(await give('nobody')).toBe('not-found');
    const addRole = (...permissions: string[]) =>
      problemCode(
        staff('addRole', { body: { name: `r${Math.random()}`, permissions: permissions as never } }),
      );
    expect(await addRole('tokens:edit')).toBe('none');
    expect(await addRole('tokens:delete')).toBe('not-permitted');
    const { items } = await staff('listAdministrators', {});
    const admin = items.find((item) => item.userName === 'admin') as (typeof items)[number];
    const edit = (userId: string, version: number, body: object) =>
      problemCode(staff('editAdministrator', { params: { userId }, ifMatch: version, body }));
    expect(await edit('admin', admin.version, { enabled: false })).toBe('not-permitted');
    expect(
      await problemCode(staff('setPassword', { params: { userId: 'admin' }, body: { password: PASSWORD } })),
    ).toBe('not-permitted');
    expect(await problemCode(staff('deleteAdministrator', { params: { userId: 'admin' } }))).toBe(
      'not-permitted',
    );
    const self = items.find((item) => item.userName === 'staff') as (typeof items)[number];
    expect(await edit('staff', self.version, { grants: [{ role: 'super-admin' }] })).toBe('not-permitted');
  });

  test('an administrator has a mail address only if one was given, and whoever may edit them changes it', async () => {
    const userId = 'written-to';
    const standing = async () =>
      (await root('listAdministrators', {})).items.find(({ userName }) => userName === userId);
    await newAdministrator(
      deployment,
      { userName: userId, password: PASSWORD, grants: [{ role: 'super-admin' }] },
      root,
    );
    const edit = async (mail: string) =>
      problemCode(
        root('editAdministrator', {
          params: { userId },
          ifMatch: (await standing())?.version ?? 0,
          body: { mail },
        }),
      );
    expect(await standing()).not.toHaveProperty('mail');
    expect(await edit('a@example.com\r\nBcc: b@example.com')).toBe('invalid-request');
    expect(await edit('a@example.com')).toBe('none');
    expect(await standing()).toMatchObject({ mail: 'a@example.com' });
    expect(await edit('')).toBe('none');
    expect(await standing()).not.toHaveProperty('mail');
    await root('deleteAdministrator', { params: { userId } });
  });

  test('the last Super Admin stays, also when two are taken away at once', async () => {
    await newAdministrator(
      deployment,
      { userName: 'second', password: PASSWORD, grants: [{ role: 'super-admin' }] },
      root,
    );
    for (const name of ['by-super-admin']) await root('deleteAdministrator', { params: { userId: name } });
    const versions = new Map(
      (await root('listAdministrators', {})).items.map((item) => [item.userName, item.version]),
    );
    const results = await Promise.all([
      problemCode(
        root('editAdministrator', {
          params: { userId: 'second' },
          ifMatch: versions.get('second') as number,
          body: { enabled: false },
        }),
      ),
      problemCode(
        root('editAdministrator', {
          params: { userId: 'admin' },
          ifMatch: versions.get('admin') as number,
          body: { grants: [] },
        }),
      ),
    ]);
    // One went; the other is the last. Which one is chance, so the other is asked to look.
    expect(results.filter((result) => result === 'none')).toHaveLength(1);
    const key = deployment.api;
    const items = (await key('listAdministrators', {})).items.filter(
      (item) =>
        item.enabled &&
        item.grants.some((grant) => grant.role === 'super-admin' && grant.securityDomain === 'top'),
    );
    expect(items).toHaveLength(1);
    const last = items[0] as (typeof items)[number];
    expect(await problemCode(key('deleteAdministrator', { params: { userId: last.userName } }))).toBe(
      'last-super-admin',
    );
    await key('editAdministrator', {
      params: { userId: last.userName },
      ifMatch: last.version,
      body: { enabled: true },
    });
    const other = last.userName === 'admin' ? 'second' : 'admin';
    const { version } = (await key('listAdministrators', {})).items.find(
      (item) => item.userName === other,
    ) as (typeof items)[number];
    await key('editAdministrator', {
      params: { userId: other },
      ifMatch: version,
      body: { enabled: true, grants: [{ role: 'super-admin' }] },
    });
  });

  test('a disabled administrator, a new password, a role taken away: it counts with the next request', async () => {
    const password = await adminPassword(deployment);
    root = await logOn('admin', password);
    const api = await administrator('leaving', { role: 'auditor' });
    expect(await problemCode(api('listAudit', {}))).toBe('none');
    let { version } = (await root('listAdministrators', {})).items.find(
      (item) => item.userName === 'leaving',
    ) as { version: number };
    await root('editAdministrator', {
      params: { userId: 'leaving' },
      ifMatch: version,
      body: { grants: [] },
    });
    expect(await problemCode(api('listAudit', {}))).toBe('not-permitted');
    await root('setPassword', { params: { userId: 'leaving' }, body: { password: 'another long password' } });
    expect(await problemCode(api('listAudit', {}))).toBe('not-authenticated');
    await expect(logOn('leaving')).rejects.toThrow('401');
    await logOn('leaving', 'another long password');
    ({ version } = (await root('listAdministrators', {})).items.find(
      (item) => item.userName === 'leaving',
    ) as { version: number });
    await root('editAdministrator', {
      params: { userId: 'leaving' },
      ifMatch: version,
      body: { enabled: false },
    });
    await expect(logOn('leaving', 'another long password')).rejects.toThrow('401');
    for (const weak of ['short', 'aaaaaaaaaaaaaaaa', 'leaving-leaving']) {
      expect(
        await problemCode(root('setPassword', { params: { userId: 'leaving' }, body: { password: weak } })),
      ).toBe('password-refused');
    }
  });

  test('who can do this?', async () => {
    const { meaning, holders } = await root('whoCan', { params: { id: 'tokens:distribute' } });
    expect(meaning).toContain('Issue software tokens');
    expect(holders).toContainEqual({
      kind: 'administrator',
      name: 'admin',
      role: 'Super Admin',
      securityDomain: 'Top domain',
    });
    expect(holders).toContainEqual({
      kind: 'administrator',
      name: 'northener',
      role: 'Token Administrator',
      securityDomain: 'North',
    });
    expect(holders).toContainEqual({ kind: 'api-key', name: 'command line', securityDomain: 'Top domain' });
    expect(await problemCode(root('whoCan', { params: { id: 'fly' } }))).toBe('not-found');
    // A role with it below the top does not help: profiles are of the whole deployment.
    const profiles = await root('whoCan', { params: { id: 'profiles:edit' } });
    expect(profiles.holders.map(({ name }) => name)).toContain('admin');
    expect(profiles.holders.map(({ name }) => name)).not.toContain('boss-of-north');
    // Nor does a key that has expired.
    const ended = await root('addApiKey', {
      body: { name: 'ended', permissions: ['tokens:distribute'], expiresAt: '2020-01-01T00:00:00Z' },
    });
    expect(await problemCode(deployment.apiOf(0, ended.key)('getStatistics', {}))).toBe('not-authenticated');
    const again = await root('whoCan', { params: { id: 'tokens:distribute' } });
    expect(again.holders.map(({ name }) => name)).not.toContain('ended');
  });

  test('a refusal names the field that is wrong, or the permission that is missing', async () => {
    const refusal = async (work: Promise<unknown>) => {
      const error: unknown = await work.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof ApiProblem)) throw new Error('was not refused');
      return error.problem;
    };
    const pathOf = async (work: Promise<unknown>) => (await refusal(work)).errors?.map(({ path }) => path);
    const add = (
      userName: string,
      grants: { role: string; securityDomain?: string }[],
      password = PASSWORD,
    ) => pathOf(root('addAdministrator', { body: { userName, password, grants } }));
    expect(await add('admin', [])).toEqual(['userName']);
    expect(await add('new', [], 'short')).toEqual(['password']);
    expect(await add('new', [{ role: 'auditor' }, { role: 'nobody' }])).toEqual(['grants.1.role']);
    expect(await add('new', [{ role: 'auditor', securityDomain: 'Moon' }])).toEqual([
      'grants.0.securityDomain',
    ]);
    const name = 'Staff';
    expect(await pathOf(root('addRole', { body: { name, permissions: ['users:view'] } }))).toEqual(['name']);
    expect(await pathOf(root('addSecurityDomain', { body: { name: 'North' } }))).toEqual(['name']);
    expect(await pathOf(root('addUser', { body: { userId: 'ANNA' } }))).toEqual(['userId']);
    expect(await pathOf(root('addUser', { body: { userId: 'x', securityDomain: 'Moon' } }))).toEqual([
      'securityDomain',
    ]);
    expect(await pathOf(root('mintTokens', { body: { expiresOn: '2001-01-01' } }))).toEqual(['expiresOn']);
    const auditor = await administrator('asking', { role: 'auditor' });
    expect(await refusal(auditor('mintTokens', { body: {} }))).toMatchObject({
      code: 'not-permitted',
      permission: 'tokens:mint',
    });
    expect(
      await refusal(
        (await logOn('staff'))('addRole', { body: { name: 'x', permissions: ['tokens:delete'] } }),
      ),
    ).toMatchObject({ permission: 'tokens:delete', errors: [{ path: 'permissions' }] });
  });

  test('two administrators distribute one token at once: one live code', async () => {
    const { first: serial } = await root('mintTokens', { body: {} });
    await root('addUser', { body: { userId: 'twice' } });
    await root('assignToken', { params: { serial }, body: { userId: 'twice' } });
    for (let round = 0; round < 20; round += 1) {
      const distribute = (api: ApiClient) =>
        api('distributeToken', { params: { serial }, body: { profile: 'p' } });
      await Promise.all([
        distribute(root),
        distribute(deployment.api),
        distribute(root),
        distribute(deployment.api),
      ]);
      const { items } = await root('listDistributions', { params: { serial } });
      expect(items.filter((item) => item.state === 'issued')).toHaveLength(1);
    }
  });
});
