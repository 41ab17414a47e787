/** An API key may do at most what its owner may do now, and counts as its owner where another person is needed. */

import { PERMISSION_NAMES } from '@sower/api/permissions';
import { standingsOf } from '@sower/server/directory/key-standing';
import { openDatabase } from '@sower/server/store/db/open';
import { markAllRows } from '@sower/server/store/keys/marked-rows';
import { beforeAll, expect, test } from 'vitest';
import { newAdministrator } from '../../harness/administrator.ts';
import { earlierSchema } from '../../harness/databases/earlier-schema.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import {
  markRows,
  problemOf,
  type SelfServiceClient,
  sealingOf,
  selfServiceClient,
} from '../../harness/self-service-client.ts';

const PASSWORD = 'correct horse battery';
const DAY = 86_400_000;

onBothDatabases('the owner of an API key', (kind) => {
  const { database, deployment } = deployed(kind);
  let boss: SelfServiceClient & { userName: string };
  let branch: string;
  let count = 0;

  beforeAll(async () => {
    branch = (await deployment.api('addSecurityDomain', { body: { name: 'Branch' } })).id;
    boss = await person('super-admin');
  });

  async function person(
    role: string,
    securityDomain?: string,
  ): Promise<SelfServiceClient & { userName: string }> {
    count += 1;
    const userName = `person${count}`;
    await newAdministrator(deployment, {
      userName,
      password: PASSWORD,
      grants: [{ role, ...(securityDomain === undefined ? {} : { securityDomain }) }],
    });
    const logged = selfServiceClient(deployment);
    await logged.api('openSession', { body: { userName, password: PASSWORD } });
    return { ...logged, userName };
  }
  const change = async (
    userName: string,
    body: { enabled?: boolean; grants?: { role: string; securityDomain?: string }[] },
  ) => {
    const { items } = await deployment.api('listAdministrators', {});
    const version = items.find((row) => row.userName === userName)?.version ?? 0;
    await deployment.api('editAdministrator', { params: { userId: userName }, body, ifMatch: version });
  };
  const keyOf = (maker: SelfServiceClient, permissions: readonly (typeof PERMISSION_NAMES)[number][]) => {
    count += 1;
    return maker.api('addApiKey', { body: { name: `key ${count}`, permissions: [...permissions] } });
  };
  const shown = async (id: string) =>
    (await deployment.api('listApiKeys', {})).items.find((key) => key.id === id);
  /** A running server remembers for two seconds. */
  const settled = (key: string) => (check: (code: string, detail: string | undefined) => void) =>
    expect
      .poll(async () => {
        const problem = await problemOf(deployment.apiOf(0, key)('listUsers', {}));
        check(problem.code, problem.detail);
        return true;
      })
      .toBe(true);

  test('is shown, and is the owner of the key for one that a key makes', async () => {
    const maker = await person('super-admin');
    const first = await keyOf(maker, ['users:view', 'keys:edit']);
    expect(first).toMatchObject({ owner: maker.userName, standing: 'active', lacks: [] });
    const second = await deployment.apiOf(0, first.key)('addApiKey', {
      body: { name: 'of a key', permissions: ['users:view'] },
    });
    expect(second).toMatchObject({ owner: maker.userName, createdBy: `api-key:${first.name}` });
    const onHost = await deployment.api('addApiKey', { body: { name: 'host', permissions: ['users:view'] } });
    expect(onHost.owner).toBeUndefined();
    expect(onHost.standing).toBe('active');
  });

  test('disabled, demoted, moved or deleted: the key stops or shrinks, says why, and is whole again afterwards', async () => {
    const maker = await person('super-admin');
    const { id, key, name } = await keyOf(maker, ['users:view', 'users:edit', 'activations:open']);
    const until = settled(key);
    await until((code) => expect(code).toBe('none'));

    await change(maker.userName, { enabled: false });
    await until((code, detail) => {
      expect(code).toBe('not-authenticated');
      expect(detail).toContain('its owner is disabled');
    });
    expect(await shown(id)).toMatchObject({ standing: 'owner-disabled', owner: maker.userName });
    const can = (await deployment.api('whoCan', { params: { id: 'users:edit' } })).holders;
    expect(can.map((holder) => holder.name)).not.toContain(name);

    await change(maker.userName, { enabled: true });
    await until((code) => expect(code).toBe('none'));

    // Of the auditor's permissions the key has one.
    await change(maker.userName, { grants: [{ role: 'auditor' }] });
    await expect
      .poll(() => shown(id))
      .toMatchObject({ standing: 'limited', lacks: ['users:edit', 'activations:open'] });
    const api = deployment.apiOf(0, key);
    await expect
      .poll(async () => (await problemOf(api('addUser', { body: { userId: `no${count}` } }))).code)
      .toBe('not-permitted');
    expect((await problemOf(api('listUsers', {}))).code).toBe('none');

    // The same role in one domain: what is outside is not seen.
    const user = `out${count}`;
    await deployment.api('addUser', { body: { userId: user } });
    expect((await problemOf(api('getUser', { params: { userId: user } }))).code).toBe('none');
    await change(maker.userName, { grants: [{ role: 'super-admin', securityDomain: branch }] });
    await expect
      .poll(async () => (await problemOf(api('getUser', { params: { userId: user } }))).code)
      .toBe('not-found');
    await api('addUser', { body: { userId: `in${count}`, securityDomain: branch } });

    await change(maker.userName, { grants: [{ role: 'request-approver' }] });
    const { permissions } = (await deployment.api('listRoles', {})).items.find(
      (role) => role.id === 'request-approver',
    ) as { permissions: string[] };
    const left = permissions.includes('users:view') ? 'limited' : 'owner-may-not';
    await expect.poll(() => shown(id)).toMatchObject({ standing: left });

    await deployment.api('deleteAdministrator', { params: { userId: maker.userName } });
    await until((code, detail) => {
      expect(code).toBe('not-authenticated');
      expect(detail).toContain('its owner was deleted');
    });
    // Another administrator of the same name is another person.
    await newAdministrator(deployment, {
      userName: maker.userName,
      password: PASSWORD,
      grants: [{ role: 'super-admin' }],
    });
    expect(await shown(id)).toMatchObject({ standing: 'owner-deleted' });

    // Once a minute, or at a stop.
    await deployment.servers[0]?.kill('SIGTERM');
    await deployment.start(deployment.servers[0]?.port);
    const { items } = await deployment.api('listAudit', { query: { action: 'api.refused', limit: 100 } });
    const reasons = items.filter(({ actor }) => actor === `api-key:${name}`).map(({ reason }) => reason);
    expect(reasons.join('\n')).toContain('its owner is disabled');
    expect(reasons.join('\n')).toContain('its owner was deleted');
  });

  test('is taken over by whoever could have made it, and by nobody else', async () => {
    const maker = await person('super-admin');
    const { id, key } = await keyOf(maker, ['users:view']);
    const wide = await keyOf(maker, ['users:view', 'audit:view']);
    await change(maker.userName, { enabled: false });
    const until = settled(key);
    await until((code) => expect(code).toBe('not-authenticated'));

    const takeOver = (api: SelfServiceClient['api'], which = id) =>
      problemOf(api('takeOverApiKey', { params: { id: which } }));
    // A key without an owner has nobody to take it over for; who may less takes nothing.
    expect((await takeOver(deployment.api)).code).toBe('not-permitted');
    const role = await deployment.api('addRole', {
      body: { name: 'Key keeper', permissions: ['keys:edit', 'users:view'] },
    });
    const little = await person(role.id);
    expect((await takeOver(little.api, wide.id)).code).toBe('not-permitted');
    expect((await takeOver((await person('auditor')).api)).code).toBe('not-permitted');
    expect((await takeOver(little.api)).code).toBe('none');
    expect(await shown(id)).toMatchObject({ owner: little.userName, standing: 'active' });
    await until((code) => expect(code).toBe('none'));
    const [row] = (await deployment.api('listAudit', { query: { action: 'api-key.take-over' } })).items;
    expect(row).toMatchObject({
      actor: `administrator:${little.userName}`,
      reason: `from ${maker.userName}`,
    });
    // A key takes over for its owner, within what the two may do.
    const own = await keyOf(boss, ['keys:edit', 'users:view']);
    expect((await takeOver(deployment.apiOf(0, own.key), wide.id)).code).toBe('not-permitted');
    expect((await takeOver(deployment.apiOf(0, own.key))).code).toBe('none');
    expect(await shown(id)).toMatchObject({ owner: boss.userName, standing: 'active' });
    expect((await takeOver(boss.api, '01980000-0000-7000-8000-000000000000')).code).toBe('not-found');
  });

  test('stands behind it in a request: none of the two approves or distributes what the other asked for', async () => {
    await deployment.api('addProfile', {
      body: { name: 'url', delivery: 'url', deviceType: 'sower', authenticationType: 'tokencode' },
    });
    const offer = (
      await deployment.api('addOffer', {
        body: {
          name: 'two steps',
          profile: 'url',
          distribution: true,
          steps: [{ name: 'a' }, { name: 'b' }],
        },
      })
    ).name;
    const client = await person('super-admin');
    const other = await person('super-admin');
    const everything = PERMISSION_NAMES.filter((name) => name !== 'activations:open');
    const askerKey = deployment.apiOf(0, (await keyOf(client, everything)).key);
    const otherKey = deployment.apiOf(0, (await keyOf(other, everything)).key);
    const user = async () => {
      count += 1;
      await deployment.api('addUser', { body: { userId: `r${count}` } });
      return `r${count}`;
    };
    const ask = async (api: SelfServiceClient['api']) =>
      api('requestToken', { body: { userId: await user(), offer } });
    const approve = (api: SelfServiceClient['api'], { id, version }: { id: string; version: number }) =>
      api('approveRequest', { params: { id }, body: {}, ifMatch: version });
    const detail = async (work: Promise<unknown>) => (await problemOf(work)).detail;

    for (const [make, barred] of [
      [client.api, [client.api, askerKey]],
      [askerKey, [client.api, askerKey]],
    ] as const) {
      let request = await ask(make);
      for (const api of barred)
        expect(await detail(approve(api, request))).toContain('You made this request');
      request = await approve(other.api, request);
      for (const api of barred)
        expect(await detail(approve(api, request))).toContain('You made this request');
      for (const api of [other.api, otherKey])
        expect(await detail(approve(api, request))).toContain('You approved an earlier step');
      request = await approve(boss.api, request);
      expect(request.state).toBe('approved');
      const distribute = (api: SelfServiceClient['api']) =>
        api('distributeRequest', { params: { id: request.id }, body: {} });
      for (const api of barred) {
        const seen = await api('getRequest', { params: { id: request.id } });
        expect(seen.notDistributable).toContain('You made this request');
        expect(await detail(distribute(api))).toContain('You made this request');
      }
      expect((await distribute(other.api)).serial).toMatch(/^\d{12}$/);
    }
    // Keys of the server host are one person: whoever has one can make the next.
    const onHost = deployment.apiOf(
      0,
      (await deployment.api('addApiKey', { body: { name: 'second', permissions: everything } })).key,
    );
    expect(await detail(approve(onHost, await ask(deployment.api)))).toContain('You made this request');
  });

  test('the key of the first start ends after 30 days, which the log says before, and recover makes another', async () => {
    const first = (await deployment.api('listApiKeys', {})).items.find(
      ({ createdBy }) => createdBy === 'system:first-start',
    );
    const days = (Date.parse(first?.expiresAt ?? '') - Date.now()) / DAY;
    expect(days).toBeGreaterThan(29);
    expect(days).toBeLessThanOrEqual(30);
    const { db, close } = await openDatabase(database.location);
    await db
      .updateTable('api_keys')
      .set({ expires_at: Date.now() + 3 * DAY })
      .where('created_by', '=', 'system:first-start')
      .execute();
    await markRows(deployment.dataFolder, database.location);
    const another = await deployment.start();
    await expect.poll(() => another.output()).toMatch(/"level":40.*"days":3.*ends soon/);
    await db
      .updateTable('api_keys')
      .set({ expires_at: Date.now() - 1 })
      .where('created_by', '=', 'system:first-start')
      .execute();
    await markRows(deployment.dataFolder, database.location);
    await close();
    await settled(deployment.apiKey)((code, detail) => {
      expect(code).toBe('not-authenticated');
      expect(detail).toContain('expired');
    });
  });

  test('keys of before go on working: a Super Admin owns those they made, the others have no owner, and none ends', async () => {
    const before = await kind.empty();
    const old = await earlierSchema(before.location, '0022-guess-reports');
    const domain = {
      id: 'top',
      path: '/',
      name: 'Top',
      name_key: 'top',
      parent_id: null,
      created_at: 0,
      version: 1,
    };
    await old.insertInto('security_domains').values(domain).execute();
    for (const [id, enabled, role] of [
      ['root', 1, 'super-admin'],
      ['away', 0, 'super-admin'],
      ['desk', 1, 'auditor'],
    ] as const) {
      await old
        .insertInto('administrators')
        .values({
          id,
          user_name: id,
          user_name_key: id,
          password_hash: '',
          enabled,
          token_user_id: null,
          created_at: 0,
          version: 1,
        })
        .execute();
      await old
        .insertInto('role_grants')
        .values({ administrator_id: id, role_id: role, domain_id: 'top' })
        .execute();
    }
    const makers = ['root', 'away', 'desk', 'gone'].map((name) => `administrator:${name}`);
    for (const maker of [...makers, 'system:first-start', 'api-key:command line'])
      await old
        .insertInto('api_keys')
        .values({
          id: maker,
          name: maker,
          key_hash: maker,
          permissions: '["users:edit"]',
          domain: '/',
          created_at: 0,
          created_by: maker,
          expires_at: null,
        })
        .execute();
    await old.destroy();
    const { db, close } = await openDatabase(before.location);
    const marks = { sealing: sealingOf(deployment.dataFolder) };
    await markAllRows(db, marks);
    const rows = await db.selectFrom('api_keys').selectAll().execute();
    const standings = await standingsOf(db, marks, rows, Date.now());
    expect(
      Object.fromEntries(
        rows.map((row, at) => [
          row.created_by,
          [row.owner_name, row.expires_at, standings[at]?.standing, standings[at]?.grants.length],
        ]),
      ),
    ).toEqual({
      'administrator:root': ['root', null, 'active', 1],
      'administrator:away': [null, null, 'active', 1],
      'administrator:desk': [null, null, 'active', 1],
      'administrator:gone': [null, null, 'active', 1],
      'system:first-start': [null, null, 'active', 1],
      'api-key:command line': [null, null, 'active', 1],
    });
    await close();
    await before.drop();
  });
});
