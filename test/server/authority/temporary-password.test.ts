/** A password that somebody else gave an administrator opens a session that does nothing but replace it, and not for long. */
import { OPERATIONS, type Operation, type OperationName } from '@sower/api/operations';
import { openDatabase } from '@sower/server/store/db/open';
import { markAllRows } from '@sower/server/store/keys/marked-rows';
import { expect, test } from 'vitest';
import { givenPassword, newAdministrator } from '../../harness/administrator.ts';
import { earlierSchema } from '../../harness/databases/earlier-schema.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import {
  problemOf,
  type SelfServiceClient,
  sealingOf,
  selfServiceClient,
} from '../../harness/self-service-client.ts';

const GIVEN = 'a loan for one log-on';
const OWN = 'correct horse battery';
const DAY = 86_400_000;

onBothDatabases('a temporary password of an administrator', (kind) => {
  const { database, deployment } = deployed({ installed: kind.fresh });

  async function loggedOn(userName: string, password: string): Promise<SelfServiceClient> {
    const person = selfServiceClient(deployment);
    await person.api('openSession', { body: { userName, password } });
    return person;
  }
  const codeOf = async (work: Promise<unknown>) => (await problemOf(work)).code;
  const change = (person: SelfServiceClient, password: string, newPassword: string) =>
    problemOf(person.api('setOwnPassword', { body: { password, newPassword } }));
  const mustChange = async (userName: string) =>
    (await deployment.api('listAdministrators', {})).items.find((one) => one.userName === userName)
      ?.mustChangePassword;

  test('of the first start: every operation but its change says so, whoever asks for what', async () => {
    const admin = await loggedOn('admin', givenPassword(deployment));
    expect(await admin.api('getSession', {})).toMatchObject({ permissions: [], mustChangePassword: true });
    const open: string[] = [];
    for (const name of Object.keys(OPERATIONS) as OperationName[]) {
      const { method, path, permission, ownSession, user, beforePasswordChange }: Operation =
        OPERATIONS[name];
      if (beforePasswordChange && !user) open.push(name);
      if (beforePasswordChange || (permission === undefined && !ownSession)) continue;
      const { status, body } = await deployment.send(0, {
        method,
        path: `/api/v1${path.replace(/:\w+/g, 'x')}`,
        headers: {
          cookie: [...admin.cookies].map((pair) => pair.join('=')).join('; '),
          'sec-fetch-site': 'same-origin',
          'content-type': 'application/json',
          'if-match': '"1"',
        },
        ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }),
      });
      // What the schema refuses does not come so far.
      const { code } = JSON.parse(body.toString());
      expect([name, code === 'invalid-request' ? 'password-change-needed' : code]).toEqual([
        name,
        'password-change-needed',
      ]);
      expect(status).toBe(code === 'invalid-request' ? 400 : 403);
    }
    expect(open.sort()).toEqual([
      'challengePasskeyLogOn',
      'closeSession',
      'getSession',
      'openPasskeySession',
      'openSession',
      'provePasskeySession',
      'proveSession',
      'setOwnPassword',
    ]);
    // The key of the command line goes on.
    expect(await codeOf(deployment.api('listUsers', {}))).toBe('none');
    expect(await mustChange('admin')).toBe(true);
    expect(await change(admin, givenPassword(deployment), OWN)).toEqual({ code: 'none', detail: '' });
    expect(await mustChange('admin')).toBe(false);
    expect((await admin.api('getSession', {}))?.permissions.length).toBeGreaterThan(10);
    expect(await codeOf(admin.api('listUsers', {}))).toBe('none');
    expect(await codeOf(loggedOn('admin', givenPassword(deployment)))).toBe('log-on-failed');
  });

  test('of one that another administrator adds, or gives a new one: the session that changes it goes on alone', async () => {
    await deployment.api('addAdministrator', {
      body: { userName: 'grace', password: GIVEN, grants: [{ role: 'super-admin' }] },
    });
    for (const own of [OWN, `${OWN} staple`]) {
      const [grace, giver] = [await loggedOn('grace', GIVEN), await loggedOn('grace', GIVEN)];
      expect(await problemOf(grace.api('listUsers', {}))).toMatchObject({
        code: 'password-change-needed',
        detail: 'Choose a new password first.',
      });
      expect(await change(grace, GIVEN, GIVEN)).toMatchObject({ code: 'password-refused' });
      expect(await change(grace, OWN, own)).toMatchObject({ code: 'password-refused' });
      expect(await codeOf(grace.api('listUsers', {}))).toBe('password-change-needed');
      expect((await change(grace, GIVEN, own)).code).toBe('none');
      expect(await codeOf(grace.api('listUsers', {}))).toBe('none');
      expect(await giver.api('getSession', {})).toBe(null);
      expect(await codeOf(loggedOn('grace', GIVEN))).toBe('log-on-failed');
      expect(await codeOf((await loggedOn('grace', own)).api('listUsers', {}))).toBe('none');
      await deployment.api('setPassword', { params: { userId: 'grace' }, body: { password: GIVEN } });
      expect(await codeOf(grace.api('listUsers', {}))).toBe('not-authenticated');
    }
  });

  test('does not stop the API keys of its owner', async () => {
    await newAdministrator(deployment, {
      userName: 'heidi',
      password: OWN,
      grants: [{ role: 'super-admin' }],
    });
    const heidi = await loggedOn('heidi', OWN);
    const { key } = await heidi.api('addApiKey', { body: { name: 'k', permissions: ['users:view'] } });
    await deployment.api('setPassword', { params: { userId: 'heidi' }, body: { password: GIVEN } });
    expect(await codeOf(deployment.apiOf(0, key)('listUsers', {}))).toBe('none');
  });

  test('opens nothing after its days, and the trail says why; one that its owner chose does', async () => {
    const { db, close } = await openDatabase(database.location);
    try {
      for (const [userName, own, age, expected] of [
        ['given-6', false, 6, 'none'],
        ['given-8', false, 8, 'log-on-failed'],
        ['chosen-400', true, 400, 'none'],
      ] as const) {
        const body = { userName, password: OWN, grants: [] };
        if (own) await newAdministrator(deployment, body);
        else await deployment.api('addAdministrator', { body });
        await db
          .updateTable('administrators')
          .set((eb) => ({ password_given_at: eb('password_given_at', '-', age * DAY) }))
          .where('user_name', '=', userName)
          .execute();
        await markAllRows(db, { sealing: sealingOf(deployment.dataFolder) });
        expect([userName, await codeOf(loggedOn(userName, OWN))]).toEqual([userName, expected]);
      }
      const { items } = await deployment.api('listAudit', { query: { action: 'administrator.log-on' } });
      expect(items.map(({ reason }) => reason)).toContain('the temporary password has expired');
    } finally {
      await close();
    }
  });

  test('is not what administrators of an earlier Sower have', async () => {
    const before = await kind.empty();
    try {
      const old = await earlierSchema(before.location, '0024-latest-of-the-holder');
      const row = { id: 'a', user_name: 'a', user_name_key: 'a', password_hash: '', token_user_id: null };
      await old
        .insertInto('administrators')
        .values({ ...row, enabled: 1, created_at: 0, version: 1 })
        .execute();
      await old.destroy();
      const { db, close } = await openDatabase(before.location);
      expect(await db.selectFrom('administrators').selectAll().executeTakeFirst()).toMatchObject({
        must_change_password: 0,
        password_given_at: null,
      });
      await close();
    } finally {
      await before.drop();
    }
  });
});
