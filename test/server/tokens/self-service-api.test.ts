/** What the Self-Service Console stands on, at the API: log-on, whose token it is, the code's one life, and what goes wrong. */
import { type OwnCode, selfServiceSwitches } from '@sower/api/self-service';
import { comparisonNumber } from '@sower/ctkip/comparison-number';
import type { HttpRequest } from '@sower/ctkip/http';
import { parseLink } from '@sower/ctkip/links';
import type { ProvisionedToken } from '@sower/ctkip/provision';
import { approvalCode, approvalSeed } from '@sower/otp/approval';
import { beforeAll, describe, expect, test } from 'vitest';
import { adminPassword } from '../../harness/administrator.ts';
import { acceptAround, provisioned, runExchange, sender, tokencode } from '../../harness/authenticator.ts';
import { onBothDatabases, SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { deploy } from '../../harness/deployment.ts';
import {
  expireCode,
  problemOf,
  type SelfServiceClient,
  selfServiceClient,
} from '../../harness/self-service-client.ts';

const PASSWORD = 'seven green bottles';

onBothDatabases('self-service API', (kind) => {
  const { database, deployment } = deployed(kind);
  let count = 0;

  beforeAll(async () => {
    await acceptAround(deployment.api);
    const profile = { deviceType: 'sower', authenticationType: 'tokencode' } as const;
    await deployment.api('addProfile', { body: { name: 'qr', delivery: 'qr', ...profile } });
    await deployment.api('addProfile', { body: { name: 'url', delivery: 'url', ...profile } });
    await deployment.api('addProfile', {
      body: { name: 'fob', delivery: 'qr', deviceType: 'sower', authenticationType: 'fob' },
    });
  });

  /** A user with a password and a token that was distributed to them. */
  async function person(profile = 'qr'): Promise<{ userId: string; serial: string }> {
    const { api } = deployment;
    count += 1;
    const userId = `person${count}`;
    await api('addUser', { body: { userId, firstName: 'Pat' } });
    await api('setUserPassword', { params: { userId }, body: { password: PASSWORD, mustChange: false } });
    return { userId, serial: await anotherToken(userId, profile) };
  }
  async function anotherToken(userId: string, profile = 'qr'): Promise<string> {
    const { api } = deployment;
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId } });
    await api('distributeToken', { params: { serial }, body: { profile, nickname: 'phone' } });
    return serial;
  }
  async function loggedOn(userId: string, password = PASSWORD): Promise<SelfServiceClient> {
    const browser = selfServiceClient(deployment);
    await browser.api('openUserSession', { body: { method: 'password', userId, password } });
    return browser;
  }
  const distributedBy = ({ link }: Pick<OwnCode, 'link'>) => {
    const parsed = parseLink(link);
    if (!parsed.ok) throw new Error('no link');
    return { ctkipUrl: parsed.url, activationCode: parsed.activationCode };
  };
  const watch = (browser: SelfServiceClient, serial: string) =>
    browser.api('watchActivation', { params: { serial } });
  const open = (browser: SelfServiceClient, serial: string) =>
    browser.api('openOwnActivation', { params: { serial } });
  const typed = (browser: SelfServiceClient, serial: string, passcode: string) =>
    browser.api('testOwnToken', { params: { serial }, body: { passcode } });

  test('a token is activated: code, exchange, comparison number, first tokencode', async () => {
    const { userId, serial } = await person();
    const browser = await loggedOn(userId);
    const { items } = await browser.api('listOwnTokens', {});
    expect(items).toMatchObject([{ serial, nickname: 'phone', state: 'to-activate', delivery: 'qr' }]);
    expect(await watch(browser, serial)).toMatchObject({
      state: 'issued',
      code: 0,
      passcodeNeeded: false,
      pinNeeded: false,
      hadCopy: false,
      app: { name: 'Sower authenticator' },
    });
    expect(await problemOf(browser.api('getComparisonNumber', { params: { serial } }))).toMatchObject({
      code: 'wrong-state',
    });
    const code = await open(browser, serial);
    expect(browser.last().headers['cache-control']).toBe('no-store');
    expect(code.shown).toBe(undefined);
    // Seven days, as the profile says, and counted: the clock of the computer that shows it may be wrong.
    expect(code.secondsLeft).toBe(7 * 86_400);
    const token = await provisioned(deployment, distributedBy(code));
    expect(token.serial).toBe(serial);
    expect(await watch(browser, serial)).toMatchObject({ state: 'provisioned', code: code.code });
    const { number } = await browser.api('getComparisonNumber', { params: { serial } });
    expect(number).toBe(await comparisonNumber(token.seed));
    expect(await typed(browser, serial, '00000000')).toMatchObject({ result: 'rejected' });
    expect(await typed(browser, serial, tokencode(token))).toMatchObject({ result: 'accepted' });
    expect(await watch(browser, serial)).toMatchObject({ state: 'confirmed' });
    expect((await browser.api('getUserSession', {})).method).toBe('passcode');
    expect((await browser.api('listOwnTokens', {})).items).toMatchObject([{ state: 'active' }]);
    const { distribution } = await deployment.api('getToken', { params: { serial } });
    expect(distribution?.state).toBe('confirmed');
    // A code reloaded after use.
    expect(await problemOf(open(browser, serial))).toMatchObject({
      code: 'wrong-state',
      detail: expect.stringMatching(/was used/),
    });
    // Given again: what the app shows of it has to be deleted first.
    await deployment.api('distributeToken', { params: { serial }, body: { profile: 'qr' } });
    const again = { state: 'issued', passcodeNeeded: false, hadCopy: true };
    expect(await watch(browser, serial)).toMatchObject(again);
  });

  test('an emergency tokencode lets a user look, and neither set a PIN nor activate, move or prove anything', async () => {
    const { api } = deployment;
    const { userId, serial } = await person('fob');
    const { codes } = await api('giveEmergencyAccess', { params: { serial }, body: { kind: 'set' } });
    const browser = selfServiceClient(deployment);
    const passcode = codes[0] as string;
    const session = await browser.api('openUserSession', { body: { method: 'passcode', userId, passcode } });
    expect(session.method).toBe('emergency');
    const params = { serial };
    const attempts = {
      setOwnPin: () => browser.api('setOwnPin', { params, body: { pin: '2580' } }),
      openOwnActivation: () => open(browser, serial),
      moveOwnToken: () => browser.api('moveOwnToken', { params, body: { approval: '0'.repeat(12) } }),
    };
    const refused = async () => {
      for (const [name, attempt] of Object.entries(attempts))
        expect((await problemOf(attempt())).code, name).toBe('passcode-needed');
    };
    // The token was never activated: by password all of this would be open.
    expect((await watch(browser, serial)).passcodeNeeded).toBe(true);
    await refused();
    // A window is opened for the user, not for whoever gave the codes.
    await api('openActivationWindow', { params: { userId } });
    await refused();
    const prove = { body: { passcode: codes[1] as string } };
    expect((await problemOf(browser.api('proveToken', prove))).code).toBe('log-on-failed');
    expect((await typed(browser, serial, codes[1] as string)).result).toBe('rejected');
    expect((await browser.api('getUserSession', {})).method).toBe('emergency');
    // What did not do there was not used up.
    expect((await api('authenticate', { body: { userId, passcode: codes[1] as string } })).result).toBe(
      'accepted',
    );
    await browser.api('reportLost', { params });
    const byPassword = await loggedOn(userId);
    expect((await byPassword.api('getUserSession', {})).method).toBe('password');
  });

  test('log-on: one answer for everything that is wrong, whoever it is', async () => {
    const { userId } = await person();
    const { userId: disabled } = await person();
    await deployment.api('editUser', { params: { userId: disabled }, ifMatch: 1, body: { enabled: false } });
    await deployment.api('addUser', { body: { userId: 'without-password' } });
    const wrong = [];
    for (const [who, password] of [
      [userId, 'wrong password'],
      ['nobody at all', PASSWORD],
      [disabled, PASSWORD],
      ['without-password', PASSWORD],
    ] as const) {
      const browser = selfServiceClient(deployment);
      const log = { userId: who, method: 'password', password } as const;
      await expect(browser.api('openUserSession', { body: log })).rejects.toThrow();
      wrong.push(browser.last().body.toString());
      const passcode = { userId: who, method: 'passcode', passcode: '12345678' } as const;
      await expect(browser.api('openUserSession', { body: passcode })).rejects.toThrow();
      wrong.push(browser.last().body.toString());
      expect(browser.cookies.size).toBe(0);
    }
    expect(new Set(wrong).size).toBe(1);
    expect(wrong[0]).toContain('log-on-failed');
  });

  test('the cookie: of this site, for no script, another one after log-on, and gone after log-off', async () => {
    const { userId, serial } = await person();
    const browser = await loggedOn(userId);
    const lines = [browser.last().headers['set-cookie'] ?? []].flat();
    const line = lines.find((text) => text.startsWith('__Host-sower-user=')) ?? '';
    expect(line).toMatch(/HttpOnly/);
    expect(line).toMatch(/Secure/);
    expect(line).toMatch(/SameSite=Strict/);
    const first = browser.cookies.get('__Host-sower-user') as string;
    const token = await provisioned(deployment, distributedBy(await open(browser, serial)));
    await typed(browser, serial, tokencode(token));
    const second = browser.cookies.get('__Host-sower-user') as string;
    expect(second).not.toBe(first);
    const thief = selfServiceClient(deployment);
    thief.cookies.set('__Host-sower-user', first);
    expect((await problemOf(thief.api('listOwnTokens', {}))).code).toBe('not-authenticated');
    await browser.api('closeUserSession', {});
    expect(browser.cookies.has('__Host-sower-user')).toBe(false);
    thief.cookies.set('__Host-sower-user', second);
    expect((await problemOf(thief.api('listOwnTokens', {}))).code).toBe('not-authenticated');
    const other = selfServiceClient(deployment, { 'sec-fetch-site': 'cross-site' });
    const body = { method: 'password', userId, password: PASSWORD } as const;
    expect((await problemOf(other.api('openUserSession', { body }))).code).toBe('cross-site');
    // Without Sec-Fetch-Site the Origin decides, whatever stands in Host.
    for (const host of ['[', 'a b', 'my.test:99999', '']) {
      const headers = { 'content-type': 'application/json', origin: 'https://evil.example', host };
      const path = '/api/v1/self-service/session';
      const { status } = await deployment.send(0, {
        method: 'POST',
        path,
        headers,
        body: JSON.stringify(body),
      });
      expect([host, status]).toEqual([host, 403]);
    }
  });

  test('the language of mail to oneself: the one that applies, chosen, given up; in the trail, and for nobody else', async () => {
    const { api } = deployment;
    const given = 'given by the help desk';
    const [{ userId }, { userId: other }] = [await person(), await person()];
    for (const name of [userId, other])
      await api('setUserPassword', {
        params: { userId: name },
        body: { password: given, mustChange: false },
      });
    const browser = await loggedOn(userId, given);
    expect(await browser.api('getOwnMail', {})).toEqual({ otherwise: 'en' });
    const choose = (language: 'de' | '') => browser.api('editOwnMail', { body: { language } });
    expect(await choose('de')).toEqual({ language: 'de', otherwise: 'en' });
    expect(await api('getUserMail', { params: { userId } })).toEqual({ language: 'de' });
    expect(await api('getUserMail', { params: { userId: other } })).toEqual({});
    const { items } = await api('listAudit', { query: { action: 'user.mail', limit: 1 } });
    expect(items).toMatchObject([
      { actor: `user:${userId}`, object: `user:${userId}`, reason: 'language = de', result: 'success' },
    ]);
    expect((await problemOf(choose('fr' as never))).code).toBe('invalid-request');
    expect(await choose('')).toEqual({ otherwise: 'en' });
    expect((await problemOf(selfServiceClient(deployment).api('getOwnMail', {}))).code).toBe(
      'not-authenticated',
    );
  });

  test('a password that must be changed lets nothing else be done first', async () => {
    const { userId } = await person();
    const { api } = deployment;
    const given = 'given by the help desk';
    await api('setUserPassword', { params: { userId }, body: { password: given } });
    expect(await api('getSelfService', { params: { userId } })).toMatchObject({
      passwordSet: true,
      mustChange: true,
      hasConfirmedToken: false,
    });
    const browser = await loggedOn(userId, given);
    const elsewhere = await loggedOn(userId, given);
    expect((await problemOf(browser.api('listOwnTokens', {}))).code).toBe('password-change-needed');
    const change = (present: string, password: string) =>
      browser.api('changeOwnPassword', { body: { present, password } });
    for (const [present, password] of [
      ['wrong', 'another long password'],
      [given, given],
      [given, 'short'],
      [given, `${userId}-${userId}`],
    ] as const) {
      expect((await problemOf(change(present, password))).code).toBe('password-refused');
    }
    expect((await change(given, 'another long password')).mustChangePassword).toBe(false);
    expect((await browser.api('listOwnTokens', {})).items).toHaveLength(1);
    expect((await problemOf(elsewhere.api('listOwnTokens', {}))).code).toBe('not-authenticated');
    await api('removeUserPassword', { params: { userId } });
    expect((await problemOf(browser.api('listOwnTokens', {}))).code).toBe('not-authenticated');
    expect((await problemOf(api('removeUserPassword', { params: { userId } }))).code).toBe('wrong-state');
  });

  test('another user’s token does not exist, for any operation', async () => {
    const mine = await person();
    const theirs = await person();
    const browser = await loggedOn(mine.userId);
    const params = { serial: theirs.serial };
    const found = [
      await problemOf(watch(browser, theirs.serial)),
      await problemOf(open(browser, theirs.serial)),
      await problemOf(typed(browser, theirs.serial, '12345678')),
      await problemOf(browser.api('renameOwnToken', { params, body: { nickname: 'mine' } })),
      await problemOf(browser.api('setOwnPin', { params, body: { pin: '4711' } })),
      await problemOf(browser.api('reportLost', { params })),
      await problemOf(browser.api('getComparisonNumber', { params })),
    ];
    for (const { code, detail } of found) {
      expect(code).toBe('not-found');
      expect(detail).toMatch(/You have no token/);
    }
    // Nor is one whose serial number nobody has told from it.
    expect((await problemOf(open(browser, '999999999999'))).code).toBe('not-found');
    expect((await deployment.api('getToken', { params })).distribution?.history).toHaveLength(1);
  });

  test('no administrator and no API key gets a user’s code', async () => {
    const { serial } = await person();
    const password = await adminPassword(deployment);
    const admin = selfServiceClient(deployment);
    await admin.api('openSession', { body: { userName: 'admin', password } });
    expect((await problemOf(open(admin, serial))).code).toBe('not-authenticated');
    expect((await problemOf(watch(admin, serial))).code).toBe('not-authenticated');
    // The administrator's session under the other name is none either.
    const id = admin.cookies.get('__Host-sower-session') as string;
    admin.cookies.set('__Host-sower-user', id);
    expect((await problemOf(open(admin, serial))).code).toBe('not-authenticated');
    const withKey = selfServiceClient(deployment, { authorization: `Bearer ${deployment.apiKey}` });
    expect((await problemOf(open(withKey, serial))).code).toBe('not-authenticated');
    expect((await problemOf(deployment.api('openActivation', { params: { serial } }))).code).toBe(
      'not-permitted',
    );
    // And a user's session is none of an administrator's.
    const { userId } = await person();
    const user = await loggedOn(userId);
    user.cookies.set('__Host-sower-session', user.cookies.get('__Host-sower-user') as string);
    expect((await problemOf(user.api('listUsers', {}))).code).toBe('not-authenticated');
  });

  test('opened in two browsers: the later code counts, and the earlier page can tell', async () => {
    const { userId, serial } = await person();
    const one = await loggedOn(userId);
    const other = await loggedOn(userId);
    const first = await open(one, serial);
    const second = await open(other, serial);
    expect(second.code).toBe(first.code + 1);
    expect((await watch(one, serial)).code).toBe(second.code);
    expect((await runExchange(deployment, distributedBy(first))).ok).toBe(false);
    expect((await runExchange(deployment, distributedBy(second))).ok).toBe(true);
    expect((await watch(one, serial)).state).toBe('provisioned');
  });

  test('a second scan is refused, told to the user and recorded', async () => {
    const { userId, serial } = await person();
    const browser = await loggedOn(userId);
    const code = await open(browser, serial);
    const token = await provisioned(deployment, distributedBy(code));
    expect((await watch(browser, serial)).reusedAt).toBe(undefined);
    for (const dialectName of ['deployed', 'rfc4758'] as const) {
      expect((await runExchange(deployment, distributedBy(code), { dialectName })).ok).toBe(false);
    }
    await expect.poll(async () => (await watch(browser, serial)).reusedAt).toBeTypeOf('string');
    const { items } = await deployment.api('listAudit', { query: { object: `token:${serial}` } });
    expect(items.map(({ action }) => action)).toContain('ctkip.reused');
    // The first one is not harmed by it.
    expect(await typed(browser, serial, tokencode(token))).toMatchObject({ result: 'accepted' });
  });

  test('the wrong class of device is refused with the reason, and a fresh code starts clean', async () => {
    const { userId, serial } = await person();
    const browser = await loggedOn(userId);
    const code = await open(browser, serial);
    const wrong = { deviceClass: 'a01c4380-fc01-4df0-b113-7fb98ec74694' };
    expect((await runExchange(deployment, distributedBy(code), wrong)).ok).toBe(false);
    // It is recorded after its answer.
    await expect
      .poll(() => watch(browser, serial), { timeout: 30_000 })
      .toMatchObject({ refusal: 'device', state: 'issued' });
    const { distribution } = await deployment.api('getToken', { params: { serial } });
    expect(distribution?.reason).toMatch(/device class is A01C4380/i);
    const again = await open(browser, serial);
    expect((await watch(browser, serial)).refusal).toBe(undefined);
    const { distribution: fresh } = await deployment.api('getToken', { params: { serial } });
    expect(fresh?.reason).toBe(undefined);
    expect((await runExchange(deployment, distributedBy(again))).ok).toBe(true);
  });

  test('ten failed runs end a code and not the user’s way: a fresh one starts clean, for one of many at once', async () => {
    const { userId, serial } = await person();
    const browser = await loggedOn(userId);
    const code = await open(browser, serial);
    const wrong = { deviceClass: 'a01c4380-fc01-4df0-b113-7fb98ec74694' };
    for (let run = 1; run <= 10; run += 1) {
      expect((await runExchange(deployment, distributedBy(code), wrong)).ok).toBe(false);
    }
    // They are recorded after their answers.
    await expect.poll(async () => (await watch(browser, serial)).state, { timeout: 30_000 }).toBe('failed');
    // With the right app, too: the code is dead.
    expect((await runExchange(deployment, distributedBy(code))).ok).toBe(false);
    expect((await browser.api('listOwnTokens', {})).items).toMatchObject([{ activation: 'waiting' }]);
    const opened = await Promise.all(
      Array.from({ length: 8 }, () =>
        open(browser, serial).catch((error: unknown) => problemOf(Promise.reject(error))),
      ),
    );
    const fresh = opened.filter((each) => 'link' in each);
    expect(fresh.length).toBeGreaterThan(0);
    for (const each of opened) if (!('link' in each)) expect(each.code).toBe('wrong-state');
    const { items } = await deployment.api('listDistributions', { params: { serial } });
    expect(items.map(({ state }) => state)).toEqual(['issued', 'failed']);
    expect(items.map(({ reason }) => reason !== undefined)).toEqual([false, true]);
    const last = fresh.sort((one, other) => one.code - other.code).at(-1) as OwnCode;
    expect((await watch(browser, serial)).code).toBe(last.code);
    expect((await runExchange(deployment, distributedBy(last))).ok).toBe(true);
    const { items: trail } = await deployment.api('listAudit', { query: { object: `token:${serial}` } });
    expect(trail.filter(({ action }) => action === 'token.restart-activation')).toHaveLength(1);
  });

  test.each([
    { dialectName: 'deployed', last: 2, times: 1 },
    // Nor does what the phone sends use up the attempts of the fresh code.
    { dialectName: 'rfc4758', last: 3, times: 10 },
  ] as const)(
    '$dialectName: a phone that scans and never answers the last step: a fresh code mends it, and the exchange begun is dead',
    async ({ dialectName, last, times }) => {
      const { userId, serial } = await person();
      const browser = await loggedOn(userId);
      const code = await open(browser, serial);
      const send = sender(deployment);
      const sent: HttpRequest[] = [];
      const silent = await runExchange(deployment, distributedBy(code), {
        dialectName,
        attempts: 1,
        send: async (request) => {
          sent.push(request);
          // The last request, with the ClientNonce, never leaves the phone.
          if (sent.length === last) throw new Error('no network');
          return send(request);
        },
      });
      expect(silent.ok).toBe(false);
      await expect.poll(async () => (await watch(browser, serial)).state).toBe('opened');
      expect((await deployment.api('getToken', { params: { serial } })).distribution?.state).toBe('opened');
      const again = await open(browser, serial);
      expect(await watch(browser, serial)).toMatchObject({ state: 'issued', code: again.code });
      // Back in the net, the phone finishes what it began: too late.
      for (let time = 1; time <= times; time += 1) await send(sent[last - 1] as HttpRequest);
      expect((await watch(browser, serial)).state).toBe('issued');
      const token = await provisioned(deployment, distributedBy(again));
      expect(await typed(browser, serial, tokencode(token))).toMatchObject({ result: 'accepted' });
    },
  );

  test('a lost last reply mends itself: the app asks again, and this is no second scan', async () => {
    const { userId, serial } = await person();
    const browser = await loggedOn(userId);
    const code = await open(browser, serial);
    const send = sender(deployment);
    let requests = 0;
    const token = await provisioned(deployment, distributedBy(code), {
      attempts: 3,
      send: async (request) => {
        const reply = await send(request);
        requests += 1;
        if (requests === 2) throw new Error('connection reset');
        return reply;
      },
    });
    expect(requests).toBe(3);
    const watched = await watch(browser, serial);
    expect(watched.state).toBe('provisioned');
    expect(watched.reusedAt).toBe(undefined);
    const { items } = await deployment.api('listAudit', { query: { object: `token:${serial}` } });
    expect(items.map(({ action }) => action)).not.toContain('ctkip.reused');
    expect(await typed(browser, serial, tokencode(token))).toMatchObject({ result: 'accepted' });
  });

  test('a phone that never shows a token: the user begins anew, and what the phone took is worth nothing', async () => {
    const { userId, serial } = await person();
    const browser = await loggedOn(userId);
    const lost = await provisioned(deployment, distributedBy(await open(browser, serial)));
    const again = await open(browser, serial);
    expect(await watch(browser, serial)).toMatchObject({ state: 'issued', code: again.code });
    expect(await typed(browser, serial, tokencode(lost))).toMatchObject({ result: 'rejected' });
    const token = await provisioned(deployment, distributedBy(again));
    expect(await typed(browser, serial, tokencode(token))).toMatchObject({ result: 'accepted' });
    const states = (await deployment.api('listDistributions', { params: { serial } })).items;
    expect(states.map(({ state }) => state)).toEqual(['confirmed', 'withdrawn']);
  });

  test('a user disabled in the middle: the session ends, and the code admits nobody', async () => {
    const { userId, serial } = await person();
    const browser = await loggedOn(userId);
    const code = await open(browser, serial);
    const { version } = await deployment.api('getUser', { params: { userId } });
    await deployment.api('editUser', { params: { userId }, ifMatch: version, body: { enabled: false } });
    expect(await problemOf(watch(browser, serial))).toMatchObject({
      code: 'not-authenticated',
      detail: expect.stringMatching(/Log on again/),
    });
    expect((await runExchange(deployment, distributedBy(code))).ok).toBe(false);
  });

  test('a phone whose clock is four minutes slow is accepted with two tokencodes; one that is far off is not', async () => {
    const { userId, serial } = await person();
    const browser = await loggedOn(userId);
    const token = await provisioned(deployment, distributedBy(await open(browser, serial)));
    expect(await typed(browser, serial, tokencode(token, -20))).toMatchObject({ result: 'rejected' });
    const [first, second] = [tokencode(token, -4), tokencode(token, -3)];
    expect(await typed(browser, serial, first)).toMatchObject({ result: 'next-tokencode' });
    expect((await browser.api('getUserSession', {})).method).toBe('password');
    expect(await typed(browser, serial, second)).toMatchObject({ result: 'accepted' });
    expect((await browser.api('getUserSession', {})).method).toBe('passcode');
  });

  test('who has a confirmed token shows it first, or an administrator opens a window, once', async () => {
    const { api } = deployment;
    const { userId, serial } = await person();
    const first = await loggedOn(userId);
    const token = await provisioned(deployment, distributedBy(await open(first, serial)));
    await typed(first, serial, tokencode(token, -1));
    const next = await anotherToken(userId);

    const browser = await loggedOn(userId);
    expect((await watch(browser, next)).passcodeNeeded).toBe(true);
    expect((await problemOf(open(browser, next))).code).toBe('passcode-needed');
    // Reporting the present token lost does not make the next one easier to get.
    const stranger = await loggedOn(userId);
    expect(
      (await problemOf(stranger.api('setOwnPin', { params: { serial }, body: { pin: '4711' } }))).code,
    ).toBe('passcode-needed');
    expect((await problemOf(browser.api('proveToken', { body: { passcode: '00000000' } }))).code).toBe(
      'log-on-failed',
    );
    const proven = await browser.api('proveToken', { body: { passcode: tokencode(token) } });
    expect(proven.method).toBe('passcode');
    expect((await watch(browser, next)).passcodeNeeded).toBe(false);
    await open(browser, next);

    await stranger.api('reportLost', { params: { serial } });
    expect((await problemOf(open(stranger, next))).code).toBe('passcode-needed');
    expect(
      (await stranger.api('listOwnTokens', {})).items.find((item) => item.serial === serial)?.state,
    ).toBe('lost');
    expect((await api('openActivationWindow', { params: { userId } })).activationWindow).toBeDefined();
    expect((await watch(stranger, next)).passcodeNeeded).toBe(false);
    await open(stranger, next);
    // The same activation may go on; it is used up for any other.
    await open(stranger, next);
    const third = await anotherToken(userId);
    expect((await problemOf(open(stranger, third))).code).toBe('passcode-needed');
    expect((await api('getSelfService', { params: { userId } })).activationWindow).toBe(undefined);
    const { items } = await api('listAudit', { query: { object: `user:${userId}` } });
    const actions = items.map(({ action }) => action);
    expect(actions).toContain('user.open-window');
    expect(actions.filter((action) => action === 'user.use-window')).toHaveLength(1);
    // Closed while it is in use: no further code, not even for the same activation.
    await api('closeActivationWindow', { params: { userId } });
    expect((await watch(stranger, next)).passcodeNeeded).toBe(true);
    expect((await problemOf(open(stranger, next))).code).toBe('passcode-needed');
    expect((await problemOf(api('closeActivationWindow', { params: { userId } }))).code).toBe('wrong-state');
    await api('openActivationWindow', { params: { userId } });
    await api('closeActivationWindow', { params: { userId } });
    expect((await problemOf(api('closeActivationWindow', { params: { userId } }))).code).toBe('wrong-state');
    expect((await problemOf(open(stranger, third))).code).toBe('passcode-needed');
  });

  test('who distributes by QR code reads that the user has to show a token first, unless a window is open or there is none', async () => {
    const { api } = deployment;
    const { userId, serial } = await person();
    const params = { serial };
    const said = async (more: object = {}) =>
      (await api('distributeToken', { params, body: { profile: 'qr', ...more } })).notices.some((notice) =>
        notice.includes('activation window'),
      );
    expect(await said()).toBe(false);
    const browser = await loggedOn(userId);
    const token = await provisioned(deployment, distributedBy(await open(browser, serial)));
    await typed(browser, serial, tokencode(token, -1));
    expect(await said()).toBe(true);
    expect((await watch(await loggedOn(userId), serial)).passcodeNeeded).toBe(true);
    await api('openActivationWindow', { params: { userId } });
    expect(await said()).toBe(false);
    await api('closeActivationWindow', { params: { userId } });
    expect(await said()).toBe(true);
    // The seed is gone then, and with it what could be shown.
    expect(await said({ revokeNow: true })).toBe(false);
    expect((await watch(await loggedOn(userId), serial)).passcodeNeeded).toBe(false);
  });

  /** A confirmed token of a user of their own, and the password session of another browser. */
  async function holder() {
    const { userId, serial } = await person();
    const first = await loggedOn(userId);
    const token = await provisioned(deployment, distributedBy(await open(first, serial)));
    await typed(first, serial, tokencode(token, -1));
    return { userId, serial, token, proven: first, browser: await loggedOn(userId) };
  }
  const approvalOf = (token: ProvisionedToken, minutes = 0) =>
    approvalCode({
      ...approvalSeed({ algorithm: 'securid', hash: 'sha1' }, token.seed),
      serial: token.serial,
      moment: Math.floor(Date.now() / 60_000) + minutes,
    });
  const move = (browser: SelfServiceClient, serial: string, approval: string) =>
    browser.api('moveOwnToken', { params: { serial }, body: { approval } });

  test('a move leaves the window alone that an administrator opened for another token', async () => {
    const { api } = deployment;
    const { userId, serial, token, browser } = await holder();
    const other = await anotherToken(userId);
    await api('openActivationWindow', { params: { userId } });
    await move(browser, serial, await approvalOf(token));
    expect((await api('getSelfService', { params: { userId } })).activationWindow).toMatchObject({
      openedBy: expect.stringContaining('api-key') as string,
    });
    await open(browser, serial);
    expect(await open(browser, other)).toMatchObject({ code: 1 });
    expect((await api('getSelfService', { params: { userId } })).activationWindow).toBe(undefined);
    await api('closeActivationWindow', { params: { userId } });
    expect((await problemOf(open(browser, other))).code).toBe('passcode-needed');
    await open(browser, serial);
  });

  test('to a new phone: the old one approves, the new one agrees on a seed of its own, and the old one ends', async () => {
    const { userId, serial, token, browser } = await holder();
    expect((await problemOf(open(browser, serial))).code).toBe('passcode-needed');
    const approval = await approvalOf(token);
    await move(browser, serial, approval.replace(/(....)(?=.)/g, '$1 '));
    expect(await watch(browser, serial)).toMatchObject({ state: 'issued', passcodeNeeded: false });
    expect((await browser.api('listOwnTokens', {})).items).toMatchObject([
      { state: 'active', activation: 'waiting', nickname: 'phone' },
    ]);
    // Once: neither again, nor an earlier one of the same phone.
    for (const again of [approval, await approvalOf(token, -1)])
      expect((await problemOf(move(browser, serial, again))).code).toBe('passcode-refused');
    const moved = await provisioned(deployment, distributedBy(await open(browser, serial)), {
      deviceId: 'B'.repeat(24),
    });
    expect(moved.seed).not.toEqual(token.seed);
    const accepts = async (passcode: string) =>
      (await deployment.api('authenticate', { body: { userId, passcode } })).result;
    expect(await accepts(tokencode(token))).toBe('accepted');
    expect(await typed(browser, serial, tokencode(moved))).toMatchObject({ result: 'accepted' });
    expect(await accepts(tokencode(token, 1))).toBe('rejected');
    // The old phone has no say any more.
    expect((await problemOf(move(browser, serial, await approvalOf(token, 2)))).code).toBe(
      'passcode-refused',
    );
    const { items } = await deployment.api('listAudit', { query: { object: `user:${userId}` } });
    const windows = items.filter(({ action }) => action === 'user.open-window');
    expect(windows.map(({ result }) => result).sort()).toEqual(['refused', 'refused', 'refused', 'success']);
    expect(JSON.stringify(items)).not.toContain(approval);
    await expect(deployment.api('getSelfService', { params: { userId } })).resolves.not.toHaveProperty(
      'activationWindow',
    );
  });

  test('an approval opens nothing for who is not its user, and a passcode is none', async () => {
    const { serial, token, proven } = await holder();
    const other = await holder();
    const approval = await approvalOf(token);
    expect((await problemOf(move(other.browser, serial, approval))).code).toBe('not-found');
    expect((await problemOf(move(other.browser, other.serial, approval))).code).toBe('passcode-refused');
    expect((await problemOf(move(selfServiceClient(deployment), serial, approval))).code).toBe(
      'not-authenticated',
    );
    // Whoever was told a passcode has a session by it, and still not the token.
    for (const code of [tokencode(token), tokencode(token).padEnd(12, '0')])
      expect((await problemOf(move(proven, serial, code))).code).toBe('passcode-refused');
    // And an approval is no passcode, as a whole or in part.
    for (const passcode of [approval, approval.slice(0, 8), approval.slice(4)])
      expect(await typed(proven, serial, passcode)).toMatchObject({ result: 'rejected' });
    for (const minutes of [-7, 7])
      expect((await problemOf(move(proven, serial, await approvalOf(token, minutes)))).code).toBe(
        'passcode-refused',
      );
    expect(await watch(proven, serial)).toMatchObject({ state: 'confirmed' });
  });

  test('the window of an approval is for its token alone, and one of many at once gets it', async () => {
    const { userId, serial, token } = await holder();
    const next = await anotherToken(userId);
    const approval = await approvalOf(token);
    const browsers = await Promise.all(Array.from({ length: 8 }, () => loggedOn(userId)));
    const ends = await Promise.all(
      browsers.map(async (browser) => (await problemOf(move(browser, serial, approval))).code),
    );
    expect(ends.filter((code) => code === 'none')).toHaveLength(1);
    expect((await problemOf(open(browsers[0]!, next))).code).toBe('passcode-needed');
    await open(browsers[0]!, serial);
    // Approved again while it waits: the same activation, no further one.
    await move(browsers[1]!, serial, await approvalOf(token, 1));
    const { items } = await deployment.api('listDistributions', { params: { serial } });
    expect(items).toHaveLength(2);
  });

  test('what an administrator hands over, binds to a device, takes back or switches off is not moved', async () => {
    const { api } = deployment;
    const said = async (make: (held: Awaited<ReturnType<typeof holder>>) => Promise<unknown>) => {
      const held = await holder();
      await make(held);
      const { code, detail } = await problemOf(move(held.browser, held.serial, await approvalOf(held.token)));
      return `${code}: ${detail}`;
    };
    const help = /^wrong-state: This token cannot be moved here. Ask your help desk/;
    expect(
      await said(({ serial }) => api('distributeToken', { params: { serial }, body: { profile: 'url' } })),
    ).toMatch(help);
    expect(
      await said(async ({ serial }) => {
        await api('distributeToken', { params: { serial }, body: { profile: 'qr' } });
        await api('withdrawDistribution', { params: { serial } });
      }),
    ).toMatch(help);
    expect(
      await said(async ({ serial, browser }) => browser.api('reportLost', { params: { serial } })),
    ).toMatch(/reported this token as lost/);
    expect(await said(({ serial }) => api('disableToken', { params: { serial } }))).toMatch(/is disabled/);

    const { userId, serial } = await person();
    await api('distributeToken', {
      params: { serial },
      body: { profile: 'qr', deviceBinding: { kind: 'id', deviceId: 'A1B2C3D4E5F60718293A4B5C' } },
    });
    const browser = await loggedOn(userId);
    const token = await provisioned(deployment, distributedBy(await open(browser, serial)));
    await typed(browser, serial, tokencode(token));
    expect((await problemOf(move(browser, serial, await approvalOf(token)))).detail).toMatch(
      /cannot be moved here/,
    );
  });

  test('an activation window opens for one of many at once', async () => {
    const { api } = deployment;
    const { userId, serial } = await person();
    const first = await loggedOn(userId);
    const token = await provisioned(deployment, distributedBy(await open(first, serial)));
    await typed(first, serial, tokencode(token));
    const serials = [await anotherToken(userId), await anotherToken(userId)];
    await api('openActivationWindow', { params: { userId } });
    const browsers = await Promise.all(Array.from({ length: 8 }, () => loggedOn(userId)));
    const opened = await Promise.all(
      browsers.map(async (browser, index) => {
        const wanted = serials[index % 2] as string;
        return (await problemOf(open(browser, wanted))).code === 'none' ? wanted : undefined;
      }),
    );
    expect(new Set(opened.filter(Boolean)).size).toBe(1);
  });

  test('the expiry asymmetry: QR expired, the user goes on alone; URL expired, the user is told to ask', async () => {
    const { api } = deployment;
    const qr = await person();
    const browser = await loggedOn(qr.userId);
    const expired = await open(browser, qr.serial);
    await expireCode(database, qr.serial);
    expect((await watch(browser, qr.serial)).state).toBe('expired');
    expect((await runExchange(deployment, distributedBy(expired))).ok).toBe(false);
    const again = await open(browser, qr.serial);
    expect((await runExchange(deployment, distributedBy(again))).ok).toBe(true);

    const url = await person('url');
    const other = await loggedOn(url.userId);
    await expireCode(database, url.serial);
    expect(await watch(other, url.serial)).toMatchObject({ delivery: 'url', state: 'expired' });
    expect(await problemOf(open(other, url.serial))).toMatchObject({
      code: 'wrong-state',
      detail: expect.stringMatching(/administrator.*ask for new ones/),
    });
    const { serial } = url;
    const redistributed = await api('distributeToken', { params: { serial }, body: { profile: 'url' } });
    expect((await watch(other, serial)).state).toBe('issued');
    const { activationCode } = redistributed;
    expect((await runExchange(deployment, { ...redistributed, activationCode })).ok).toBe(true);
  });

  test('PIN, nickname, and link and code only where the administrator allows them', async () => {
    const { api } = deployment;
    const { userId, serial } = await person('fob');
    const browser = await loggedOn(userId);
    expect(await watch(browser, serial)).toMatchObject({ pinNeeded: true, authenticationType: 'fob' });
    const { version } = await api('getSettings', {});
    await api('editSettings', { ifMatch: version, body: { 'activation.showCode': true } });
    const code = await expect
      .poll(async () => (await open(browser, serial)).shown, { timeout: 30_000 })
      .toBeDefined()
      .then(() => open(browser, serial));
    expect(code.link).toContain(code.shown?.activationCode as string);
    await api('editSettings', { ifMatch: version + 1, body: { 'activation.showCode': false } });
    const token = await provisioned(deployment, distributedBy(code));
    await typed(browser, serial, tokencode(token, -1));
    const pin = (value: string) => browser.api('setOwnPin', { params: { serial }, body: { pin: value } });
    expect((await problemOf(pin('1111'))).code).toBe('pin-refused');
    await pin('2580');
    expect(await watch(browser, serial)).toMatchObject({ pinNeeded: false, pinSet: true });
    expect(await typed(browser, serial, tokencode(token))).toMatchObject({ result: 'rejected' });
    expect(await typed(browser, serial, `2580${tokencode(token)}`)).toMatchObject({ result: 'accepted' });
    await browser.api('renameOwnToken', { params: { serial }, body: { nickname: 'tablet' } });
    expect((await browser.api('listOwnTokens', {})).items[0]?.nickname).toBe('tablet');
    const passcode = { method: 'passcode', userId, passcode: `2580${tokencode(token, 1)}` } as const;
    const again = selfServiceClient(deployment);
    expect((await again.api('openUserSession', { body: passcode })).method).toBe('passcode');
  });

  test('what an administrator has switched off is refused with a sentence, and nothing more is', async () => {
    const { api } = deployment;
    const { userId, serial } = await person('fob');
    await api('addOffer', { body: { name: `for ${userId}`, profile: 'qr', steps: [{ name: 'one' }] } });
    const browser = await loggedOn(userId);
    expect((await browser.api('getUserSession', {})).switchedOff).toEqual(['replacePin']);
    const token = await provisioned(deployment, distributedBy(await open(browser, serial)));
    await typed(browser, serial, tokencode(token, -1));
    const all = {
      'selfService.requests': false,
      'selfService.rename': false,
      'selfService.changePin': false,
      'selfService.replacePin': false,
      'selfService.move': false,
      'selfService.resynchronise': false,
      'selfService.reportLost': false,
      'activation.sameDevice': false,
    };
    const turn = async (on: boolean) => {
      const { version } = await api('getSettings', {});
      const body = Object.fromEntries(Object.keys(all).map((name) => [name, on]));
      await api('editSettings', { ifMatch: version, body });
    };
    await turn(false);
    await expect
      .poll(async () => (await browser.api('getUserSession', {})).switchedOff, { timeout: 30_000 })
      .toEqual([...selfServiceSwitches]);
    const params = { serial };
    const pin = (value: string) => browser.api('setOwnPin', { params, body: { pin: value } });
    // The first PIN is no change.
    await pin('2580');
    const body = { offer: `for ${userId}` };
    expect((await browser.api('listOwnOffers', {})).items).toEqual([]);
    for (const refused of [
      () => pin('3691'),
      () => browser.api('requestOwnToken', { body }),
      () => browser.api('renameOwnToken', { params, body: { nickname: 'tablet' } }),
      () =>
        browser.api('resynchronizeOwnToken', {
          params,
          body: { first: tokencode(token, 1), second: tokencode(token, 2) },
        }),
      () => browser.api('moveOwnToken', { params, body: { approval: '123456789012' } }),
      () =>
        browser.api('replaceOwnPin', {
          params,
          body: { pin: '3691', first: tokencode(token, 1), second: tokencode(token, 2) },
        }),
      () => browser.api('reportLost', { params }),
    ]) {
      expect(await problemOf(refused())).toMatchObject({
        code: 'wrong-state',
        detail: 'This is turned off here. Ask your help desk.',
      });
    }
    // Somebody else's token does not exist, switched off or not.
    const stranger = await loggedOn((await person()).userId);
    expect((await problemOf(stranger.api('reportLost', { params }))).code).toBe('not-found');
    const next = await anotherToken(userId);
    expect((await open(browser, next)).sameDevice).toBe(false);
    // One that has to be chosen anew is no change either.
    await api('requireNewPin', { params, body: { required: true } });
    await pin('3691');
    await turn(true);
    await expect
      .poll(async () => (await browser.api('getUserSession', {})).switchedOff, { timeout: 30_000 })
      .toEqual([]);
    await pin('4702');
    expect((await browser.api('requestOwnToken', { body })).state).toBe('pending');
    await browser.api('reportLost', { params });
  });

  test('a clock twelve minutes ahead is found by two codes of the token, by nobody else and not twice', async () => {
    const { userId, serial } = await person();
    const browser = await loggedOn(userId);
    const token = await provisioned(deployment, distributedBy(await open(browser, serial)));
    expect(await typed(browser, serial, tokencode(token, -1))).toMatchObject({ result: 'accepted' });
    const later = await loggedOn(userId);
    expect(await typed(later, serial, tokencode(token, 12))).toMatchObject({
      result: 'rejected',
      detail: expect.stringMatching(/Enter what the token shows now/),
    });
    const resynchronize = (by: SelfServiceClient, first: number, second: number) =>
      problemOf(
        by.api('resynchronizeOwnToken', {
          params: { serial },
          body: { first: tokencode(token, first), second: tokencode(token, second) },
        }),
      );
    expect((await resynchronize(await loggedOn((await person()).userId), 12, 13)).code).toBe('not-found');
    expect(await resynchronize(later, 12, 15)).toMatchObject({
      code: 'passcode-refused',
      detail: expect.stringMatching(/wait for the display to change/),
    });
    expect((await resynchronize(later, 12, 13)).code).toBe('none');
    expect((await resynchronize(later, 12, 13)).code).toBe('passcode-refused');
    // Two codes without PIN make the session worth no more.
    expect((await later.api('getUserSession', {})).method).toBe('password');
    expect(await typed(later, serial, tokencode(token, 14))).toMatchObject({ result: 'accepted' });
    expect((await later.api('getUserSession', {})).method).toBe('passcode');
    const { items } = await deployment.api('listAudit', { query: { object: `token:${serial}` } });
    const found = items.filter(({ action }) => action === 'token.resynchronise');
    expect(found.map(({ actor, result }) => `${actor} ${result}`)).toContain(`user:${userId} success`);
  });

  test('a forgotten PIN is replaced by two codes where that is allowed, and by nothing less', async () => {
    const { api } = deployment;
    const { userId, serial } = await person('fob');
    const browser = await loggedOn(userId);
    const token = await provisioned(deployment, distributedBy(await open(browser, serial)));
    await typed(browser, serial, tokencode(token, -1));
    const params = { serial };
    const name = `Mindful ${userId}`;
    await api('addSecurityDomain', { body: { name } });
    await api('editTokenPolicy', { params: { domain: name }, body: { pinHistory: 2 }, ifMatch: 0 });
    const { version: userVersion } = await api('getUser', { params: { userId } });
    await api('editUser', { params: { userId }, ifMatch: userVersion, body: { securityDomain: name } });
    await expect
      .poll(async () => (await browser.api('getOwnPinRules', { params })).history, { timeout: 30_000 })
      .toBe(2);
    await browser.api('setOwnPin', { params, body: { pin: '2580' } });
    const later = await loggedOn(userId);
    const replace = (pin: string, first: number, second: number, by = later) =>
      problemOf(
        by.api('replaceOwnPin', {
          params,
          body: { pin, first: tokencode(token, first), second: tokencode(token, second) },
        }),
      );
    const turn = async (on: boolean) => {
      const { version } = await api('getSettings', {});
      await api('editSettings', { ifMatch: version, body: { 'selfService.replacePin': on } });
      await expect
        .poll(async () => (await later.api('getUserSession', {})).switchedOff, { timeout: 30_000 })
        .toEqual(on ? [] : ['replacePin']);
    };
    await turn(false);
    expect((await replace('8642', 0, 1)).code).toBe('wrong-state');
    await turn(true);
    expect((await replace('8642', 0, 1, await loggedOn((await person()).userId))).code).toBe('not-found');
    expect((await replace('8642', 0, 2)).code).toBe('passcode-refused');
    // A PIN that cannot be is said before the codes are used up.
    expect((await replace('1', 0, 1)).code).toBe('pin-refused');
    // What the PIN is or was is said to nobody who has not shown the device.
    expect((await replace('2580', 0, 2)).code).toBe('passcode-refused');
    const pins = ['8642', '8643', '8644', '8645', '8646', '8647', '8648', '8649'];
    const codes = await Promise.all(pins.map(async (pin) => (await replace(pin, 0, 1)).code));
    expect(codes.filter((code) => code === 'none')).toHaveLength(1);
    const chosen = pins[codes.indexOf('none')] as string;
    expect((await replace('9753', 0, 1)).code).toBe('passcode-refused');
    // The codes showed no PIN: the session is worth no more by them.
    expect((await later.api('getUserSession', {})).method).toBe('password');
    const accepts = async (passcode: string) =>
      (await api('authenticate', { body: { userId, passcode } })).result;
    expect(await accepts(`2580${tokencode(token, 2)}`)).toBe('rejected');
    expect(await accepts(`${chosen}${tokencode(token, 2)}`)).toBe('accepted');
    const { items } = await api('listAudit', { query: { object: `token:${serial}` } });
    expect(items.map(({ actor, action, result }) => [actor, action, result])).toEqual(
      expect.arrayContaining([
        [`user:${userId}`, 'token.resynchronise', 'success'],
        [`user:${userId}`, 'token.set-pin', 'success'],
      ]),
    );
    await turn(false);
  });

  test('a PIN is chosen by the rules of the user’s policy, which are told before', async () => {
    const { api } = deployment;
    const { userId, serial } = await person('fob');
    const name = `Strict ${userId}`;
    await api('addSecurityDomain', { body: { name } });
    const policy = { pinMinLength: 5, pinMinLetters: 1, pinExcludedWords: ['sower'], pinHistory: 2 };
    await api('editTokenPolicy', { params: { domain: name }, body: policy, ifMatch: 0 });
    const { version } = await api('getUser', { params: { userId } });
    await api('editUser', { params: { userId }, ifMatch: version, body: { securityDomain: name } });
    const browser = await loggedOn(userId);
    const rules = { minLength: 5, maxLength: 8, characters: 'alphanumeric', minLetters: 1, minDigits: 0 };
    await expect
      .poll(() => browser.api('getOwnPinRules', { params: { serial } }), { timeout: 30_000 })
      .toEqual({ ...rules, noLeadingZero: false, wordsExcluded: true, sequencesExcluded: true, history: 2 });
    const stranger = await loggedOn((await person()).userId);
    expect((await problemOf(stranger.api('getOwnPinRules', { params: { serial } }))).code).toBe('not-found');
    const token = await provisioned(deployment, distributedBy(await open(browser, serial)));
    await typed(browser, serial, tokencode(token, -1));
    const set = (by: SelfServiceClient, pin: string) =>
      problemOf(by.api('setOwnPin', { params: { serial }, body: { pin } }));
    for (const [pin, message] of [
      ['ab12', /has 5 to 8 letters and digits/],
      ['12345', /at least one letter/],
      ['xSower1', /excluded word/],
    ] as const) {
      expect(await set(browser, pin)).toMatchObject({
        code: 'pin-refused',
        errors: [{ path: 'pin', message: expect.stringMatching(message) }],
      });
    }
    for (const pin of ['a1111', 'a2222']) expect((await set(browser, pin)).code).toBe('none');
    expect(await set(browser, 'a1111')).toMatchObject({
      errors: [{ path: 'pin', message: expect.stringMatching(/used before/) }],
    });
    const german = selfServiceClient(deployment, { 'accept-language': 'de' });
    await german.api('openUserSession', { body: { method: 'password', userId, password: PASSWORD } });
    expect((await set(german, 'b3333')).code).toBe('passcode-needed');
    // Who has to choose a new PIN shows the present one by the test of the token itself.
    await api('requireNewPin', { params: { serial }, body: { required: true } });
    expect(await typed(german, serial, `a2222${tokencode(token)}`)).toEqual({
      result: 'accepted',
      detail: 'Der Passcode ist richtig. Bei der nächsten Anmeldung wird eine neue PIN verlangt.',
    });
    expect(await set(german, 'b33')).toMatchObject({
      errors: [{ message: 'Eine PIN hat 5 bis 8 Buchstaben und Ziffern.' }],
    });
    expect((await set(german, 'b3333')).code).toBe('none');
    expect(await typed(german, serial, `b3333${tokencode(token, 1)}`)).toMatchObject({ result: 'accepted' });
  });
});

describe('host names', () => {
  test('each serves its own console, and self-service alone has no other API', async () => {
    const database = await SQLITE.installed();
    const deployment = await deploy(database, {
      arguments: ['--console-hosts', 'admin.test', '--self-service-hosts', 'my.test'],
    });
    const status = async (host: string, path: string): Promise<number> =>
      (await deployment.send(0, { path, headers: { host } })).status;
    expect(await status('admin.test', '/self-service/')).toBe(404);
    expect(await status('admin.test', '/api/v1/self-service/session')).toBe(404);
    expect(await status('admin.test', '/api/v1/server')).toBe(200);
    expect(await status('my.test', '/api/v1/self-service/session')).toBe(401);
    expect(await status('my.test', '/console/')).toBe(404);
    expect(await status('my.test', '/api/v1/server')).toBe(404);
    expect(await status('my.test', '/api/docs')).toBe(404);
    // However name and path are written.
    for (const host of ['my.test', 'my.test.', 'MY.test'])
      for (const path of [
        '/console/',
        '/%63onsole/',
        '/api/v1/server',
        '/%61pi/v1/server',
        '/api/%76%31/server',
      ])
        expect(await status(host, path), `${host} ${path}`).toBe(404);
    expect(await status('my.test.', '/self-service/')).toBe(200);
    expect(await status('admin.test', '/%73elf-service/')).toBe(404);
    expect(await status('my.test', '/ctkip')).toBe(200);
    // The first page names only what is served under its name; where users have nothing to look for, it is the Security Console.
    const first = await deployment.send(0, { path: '/', headers: { host: 'my.test' } });
    expect(first.body.toString()).toContain('href="/self-service/"');
    expect(first.body.toString()).not.toContain('/console/');
    expect((await deployment.send(0, { path: '/', headers: { host: 'admin.test' } })).headers.location).toBe(
      '/console/',
    );
    expect(await status('localhost', '/api/v1/server')).toBe(200);
    await deployment.stop();
    await database.drop();
  });
});

describe('guessing', () => {
  test('slows the account for strangers, not for a browser its user has logged on from', async () => {
    const database = await SQLITE.installed();
    const deployment = await deploy(database, {
      arguments: ['--wrong-codes', '3', '--trusted-proxies', '127.0.0.1'],
    });
    const userId = 'target';
    await deployment.api('addUser', { body: { userId } });
    await deployment.api('setUserPassword', {
      params: { userId },
      body: { password: PASSWORD, mustChange: false },
    });
    const from = (address: string): SelfServiceClient =>
      selfServiceClient(deployment, { 'x-forwarded-for': address });
    const attempt = (browser: SelfServiceClient, password: string) =>
      problemOf(browser.api('openUserSession', { body: { method: 'password', userId, password } }));
    const own = from('10.0.0.1');
    expect((await attempt(own, PASSWORD)).code).toBe('none');
    // Each from an address of its own, so that only the account is counted.
    for (let guess = 1; guess <= 3; guess += 1) await attempt(from(`10.0.1.${guess}`), 'a wrong guess');
    // Some wait for their turn and the rest are turned away; nobody waits for those.
    const guesses = Array.from({ length: 12 }, (_, index) =>
      attempt(from(`10.0.2.${index + 1}`), 'a wrong guess').catch(() => ({ code: 'cut off' })),
    );
    expect((await Promise.race(guesses)).code).toBe('too-many-requests');
    expect((await attempt(own, PASSWORD)).code).toBe('none');
    await deployment.stop();
    await database.drop();
  });
});
