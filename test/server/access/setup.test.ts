/** Setup over the API: the address in links, the usual expiry, the next available token, and device definitions that are wrong. */
import type { SettingsPatch } from '@sower/api/settings';
import { expect, test } from 'vitest';
import { provisioned } from '../../harness/authenticator.ts';
import { makeAuthority } from '../../harness/authority.ts';
import { onBothAtOnce } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { deploy } from '../../harness/deployment.ts';
import { commandLine } from '../../harness/jobs/command.ts';
import { problemOf } from '../../harness/problems.ts';

const CALLERS = 50;
const DAY = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

onBothAtOnce('setup', (kind) => {
  const { deployment } = deployed({ installed: kind.fresh }, { processes: 2 });

  async function set(change: SettingsPatch): Promise<void> {
    const { api } = deployment;
    const { version } = await api('getSettings', {});
    await api('editSettings', { body: change, ifMatch: version });
    // Every process sees it within two seconds.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
  }

  test('fifty users at once over two processes get fifty different tokens; then there is none', async () => {
    const { api } = deployment;
    const { serials } = await api('mintTokens', { body: { count: CALLERS, expiresOn: inDays(400) } });
    const users = Array.from({ length: CALLERS + 1 }, (_, index) => `next${index}`);
    await Promise.all(users.map((userId) => api('addUser', { body: { userId } })));
    const got = await Promise.all(
      users
        .slice(0, CALLERS)
        .map((userId, caller) => deployment.apiOf(caller % 2)('assignNextToken', { params: { userId } })),
    );
    expect(got.map(({ serial }) => serial).toSorted()).toEqual(serials.toSorted());
    got.forEach((token, caller) => {
      expect(token).toMatchObject({ userId: users[caller], enabled: true });
    });
    const params = { userId: users[CALLERS] as string };
    expect(await problemOf(api('assignNextToken', { params }))).toMatchObject({
      code: 'no-token-available',
      status: 409,
    });
    const trail = await api('listAudit', {
      query: { object: `token:${got[0]?.serial}`, action: 'token.assign' },
    });
    expect(trail.items).toMatchObject([{ reason: 'to next0' }]);
  });

  test('the command line assigns the next one', async () => {
    const { api } = deployment;
    const { first } = await api('mintTokens', { body: { expiresOn: inDays(500) } });
    await api('addUser', { body: { userId: 'typed' } });
    const run = (...argv: string[]) => commandLine([...argv, '--json', '--data', deployment.dataFolder]);
    const assigned = await run('token', 'assign-next', 'typed');
    expect(JSON.parse(assigned.stdout)).toMatchObject({ serial: first, userId: 'typed', enabled: true });
    const none = await run('token', 'assign-next', 'typed');
    expect(none.status).toBe(1);
    expect(JSON.parse(none.stdout)).toMatchObject({ error: { reason: 'no-token-available' } });
    expect(none.stderr).toContain('sower token mint');
    const set = await run('settings', 'set', 'provisioning.codeExpiry', '7d');
    expect(JSON.parse(set.stdout)).toMatchObject({ settings: { 'provisioning.codeExpiry': '7d' } });
  });

  test('the rule: none that expires too soon, the longest lived first, no more than a user may hold', async () => {
    const { api } = deployment;
    const mint = async (days: number) =>
      (await api('mintTokens', { body: { expiresOn: inDays(days) } })).first;
    const soon = await mint(20);
    const [later, latest] = [await mint(100), await mint(200)];
    await api('addUser', { body: { userId: 'rule' } });
    const next = () => api('assignNextToken', { params: { userId: 'rule' } });
    expect((await next()).serial).toBe(latest);
    expect((await next()).serial).toBe(later);
    expect((await problemOf(next())).detail).toContain('30 days');
    await set({ 'tokens.autoAssignDays': 10 });
    expect((await next()).serial).toBe(soon);
    await mint(300);
    expect(await problemOf(next())).toMatchObject({ code: 'token-limit' });
    expect(await problemOf(api('assignNextToken', { params: { userId: 'nobody' } }))).toMatchObject({
      code: 'not-found',
    });
    await set({ 'tokens.autoAssignDays': 30 });
  });

  test('the next token is of the scope of who asks, and the user too', async () => {
    const { api } = deployment;
    await api('addSecurityDomain', { body: { name: 'North' } });
    await api('addUser', { body: { userId: 'north', securityDomain: 'North' } });
    const own = (await api('mintTokens', { body: { securityDomain: 'North', expiresOn: inDays(90) } })).first;
    const { key } = await api('addApiKey', {
      body: { name: 'north', permissions: ['tokens:assign', 'tokens:view'], securityDomain: 'North' },
    });
    const north = deployment.apiOf(1, key);
    expect((await north('assignNextToken', { params: { userId: 'north' } })).serial).toBe(own);
    expect(await problemOf(north('assignNextToken', { params: { userId: 'north' } }))).toMatchObject({
      code: 'no-token-available',
    });
    expect(await problemOf(north('assignNextToken', { params: { userId: 'rule' } }))).toMatchObject({
      code: 'not-found',
    });
    const viewer = await api('addApiKey', { body: { name: 'viewer', permissions: ['tokens:view'] } });
    expect(
      await problemOf(deployment.apiOf(0, viewer.key)('assignNextToken', { params: { userId: 'north' } })),
    ).toMatchObject({ code: 'not-permitted' });
  });

  test('what of the set-up is done follows from what there is', async () => {
    const fresh = await kind.fresh();
    const begun = await deploy(fresh);
    try {
      const { api } = begun;
      const nothing = {
        profile: false,
        users: false,
        tokens: false,
        provisioned: false,
        client: false,
        mail: false,
        backup: false,
      };
      expect(await api('getSetupProgress', {})).toEqual(nothing);
      await api('addProfile', {
        body: { name: 'first', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
      });
      await api('addUser', { body: { userId: 'first' } });
      await api('mintTokens', { body: {} });
      await api('addAgent', { body: { name: 'Portal' } });
      const { serial } = await api('assignNextToken', { params: { userId: 'first' } });
      const given = await api('distributeToken', { params: { serial }, body: { profile: 'first' } });
      const so = { ...nothing, profile: true, users: true, tokens: true, client: true };
      expect(await api('getSetupProgress', {})).toEqual(so);
      await provisioned(begun, given);
      expect(await api('getSetupProgress', {})).toEqual({ ...so, provisioned: true });
    } finally {
      await begun.stop();
      await fresh.drop();
    }
  });

  test('links carry the host name and port of the settings; new profiles the usual expiry', async () => {
    const { api } = deployment;
    const port = deployment.servers[0]?.port as number;
    const profile = { deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' } as const;
    expect(await api('addProfile', { body: { name: 'Before', ...profile } })).toMatchObject({
      codeExpiry: '7d',
    });
    await set({
      'provisioning.host': 'OTP.example.com',
      'provisioning.port': 8444,
      'provisioning.codeExpiry': '12h',
    });
    expect(await api('addProfile', { body: { name: 'After', ...profile } })).toMatchObject({
      codeExpiry: '12h',
    });
    expect(await api('addProfile', { body: { name: 'Said', codeExpiry: '1d', ...profile } })).toMatchObject({
      codeExpiry: '1d',
    });
    const base = 'https://otp.example.com:8444';
    expect(await api('getServer', {})).toMatchObject({
      publicUrl: `https://localhost:${port}`,
      ctkipUrl: `${base}/ctkip/services/CtkipService`,
    });
    await api('addUser', { body: { userId: 'linked' } });
    const { serial } = await api('assignNextToken', { params: { userId: 'linked' } });
    for (const server of [0, 1]) {
      const given = await deployment.apiOf(server)('distributeToken', {
        params: { serial },
        body: { profile: 'After' },
      });
      expect(given.ctkipUrl).toBe(`${base}/ctkip/services/CtkipService`);
      expect(given.link).toContain('otp.example.com');
    }
    // A certificate has to name what clients call.
    const authority = await makeAuthority(['localhost']);
    const leaf = await authority.issue();
    const body = { kind: 'pem', chain: authority.chain(leaf), key: leaf.keyPem } as const;
    expect((await api('checkCertificate', { body })).findings).toMatchObject([
      { code: 'name-missing', values: { host: 'otp.example.com' } },
    ]);
    await set({ 'provisioning.host': '', 'provisioning.port': 0 });
    expect((await api('getServer', {})).ctkipUrl).toBe(
      `https://localhost:${port}/ctkip/services/CtkipService`,
    );
  });

  test('whether this server answers at an address', async () => {
    const { api } = deployment;
    const check = (host: string, port: number) => api('checkAddress', { body: { host, port } });
    const [one, two] = deployment.servers.map(({ port }) => port) as [number, number];
    const here = { reachable: 'untrusted', thisServer: true };
    expect(await check('', 0)).toEqual({ url: `https://localhost:${one}`, named: true, ...here });
    expect(await check('localhost', two)).toMatchObject({ named: true, ...here });
    expect(await check('127.0.0.2', one)).toMatchObject({ reachable: 'unreachable' });
    expect(await check('name.invalid', one)).toEqual({
      url: `https://name.invalid:${one}`,
      reachable: 'unreachable',
    });
    const fresh = await kind.fresh();
    const other = await deploy(fresh);
    try {
      expect(await check('localhost', other.servers[0]?.port as number)).toMatchObject({ thisServer: false });
    } finally {
      await other.stop();
      await fresh.drop();
    }
    expect(await problemOf(check('no host', 0))).toMatchObject({ code: 'invalid-request' });
    expect(await problemOf(check('localhost/path', 0))).toMatchObject({ code: 'invalid-request' });
  });

  test('a device definition that is wrong: what and where, and nothing changed', async () => {
    const { api } = deployment;
    const before = await api('listDeviceTypes', {});
    const { imported: _, version: __, ...shipped } = before.items[0] as (typeof before.items)[number];
    const good = { ...shipped, id: 'mine', name: 'Mine' };
    const wrong: [object, string | RegExp][] = [
      [{ ...good, id: 'Not An Id' }, 'id'],
      [{ ...good, name: '<script>alert(1)</script>' }, 'name'],
      [{ ...good, application: '"><img src=x onerror=alert(1)>' }, 'application'],
      [{ ...good, digits: [7] }, /^digits/],
      [{ ...good, binding: { ...good.binding, assertion: 'sometimes' } }, 'binding.assertion'],
      [{ ...good, deviceClass: 'x' }, 'deviceClass'],
      [{ ...good, downloadUrl: 'javascript:alert(1)' }, 'downloadUrl'],
      [{ ...good, more: 1 }, /more/],
    ];
    for (const [body, where] of wrong) {
      const problem = await problemOf(api('importDeviceType', { body: body as never }));
      expect(problem).toMatchObject({ code: 'invalid-request' });
      const said = (problem.errors ?? []).map(({ path, message }) => `${path} ${message}`).join('\n');
      if (typeof where === 'string') expect(problem.errors?.map(({ path }) => path)).toContain(where);
      else expect(said).toMatch(where);
    }
    for (const linkTemplate of [
      'javascript:alert({url})',
      'x://{nothing}',
      'data:text/html,{url}',
      // What a reader of addresses leaves out, or what stays empty, does not hide a scheme.
      'java\tscript:alert({url})',
      '\u0001javascript:alert({url})',
      'java\u00adscript:alert({url})',
      'java{activationCode}script:alert({url})',
      '{activationCode}javascript:alert({url})',
    ]) {
      expect(await problemOf(api('importDeviceType', { body: { ...good, linkTemplate } }))).toMatchObject({
        code: 'definition-refused',
      });
    }
    expect(await problemOf(api('importDeviceType', { body: shipped }))).toMatchObject({
      code: 'definition-refused',
    });
    expect(await api('listDeviceTypes', {})).toEqual(before);
    const trail = await api('listAudit', { query: { action: 'device-type.import' } });
    expect(trail.items).toEqual([]);
    await api('importDeviceType', { body: good });
  });
});
