/** Policies and the help desk's verbs over the API, on both databases: a real token, provisioned, locked, found again, stood in for. */
import { ApiProblem } from '@sower/api/client';
import { DEFAULT_POLICIES } from '@sower/api/policies';
import { listPolicies, storedPolicy } from '@sower/server/store/authentication/policies';
import { openDatabase } from '@sower/server/store/db/open';
import { insertDomain, TOP_DOMAIN } from '@sower/server/store/directory/domains';
import { userIdKey } from '@sower/server/store/directory/users';
import { beforeAll, expect, test } from 'vitest';
import { helpAgainst } from '../../../apps/console/src/users/refusal.ts';
import { acceptAround, provisioned, tokencode } from '../../harness/authenticator.ts';
import { earlierSchema } from '../../harness/databases/earlier-schema.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { roomInTheMinute } from '../../harness/token-modes.ts';

onBothDatabases('access', (kind) => {
  const { database, deployment, api } = deployed(kind);
  const stored = openedFor(database);

  beforeAll(async () => {
    await acceptAround(api);
    await api('addProfile', {
      body: { name: 'fob', deviceType: 'sower', delivery: 'url', authenticationType: 'fob' },
    });
    await api('addSecurityDomain', { body: { name: 'North' } });
    await api('addSecurityDomain', { body: { name: 'City', parent: 'North' } });
  });

  async function holder(userId: string, securityDomain?: string) {
    await api('addUser', { body: { userId, ...(securityDomain === undefined ? {} : { securityDomain }) } });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId } });
    const distributed = await api('distributeToken', { params: { serial }, body: { profile: 'fob' } });
    return { userId, serial, token: await provisioned(deployment, distributed) };
  }
  const verify = async (userId: string, passcode: string): Promise<string> =>
    (await api('authenticate', { body: { userId, passcode } })).result;
  const modeOf = async (serial: string): Promise<string> =>
    (await api('getTokenAccess', { params: { serial } })).mode;
  async function problemOf(work: Promise<unknown>): Promise<string> {
    try {
      await work;
    } catch (error) {
      if (error instanceof ApiProblem) return `${error.problem.code}: ${error.problem.detail}`;
      throw error;
    }
    return 'none';
  }

  test('a token that no device has imported says so, and not that passcodes are accepted', async () => {
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('addUser', { body: { userId: 'waits' } });
    await api('assignToken', { params: { serial }, body: { userId: 'waits' } });
    expect(await modeOf(serial)).toBe('not-provisioned');
    await api('deleteUser', { params: { userId: 'waits' } });
  });

  test('a token of the tokencode type gets no PIN, which nothing but an emergency tokencode would need', async () => {
    await api('addProfile', {
      body: { name: 'no PIN', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
    });
    const { first: serial } = await api('mintTokens', { body: {} });
    const params = { serial };
    await api('addUser', { body: { userId: 'pinless' } });
    await api('assignToken', { params, body: { userId: 'pinless' } });
    await provisioned(deployment, await api('distributeToken', { params, body: { profile: 'no PIN' } }));
    const none = 'wrong-state: The token is of the tokencode type and has no PIN.';
    expect(await problemOf(api('generatePin', { params }))).toBe(none);
    expect(await problemOf(api('setPin', { params, body: { pin: '739184' } }))).toBe(none);
    expect(await problemOf(api('requireNewPin', { params, body: {} }))).toBe(none);
    const given = await api('giveEmergencyAccess', { params, body: { kind: 'fixed' } });
    expect(given.withPin).toBe(false);
    expect(await verify('pinless', given.codes[0] as string)).toBe('accepted');
    // What an earlier version stored, or an earlier type of the token, can be cleared.
    await api('clearPin', { params });
    await api('deleteUser', { params: { userId: 'pinless' } });
  });

  test('a fob that becomes a token without PIN: the PIN it has kept is not needed before an emergency tokencode', async () => {
    const { userId, serial } = await holder('former-fob');
    const params = { serial };
    await api('setPin', { params, body: { pin: '739184' } });
    const give = async () => {
      const given = await api('giveEmergencyAccess', { params, body: { kind: 'fixed' } });
      return [given.withPin, given.codes[0] as string] as const;
    };
    const [before, earlier] = await give();
    expect(before).toBe(true);
    expect(await verify(userId, earlier)).toBe('rejected');
    const again = await api('distributeToken', { params, body: { profile: 'no PIN' } });
    const token = await provisioned(deployment, again);
    expect(await verify(userId, earlier), 'as long as the fob may be used').toBe('rejected');
    const body = { passcode: tokencode(token) };
    expect(await api('testToken', { params, body })).toMatchObject({ result: 'accepted' });
    // It ended emergency access: the token is at hand.
    const [after, code] = await give();
    expect(after).toBe(false);
    expect(await verify(userId, code)).toBe('accepted');
    expect(await verify(userId, `739184${code}`), 'as it was said before').toBe('accepted');
    expect(await verify(userId, `739185${code}`)).toBe('rejected');
    await api('deleteUser', { params: { userId } });
  });

  test('the nearest domain with a policy of its own counts, and a change says before whom it touches', async () => {
    const inCity = await holder('city', 'City');
    await holder('north', 'North');
    const token = { kind: 'token' } as const;
    const show = (domain: string) => api('getPolicy', { params: { ...token, domain } });
    const top = await show('top');
    expect(top).toMatchObject({ own: false, version: 0, policy: DEFAULT_POLICIES.token });
    // A new installation requires a PIN.
    expect(await modeOf(inCity.serial)).toBe('new-pin');
    await api('editTokenPolicy', { params: { domain: 'top' }, ifMatch: 0, body: { pinRequired: false } });
    expect(await modeOf(inCity.serial)).toBe('normal');

    expect(await api('getPolicyReach', { params: { ...token, domain: 'North' } })).toMatchObject({
      domains: ['North', 'City'],
      users: 2,
      tokens: 2,
      tokensWithPin: 0,
      tokensWithoutPin: 2,
    });
    const edited = await api('editTokenPolicy', {
      params: { domain: 'North' },
      body: { pinRequired: true, pinMinLength: 6 },
      ifMatch: 0,
    });
    expect(edited).toMatchObject({ own: true, version: 1, policy: { pinRequired: true, pinMaxLength: 8 } });
    expect(await show('City')).toMatchObject({ own: false, from: 'North', policy: { pinMinLength: 6 } });
    expect(await show('top')).toMatchObject({ policy: { pinRequired: false } });
    expect(await modeOf(inCity.serial)).toBe('new-pin');
    expect(await verify('city', tokencode(inCity.token, -1))).toBe('challenge');
    const [entry] = (await api('listAudit', { query: { object: 'user:city', limit: 10 } })).items.filter(
      ({ action }) => action === 'authenticate.challenge',
    );
    expect(entry?.reason).toContain('a new PIN was required: the token has none');

    await api('editTokenPolicy', { params: { domain: 'City' }, body: { pinRequired: false }, ifMatch: 0 });
    expect(await modeOf(inCity.serial)).toBe('normal');
    expect(await api('getPolicyReach', { params: { ...token, domain: 'North' } })).toMatchObject({
      domains: ['North'],
      users: 1,
    });
    const stale = api('editTokenPolicy', { params: { domain: 'City' }, body: {}, ifMatch: 0 });
    expect(await problemOf(stale)).toMatch(/^edited-meanwhile: /);
    const wrong = { pinMinLength: 9, pinMaxLength: 8 };
    expect(
      await problemOf(api('editTokenPolicy', { params: { domain: 'City' }, body: wrong, ifMatch: 1 })),
    ).toMatch(/^invalid-request: Must not exceed/);
    const { items } = await api('listPolicies', { params: token });
    expect(items[0]).toMatchObject({ domain: 'top', own: true });
    const names = items.map(({ domainName, own }) => `${domainName} ${own}`);
    expect(names).toEqual(expect.arrayContaining(['North true', 'City true']));
    await api('removePolicy', { params: { ...token, domain: 'City' } });
    expect(await show('City')).toMatchObject({ own: false, from: 'North' });
    await api('removePolicy', { params: { ...token, domain: 'North' } });
    expect(await problemOf(api('removePolicy', { params: { ...token, domain: 'North' } }))).toMatch(
      /^not-found/,
    );
    expect(await modeOf(inCity.serial)).toBe('normal');
  });

  test('somebody whose user ID has a backslash has an activity like anybody else', async () => {
    const userId = 'CORP\\anna';
    await api('addUser', { body: { userId } });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId } });
    await api('distributeToken', { params: { serial }, body: { profile: 'fob' } });
    expect(await verify(userId, '00000000')).toBe('rejected');
    await api('unassignToken', { params: { serial } });
    const { items } = await api('getUserActivity', { params: { userId } });
    expect(items.map(({ action }) => action)).toEqual([
      'token.unassign',
      'authenticate',
      'token.distribute',
      'token.assign',
      'user.add',
    ]);
    const found = await api('listAudit', { query: { user: userId } });
    expect(found.items.map(({ action }) => action)).toContain('authenticate');
  });

  test('what helps against the last refusal is what stood against the token, however deep in the reason', async () => {
    const { userId, serial, token } = await holder('refused');
    // A code that is refused although it is right is not used up.
    const helpAfter = async (
      how: 'right' | 'wrong' = 'right',
      about = serial,
    ): Promise<string | undefined> => {
      expect(await verify(userId, how === 'right' ? tokencode(token, 1) : '00000000')).toBe('rejected');
      const { items } = await api('getUserActivity', { params: { userId } });
      const refused = items.find(({ result }) => result !== 'success');
      return refused && helpAgainst(refused, about);
    };
    const params = { serial };
    await api('disableToken', { params });
    expect(await helpAfter()).toBe('enable');
    // Enabling another token helps nothing.
    expect(await helpAfter('right', '000000000000')).toBe(undefined);
    await api('enableToken', { params });
    await api('markLost', { params, body: { lost: true } });
    expect(await helpAfter()).toBe('found');
    const tested = await api('testToken', { params, body: { passcode: tokencode(token, 1) } });
    expect(tested.result).toBe('rejected');
    expect(await helpAfter()).toBe('found');
    await api('markLost', { params, body: { lost: false } });
    const { expiresOn } = await api('getToken', { params });
    const expireOn = (day: string) =>
      stored.db.updateTable('tokens').set({ expires_on: day }).where('serial', '=', serial).execute();
    await expireOn('2020-01-01');
    expect(await helpAfter()).toBe('replace');
    await expireOn(expiresOn);
    // Bars that no act on the token removes: a resynchronization would be refused as well.
    const enable = async (enabled: boolean) => {
      const { version: present } = await api('getUser', { params: { userId } });
      await api('editUser', { params: { userId }, body: { enabled }, ifMatch: present });
    };
    await enable(false);
    expect(await helpAfter()).toBe(undefined);
    await enable(true);
    expect(await helpAfter('wrong')).toBe('codeFails');
    const deviceBinding = { kind: 'id', deviceId: 'A1B2C3D4E5F60718293A4B5C' } as const;
    const distributed = await api('distributeToken', { params, body: { profile: 'fob', deviceBinding } });
    await expect(provisioned(deployment, distributed, { deviceId: 'F'.repeat(24) })).rejects.toThrow();
    await expect
      .poll(async () => {
        const { items } = await api('getUserActivity', { params: { userId } });
        const [last] = items;
        return last && [last.action, helpAgainst(last, serial), helpAgainst(last, '000000000000')];
      })
      .toEqual(['ctkip.refused', 'newPhone', undefined]);
  });

  test('locked and unlocked, tested, resynchronized, stood in for; the activity says it all', async () => {
    const { userId, serial, token } = await holder('helped');
    // The same offset is another tokencode after the minute.
    await roomInTheMinute({ now: Date.now }, 20_000);
    await api('editLockoutPolicy', { params: { domain: 'top' }, body: { failures: 3 }, ifMatch: 0 });
    for (let guess = 0; guess < 3; guess += 1) expect(await verify(userId, '00000000')).toBe('rejected');
    expect(await api('getTokenAccess', { params: { serial } })).toMatchObject({
      mode: 'locked',
      waitsUntil: expect.any(String),
    });
    expect(await verify(userId, tokencode(token, -1))).toBe('rejected');
    expect(await api('getUserActivity', { params: { userId } })).toMatchObject({
      lockedUntil: expect.any(String),
    });
    await api('unlockUser', { params: { userId } });
    expect(await modeOf(serial)).toBe('normal');

    const tested = await api('testToken', { params: { serial }, body: { passcode: tokencode(token, -1) } });
    expect(tested).toMatchObject({ result: 'accepted' });
    expect(await verify(userId, tokencode(token, -1))).toBe('rejected');
    const far = { first: tokencode(token, 300), second: tokencode(token, 301) };
    await api('resynchronizeToken', { params: { serial }, body: far });
    expect(await problemOf(api('resynchronizeToken', { params: { serial }, body: far }))).toMatch(
      /^passcode-refused: These tokencodes, or later ones/,
    );
    expect(await verify(userId, tokencode(token, 302))).toBe('accepted');

    await api('requireNewPin', { params: { serial }, body: {} });
    expect(await modeOf(serial)).toBe('new-pin');
    await api('requireNewPin', { params: { serial }, body: { required: false } });

    const given = await api('giveEmergencyAccess', { params: { serial }, body: { kind: 'set' } });
    expect(given.codes).toHaveLength(10);
    expect(await verify(userId, given.codes[0] as string)).toBe('accepted');
    expect(await verify(userId, given.codes[0] as string)).toBe('rejected');
    expect(await api('getTokenAccess', { params: { serial } })).toMatchObject({
      emergencyAccess: { kind: 'set', codesLeft: 9, whenTokenReturns: 'end' },
    });
    await api('endEmergencyAccess', { params: { serial } });
    expect(await verify(userId, given.codes[1] as string)).toBe('rejected');
    const policy = { setAllowed: false };
    await api('editEmergencyPolicy', { params: { domain: 'top' }, body: policy, ifMatch: 0 });
    expect(
      await problemOf(api('giveEmergencyAccess', { params: { serial }, body: { kind: 'set' } })),
    ).toMatch(/^wrong-state: The policy/);

    const { items } = await api('getUserActivity', { params: { userId } });
    const actions = new Set(items.map(({ action }) => action));
    for (const action of [
      'authenticate',
      'user.unlock',
      'token.test',
      'token.resynchronise',
      'token.require-pin',
      'token.emergency',
      'token.emergency-end',
    ]) {
      expect(actions).toContain(action);
    }
    expect(items.map(({ reason }) => reason).join('; ')).toMatch(
      /wrong passcode.*the user is locked for another|the user is locked for another.*wrong passcode/,
    );
    const monitor = await api('listAudit', { query: { about: 'authentication', result: 'refused' } });
    expect(monitor.items.length).toBeGreaterThan(3);
    for (const { action, result } of monitor.items) {
      expect(action).toMatch(/^authenticate/);
      expect(result).toBe('refused');
    }
    const metrics = await deployment.metrics(0);
    expect(metrics).toMatch(/sower_authentications_total\{path="api-key",outcome="accepted"\} \d/);
    expect(metrics).toMatch(/sower_authentications_total\{path="api-key",outcome="rejected"\} \d/);
  });
});

onBothDatabases('policies of an earlier Sower', (kind) => {
  const { pinSequences: _, ...withoutSequences } = DEFAULT_POLICIES.token;
  test.each([
    ['0058-alerts', withoutSequences, { pinRequired: false, pinExcludedWords: [], pinSequences: true }],
    ['0061-nodes', DEFAULT_POLICIES.token, { pinRequired: false }],
  ])(
    'from %s on: an installation keeps what it had, and a new one has the defaults',
    async (last, policy, kept) => {
      for (const had of ['nothing of its own', 'a policy', 'no installation'] as const) {
        const fresh = await kind.empty();
        const earlier = await earlierSchema(fresh.location, last);
        if (had !== 'no installation')
          await insertDomain(
            earlier as never,
            {
              ...TOP_DOMAIN,
              name: 'Top domain',
              name_key: userIdKey('Top domain'),
              parent_id: null,
              created_at: 0,
              version: 1,
            } as never,
          );
        const ours = { ...policy, pinRequired: false, pinMinLength: 6, pinExcludedWords: ['ours'] };
        const body = JSON.stringify(ours);
        if (had === 'a policy')
          await earlier
            .insertInto('policies')
            .values({ domain_id: 'top', kind: 'token', body, version: 3 })
            .execute();
        await earlier.destroy();
        const { db, close } = await openDatabase(fresh.location);
        const found = (await listPolicies(db)).find(({ kind: of }) => of === 'token');
        const now = found && storedPolicy('token', found.body);
        // The version before, which may still serve, knows no other field.
        if (found) expect(Object.keys(JSON.parse(found.body)).sort()).toEqual(Object.keys(policy).sort());
        if (had === 'no installation') expect(found).toBe(undefined);
        else if (had === 'a policy') {
          expect(now).toEqual({ pinSequences: true, ...ours });
          expect(found?.version).toBe(3);
        } else expect(now).toEqual({ ...DEFAULT_POLICIES.token, ...kept });
        await close();
        await fresh.drop();
      }
    },
  );
});
