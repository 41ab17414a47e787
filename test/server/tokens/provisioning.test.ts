/** The main job over real HTTPS, on both databases and in both dialects. */

import type { DialectName } from '@sower/ctkip/dialect';
import { DEFAULT_OFFERS } from '@sower/ctkip/provision';
import { beforeAll, describe, expect, test } from 'vitest';
import { adminPassword } from '../../harness/administrator.ts';
import { provisioned, runExchange, sender, tokencode } from '../../harness/authenticator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';

onBothDatabases('provisioning', (kind) => {
  const { deployment } = deployed(kind);
  let people = 0;

  beforeAll(async () => {
    const { api } = deployment;
    const add = (name: string, fields: object) =>
      api('addProfile', {
        body: { name, deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode', ...fields },
      });
    await add('securid', {});
    await add('six', { digits: 6, interval: 30 });
    await add('totp', { algorithm: 'totp', digits: 6, interval: 30 });
    await add('hotp', { algorithm: 'hotp', digits: 6 });
    await add('fob', { authenticationType: 'fob' });
    await add('pinpad', { authenticationType: 'pinpad' });
    await add('qr', { delivery: 'qr' });
    await add('android', { deviceType: 'android' });
  });

  async function holder(): Promise<{ userId: string; serial: string }> {
    people += 1;
    const userId = `person${people}`;
    await deployment.api('addUser', { body: { userId } });
    const { first: serial } = await deployment.api('mintTokens', { body: {} });
    await deployment.api('assignToken', { params: { serial }, body: { userId } });
    return { userId, serial };
  }
  const distribute = (serial: string, profile: string, fields: object = {}) =>
    deployment.api('distributeToken', { params: { serial }, body: { profile, ...fields } });
  const verify = async (userId: string, passcode: string): Promise<string> =>
    (await deployment.api('authenticate', { body: { userId, passcode } })).result;
  const stateOf = async (serial: string): Promise<string | undefined> =>
    (await deployment.api('getToken', { params: { serial } })).distribution?.state;

  describe.each<DialectName>(['deployed', 'rfc4758'])('%s', (dialectName) => {
    test('distribute, provision, verify; the code and the tokencode work once', async () => {
      const { userId, serial } = await holder();
      const distributed = await distribute(serial, 'securid', { nickname: 'phone' });
      expect(distributed.activationCode).toMatch(/^\d{12}$/);
      expect(await stateOf(serial)).toBe('issued');
      const token = await provisioned(deployment, distributed, { dialectName });
      expect(token).toMatchObject({
        serial,
        digits: 8,
        interval: 60,
        keyType: 'securid-aes',
        userId,
        addPin: false,
      });
      expect(token.seed).toHaveLength(16);
      expect(await stateOf(serial)).toBe('provisioned');

      const again = await runExchange(deployment, distributed, { dialectName });
      expect(again).toMatchObject({ ok: false });
      const code = tokencode(token);
      expect(await verify(userId, code)).toBe('accepted');
      expect(await verify(userId, code)).toBe('rejected');
      expect(await stateOf(serial)).toBe('confirmed');
      const { distribution } = await deployment.api('getToken', { params: { serial } });
      const states = distribution?.history.map((event) => event.state) ?? [];
      expect(states.filter((state) => state !== 'opened')).toEqual(['issued', 'provisioned', 'confirmed']);
      // Written beside the exchange: on a busy machine it can come after the exchange, and is left out then.
      expect([-1, 1]).toContain(states.indexOf('opened'));
      expect(distribution).toMatchObject({ deviceId: 'A1B2C3D4E5F60718293A4B5C', nickname: 'phone' });
      expect(distribution?.history.at(-2)).toMatchObject({
        source: '127.0.0.1',
        deviceId: 'A1B2C3D4E5F60718293A4B5C',
      });
    });

    test('redistribute: the old seed goes on until the new one is confirmed, then it is refused', async () => {
      const { userId, serial } = await holder();
      const first = await provisioned(deployment, await distribute(serial, 'securid'), { dialectName });
      expect(await verify(userId, tokencode(first, -1))).toBe('accepted');
      const code = await distribute(serial, 'six');
      const second = await provisioned(deployment, code, { dialectName });
      expect(second).toMatchObject({ digits: 6, interval: 30 });
      expect(await verify(userId, tokencode(first, 0))).toBe('accepted');
      expect(await verify(userId, tokencode(second, 0))).toBe('accepted');
      expect(await verify(userId, tokencode(first, 1))).toBe('rejected');
      const { seeds } = await deployment.api('getToken', { params: { serial } });
      expect(seeds).toMatchObject([{ state: 'current', digits: 6, interval: 30 }]);
    });

    test('revoke now: the old seed is refused at once', async () => {
      const { userId, serial } = await holder();
      const first = await provisioned(deployment, await distribute(serial, 'securid'), { dialectName });
      await distribute(serial, 'securid', { revokeNow: true });
      expect(await verify(userId, tokencode(first))).toBe('rejected');
    });

    test('withdrawn, superseded and expired codes, unknown ones and used ones: all refused alike', async () => {
      const { serial } = await holder();
      const superseded = await distribute(serial, 'securid');
      const withdrawn = await distribute(serial, 'securid');
      await deployment.api('withdrawDistribution', { params: { serial } });
      const used = await distribute(serial, 'securid');
      await provisioned(deployment, used, { dialectName });
      const unknown = { ...used, activationCode: '000000000000' };
      const answers = await Promise.all(
        [superseded, withdrawn, used, unknown].map(async (code) => {
          const { ok, ...answer } = await runExchange(deployment, code, { dialectName });
          return answer;
        }),
      );
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(answers[0]).toMatchObject(
        dialectName === 'deployed'
          ? { error: 'fault', detail: expect.stringContaining('Invalid authorization code.') }
          : { error: 'http', httpStatus: 403 },
      );
    });

    test('a lost reply: the identical request gets the identical reply, another one none', async () => {
      const { userId, serial } = await holder();
      const distributed = await distribute(serial, 'securid');
      const replies: Buffer[] = [];
      const send = sender(deployment);
      const token = await provisioned(deployment, distributed, {
        dialectName,
        attempts: 4,
        send: async (request) => {
          const reply = await send(request);
          const nonce = Buffer.from(request.body).toString();
          const isNonce =
            dialectName === 'deployed'
              ? request.headers.SOAPAction === 'ServerFinished'
              : nonce.includes('ClientNonce');
          if (!isNonce) return reply;
          replies.push(Buffer.from(reply.body));
          // The first three are cut off on the way back.
          if (replies.length < 4) throw new Error('connection reset');
          return reply;
        },
      });
      expect(replies).toHaveLength(4);
      expect(new Set(replies.map((reply) => reply.toString('hex'))).size).toBe(1);
      expect(await verify(userId, tokencode(token))).toBe('accepted');
      const { seeds } = await deployment.api('getToken', { params: { serial } });
      expect(seeds).toHaveLength(1);
    });

    test('device binding: contradiction and silence are refused, the right device is let in', async () => {
      const { serial } = await holder();
      const deviceBinding = { kind: 'id', deviceId: 'a1b2-c3d4 e5f6-0718-293a-4b5c' };
      const distributed = await distribute(serial, 'securid', { deviceBinding });
      expect(distributed.bindingEnforced).toBe(true);
      // What the client can do is not looked at for a device that the code is not for: its answer would tell that the code is right.
      const offer = { ...DEFAULT_OFFERS[dialectName], keyTypes: ['hotp-sha256'] as const };
      expect(
        await runExchange(deployment, distributed, {
          dialectName,
          offer,
          deviceId: 'FFFFFFFFFFFFFFFFFFFFFFFF',
        }),
      ).toMatchObject({ error: dialectName === 'deployed' ? 'fault' : 'http' });
      for (const device of [
        { deviceId: 'FFFFFFFFFFFFFFFFFFFFFFFF' },
        { deviceId: undefined },
        { deviceClass: 'a01c4380-fc01-4df0-b113-7fb98ec74694' },
        { deviceClass: undefined },
      ]) {
        expect(await runExchange(deployment, distributed, { dialectName, ...device })).toMatchObject({
          ok: false,
        });
      }
      // They are recorded after their answers.
      await expect
        .poll(async () => (await deployment.api('getToken', { params: { serial } })).distribution, {
          timeout: 30_000,
        })
        .toMatchObject({
          state: expect.stringMatching(/issued|opened/),
          reason: expect.stringContaining('did not send its device class'),
        });
      expect((await provisioned(deployment, distributed, { dialectName })).serial).toBe(serial);
    });

    test('a holder of the code who fails ten times ends the distribution, and the administrator reads why', async () => {
      const { serial } = await holder();
      const distributed = await distribute(serial, 'securid');
      for (let run = 0; run < 10; run += 1) {
        await runExchange(deployment, distributed, {
          dialectName,
          deviceClass: 'a01c4380-fc01-4df0-b113-7fb98ec74694',
        });
      }
      // They are recorded after their answers.
      await expect.poll(() => stateOf(serial), { timeout: 30_000 }).toBe('failed');
      expect(await runExchange(deployment, distributed, { dialectName })).toMatchObject({ ok: false });
    });
  });

  test('key renewal: the server proves the key it replaces by MAC 1', async () => {
    const { userId, serial } = await holder();
    const first = await provisioned(deployment, await distribute(serial, 'securid'), {
      dialectName: 'rfc4758',
    });
    expect(await verify(userId, tokencode(first, -1))).toBe('accepted');
    const renewal = { tokenId: first.tokenId, keyId: first.keyId, K_AUTH: first.seed };
    const second = await provisioned(deployment, await distribute(serial, 'securid'), {
      dialectName: 'rfc4758',
      renewal,
    });
    expect(second.seed).not.toEqual(first.seed);
    expect(await verify(userId, tokencode(second))).toBe('accepted');
    // The new seed has not been used yet: it can be renewed all the same, beside the current one and without one.
    const third = await provisioned(deployment, await distribute(serial, 'securid'), {
      dialectName: 'rfc4758',
    });
    const pendingRenewal = { tokenId: third.tokenId, keyId: third.keyId, K_AUTH: third.seed };
    const fourth = await provisioned(deployment, await distribute(serial, 'securid'), {
      dialectName: 'rfc4758',
      renewal: pendingRenewal,
    });
    expect(await verify(userId, tokencode(fourth))).toBe('accepted');
    const wrongKey = { ...renewal, keyId: new Uint8Array(16) };
    const refused = await runExchange(deployment, await distribute(serial, 'securid'), {
      dialectName: 'rfc4758',
      renewal: wrongKey,
    });
    expect(refused).toMatchObject({ ok: false, status: 'AccessDenied' });
  });

  test('key renewal while the first tokencode confirms the pending seed: no MAC is by another key than the client has', async () => {
    const { userId, serial } = await holder();
    const given = async (options: object = {}) =>
      runExchange(deployment, await distribute(serial, 'securid'), { dialectName: 'rfc4758', ...options });
    const token = async (options: object = {}) => {
      const result = await given(options);
      if (!result.ok) throw new Error(result.detail);
      return result.token;
    };
    const renewalOf = ({ tokenId, keyId, seed }: Awaited<ReturnType<typeof token>>) => ({
      renewal: { tokenId, keyId, K_AUTH: seed },
    });
    const send = sender(deployment);
    /** Between the two requests of the run. */
    const confirming = (other: Awaited<ReturnType<typeof token>>, offset: number) => ({
      send: async (request: Parameters<typeof send>[0]) => {
        if (Buffer.from(request.body).includes('EncryptedNonce'))
          expect(await verify(userId, tokencode(other, offset))).toBe('accepted');
        return send(request);
      },
    });
    const current = await token();
    expect(await verify(userId, tokencode(current, -1))).toBe('accepted');
    const pending = await token();
    const renewed = await token({ ...renewalOf(pending), ...confirming(pending, -1) });
    const ended = await given({ ...renewalOf(pending), ...confirming(renewed, -1) });
    expect(ended).toMatchObject({ ok: false, error: 'status', status: 'InitializationFailed' });
    // All seeds of a deployed client have one KeyID.
    const deployed = { dialectName: 'deployed' } as const;
    expect(await verify(userId, tokencode(await token(deployed), -1))).toBe('accepted');
    const unconfirmed = await token(deployed);
    const last = await token({ ...deployed, ...renewalOf(unconfirmed) });
    expect(await verify(userId, tokencode(last, 0))).toBe('accepted');
  });

  test('the strict dialect with PKCS #1 v1.5 and either MAC, as RFC 4758 has it', async () => {
    for (const macAlgorithm of ['ct-kip-prf-aes', 'ct-kip-prf-sha256'] as const) {
      const { userId, serial } = await holder();
      const token = await provisioned(deployment, await distribute(serial, 'securid'), {
        dialectName: 'rfc4758',
        offer: {
          keyTypes: ['securid-aes'],
          encryptionAlgorithms: ['rsa-1_5'],
          macAlgorithms: [macAlgorithm],
        },
      });
      expect(await verify(userId, tokencode(token))).toBe('accepted');
    }
    const { serial } = await holder();
    const shared = await runExchange(deployment, await distribute(serial, 'securid'), {
      dialectName: 'rfc4758',
      offer: {
        keyTypes: ['securid-aes'],
        encryptionAlgorithms: ['ct-kip-prf-aes'],
        macAlgorithms: ['ct-kip-prf-aes'],
      },
    });
    expect(shared).toMatchObject({ ok: false, status: 'NoSupportedEncryptionAlgorithms' });
  });

  test('TOTP and HOTP seeds by the strict dialect', async () => {
    const one = await holder();
    const totpToken = await provisioned(deployment, await distribute(one.serial, 'totp'));
    expect(totpToken).toMatchObject({ keyType: 'totp-sha1', digits: 6, interval: 30 });
    expect(totpToken.seed).toHaveLength(20);
    const code = tokencode(totpToken);
    expect(await verify(one.userId, code)).toBe('accepted');
    expect(await verify(one.userId, code)).toBe('rejected');
    const two = await holder();
    const hotpToken = await provisioned(deployment, await distribute(two.serial, 'hotp'));
    expect(await verify(two.userId, tokencode(hotpToken, 0))).toBe('accepted');
    expect(await verify(two.userId, tokencode(hotpToken, 3))).toBe('accepted');
    expect(await verify(two.userId, tokencode(hotpToken, 2))).toBe('rejected');
    expect(await verify(two.userId, tokencode(hotpToken, 9))).toBe('challenge');
    expect(await verify(two.userId, tokencode(hotpToken, 10))).toBe('accepted');
    expect(await verify(two.userId, tokencode(hotpToken, 3))).toBe('rejected');
    expect(await verify(two.userId, tokencode(hotpToken, 21))).toBe('rejected');
  });

  test('fob and PINPad: PIN and tokencode together, as each style has it', async () => {
    const fob = await holder();
    const fobToken = await provisioned(deployment, await distribute(fob.serial, 'fob'));
    const state = async () =>
      (await deployment.api('listDistributions', { params: { serial: fob.serial } })).items[0]?.state;
    // A new installation asks for a PIN, and the token is confirmed by the first passcode that has it.
    expect(await verify(fob.userId, tokencode(fobToken, -2))).toBe('challenge');
    expect(await state()).toBe('provisioned');
    await deployment.api('setPin', { params: { serial: fob.serial }, body: { pin: 'Ab3456' } });
    expect(await verify(fob.userId, tokencode(fobToken, -1))).toBe('rejected');
    expect(await verify(fob.userId, `Ab3457${tokencode(fobToken, -1)}`)).toBe('rejected');
    expect(await verify(fob.userId, `Ab3456${tokencode(fobToken, -1)}`)).toBe('accepted');
    expect(await state()).toBe('confirmed');
    await deployment.api('clearPin', { params: { serial: fob.serial } });
    // A new installation requires another one.
    expect(await verify(fob.userId, tokencode(fobToken))).toBe('challenge');

    const pinpad = await holder();
    const pinpadToken = await provisioned(deployment, await distribute(pinpad.serial, 'pinpad'));
    expect(pinpadToken.addPin).toBe(true);
    await deployment.api('setPin', { params: { serial: pinpad.serial }, body: { pin: '1357' } });
    const code = tokencode(pinpadToken);
    const passcode =
      code.slice(0, 4) +
      [...code.slice(4)].map((digit, index) => (Number(digit) + 2 * index + 1) % 10).join('');
    expect(await verify(pinpad.userId, code)).toBe('rejected');
    expect(await verify(pinpad.userId, passcode)).toBe('accepted');
  });

  test('QR delivery: the administrator sees no code; a portal with the permission mints one each time, the earlier dies', async () => {
    const { userId, serial } = await holder();
    const distributed = await distribute(serial, 'qr');
    expect(distributed).not.toHaveProperty('activationCode');
    expect(distributed).not.toHaveProperty('link');
    await expect(distribute(serial, 'qr', { activationCode: { kind: 'digits' } })).rejects.toThrow(
      /cannot be changed/,
    );
    await expect(deployment.api('openActivation', { params: { serial } })).rejects.toThrow(/permission/);
    const portal = deployment.apiOf(0, await portalKey());
    const first = await portal('openActivation', { params: { serial } });
    const second = await portal('openActivation', { params: { serial } });
    // Nobody types it, so it is the long one: 98 bits.
    for (const { activationCode, link } of [first, second]) {
      expect(activationCode).toMatch(/^[2-9A-HJKMNP-TV-Z]{20}$/);
      expect(link).toContain(`activationCode=${activationCode}`);
    }
    const run = (activationCode: string) =>
      runExchange(deployment, { ctkipUrl: distributed.ctkipUrl, activationCode });
    expect(await run(first.activationCode)).toMatchObject({ ok: false });
    const result = await run(second.activationCode);
    if (!result.ok) throw new Error(result.detail);
    expect(await verify(userId, tokencode(result.token))).toBe('accepted');
    await expect(portal('openActivation', { params: { serial } })).rejects.toThrow(/not waiting/);
  });

  async function portalKey(): Promise<string> {
    const password = await adminPassword(deployment);
    const json = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };
    const session = await deployment.send(0, {
      method: 'POST',
      path: '/api/v1/session',
      headers: json,
      body: JSON.stringify({ userName: 'admin', password }),
    });
    const cookie = String(session.headers['set-cookie']).split(';')[0] as string;
    const made = await deployment.send(0, {
      method: 'POST',
      path: '/api/v1/api-keys',
      headers: { ...json, cookie },
      body: JSON.stringify({ name: 'portal', permissions: ['activations:open'] }),
    });
    return (JSON.parse(made.body.toString()) as { key: string }).key;
  }

  test('activation codes: long ones, chosen ones with judgement, never the same twice', async () => {
    const { userId, serial } = await holder();
    const long = await distribute(serial, 'securid', { activationCode: { kind: 'long' } });
    expect(long.activationCode).toMatch(/^[2-9A-HJKMNP-TV-Z]{20}$/);
    const choose = (value: string) =>
      distribute(serial, 'securid', { activationCode: { kind: 'chosen', value } });
    for (const bad of [
      'short',
      serial,
      userId,
      `${userId}-${userId}`,
      '12345678901',
      '123456789012',
      'aaaaaaaaaaaaaa',
      'ünïcödé-çode',
      'Correct&horse4758',
      'Correct%20horse4758',
      'Correct+horse/4758',
    ]) {
      await expect(choose(bad), bad).rejects.toThrow();
    }
    // The rules that the console states beside the field, at their borders: the longest that is refused, the shortest that is taken.
    const settle = async (minimum: number) => {
      const { version } = await deployment.api('getSettings', {});
      await deployment.api('editSettings', {
        ifMatch: version,
        body: { 'activation.minChosenLength': minimum },
      });
      return (await deployment.api('getDistributionSettings', {})).minChosenCodeLength;
    };
    expect(await settle(10)).toBe(10);
    await expect(choose('xk7_p.q2m')).rejects.toThrow('Use at least 10 characters');
    await expect(choose('abcd-abcd abcd')).rejects.toThrow('too few different');
    await expect(choose('abcdefghij')).rejects.toThrow('sequence');
    await expect(choose('19283746501')).rejects.toThrow('at least 12 digits');
    for (const good of ['XK7_P.Q2MZ', '192837465019', 'abcde-abcde'])
      expect((await choose(good)).activationCode).toBe(good);
    expect(await settle(14)).toBe(14);
    await expect(choose('5647382910293')).rejects.toThrow('Use at least 14 characters');
    expect((await choose('56473829102938')).activationCode).toBe('56473829102938');
    await settle(10);
    const chosen = await choose('Correct horse 4758');
    expect(chosen.activationCode).toBe('Correct horse 4758');
    // As it is typed it would be percent-encoded in the link.
    expect(chosen.link).toMatch(/activationCode=CORRECTHORSE4758$/);
    await expect(choose('CORRECT-HORSE-4758')).rejects.toThrow(/cannot be used/);
    const token = await provisioned(deployment, { ...chosen, activationCode: 'correcthorse4758' });
    expect(token.serial).toBe(serial);
  });

  test('a client that says nothing about its device is let in where its type cannot be asked to', async () => {
    const { serial } = await holder();
    const distributed = await distribute(serial, 'android', {
      deviceBinding: { kind: 'id', deviceId: 'd82c-467c' },
    });
    expect(distributed.bindingEnforced).toBe(false);
    expect(distributed.notices.join(' ')).toContain('recorded');
    expect(distributed.link).toMatch(
      /^http:\/\/127\.0\.0\.1\/securid\/ctkip\?scheme=https&url=localhost:\d+\/ctkip/,
    );
    const contradiction = await runExchange(deployment, distributed, {
      deviceId: 'd82c-467d',
      deviceClass: undefined,
    });
    expect(contradiction).toMatchObject({ ok: false, error: 'fault' });
    await provisioned(deployment, distributed, { deviceId: undefined, deviceClass: undefined });
  });

  test('disabled tokens, disabled users, unassigned tokens: neither provision nor verify', async () => {
    const { userId, serial } = await holder();
    const token = await provisioned(deployment, await distribute(serial, 'securid'));
    await deployment.api('disableToken', { params: { serial } });
    expect(await verify(userId, tokencode(token))).toBe('rejected');
    await expect(distribute(serial, 'securid')).rejects.toThrow(/disabled/);
    await deployment.api('enableToken', { params: { serial } });
    const waiting = await distribute(serial, 'securid');
    await deployment.api('editUser', { params: { userId }, ifMatch: 1, body: { enabled: false } });
    expect(await verify(userId, tokencode(token))).toBe('rejected');
    expect(await runExchange(deployment, waiting)).toMatchObject({ ok: false, error: 'fault' });
    const { version } = await deployment.api('getUser', { params: { userId } });
    await deployment.api('editUser', { params: { userId }, ifMatch: version, body: { enabled: true } });
    expect(await verify(userId, tokencode(token))).toBe('accepted');
    await deployment.api('unassignToken', { params: { serial } });
    expect(await runExchange(deployment, waiting)).toMatchObject({ ok: false, error: 'fault' });
    expect(await verify(userId, tokencode(token, 1))).toBe('rejected');
    // It stands in the list, and no longer for the token, which nobody holds.
    expect(await stateOf(serial)).toBeUndefined();
    const { items } = await deployment.api('listDistributions', { params: { serial } });
    expect(items[0]?.state).toBe('withdrawn');
  });

  test('wrong passcodes hold the token back for a while, and the wait frees it', async () => {
    const heldBack = async () => {
      const { userId, serial } = await holder();
      const token = await provisioned(deployment, await distribute(serial, 'securid'));
      for (let guess = 0; guess < 4; guess += 1) expect(await verify(userId, '00000000')).toBe('rejected');
      const begun = performance.now();
      expect(await verify(userId, '00000000')).toBe('rejected');
      const result = await verify(userId, tokencode(token));
      // The wait is a second: on a machine that takes as long for two verifications nothing is seen of it.
      return performance.now() - begun < 1_000 ? { userId, serial, token, result } : undefined;
    };
    let held = await heldBack();
    for (let tries = 0; tries < 5 && !held; tries += 1) held = await heldBack();
    if (!held) throw new Error('this machine is too slow');
    const { userId, serial, token, result } = held;
    expect(result).toBe('rejected');
    // Guesses during the wait are not counted, so they cannot prolong it.
    expect((await deployment.api('getToken', { params: { serial } })).failures).toBe(5);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await verify(userId, tokencode(token))).toBe('accepted');
    expect((await deployment.api('getToken', { params: { serial } })).failures).toBe(0);
    const { items } = await deployment.api('listAudit', { query: { object: `user:${userId}` } });
    expect(items.map((item) => item.reason).join('; ')).toMatch(/held back for another/);
  });

  test('who asks about whom makes no difference to the answer', async () => {
    const { userId } = await holder();
    for (const [user, passcode] of [
      ['nobody', '12345678'],
      [' ', '12345678'],
      [userId, '12345678'],
      [userId, "' or 1=1 --"],
      [userId, '١٢٣٤٥٦٧٨'],
      ['%', '1'],
    ] as const) {
      expect(await verify(user, passcode)).toBe('rejected');
    }
  });

  test('keys are rotated; an exchange begun with the old one ends well, in either size', async () => {
    const { userId, serial } = await holder();
    const distributed = await distribute(serial, 'securid');
    const send = sender(deployment);
    let rotated = false;
    const token = await provisioned(deployment, distributed, {
      send: async (request) => {
        if (!rotated && request.headers.SOAPAction === 'ServerFinished') {
          rotated = true;
          await deployment.api('rotateServerKey', { body: { bits: 1024 } });
        }
        return send(request);
      },
    });
    expect(rotated).toBe(true);
    expect(await verify(userId, tokencode(token))).toBe('accepted');
    await provisioned(deployment, await distribute(serial, 'securid'));
    await deployment.api('rotateServerKey', { body: { bits: 3072 } });
    await provisioned(deployment, await distribute(serial, 'securid'), { minModulusBits: 3072 });
    await deployment.api('rotateServerKey', { body: {} });
    const { items } = await deployment.api('listServerKeys', {});
    expect(items.map(({ bits, use }) => `${bits} ${use}`)).toEqual([
      '2048 active',
      '3072 retired',
      '1024 retired',
      '2048 retired',
    ]);
  });
});
