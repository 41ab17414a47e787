/** Replacing a token: both belong to the user until the first passcode of the new one is accepted. */
import type { Permission } from '@sower/api/permissions';
import { beforeAll, expect, test } from 'vitest';
import { acceptAround, provisioned, tokencode } from '../../harness/authenticator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { problemCode } from '../../harness/problems.ts';

onBothDatabases('replacing a token', (kind) => {
  const { deployment } = deployed(kind, { processes: 2 });
  let people = 0;

  beforeAll(async () => {
    await acceptAround(deployment.api);
    const profile = { deviceType: 'sower', delivery: 'url' } as const;
    await deployment.api('addProfile', {
      body: { name: 'tokencode', authenticationType: 'tokencode', ...profile },
    });
    // A PIN is carried over or not, and neither is asked for.
    await deployment.api('editTokenPolicy', {
      params: { domain: 'top' },
      ifMatch: 0,
      body: { pinRequired: false, pinHistory: 2 },
    });
    await deployment.api('addProfile', { body: { name: 'fob', authenticationType: 'fob', ...profile } });
  });

  const mint = async (): Promise<string> => (await deployment.api('mintTokens', { body: {} })).first;
  const assign = (serial: string, userId: string) =>
    deployment.api('assignToken', { params: { serial }, body: { userId } });
  const provision = async (serial: string, profile = 'tokencode') =>
    provisioned(
      deployment,
      await deployment.api('distributeToken', { params: { serial }, body: { profile } }),
    );
  const verify = async (userId: string, passcode: string, server = 0): Promise<string> =>
    (await deployment.apiOf(server)('authenticate', { body: { userId, passcode } })).result;
  const get = (serial: string) => deployment.api('getToken', { params: { serial } });
  const replace = (serial: string, body: object = {}) =>
    deployment.api('replaceToken', { params: { serial }, body });

  async function holder() {
    people += 1;
    const userId = `holder${people}`;
    await deployment.api('addUser', { body: { userId } });
    const serial = await mint();
    await assign(serial, userId);
    return { userId, serial };
  }

  test('the old one goes on until the first passcode of the new one; then it is nobody’s', async () => {
    const { userId, serial } = await holder();
    const old = await provision(serial);
    const chosen = await mint();
    const replacement = await replace(serial, { replacement: chosen });
    expect(replacement).toMatchObject({ serial: chosen, userId, enabled: true, replaces: serial });
    expect(await get(serial)).toMatchObject({ userId, replacedBy: chosen });
    const young = await provision(chosen);
    expect(await verify(userId, tokencode(old, -1))).toBe('accepted');
    expect(await get(serial)).toMatchObject({ userId });
    expect(await verify(userId, tokencode(young))).toBe('accepted');
    const freed = await get(serial);
    expect(freed).toMatchObject({ enabled: false, seeds: [] });
    expect(freed.userId).toBe(undefined);
    expect(await verify(userId, tokencode(old))).toBe('rejected');
    expect((await get(chosen)).replaces).toBe(undefined);
    const { items } = await deployment.api('listAudit', { query: { object: `token:${serial}`, limit: 4 } });
    expect(items.map(({ action }) => action)).toEqual([
      'token.unassign',
      'token.replaced',
      'token.confirmed',
      'token.replace',
    ]);
    expect(items[0]).toMatchObject({ actor: 'system:replacement' });
  });

  test('the next available one, deleted afterwards; a PIN carried over, or not', async () => {
    for (const keepPin of [true, false]) {
      const { userId, serial } = await holder();
      await provision(serial, 'fob');
      await deployment.api('setPin', { params: { serial }, body: { pin: '4711' } });
      await mint();
      const replacement = await replace(serial, { keepPin, afterwards: 'delete' });
      expect(replacement.serial).not.toBe(serial);
      expect(replacement.pinSet).toBe(keepPin);
      const young = await provision(replacement.serial, 'fob');
      const code = tokencode(young);
      if (keepPin) expect(await verify(userId, code)).toBe('rejected');
      expect(await verify(userId, keepPin ? `4711${code}` : code)).toBe('accepted');
      expect(await problemCode(get(serial))).toBe('not-found');
    }
  });

  test('a PIN that is carried over has to be changed if it had to be before, and not back', async () => {
    const { userId, serial } = await holder();
    await provision(serial, 'fob');
    await deployment.api('setPin', { params: { serial }, body: { pin: '4711' } });
    await deployment.api('requireNewPin', { params: { serial }, body: { required: true } });
    await mint();
    const replacement = { serial: (await replace(serial)).serial };
    const young = await provision(replacement.serial, 'fob');
    const mode = async () => (await deployment.api('getTokenAccess', { params: replacement })).mode;
    expect(await mode()).toBe('new-pin');
    expect(await verify(userId, `4711${tokencode(young)}`)).toBe('challenge');
    const change = (pin: string) =>
      problemCode(deployment.api('setPin', { params: replacement, body: { pin } }));
    expect(await change('2580')).toBe('none');
    expect(await mode()).toBe('normal');
    expect(await change('4711')).toBe('pin-refused');
  });

  test('many first passcodes at once, at two processes: it is replaced once', async () => {
    const { userId, serial } = await holder();
    await provision(serial);
    const chosen = await mint();
    await replace(serial, { replacement: chosen });
    const young = await provision(chosen);
    const codes = [-1, 0, 1].map((offset) => tokencode(young, offset));
    await Promise.all(
      Array.from({ length: 30 }, (_, caller) => verify(userId, codes[caller % 3] as string, caller % 2)),
    );
    const { items } = await deployment.api('listAudit', {
      query: { object: `token:${serial}`, action: 'token.replaced' },
    });
    expect(items).toHaveLength(1);
    expect((await get(serial)).userId).toBe(undefined);
    expect((await deployment.api('getUser', { params: { userId } })).tokens).toEqual([chosen]);
  });

  test('a pair counts as one; one pair at a time; unassigning the new one gives it up', async () => {
    const { userId, serial } = await holder();
    await assign(await mint(), userId);
    await assign(await mint(), userId);
    const chosen = await mint();
    expect(await problemCode(assign(chosen, userId))).toBe('token-limit');
    await replace(serial, { replacement: chosen });
    expect(await problemCode(replace(serial))).toBe('wrong-state');
    expect(await problemCode(replace(chosen))).toBe('wrong-state');
    await deployment.api('unassignToken', { params: { serial: chosen } });
    expect((await get(serial)).replacedBy).toBe(undefined);
    // Given up and chosen again; then the old one is taken away by hand, and the new one stays.
    await replace(serial, { replacement: chosen });
    await deployment.api('unassignToken', { params: { serial } });
    expect(await get(chosen)).toMatchObject({ userId });
    expect((await get(chosen)).replaces).toBe(undefined);
    expect(await problemCode(assign(serial, userId))).toBe('token-limit');
  });

  test('the next token for everybody: good for long enough, each another one, and no more than allowed', async () => {
    people += 1;
    const userId = `next${people}`;
    await deployment.api('addUser', { body: { userId } });
    const { id } = await deployment.api('addSecurityDomain', { body: { name: userId } });
    const minted = async (count: number, days: number) =>
      deployment.api('mintTokens', {
        body: {
          count,
          securityDomain: id,
          expiresOn: new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
        },
      });
    await minted(5, 10);
    const { serials } = await minted(2, 40);
    await deployment.api('editUser', { params: { userId }, ifMatch: 1, body: { securityDomain: id } });
    const { key } = await deployment.api('addApiKey', {
      body: { name: userId, permissions: ['tokens:assign'], securityDomain: id },
    });
    const next = (server: number) => deployment.apiOf(server, key)('assignNextToken', { params: { userId } });
    const got = await Promise.allSettled([next(0), next(1), next(0), next(1)]);
    const given = got.flatMap((result) => (result.status === 'fulfilled' ? [result.value.serial] : []));
    expect(given.sort()).toEqual(serials);
    expect(await problemCode(next(0))).toBe('no-token-available');
  });

  test('what cannot replace, or be replaced', async () => {
    const { serial } = await holder();
    const other = await holder();
    expect(await problemCode(replace(serial, { replacement: other.serial }))).toBe('wrong-state');
    expect(await problemCode(replace(serial, { replacement: serial }))).toBe('wrong-state');
    expect(await problemCode(replace(serial, { replacement: '999999999999' }))).toBe('not-found');
    expect(await problemCode(replace(await mint()))).toBe('wrong-state');
    const { id } = await deployment.api('addSecurityDomain', { body: { name: `away${people}` } });
    const { first: away } = await deployment.api('mintTokens', { body: { securityDomain: id } });
    const { key } = await deployment.api('addApiKey', {
      body: { name: 'away only', permissions: ['tokens:assign'], securityDomain: id },
    });
    const outsider = deployment.apiOf(0, key);
    const call = { params: { serial }, body: { replacement: away } };
    expect(await problemCode(outsider('replaceToken', call))).toBe('not-found');
  });

  test('is deleted afterwards only where whoever says so may delete it', async () => {
    const { serial } = await holder();
    await mint();
    const keyWith = async (...permissions: Permission[]) =>
      (await deployment.api('addApiKey', { body: { name: 'desk', permissions } })).key;
    const call = { params: { serial }, body: { afterwards: 'delete' } } as const;
    const desk = deployment.apiOf(0, await keyWith('tokens:assign', 'tokens:distribute'));
    expect(await problemCode(desk('replaceToken', call))).toBe('not-permitted');
    expect((await get(serial)).replacedBy).toBe(undefined);
    const whole = deployment.apiOf(0, await keyWith('tokens:assign', 'tokens:delete'));
    expect(await problemCode(whole('replaceToken', call))).toBe('none');
  });

  test('two administrators replace one token at once: one pair', async () => {
    const { userId, serial } = await holder();
    await Promise.all(Array.from({ length: 10 }, mint));
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, caller) =>
        problemCode(deployment.apiOf(caller % 2)('replaceToken', { params: { serial }, body: {} })),
      ),
    );
    expect(results.filter((result) => result === 'none')).toHaveLength(1);
    expect((await deployment.api('getUser', { params: { userId } })).tokens).toHaveLength(2);
  });
});
