import { stripVTControlCharacters } from 'node:util';
import type { Administrator } from '@sower/api/administrators';
import type { Certificate } from '@sower/api/certificates';
import type { Role } from '@sower/api/roles';
import type { SecurityDomain } from '@sower/api/security-domains';
import type { Statistics } from '@sower/api/statistics';
import { afterEach, describe, expect, test } from 'vitest';
import { type FakeServer, fakeServer, problem, type Routes } from './fake-server.ts';
import { sower, sowerTyping } from './fake-terminal.ts';
import { NOW, TOKEN, USER } from './resources.ts';

let server: FakeServer;
afterEach(() => server.close());

async function against(routes: Routes, argv: string[], stdin = '') {
  server = await fakeServer(routes);
  return sower(argv, { stdin, env: server.env });
}

const TOP: SecurityDomain = { id: 'top', name: 'Top domain', path: '/', version: 1 };
const NORTH: SecurityDomain = { id: 'n1', name: 'North', path: '/n1/', parent: 'top', version: 2 };
const OSLO: SecurityDomain = { id: 'o1', name: 'Oslo', path: '/n1/o1/', parent: 'n1', version: 3 };
const EAST: SecurityDomain = { id: 'z1', name: 'East', path: '/z1/', parent: 'top', version: 4 };

const ROLE: Role = {
  id: 'rol_1',
  name: 'Night shift',
  description: 'Looks only',
  permissions: ['tokens:view'],
  builtIn: false,
  version: 6,
};

const GRACE: Administrator = {
  userName: 'grace',
  enabled: true,
  grants: [
    { role: 'auditor', roleName: 'Auditor', securityDomain: 'top', securityDomainName: 'Top domain' },
    { role: 'rol_1', roleName: 'Night shift', securityDomain: 'o1', securityDomainName: 'Oslo' },
  ],
  passkeys: 0,
  mustChangePassword: false,
  createdAt: NOW,
  version: 8,
};

const HOSTILE = 'x\u001b[2J\u0007';
// biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
const DRIVES_THE_TERMINAL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

describe('security domains', () => {
  const listing: Routes = {
    'GET /security-domains': () => ({ body: { items: [TOP, NORTH, OSLO, EAST] } }),
  };

  test('are listed as a tree, whatever their order by id', async () => {
    const ran = await against(listing, ['security-domain', 'list']);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toBe('Name        ID\nTop domain  top\n  East      z1\n  North     n1\n    Oslo    o1\n');
  });

  test('of a part of the tree begin at its top', async () => {
    const ran = await against({ 'GET /security-domains': () => ({ body: { items: [OSLO, NORTH] } }) }, [
      'security-domain',
      'list',
    ]);
    expect(ran.out).toBe('Name    ID\nNorth   n1\n  Oslo  o1\n');
  });

  test('are in JSON as the server knows them', async () => {
    const ran = await against(listing, ['security-domain', 'list', '--json']);
    expect(JSON.parse(ran.out).items).toHaveLength(4);
    expect(JSON.parse(ran.out).items).toContainEqual(OSLO);
  });

  test('are added below the one that was named', async () => {
    const routes: Routes = { 'POST /security-domains': () => ({ status: 201, body: OSLO }) };
    const ran = await against(routes, ['security-domain', 'add', 'Oslo', '--parent', 'North']);
    expect(ran).toMatchObject({ code: 0, out: 'Security domain Oslo is added.\n' });
    await sower(['security-domain', 'add', 'Oslo'], { env: server.env });
    expect(server.asked.map(({ body }) => body)).toEqual([
      { name: 'Oslo', parent: 'North' },
      { name: 'Oslo' },
    ]);
  });

  test.each(['Oslo', 'oslo', 'o1'])('are renamed by what they are called: %s', async (called) => {
    const ran = await against(
      { ...listing, 'PATCH /security-domains/:id': () => ({ body: { ...OSLO, name: 'Bergen' } }) },
      ['security-domain', 'rename', called, 'Bergen'],
    );
    expect(ran).toMatchObject({ code: 0, out: 'Security domain Bergen is renamed.\n' });
    expect(server.asked[1]).toMatchObject({ path: '/security-domains/o1', body: { name: 'Bergen' } });
    expect(server.asked[1]?.headers['if-match']).toBe('"3"');
  });

  test('go when that is confirmed, and an unknown one is not found', async () => {
    const routes: Routes = { ...listing, 'DELETE /security-domains/:id': () => ({}) };
    const unsure = await against(routes, ['security-domain', 'delete', 'Oslo']);
    expect(unsure.code).toBe(2);
    const unknown = await sower(['security-domain', 'delete', 'Rome', '--yes'], { env: server.env });
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('sower security-domain list');
    expect(server.asked.some(({ method }) => method === 'DELETE')).toBe(false);
    const sure = await sower(['security-domain', 'delete', 'Oslo', '--yes', '--json'], { env: server.env });
    expect(JSON.parse(sure.out)).toEqual({ deleted: 'Oslo' });
    expect(server.asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/security-domains/o1' });
  });

  test('that are in use are refused with what is in them', async () => {
    const ran = await against(
      { ...listing, 'DELETE /security-domains/:id': () => problem('in-use', 'Still in it: 2 users.') },
      ['security-domain', 'delete', 'Oslo', '--yes'],
    );
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toContain('Still in it: 2 users.');
  });
});

describe('roles', () => {
  const listing: Routes = { 'GET /roles': () => ({ body: { items: [ROLE] } }) };

  test('are listed with what they permit', async () => {
    const ran = await against(listing, ['role', 'list']);
    expect(ran.out).toMatch(/Night shift\s+no\s+Looks only\s+tokens:view\n/);
  });

  test('are added with permissions separated or repeated', async () => {
    const ran = await against({ 'POST /roles': () => ({ status: 201, body: ROLE }) }, [
      'role',
      'add',
      'Night shift',
      '--permission',
      'tokens:view, users:view',
      '--permission',
      'audit:view',
      '--description',
      'Looks only',
    ]);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('Role Night shift is added.');
    expect(server.asked[0]?.body).toEqual({
      name: 'Night shift',
      description: 'Looks only',
      permissions: ['tokens:view', 'users:view', 'audit:view'],
    });
  });

  test('are edited at the version they were read at, in nothing but what was said', async () => {
    const routes: Routes = { ...listing, 'PATCH /roles/:id': () => ({ body: ROLE }) };
    await against(routes, ['role', 'edit', 'night SHIFT', '--description', '']);
    expect(server.asked[1]).toMatchObject({ path: '/roles/rol_1', body: { description: '' } });
    expect(server.asked[1]?.headers['if-match']).toBe('"6"');
    await sower(['role', 'edit', 'rol_1', '--name', 'Day shift', '--permission', 'tokens:view'], {
      env: server.env,
    });
    expect(server.asked[3]?.body).toEqual({ name: 'Day shift', permissions: ['tokens:view'] });
  });

  test('go when their name is typed', async () => {
    server = await fakeServer({ ...listing, 'DELETE /roles/:id': () => ({}) });
    const argv = ['role', 'delete', 'rol_1'];
    expect((await sowerTyping(argv, 'rol_1\r', 'to continue', server.env)).code).toBe(1);
    expect((await sowerTyping(argv, 'Night shift\r', 'to continue', server.env)).code).toBe(0);
    expect(server.asked.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  });
});

describe('administrators', () => {
  const listing: Routes = { 'GET /administrators': () => ({ body: { items: [GRACE] } }) };
  const adding: Routes = { 'POST /administrators': () => ({ status: 201, body: GRACE }) };

  test('are listed with their roles and where they have them', async () => {
    const ran = await against(listing, ['administrator', 'list']);
    expect(ran.out).toContain('Auditor@Top domain, Night shift@Oslo');
  });

  test('are added with the password from standard input, which is not printed', async () => {
    const ran = await against(
      adding,
      [
        'administrator',
        'add',
        'grace',
        '--role',
        'Auditor',
        '--role',
        'Night shift@Oslo',
        '--role',
        'rol_1@a@b',
      ],
      'correct horse battery\n',
    );
    expect(ran.code).toBe(0);
    expect(ran.out + ran.err).not.toContain('horse');
    expect(server.asked[0]?.body).toEqual({
      userName: 'grace',
      password: 'correct horse battery',
      grants: [
        { role: 'Auditor' },
        { role: 'Night shift', securityDomain: 'Oslo' },
        { role: 'rol_1', securityDomain: 'a@b' },
      ],
    });
  });

  test('are added with a password typed twice without echo; two that differ change nothing', async () => {
    server = await fakeServer(adding);
    const argv = ['administrator', 'add', 'grace', '--role', 'Auditor'];
    const type = (second: string) =>
      sowerTyping(argv, 'Zq7-first-try\r', 'New password', server.env, {
        keys: `${second}\r`,
        awaited: 'The same again',
      });
    const differing = await type('Zq7-other-try');
    expect(differing.code).toBe(1);
    expect(differing.err).toContain('differ');
    expect(server.asked).toEqual([]);
    const same = await type('Zq7-first-try');
    expect(same.code).toBe(0);
    expect(server.asked[0]?.body).toMatchObject({ password: 'Zq7-first-try' });
    expect(stripVTControlCharacters(same.out + same.err)).not.toContain('Zq7');
  });

  test('have all their roles replaced by an edit', async () => {
    await against({ ...listing, 'PATCH /administrators/:userId': () => ({ body: GRACE }) }, [
      'administrator',
      'edit',
      'Grace',
      '--role',
      'auditor',
    ]);
    expect(server.asked[1]).toMatchObject({
      path: '/administrators/grace',
      body: { grants: [{ role: 'auditor' }] },
    });
    expect(server.asked[1]?.headers['if-match']).toBe('"8"');
  });

  test.each([
    ['enable', true],
    ['disable', false],
  ] as const)('%s', async (command, enabled) => {
    const ran = await against(
      { ...listing, 'PATCH /administrators/:userId': () => ({ body: { ...GRACE, enabled } }) },
      ['administrator', command, 'grace'],
    );
    expect(ran.out).toContain(`Administrator grace is ${command}d.`);
    expect(server.asked[1]?.body).toEqual({ enabled });
  });

  test('get a new password', async () => {
    const routes: Routes = { 'PUT /administrators/:userId/password': () => ({}) };
    const ran = await against(routes, ['administrator', 'password', 'grace', '--json'], 'a new one\r\n');
    expect(JSON.parse(ran.out)).toEqual({ userName: 'grace', passwordSet: true, mustChange: true });
    expect(server.asked[0]).toMatchObject({
      path: '/administrators/grace/password',
      body: { password: 'a new one' },
    });
    const none = await sower(['administrator', 'password', 'grace'], { env: server.env });
    expect(none.code).toBe(2);
    expect(server.asked).toHaveLength(1);
  });

  test('go with --yes; the last Super Admin stays', async () => {
    const ran = await against({ ...listing, 'DELETE /administrators/:userId': () => ({}) }, [
      'administrator',
      'delete',
      'GRACE',
      '--yes',
      '--json',
    ]);
    expect(JSON.parse(ran.out)).toEqual({ deleted: 'grace' });
    await server.close();
    const last = await against(
      { ...listing, 'DELETE /administrators/:userId': () => problem('last-super-admin') },
      ['administrator', 'delete', 'grace', '--yes', '--json'],
    );
    expect(last.code).toBe(1);
    expect(JSON.parse(last.out)).toMatchObject({ error: { reason: 'last-super-admin', status: 409 } });
  });
});

describe('who can', () => {
  const routes = (holders: unknown[]): Routes => ({
    'GET /permissions/:id/holders': () => ({
      body: { permission: 'tokens:view', meaning: 'View tokens', holders },
    }),
  });

  test('says who, by which role and where', async () => {
    const ran = await against(
      routes([
        { kind: 'administrator', name: 'grace', role: 'Auditor', securityDomain: 'Oslo' },
        { kind: 'api-key', name: HOSTILE, securityDomain: 'Top domain' },
      ]),
      ['who-can', 'tokens:view'],
    );
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/administrator\s+grace\s+Auditor\s+Oslo\n/);
    expect(ran.out).toMatch(/api-key\s+x\\u001b\[2J\\u0007\s+-\s+Top domain\n/);
    expect(ran.out).not.toMatch(DRIVES_THE_TERMINAL);
    expect(decodeURIComponent(server.asked[0]?.path ?? '')).toBe('/permissions/tokens:view/holders');
  });

  test('and when nobody can', async () => {
    const ran = await against(routes([]), ['who-can', 'tokens:view']);
    expect(ran).toMatchObject({ code: 0, err: 'Nobody can.\n' });
  });
});

test('statistics count for people and for scripts', async () => {
  const counted: Statistics = {
    tokens: {
      total: 12,
      assigned: 7,
      unassigned: 5,
      enabled: 6,
      disabled: 6,
      lost: 1,
      expired: 2,
      expiring: 3,
    },
    expiringDays: 30,
    distributions: { issued: 4, opened: 0, provisioned: 1, expired: 0, failed: 2 },
    users: 9,
    guessing: false,
  };
  const ran = await against({ 'GET /statistics': () => ({ body: counted }) }, [
    'statistics',
    '--expiring-days',
    '30',
  ]);
  expect(server.asked[0]?.query).toEqual({ expiringDays: '30' });
  expect(ran.out).toMatch(/Expiring in 30 days:\s+3\n/);
  expect(ran.out).toMatch(/failed\s+2\n/);
  const json = await sower(['statistics', '--json'], { env: server.env });
  expect(server.asked[1]?.query).toEqual({});
  expect(JSON.parse(json.out)).toEqual(counted);
});

test('the certificate is shown with what there is to fix', async () => {
  const seen: Certificate = {
    source: 'own',
    publicUrl: 'https://sower.test',
    chain: [
      {
        subject: `CN=${HOSTILE}`,
        issuer: 'CN=Sower CA',
        names: ['DNS:sower.test'],
        validFrom: NOW,
        validTo: '2027-11-24T10:00:00Z',
        daysLeft: 364,
        selfSigned: false,
        keyType: 'EC prime256v1',
        signature: 'ECDSA with SHA-256',
        fingerprint: 'AB:CD',
      },
    ],
    reachable: 'untrusted',
    problems: [{ code: 'self-signed', values: {}, text: 'Phones refuse it.' }],
  };
  const routes: Routes = { 'GET /certificate': () => ({ body: seen }) };
  const ran = await against(routes, ['certificate']);
  expect(ran.code).toBe(0);
  expect(ran.out).toMatch(/Valid to:\s+2027-11-24 10:00:00 UTC/);
  expect(ran.out).toContain('To fix:\n- Phones refuse it.\n');
  expect(ran.out).not.toMatch(DRIVES_THE_TERMINAL);
  const json = await sower(['certificate', '--json'], { env: server.env });
  expect(JSON.parse(json.out)).toEqual(seen);
});

describe('the security domain', () => {
  const moved = { ...TOKEN, securityDomain: 'Oslo' };

  test.each([
    ['user add ada --security-domain Oslo', { userId: 'ada', securityDomain: 'Oslo' }],
    ['user edit ada --security-domain Oslo', { securityDomain: 'Oslo' }],
    ['token mint --security-domain Oslo', { count: 1, securityDomain: 'Oslo' }],
    [`token move ${TOKEN.serial} Oslo`, { securityDomain: 'Oslo' }],
    [
      'api-key add k --permission users:view --security-domain Oslo',
      { name: 'k', permissions: ['users:view'], securityDomain: 'Oslo' },
    ],
  ])('%s', async (line, body) => {
    const key = {
      id: 'key_1',
      name: 'k',
      permissions: ['users:view'],
      createdAt: NOW,
      createdBy: 'admin',
      standing: 'active',
      lacks: [],
    };
    const ran = await against(
      {
        'GET /users/:userId': () => ({ body: USER }),
        'POST /users': () => ({ status: 201, body: USER }),
        'PATCH /users/:userId': () => ({ body: USER }),
        'POST /tokens': () => ({
          status: 201,
          body: { first: TOKEN.serial, last: TOKEN.serial, count: 1, serials: [TOKEN.serial] },
        }),
        'POST /tokens/:serial/move': () => ({ body: moved }),
        'POST /api-keys': () => ({ status: 201, body: { ...key, key: 'sower_x', securityDomain: 'Oslo' } }),
      },
      line.split(' '),
    );
    expect(ran.code).toBe(0);
    expect(server.asked.at(-1)?.body).toEqual(body);
  });

  test('is shown of users and tokens', async () => {
    const user = await against(
      {
        'GET /users/:userId': () => ({ body: { ...USER, securityDomain: HOSTILE } }),
        'GET /tokens/:serial': () => ({ body: moved }),
      },
      ['user', 'show', 'ada'],
    );
    expect(user.out).toContain('Security domain:  x\\u001b[2J\\u0007\n');
    const token = await sower(['token', 'show', TOKEN.serial], { env: server.env });
    expect(token.out).toMatch(/Security domain:\s+Oslo\n/);
  });

  test('is searched for, as holders, profiles, device types, and what is lost or expired are', async () => {
    await against({ 'GET /tokens': () => ({ body: { items: [] } }) }, [
      ...'token list --last-name Love --device-type android --expired --lost --security-domain Oslo'.split(
        ' ',
      ),
      '--profile',
      'Android phones',
    ]);
    expect(server.asked[0]?.query).toEqual({
      limit: '100',
      lastName: 'Love',
      deviceType: 'android',
      profile: 'Android phones',
      expired: 'true',
      lost: 'true',
      securityDomain: 'Oslo',
    });
  });
});

describe('wrong use ends with 2 and asks the server nothing', () => {
  test.each([
    ['role add X'],
    ['role add X --permission fly'],
    ['role edit X'],
    ['administrator add grace'],
    ['administrator add grace --role @Oslo'],
    ['administrator add grace --role Auditor@'],
    ['administrator add grace --role Auditor'],
    ['administrator edit grace'],
    ['who-can fly'],
    ['statistics --expiring-days 0'],
    ['token move 1/2 Oslo'],
    ['security-domain rename Oslo'],
  ])('%s', async (line) => {
    const ran = await against({}, line.split(' '));
    expect(ran.code).toBe(2);
    expect(ran.err).not.toBe('');
    expect(server.asked).toEqual([]);
  });
});
