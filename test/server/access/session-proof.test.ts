/** A borrowed session of an administrator is not enough for what opens doors; what it tries is counted and written down. */
import { OPERATIONS, type Operation, type OperationName } from '@sower/api/operations';
import { openDatabase } from '@sower/server/store/db/open';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAdministrator } from '../../harness/administrator.ts';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import {
  markRows,
  problemOf,
  type SelfServiceClient,
  selfServiceClient,
} from '../../harness/self-service-client.ts';

const PASSWORD = 'correct horse battery';

/** What changes something and opens no door, or asks for a secret of its own; each with why. */
const WITHOUT_PROOF: Partial<Record<OperationName, string>> = {
  checkCertificate: 'changes nothing',
  changeOwnPassword: 'asks for the present password',
  checkAddress: 'changes nothing',
};

describe('what asks for a fresh proof', () => {
  test('everything about credentials, keys, factors, roles and policies does; nothing else of these is forgotten', () => {
    const about =
      /^\/(administrators|roles|api-keys|server-keys|certificates|radius-clients|agents|policies|settings)\b|passkeys|password|signing/;
    const forgotten = (Object.entries(OPERATIONS) as [OperationName, Operation][])
      .filter(([name, { method, path }]) => method !== 'GET' && about.test(path) && !(name in WITHOUT_PROOF))
      .filter(([, { freshProof }]) => freshProof !== true)
      .map(([name]) => name);
    expect(forgotten).toEqual([]);
  });
});

onBothDatabases('proof', (kind) => {
  let database: FreshDatabase;
  let deployment: Deployment;
  const serial = '000100000001';

  beforeAll(async () => {
    database = await kind.installed();
    // Few tries, as a real deployment has; each test has an account and an address of its own.
    deployment = await deploy(database, { arguments: ['--trusted-proxies', '127.0.0.1'] });
    for (const userName of ['grace', 'mallory', 'heidi', 'ivan']) {
      await newAdministrator(deployment, { userName, password: PASSWORD, grants: [{ role: 'super-admin' }] });
    }
  });
  afterAll(async () => {
    await deployment.stop();
    await database.drop();
  });

  let addresses = 0;
  async function loggedOn(userName: string, more: { passcode?: string } = {}): Promise<SelfServiceClient> {
    addresses += 1;
    const person = selfServiceClient(deployment, {
      'x-forwarded-for': `192.0.2.${addresses}`,
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    });
    await person.api('openSession', { body: { userName, password: PASSWORD, ...more } });
    return person;
  }

  /** As if the sessions of all had last proved anything so long ago. */
  async function age(minutes: number): Promise<void> {
    const { db, close } = await openDatabase(database.location);
    await db
      .updateTable('sessions')
      .set({ proved_at: Date.now() - minutes * 60_000 })
      .execute();
    await close();
    await markRows(deployment.dataFolder, database.location);
  }
  const codeOf = async (work: Promise<unknown>): Promise<string> => (await problemOf(work)).code;
  const trail = async (action: string) => {
    const { items } = await deployment.api('listAudit', { query: { limit: 500 } });
    return items.filter((entry) => entry.action === action);
  };
  const addKey = ({ api }: SelfServiceClient) =>
    api('addApiKey', { body: { name: 'portal', permissions: ['authenticate'] } });

  test('six minutes after the log-on a key is not made; after a proof it is, and the old cookie is worth nothing', async () => {
    const grace = await loggedOn('grace');
    expect(await codeOf(addKey(grace))).toBe('none');
    await age(6);
    expect(await codeOf(addKey(grace))).toBe('proof-needed');
    // Reading and everyday work go on.
    expect((await grace.api('listApiKeys', {})).items.length).toBeGreaterThan(0);
    await grace.api('addUser', { body: { userId: `u-${kind.name}` } });

    const thief = new Map(grace.cookies);
    const before = (await trail('administrator.prove')).length;
    expect(await codeOf(grace.api('proveSession', { body: { password: 'wrong' } }))).toBe('log-on-failed');
    expect(await codeOf(addKey(grace))).toBe('proof-needed');
    await grace.api('proveSession', { body: { password: PASSWORD } });
    expect(await codeOf(addKey(grace))).toBe('none');
    const proofs = (await trail('administrator.prove')).slice(0, -before || undefined);
    expect(proofs.map(({ result, reason, actor }) => ({ result, reason, actor }))).toEqual([
      { result: 'success', reason: undefined, actor: 'administrator:grace' },
      { result: 'refused', reason: 'wrong password', actor: 'administrator:grace' },
    ]);
    const cookie = [...thief].map((pair) => pair.join('=')).join('; ');
    const old = await deployment.send(0, { path: '/api/v1/session', headers: { cookie } });
    expect(old.body.toString()).toBe('null');
  });

  test('800 guesses at the password of a session, at once: as many are looked at as at a log-on, and all of those are written down', async () => {
    const mallory = await loggedOn('mallory');
    const before = (await trail('administrator.prove')).length;
    const counts: Record<string, number> = {};
    const begun = performance.now();
    const guess = async (n: number): Promise<void> => {
      const code = await codeOf(mallory.api('proveSession', { body: { password: `guess ${n}` } }));
      counts[code] = (counts[code] ?? 0) + 1;
    };
    // What waits for its turn would wait for minutes.
    void Promise.allSettled(Array.from({ length: 800 }, (_, n) => guess(n)));
    const answered = () => Object.values(counts).reduce((sum, n) => sum + n, 0);
    await expect.poll(answered, { timeout: 120_000 }).toBeGreaterThan(780);
    await expect.poll(() => counts['log-on-failed'], { timeout: 30_000 }).toBeGreaterThanOrEqual(20);
    // One comes back every six seconds.
    expect(counts['log-on-failed']).toBeLessThanOrEqual(20 + (performance.now() - begun) / 6_000);
    expect((await trail('administrator.prove')).length - before).toBe(counts['log-on-failed']);
    // The own password by its own way: the same count.
    expect(
      await codeOf(
        Promise.race([
          mallory.api('setOwnPassword', { body: { password: 'a guess', newPassword: 'never looked at 17' } }),
          new Promise((resolve) => setTimeout(resolve, 300)),
        ]),
      ),
    ).not.toBe('password-refused');
  });

  test("one's own password asks for the present one, by every way; a wrong one counts and is written down", async () => {
    const heidi = await loggedOn('heidi');
    const by = (await problemOf(
      heidi.api('setPassword', { params: { userId: 'Heidi' }, body: { password: 'another horse battery' } }),
    )) as { code: string };
    expect(by.code).toBe('wrong-state');
    expect(
      await codeOf(
        heidi.api('setOwnPassword', { body: { password: 'wrong', newPassword: 'another horse battery' } }),
      ),
    ).toBe('password-refused');
    expect((await trail('administrator.password'))[0]).toMatchObject({
      result: 'refused',
      reason: 'wrong current password',
    });
    // A new password that is refused is no guess: the right one is still looked at afterwards.
    const short = () =>
      codeOf(heidi.api('setOwnPassword', { body: { password: PASSWORD, newPassword: 'short' } }));
    for (let n = 0; n < 20; n += 1) expect(await short()).toBe('password-refused');
    expect(new Set(await Promise.all(Array.from({ length: 15 }, short)))).toEqual(
      new Set(['password-refused']),
    );
    expect(
      await codeOf(
        heidi.api('setOwnPassword', { body: { password: PASSWORD, newPassword: 'another horse battery' } }),
      ),
    ).toBe('none');
  });

  test('a second factor is not removed by a session that has not shown it, and sessions of before end when it comes', async () => {
    const { api } = deployment;
    await api('addUser', { body: { userId: 'iuser' } });
    await api('addProfile', {
      body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
    });
    await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId: 'iuser' } });
    const token = await provisioned(
      deployment,
      await api('distributeToken', { params: { serial }, body: { profile: 'p' } }),
    );
    let offset = -2;
    const code = (): string => {
      offset += 1;
      return tokencode(token, offset);
    };
    await api('authenticate', { body: { userId: 'iuser', passcode: code() } });

    const [here, elsewhere] = [await loggedOn('ivan'), await loggedOn('ivan')];
    const edit = async (by: SelfServiceClient, tokenOf: string | null) => {
      const { items } = await api('listAdministrators', {});
      const { version } = items.find(({ userName }) => userName === 'ivan') as { version: number };
      return by.api('editAdministrator', { params: { userId: 'ivan' }, body: { tokenOf }, ifMatch: version });
    };
    expect((await edit(here, 'iuser')).tokenOf).toBe('iuser');
    expect(await codeOf(elsewhere.api('getOwnLogOn', {}))).toBe('not-authenticated');
    // It goes on, and proves nothing until it has shown the token: the password alone is not enough now.
    expect((await here.api('getOwnLogOn', {})).tokenOf).toBe('iuser');
    expect(await codeOf(edit(here, null))).toBe('proof-needed');
    expect(await codeOf(here.api('proveSession', { body: { password: PASSWORD } }))).toBe(
      'second-factor-required',
    );
    expect(await codeOf(edit(here, null))).toBe('proof-needed');
    await here.api('proveSession', { body: { password: PASSWORD, passcode: code() } });
    expect((await edit(here, null)).tokenOf).toBeUndefined();
  });

  test('an API key has no screen that is borrowed: it is not asked, and proves nothing for others', async () => {
    await age(60);
    expect(
      await codeOf(
        deployment.api('addApiKey', { body: { name: 'by a key', permissions: ['authenticate'] } }),
      ),
    ).toBe('none');
    for (const call of [
      () => deployment.api('proveSession', { body: { password: PASSWORD } }),
      () => deployment.api('listOwnSessions', {}),
      () => deployment.api('endOtherSessions', {}),
    ]) {
      expect(await codeOf(call())).toBe('not-authenticated');
    }
  });

  test("an administrator's own sessions: listed, one ended, the others ended, nobody else's", async () => {
    const other = await loggedOn('grace');
    const [here, there, third] = [await loggedOn('ivan'), await loggedOn('ivan'), await loggedOn('ivan')];
    const { items } = await here.api('listOwnSessions', {});
    const mine = items.filter(({ source }) => source?.startsWith('192.0.2.'));
    expect(mine.length).toBeGreaterThanOrEqual(3);
    expect(items.filter(({ current }) => current)).toHaveLength(1);
    expect(mine[0]?.userAgent).toMatch(/Firefox/);
    const [thirds] = (await third.api('listOwnSessions', {})).items.filter(({ current }) => current);
    const [others] = (await other.api('listOwnSessions', {})).items.filter(({ current }) => current);
    expect(await codeOf(here.api('endOwnSession', { params: { id: others?.id ?? '' } }))).toBe('not-found');
    await here.api('endOwnSession', { params: { id: thirds?.id ?? '' } });
    expect(await codeOf(third.api('getOwnLogOn', {}))).toBe('not-authenticated');
    expect((await there.api('getOwnLogOn', {})).userName).toBe('ivan');
    await here.api('endOtherSessions', {});
    expect(await codeOf(there.api('getOwnLogOn', {}))).toBe('not-authenticated');
    expect((await here.api('listOwnSessions', {})).items).toHaveLength(1);
    expect((await other.api('getOwnLogOn', {})).userName).toBe('grace');
    expect((await trail('administrator.end-sessions')).map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^\d+ others$/),
      'one',
    ]);
  });

  test("a user's own sessions: the same, and a wrong current password counts while a short new one does not", async () => {
    const userId = `owner-${kind.name}`;
    for (const name of [userId, `${userId}-2`]) {
      await deployment.api('addUser', { body: { userId: name } });
      await deployment.api('setUserPassword', {
        params: { userId: name },
        body: { password: PASSWORD, mustChange: false },
      });
    }
    const visit = async (name: string) => {
      addresses += 1;
      const person = selfServiceClient(deployment, { 'x-forwarded-for': `192.0.2.${addresses}` });
      await person.api('openUserSession', { body: { method: 'password', userId: name, password: PASSWORD } });
      return person;
    };
    const [here, there, third, other] = [
      await visit(userId),
      await visit(userId),
      await visit(userId),
      await visit(`${userId}-2`),
    ];
    expect((await here.api('listOwnUserSessions', {})).items).toHaveLength(3);
    const idOf = async ({ api }: SelfServiceClient) =>
      (await api('listOwnUserSessions', {})).items.find(({ current }) => current)?.id ?? '';
    expect(await codeOf(here.api('endOwnUserSession', { params: { id: await idOf(other) } }))).toBe(
      'not-found',
    );
    await here.api('endOwnUserSession', { params: { id: await idOf(third) } });
    expect(await codeOf(third.api('listOwnTokens', {}))).toBe('not-authenticated');
    await here.api('endOtherUserSessions', {});
    expect(await codeOf(there.api('listOwnTokens', {}))).toBe('not-authenticated');
    expect(await codeOf(other.api('listOwnTokens', {}))).toBe('none');

    const change = (present: string, password: string) =>
      here.api('changeOwnPassword', { body: { present, password } });
    const short = () => codeOf(change(PASSWORD, 'short'));
    for (let n = 0; n < 20; n += 1) expect(await short()).toBe('password-refused');
    expect(new Set(await Promise.all(Array.from({ length: 15 }, short)))).toEqual(
      new Set(['password-refused']),
    );
    expect(await codeOf(change('wrong', 'another horse battery'))).toBe('password-refused');
    expect((await trail('user.password'))[0]).toMatchObject({
      result: 'refused',
      reason: 'wrong current password',
    });
    expect(await codeOf(change(PASSWORD, 'password12345678'))).toBe('password-refused');
    expect(await codeOf(change(PASSWORD, 'another horse battery'))).toBe('none');
  });

  test('a password that is easily guessed is refused by every way it can be chosen', async () => {
    const { api } = deployment;
    const weak = { password: 'password12345678' };
    await api('addUser', { body: { userId: 'weak' } });
    for (const attempt of [
      () => api('addAdministrator', { body: { userName: 'weak', ...weak, grants: [] } }),
      () => api('setPassword', { params: { userId: 'grace' }, body: weak }),
      () => api('setUserPassword', { params: { userId: 'weak' }, body: weak }),
    ]) {
      expect(await problemOf(attempt())).toMatchObject({
        code: 'password-refused',
        detail: expect.stringContaining('easy to guess'),
      });
    }
  });

  test('a temporary password opens nothing after its time; one that its owner chose does', async () => {
    const { api } = deployment;
    const { db, close } = await openDatabase(database.location);
    const days = (count: number) => Date.now() - count * 86_400_000;
    const logOn = async (userId: string) => {
      addresses += 1;
      const person = selfServiceClient(deployment, { 'x-forwarded-for': `192.0.2.${addresses}` });
      return codeOf(
        person.api('openUserSession', { body: { method: 'password', userId, password: PASSWORD } }),
      );
    };
    try {
      for (const [userId, mustChange, age, expected] of [
        ['temporary-6', true, 6, 'none'],
        ['temporary-8', true, 8, 'log-on-failed'],
        ['chosen-400', false, 400, 'none'],
      ] as const) {
        const { id } = await api('addUser', { body: { userId } }).then(async () =>
          db.selectFrom('users').select('id').where('user_id', '=', userId).executeTakeFirstOrThrow(),
        );
        await api('setUserPassword', { params: { userId }, body: { password: PASSWORD, mustChange } });
        await db
          .updateTable('user_passwords')
          .set({ set_at: days(age) })
          .where('user_id', '=', id)
          .execute();
        expect(await logOn(userId), userId).toBe(expected);
      }
      expect((await trail('user.log-on')).map(({ reason }) => reason)).toContain(
        'password: the temporary password has expired',
      );
    } finally {
      await close();
    }
  });

  test('a page that asks by itself keeps no session alive; a person does', async () => {
    const { db, close } = await openDatabase(database.location);
    try {
      const grace = await loggedOn('mallory');
      const mine = (await grace.api('listOwnSessions', {})).items.find(({ current }) => current)?.id ?? '';
      const seen = async () =>
        (
          await db
            .selectFrom('sessions')
            .select('last_seen_at')
            .where('id_hash', '=', mine)
            .executeTakeFirstOrThrow()
        ).last_seen_at;
      const old = Date.now() - 10 * 60_000;
      await db.updateTable('sessions').set({ last_seen_at: old }).where('id_hash', '=', mine).execute();
      await grace.api('listAudit', { query: { limit: 1 }, quiet: true });
      expect(await seen()).toBe(old);
      await grace.api('listAudit', { query: { limit: 1 } });
      expect(await seen()).toBeGreaterThan(old);
    } finally {
      await close();
    }
  });
});
