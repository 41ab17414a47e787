/** What somebody who writes the database without the master key does to who may do what: it counts for nothing, and shows. */
import { PERMISSION_NAMES } from '@sower/api/permissions';
import type { Row } from '@sower/server/store/schema/schema';
import { sql } from 'kysely';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { newAdministrator } from '../../harness/administrator.ts';
import { softwarePasskey } from '../../harness/browser/passkey.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import {
  markRows,
  problemOf,
  type SelfServiceClient,
  selfServiceClient,
} from '../../harness/self-service-client.ts';

const PASSWORD = 'correct horse battery';
const MALLORYS = 'staple of the rival';

onBothDatabases('a writer of the database', (kind) => {
  const { database, deployment } = deployed(kind, { arguments: ['--trusted-proxies', '127.0.0.1'] });
  const beside = openedFor(database);
  /** With the database, and an account of few rights: mallory's. */
  let count = 0;

  beforeAll(async () => {
    await add('mallory', 'auditor', MALLORYS);
    await add('grace', 'super-admin');
  });
  // Whatever was done: the others log on, and what they do is done.
  afterEach(async () => {
    const grace = await loggedOn('grace');
    count += 1;
    await grace.api('addUser', { body: { userId: `user${count}` } });
  });

  const add = (userName: string, role: string, password = PASSWORD, securityDomain?: string) =>
    newAdministrator(deployment, {
      userName,
      password,
      grants: [{ role, ...(securityDomain === undefined ? {} : { securityDomain }) }],
    });
  let addresses = 0;
  const anybody = (): SelfServiceClient => {
    addresses += 1;
    return selfServiceClient(deployment, { 'x-forwarded-for': `192.0.2.${addresses}` });
  };
  async function loggedOn(userName: string, password = PASSWORD): Promise<SelfServiceClient> {
    const person = anybody();
    await person.api('openSession', { body: { userName, password } });
    return person;
  }
  const codeOf = async (work: Promise<unknown>): Promise<string> => (await problemOf(work)).code;
  const found = async (): Promise<string> => {
    const { intact, findings } = await deployment.api('verifyAudit', {});
    expect(intact).toBe(findings.length === 0);
    return findings.map(({ detail }) => detail).join('\n');
  };
  const row = (userName: string): Promise<Row<'administrators'>> =>
    beside.db
      .selectFrom('administrators')
      .selectAll()
      .where('user_name', '=', userName)
      .executeTakeFirstOrThrow();
  /** What somebody has put in the place of a mark: nothing, a guess, and a good one of another row. */
  const marks = async (): Promise<(string | null)[]> => [null, 'guessed', (await row('grace')).mark];

  test('before that, nothing is found', async () => {
    expect(await found()).toBe('');
  });

  test('gives themselves a role: the grant is ignored, by sessions of before too', async () => {
    const { id } = await row('mallory');
    const before = await loggedOn('mallory', MALLORYS);
    const granted = await beside.db
      .selectFrom('role_grants')
      .select('mark')
      .where('role_id', '=', 'super-admin')
      .execute();
    for (const mark of [...(await marks()), granted[0]?.mark ?? null]) {
      const grant = { administrator_id: id, role_id: 'super-admin', domain_id: 'top', mark };
      await beside.db.insertInto('role_grants').values(grant).execute();
      for (const mallory of [before, await loggedOn('mallory', MALLORYS)])
        expect(await codeOf(mallory.api('addUser', { body: { userId: 'loot' } }))).toBe('not-permitted');
      expect(await found()).toContain('The role super-admin of the administrator mallory');
      const { holders } = await deployment.api('whoCan', { params: { id: 'users:edit' } });
      expect(holders.map(({ name }) => name)).not.toContain('mallory');
      await beside.db
        .deleteFrom('role_grants')
        .where('administrator_id', '=', id)
        .where('role_id', '=', 'super-admin')
        .execute();
    }
    expect(await found()).toBe('');
  });

  test('gives a role in a wider domain, by the grant or by the path of the domain', async () => {
    const { id: domain } = await deployment.api('addSecurityDomain', { body: { name: 'Branch' } });
    await add('desk', 'token-administrator', PASSWORD, domain);
    const { id } = await row('desk');
    const desk = await loggedOn('desk');
    const { path } = await beside.db
      .selectFrom('security_domains')
      .select('path')
      .where('id', '=', domain)
      .executeTakeFirstOrThrow();
    expect((await desk.api('listUsers', {})).items).toEqual([]);
    for (const [attack, restore] of [
      [
        () =>
          beside.db
            .updateTable('role_grants')
            .set({ domain_id: 'top' })
            .where('administrator_id', '=', id)
            .execute(),
        () =>
          beside.db
            .updateTable('role_grants')
            .set({ domain_id: domain })
            .where('administrator_id', '=', id)
            .execute(),
      ],
      [
        () => beside.db.updateTable('security_domains').set({ path: '' }).where('id', '=', domain).execute(),
        () => beside.db.updateTable('security_domains').set({ path }).where('id', '=', domain).execute(),
      ],
    ] as const) {
      await attack();
      expect(await codeOf(desk.api('listUsers', {}))).toBe('not-permitted');
      // Nor does the next administrator who gives a role there give it everywhere.
      const moved =
        (
          await beside.db
            .selectFrom('security_domains')
            .select('path')
            .where('id', '=', domain)
            .executeTakeFirst()
        )?.path === '';
      if (moved) expect(await codeOf(add('next', 'token-administrator', PASSWORD, domain))).toBe('not-found');
      expect(await found()).toContain('The role token-administrator of the administrator desk');
      await restore();
      expect((await desk.api('listUsers', {})).items).toEqual([]);
    }
  });

  test('adds an administrator: the logon is refused as for a name that is not there', async () => {
    const { password_hash } = await row('mallory');
    for (const [index, mark] of (await marks()).entries()) {
      const name = `rival${index}`;
      await beside.db
        .insertInto('administrators')
        .values({
          ...(await row('grace')),
          id: name,
          user_name: name,
          user_name_key: name,
          password_hash,
          mark,
        })
        .execute();
      await beside.db
        .insertInto('role_grants')
        .values({ administrator_id: name, role_id: 'super-admin', domain_id: 'top', mark })
        .execute();
      const refusal = await problemOf(loggedOn(name, MALLORYS));
      expect(refusal).toEqual(await problemOf(loggedOn('nobody', MALLORYS)));
      expect(refusal.code).toBe('log-on-failed');
      expect(await found()).toContain(`The administrator ${name} was written`);
      await deployment.api('deleteAdministrator', { params: { userId: name } });
    }
    const { items } = await deployment.api('listAudit', { query: { limit: 50 } });
    expect(items.map(({ reason }) => reason)).toContain(
      'this administrator was written or altered without the master key',
    );
    expect(await found()).toBe('');
  });

  test('puts a password hash in the place of another, enables, renames: no logon, and no edit makes it good', async () => {
    const mallory = await row('mallory');
    for (const [index, change] of [
      { password_hash: mallory.password_hash },
      { enabled: 0 as const },
      { token_user_id: null, mark: mallory.mark, password_hash: mallory.password_hash },
    ].entries()) {
      const name = `victim${index}`;
      await add(name, 'super-admin');
      const held = await loggedOn(name);
      const { version } = (await deployment.api('listAdministrators', {})).items.find(
        ({ userName }) => userName === name,
      ) as { version: number };
      await beside.db.updateTable('administrators').set(change).where('user_name', '=', name).execute();
      for (const password of [PASSWORD, MALLORYS])
        expect(await codeOf(loggedOn(name, password))).toBe('log-on-failed');
      expect(await held.api('getSession', {})).toBe(null);
      expect(await found()).toContain(`The administrator ${name} was written`);
      const params = { userId: name };
      expect(
        await codeOf(
          deployment.api('editAdministrator', { params, body: { enabled: true }, ifMatch: version }),
        ),
      ).toBe('wrong-state');
      expect(
        await codeOf(deployment.api('setPassword', { params, body: { password: PASSWORD } } as never)),
      ).toBe('wrong-state');
      expect(await codeOf(deployment.api('forgetPasskeys', { params }))).toBe('wrong-state');
      await deployment.api('deleteAdministrator', { params });
      await add(name, 'super-admin');
      await loggedOn(name);
    }
    // Reported once in the log, however often it was looked at.
    const { id } = await row('grace');
    await beside.db.updateTable('administrators').set({ enabled: 0 }).where('id', '=', id).execute();
    for (const _ of [1, 2, 3]) expect(await found()).toContain('The administrator grace was written');
    await beside.db.updateTable('administrators').set({ enabled: 1 }).where('id', '=', id).execute();
    const lines = deployment.servers[0]
      ?.output()
      .split('\n')
      .filter((line) => line.includes('counts for nothing') && line.includes(id));
    expect(lines).toHaveLength(1);
  });

  test('enlarges a role: whoever has it may do nothing by it, and no edit makes it good', async () => {
    const role = await deployment.api('addRole', {
      body: { name: 'Looks', description: '', permissions: ['users:view'] },
    });
    await add('looker', 'Looks');
    const looker = await loggedOn('looker');
    await looker.api('listUsers', {});
    for (const permissions of [JSON.stringify(PERMISSION_NAMES), '["users:view","users:edit"]', '{broken']) {
      await beside.db.updateTable('roles').set({ permissions }).where('id', '=', role.id).execute();
      expect(await codeOf(looker.api('addUser', { body: { userId: 'loot' } }))).toBe('not-permitted');
      expect(await codeOf(looker.api('listUsers', {}))).toBe('not-permitted');
      expect(await found()).toContain('The role Looks was written');
      const change = { params: { id: role.id }, body: { description: 'mine' }, ifMatch: role.version };
      expect(await codeOf(deployment.api('editRole', change as never))).toBe('wrong-state');
      expect(await codeOf(add('another', 'Looks'))).toBe('not-found');
      await deployment.api('listRoles', {});
    }
    await beside.db
      .updateTable('roles')
      .set({ permissions: '["users:view"]' })
      .where('id', '=', role.id)
      .execute();
    await looker.api('listUsers', {});
    expect(await found()).toBe('');
  });

  test('enlarges an API key, or makes it live longer, or frees it from its owner', async () => {
    const mallory = await loggedOn('mallory', MALLORYS);
    expect(await codeOf(mallory.api('addApiKey', { body: { name: 'x', permissions: ['audit:view'] } }))).toBe(
      'not-permitted',
    );
    await add('maker', 'super-admin');
    const maker = await loggedOn('maker');
    const { id: domain } = await deployment.api('addSecurityDomain', { body: { name: 'Keys' } });
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    for (const [index, change] of [
      { permissions: JSON.stringify(PERMISSION_NAMES) },
      { domain: '/' },
      { expires_at: null },
      { owner_id: null },
      { owner_id: (await row('grace')).id },
      { mark: null },
    ].entries()) {
      const name = `key${index}`;
      const { id, key } = await maker.api('addApiKey', {
        body: { name, permissions: ['users:view'], securityDomain: domain, expiresAt },
      });
      await beside.db.updateTable('api_keys').set(change).where('id', '=', id).execute();
      const refusal = await problemOf(deployment.apiOf(0, key)('listUsers', {}));
      expect(refusal.code).toBe('not-authenticated');
      expect(refusal.detail).toContain('changed in the database');
      expect(await found()).toContain(`The API key ${name} was written`);
      expect((await deployment.api('listApiKeys', {})).items.find((one) => one.id === id)?.standing).toBe(
        'altered',
      );
      const grace = await loggedOn('grace');
      expect(await codeOf(grace.api('takeOverApiKey', { params: { id } }))).toBe('wrong-state');
      await deployment.api('deleteApiKey', { params: { id } });
    }
    expect(await found()).toBe('');
  });

  test('adds a passkey, or puts another key into one: it opens nothing, while a true one does', async () => {
    await add('wendy', 'super-admin');
    const wendy = await loggedOn('wendy');
    const origin = deployment.servers[0]?.url as string;
    const log = async (passkey: ReturnType<typeof softwarePasskey>) => {
      const person = anybody();
      const { state, options } = await person.api('challengePasskeyLogOn', {});
      await person.api('openPasskeySession', {
        body: { state, response: passkey.use(String(options.challenge)) },
      });
    };
    const own = softwarePasskey(origin);
    const { state, options } = await wendy.api('challengePasskey', {});
    await wendy.api('addPasskey', {
      body: { state, name: 'own', response: own.register(String(options.challenge)) },
    });
    await log(own);
    const stored = await beside.db
      .selectFrom('passkeys')
      .selectAll()
      .where('id', '=', own.id)
      .executeTakeFirstOrThrow();
    for (const mark of [...(await marks()), stored.mark]) {
      const forged = softwarePasskey(origin);
      await beside.db
        .insertInto('passkeys')
        .values({ ...stored, id: forged.id, public_key: forged.publicKey, mark })
        .execute();
      expect(await codeOf(log(forged))).toBe('log-on-failed');
      expect(await found()).toContain('A passkey of the administrator wendy was written');
      await beside.db.deleteFrom('passkeys').where('id', '=', forged.id).execute();
    }
    // Mallory's own, under the name of another.
    await beside.db
      .updateTable('passkeys')
      .set({ administrator_id: (await row('grace')).id })
      .where('id', '=', own.id)
      .execute();
    expect(await codeOf(log(own))).toBe('log-on-failed');
    await beside.db
      .updateTable('passkeys')
      .set({ administrator_id: (await row('wendy')).id })
      .where('id', '=', own.id)
      .execute();
    await log(own);
    expect(await found()).toBe('');

    // Taken away: the password is not enough by that.
    expect(await codeOf(loggedOn('wendy'))).toBe('second-factor-required');
    await beside.db.deleteFrom('passkeys').where('id', '=', own.id).execute();
    expect(await codeOf(loggedOn('wendy'))).toBe('second-factor-required');
    expect(await found()).toBe('A passkey of the administrator wendy was removed without the master key.');
    await beside.db
      .updateTable('administrators')
      .set({ passkey_count: 0 })
      .where('user_name', '=', 'wendy')
      .execute();
    expect(await codeOf(loggedOn('wendy'))).toBe('log-on-failed');
    await beside.db
      .updateTable('administrators')
      .set({ passkey_count: 1 })
      .where('user_name', '=', 'wendy')
      .execute();
    await deployment.api('forgetPasskeys', { params: { userId: 'wendy' } });
    await loggedOn('wendy');
    expect(await found()).toBe('');
  });

  test('takes the token away that has to be shown, or names another user', async () => {
    await add('tess', 'super-admin');
    await deployment.api('addUser', { body: { userId: 'tess' } });
    await deployment.api('addUser', { body: { userId: 'mallory' } });
    const users = await beside.db.selectFrom('users').select(['id', 'user_id']).execute();
    const link = (user: string | null) =>
      beside.db
        .updateTable('administrators')
        .set({ token_user_id: users.find(({ user_id }) => user_id === user)?.id ?? null })
        .where('user_name', '=', 'tess')
        .execute();
    await link('tess');
    await markRows(deployment.dataFolder, database.location);
    expect(await codeOf(loggedOn('tess'))).toBe('second-factor-required');
    for (const other of [null, 'mallory']) {
      await link(other);
      expect(await codeOf(loggedOn('tess'))).toBe('log-on-failed');
      expect(await found()).toContain('The administrator tess was written');
    }
    await link('tess');
    expect(await found()).toBe('');
  });

  test('makes their session the session of another, a stronger or a longer one', async () => {
    const grace = await row('grace');
    for (const change of [
      { administrator_id: grace.id },
      { second_factor: 1 as const },
      { proved_at: Date.now() + 60_000 },
      { expires_at: Date.now() + 86_400_000 },
    ]) {
      const mallory = await loggedOn('mallory', MALLORYS);
      const { id } = await row('mallory');
      const mine = await beside.db
        .selectFrom('sessions')
        .selectAll()
        .where('administrator_id', '=', id)
        .orderBy('created_at', 'desc')
        .executeTakeFirstOrThrow();
      await beside.db.updateTable('sessions').set(change).where('id_hash', '=', mine.id_hash).execute();
      expect(await mallory.api('getSession', {})).toBe(null);
      expect(await found()).toContain('A session of the administrator');
      await beside.db.deleteFrom('sessions').where('id_hash', '=', mine.id_hash).execute();
    }
    expect(await found()).toBe('');
  });

  test('adds a Super Admin, so that the last true one could go: that one stays', async () => {
    const supers = (await deployment.api('listAdministrators', {})).items.filter(({ grants }) =>
      grants.some(({ role }) => role === 'super-admin'),
    );
    const others = supers.map(({ userName }) => userName).filter((name) => name !== 'admin');
    await beside.db
      .updateTable('administrators')
      .set({ mark: sql<string>`'x' || mark` })
      .where('user_name', 'in', others)
      .execute();
    const last = supers.find(({ userName }) => userName === 'admin') as { version: number };
    const off = { params: { userId: 'admin' }, body: { enabled: false }, ifMatch: last.version };
    expect(await codeOf(deployment.api('editAdministrator', off))).toBe('last-super-admin');
    expect(await codeOf(deployment.api('deleteAdministrator', { params: { userId: 'admin' } }))).toBe(
      'last-super-admin',
    );
    await beside.db
      .updateTable('administrators')
      .set({ mark: sql<string>`substr(mark, 2)` })
      .where('user_name', 'in', others)
      .execute();
    expect(await found()).toBe('');
  });
});
