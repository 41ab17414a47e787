/** The validate API as its clients meet it: what each sends, and what each relies on in the answers. On both databases. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sealing } from '@sower/server/keys/seal/sealing';
import { beforeAll, describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import type { ValidateAnswer } from '../../harness/edges/authenticating.ts';
import { type Person, person, random, roomInTheMinute, type Stage } from '../../harness/token-modes.ts';

const FORM = 'application/x-www-form-urlencoded';
const BOUNDARY = '------------------------d74496d66958873e';

const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();
const multipart = (fields: Readonly<Record<string, string>>): string =>
  [
    ...Object.entries(fields).map(
      ([name, value]) =>
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    ),
    `--${BOUNDARY}--\r\n`,
  ].join('');
const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`;
const encodedTwice = (text: string): string => encodeURIComponent(encodeURIComponent(text));

onBothDatabases('the validate API', (kind) => {
  const { database, deployment } = deployed(kind, { processes: 2, arguments: ['--wrong-codes', '1000000'] });
  const stored = openedFor(database);
  let stage: Stage;
  const keys: Record<string, string> = {};
  const ids: Record<string, string> = {};

  type Sent = {
    readonly path?: string;
    readonly method?: string;
    readonly type?: string;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly node?: number;
  };
  const send = async ({ path = '/validate/check', method = 'POST', type, body, headers, node = 0 }: Sent) => {
    const answer = await deployment.send(node, {
      method,
      path,
      headers: {
        'x-api-key': keys.all ?? '',
        ...(type === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.status, headers: answer.headers, text: answer.body.toString() };
  };
  const ask = async (sent: Sent): Promise<ValidateAnswer & { readonly status: number }> => {
    const { status, text } = await send(sent);
    return { status, ...(JSON.parse(text) as ValidateAnswer) };
  };
  const check = (fields: Readonly<Record<string, string>>, more: Partial<Sent> = {}) =>
    ask({ type: FORM, body: form(fields), ...more });
  const verdict = ({ result }: ValidateAnswer) => result.authentication;

  beforeAll(async () => {
    const { api, dataFolder } = deployment;
    const masterKey = Buffer.from(readFileSync(join(dataFolder, 'master.key'), 'utf8'), 'base64');
    stage = { db: stored.db, sealing: sealing(masterKey, random), now: () => Date.now() };
    expect((await ask({ type: FORM, body: 'user=ada&pass=1' })).status).toBe(404);
    expect((await ask({ path: '/auth', type: FORM, body: 'username=a&password=b' })).status).toBe(404);
    await api('addSecurityDomain', { body: { name: 'North' } });
    const agents = {
      all: { rights: ['trigger', 'tokens'] },
      plain: {},
      other: {},
      elsewhere: { networks: ['192.0.2.0/24'] },
      realms: { realms: [{ realm: 'north.example', securityDomain: 'North' }] },
      northern: { securityDomain: 'North' },
    } as const;
    for (const [name, more] of Object.entries(agents)) {
      const made = await api('addAgent', { body: { name, kind: 'validate', ...more } as never });
      [keys[name], ids[name]] = [made.key, made.id];
    }
    keys.mfa = (await api('addAgent', { body: { name: 'of another kind' } })).key;
  });

  const failuresOf = async ({ tokenId }: Person): Promise<number> => {
    const token = stored.db
      .selectFrom('tokens')
      .select('failures')
      .where('id', '=', tokenId as never);
    return (await token.executeTakeFirstOrThrow()).failures;
  };
  const nextTokencode = (): Promise<Person> =>
    person(stage, { token: { failures: 10, last_failure_at: Date.now() - 600_000 } });

  describe('what clients send', () => {
    test.each<[string, (who: Person) => Sent]>([
      [
        'the PAM module: a form, encoded once',
        ({ userId, code }) => ({
          type: FORM,
          body: `pass=${code(0)}&user=${userId}`,
          headers: { 'user-agent': 'privacyidea-pam/2.0' },
        }),
      ],
      [
        "FreeRADIUS's Perl module: a form, encoded twice, with a client",
        ({ userId, code }) => ({
          type: FORM,
          body: `client=192.0.2.9&pass=${code(0)}&user=${encodedTwice(userId)}`,
          headers: { 'user-agent': 'FreeRADIUS' },
        }),
      ],
      [
        'the Java client: a query, encoded twice',
        ({ userId, code }) => ({
          method: 'GET',
          path: `/validate/check?user=${encodedTwice(userId)}&pass=${code(0)}`,
          headers: { 'user-agent': 'privacyIDEA-Keycloak/1.4' },
        }),
      ],
      [
        'the PHP client: multipart/form-data',
        ({ userId, code }) => ({ type: MULTIPART, body: multipart({ user: userId, pass: code(0) }) }),
      ],
      [
        'a script: JSON',
        ({ userId, code }) => ({
          type: 'application/json',
          body: JSON.stringify({ user: userId, pass: code(0), realm: '' }),
        }),
      ],
    ])('%s', async (_, sentBy) => {
      const who = await person(stage);
      const sent = sentBy(who);
      expect(await ask(sent)).toMatchObject({
        status: 200,
        result: { status: true, value: true, authentication: 'ACCEPT' },
        detail: { message: 'The passcode was accepted.', serial: who.serial },
      });
      const again = await ask(sent);
      expect(verdict(again)).toBe('REJECT');
      expect(again.detail).toEqual({ message: 'The passcode was not accepted.' });
    });

    test('a client that encodes twice sends a backslash and a percent sign whole; one that encodes once, too', async () => {
      const userId = `CORP\\%41${Date.now()}`;
      const twice = await person(stage, {
        user: { user_id: userId as never, user_id_key: userId.toLowerCase() },
      });
      const body = (encode: (text: string) => string): string =>
        `user=${encode(userId)}&pass=${twice.code(0)}`;
      const once = { type: FORM, body: body(encodeURIComponent) };
      const name = (product: string) => ({ headers: { 'user-agent': `${product}/3.2.1 (Windows; x)` } });
      // Decoded once more, it is another name.
      expect(verdict(await ask({ ...once, ...name('FreeRADIUS') }))).toBe('REJECT');
      expect(verdict(await ask({ ...once, ...name('privacyidea-cp') }))).toBe('ACCEPT');
      const later = { type: FORM, body: `user=${encodedTwice(userId)}&pass=${twice.code(1)}` };
      expect(verdict(await ask({ ...later, ...name('FreeRADIUS') }))).toBe('ACCEPT');
    });

    test.each<[string, (key: string) => Readonly<Record<string, string>>]>([
      ['X-API-Key', (key) => ({ 'x-api-key': key })],
      ['X-API-Key with an ID before it', (key) => ({ 'x-api-key': `pi_7_${key}` })],
      ['a user name and password in the URL', (key) => ({ authorization: `Basic ${btoa(`any:${key}`)}` })],
      ['a bearer token', (key) => ({ authorization: `Bearer ${key}` })],
      ['PI-Authorization', (key) => ({ 'pi-authorization': key })],
    ])('the key as %s', async (_, header) => {
      const without = { 'x-api-key': '' };
      const who = await person(stage);
      const body = form({ user: who.userId, pass: who.code(0) });
      const wrong = `${(keys.plain as string).slice(0, -1)}_`;
      const send = (key: string) => ask({ type: FORM, body, headers: { ...without, ...header(key) } });
      expect(await send(wrong)).toMatchObject({
        status: 401,
        result: { status: false, error: { code: 4031 } },
      });
      expect((await send(keys.mfa as string)).status).toBe(401);
      expect((await send(keys.elsewhere as string)).status).toBe(401);
      expect(verdict(await send(keys.plain as string))).toBe('ACCEPT');
    });

    test('no key: refused, and nothing is counted', async () => {
      const who = await person(stage);
      const answer = await check({ user: who.userId, pass: '1' }, { headers: { 'x-api-key': '' } });
      expect(answer).toMatchObject({ status: 401, result: { error: { code: 4031 } } });
      expect(await failuresOf(who)).toBe(0);
    });
  });

  describe('the token of /auth', () => {
    const logOn = (fields: Readonly<Record<string, string>>) =>
      ask({ path: '/auth', type: FORM, body: form(fields), headers: { 'x-api-key': '' } });
    const tokenOf = async (name: string): Promise<string> =>
      ((await logOn({ username: name, password: keys[name] as string })).result.value as { token: string })
        .token;
    const withToken = (authorization: string) =>
      ask({ path: '/token/?user=nobody-here', method: 'GET', headers: { 'x-api-key': '', authorization } });

    test('has an end, which a client compares with the time of the answer', async () => {
      const { text } = await send({
        path: '/auth',
        type: FORM,
        body: form({ username: 'all', password: keys.all as string, realm: '' }),
        headers: { 'x-api-key': '' },
      });
      const { time, result } = JSON.parse(text) as { time: number; result: { value: { token: string } } };
      const [, payload = ''] = result.value.token.split('.');
      // As the Java client reads it: plain base64, without padding.
      expect(payload).toMatch(/^[A-Za-z0-9+/]+$/);
      const { exp } = JSON.parse(atob(payload)) as { exp: number };
      expect(exp - time).toBeGreaterThan(3_500);
      expect((await withToken(result.value.token)).status).toBe(200);
    });

    test('is given for the name and key of an agent of this kind alone', async () => {
      const key = keys.all as string;
      for (const [username, password] of [
        ['plain', key],
        ['all', 'x'],
        ['of another kind', keys.mfa as string],
      ] as const)
        expect(await logOn({ username, password })).toMatchObject({
          status: 401,
          result: { error: { code: 4031 } },
        });
      expect((await logOn({ username: 'all' })).result.error?.code).toBe(905);
    });

    test('of another key, without an algorithm, altered or expired is no token', async () => {
      const good = await tokenOf('all');
      const [header = '', payload = '', signature = ''] = good.split('.');
      const b64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const claims = JSON.parse(atob(payload)) as Record<string, unknown>;
      const signed = (text: string, keeper = stage.sealing): string =>
        `${text}.${keeper.keyedHash('agent-token', text)}`;
      expect((await withToken(signed(`${header}.${payload}`))).status).toBe(200);
      const bad = [
        `${b64({ alg: 'none', typ: 'JWT' })}.${payload}.`,
        `${b64({ alg: 'none', typ: 'JWT' })}.${payload}.${signature}`,
        signed(`${b64({ alg: 'HS512', typ: 'JWT' })}.${payload}`),
        signed(`${header}.${payload}`, sealing(random(32), random)),
        `${header}.${b64({ ...claims, exp: 9_999_999_999 })}.${signature}`,
        signed(`${header}.${b64({ ...claims, exp: Math.floor(Date.now() / 1000) - 1 })}`),
        `${good}.x`,
        '..',
        'x.y.z',
      ];
      for (const token of bad) expect([token, (await withToken(token)).status]).toEqual([token, 401]);
    });

    test('ends when the key of the agent changes', async () => {
      const made = await deployment.api('addAgent', {
        body: { name: 'changing', kind: 'validate', rights: ['tokens'] },
      });
      keys.changing = made.key;
      const token = await tokenOf('changing');
      expect((await withToken(token)).status).toBe(200);
      await deployment.api('changeAgentKey', { params: { id: made.id } });
      await expect.poll(async () => (await withToken(token)).status).toBe(401);
    });
  });

  describe('challenges', () => {
    test('a next tokencode: a transaction of twenty digits, under each of its names; the final answer has none', async () => {
      for (const name of ['transaction_id', 'transactionid', 'state']) {
        await roomInTheMinute(stage, 10_000);
        const who = await nextTokencode();
        const asked = await check({ user: who.userId, pass: who.code(-1) });
        expect(asked).toMatchObject({
          result: { status: true, value: false, authentication: 'CHALLENGE' },
          detail: {
            message: expect.stringContaining('Wait'),
            transaction_id: expect.stringMatching(/^\d{20}$/),
            client_mode: 'interactive',
            multi_challenge: [{ client_mode: 'interactive', attributes: null }],
          },
        });
        const transaction = asked.detail?.transaction_id as string;
        const status = (of: string, agent = 'all') =>
          ask({ method: 'GET', path: of, headers: { 'x-api-key': keys[agent] as string } });
        const poll = `/validate/polltransaction?transaction_id=${transaction}`;
        expect(await status(poll)).toMatchObject({
          result: { value: false },
          detail: { challenge_status: 'pending' },
        });
        expect((await status(poll, 'other')).detail).toMatchObject({ challenge_status: 'declined' });
        const answer = await check({ user: who.userId, pass: who.code(0), [name]: transaction });
        expect(verdict(answer)).toBe('ACCEPT');
        expect(answer.detail).not.toHaveProperty('transaction_id');
        expect((await status(`/validate/polltransaction/${transaction}`)).detail).toMatchObject({
          challenge_status: 'declined',
        });
        expect(
          (await status(`/validate/check_status?transactionid=${transaction}&user=x`)).detail,
        ).toMatchObject({
          transactions: { [transaction]: { status: 'closed' } },
        });
      }
    });

    test('in the language of the user', async () => {
      const who = await nextTokencode();
      const asked = await check(
        { user: who.userId, pass: who.code(0) },
        { headers: { 'accept-language': 'de-DE,de;q=0.9,en;q=0.5' } },
      );
      expect(asked.detail?.message).toMatch(/Warten Sie/);
    });

    test('triggerchallenge waives nothing: a token with a PIN needs both', async () => {
      const who = await person(stage, { seed: { authentication_type: 'fob' }, pin: '4711' });
      const triggered = await ask({
        path: '/validate/triggerchallenge',
        type: FORM,
        body: form({ user: who.userId }),
      });
      expect(triggered).toMatchObject({ status: 200, result: { value: 1, authentication: 'CHALLENGE' } });
      const transaction_id = triggered.detail?.transaction_id as string;
      expect(transaction_id).toMatch(/^\d{20}$/);
      const statusFor = async (agent: string) => {
        const path = `/validate/polltransaction?transaction_id=${transaction_id}`;
        const headers = { 'x-api-key': keys[agent] as string };
        return (await ask({ method: 'GET', path, headers })).detail;
      };
      expect([await statusFor('all'), await statusFor('other')]).toMatchObject([
        { challenge_status: 'pending' },
        { challenge_status: 'declined' },
      ]);
      const answer = (pass: string) => check({ user: who.userId, pass, transaction_id });
      expect(verdict(await answer(who.code(0)))).toBe('REJECT');
      expect(verdict(await answer(who.passcode(0)))).toBe('ACCEPT');
      expect(verdict(await answer(who.passcode(0)))).toBe('REJECT');
    });

    test('an empty passcode asks for one, of anyone, and counts nothing', async () => {
      const who = await person(stage);
      const shapes = [];
      for (const user of [who.userId, 'nobody-of-that-name']) {
        const { detail, ...asked } = await check({ user, pass: '' });
        const { transaction_id: transaction = '' } = detail ?? {};
        shapes.push(JSON.stringify([asked.result, detail]).replaceAll(transaction, 'T'));
      }
      expect(shapes[0]).toContain('Enter');
      expect(shapes[0]).toBe(shapes[1]);
      expect(await failuresOf(who)).toBe(0);
    });

    test('nothing entered at the question for a passcode asks again, and counts nothing', async () => {
      const who = await person(stage);
      const asked = await check({ user: who.userId, pass: '' });
      const transaction_id = asked.detail?.transaction_id as string;
      expect(verdict(await check({ user: who.userId, pass: '', transaction_id }))).toBe('CHALLENGE');
      expect(await failuresOf(who)).toBe(0);
      expect(verdict(await check({ user: who.userId, pass: who.code(0), transaction_id }))).toBe('ACCEPT');
    });

    test('crossed transactions, users and agents: none of a thousand pairs is accepted', async () => {
      await roomInTheMinute(stage, 40_000);
      const owners = await Promise.all(Array.from({ length: 25 }, nextTokencode));
      const transactions = await Promise.all(
        owners.map(
          async (who) => (await check({ user: who.userId, pass: who.code(-1) })).detail?.transaction_id,
        ),
      );
      expect(transactions).not.toContain(undefined);
      let accepted = 0;
      let pairs = 0;
      for (const [at, who] of owners.entries()) {
        const crossed = transactions.flatMap((transaction_id, other) => [
          ...(other === at ? [] : [{ transaction_id, key: 'all', node: other % 2 }]),
          ...(other < 17 ? [{ transaction_id: transactions[at], key: 'other', node: other % 2 }] : []),
        ]);
        const answers = await Promise.all(
          crossed.map(({ transaction_id, key, node }) =>
            check(
              { user: who.userId, pass: who.code(0), transaction_id: transaction_id as string },
              { node, headers: { 'x-api-key': keys[key] as string } },
            ),
          ),
        );
        pairs += answers.length;
        accepted += answers.filter((answer) => verdict(answer) !== 'REJECT').length;
      }
      expect([pairs, accepted]).toEqual([1_025, 0]);
      // Nothing of it ended what belongs to its owner.
      const [who] = owners as [Person];
      const own = { user: who.userId, pass: who.code(0), transaction_id: transactions[0] as string };
      expect(verdict(await check(own))).toBe('ACCEPT');
    });

    test('one answer, on two nodes at once, is accepted once', async () => {
      await roomInTheMinute(stage, 15_000);
      const who = await nextTokencode();
      const asked = await check({ user: who.userId, pass: who.code(-1) });
      const own = {
        user: who.userId,
        pass: who.code(0),
        transaction_id: asked.detail?.transaction_id as string,
      };
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => check(own, { node: index % 2 })),
      );
      expect(answers.filter((answer) => verdict(answer) === 'ACCEPT')).toHaveLength(1);
    });
  });

  describe('who and where', () => {
    test('an unknown user is answered like a wrong passcode, octet for octet', async () => {
      const who = await person(stage);
      const answers = [];
      for (const user of [who.userId, 'nobody-of-that-name', '']) {
        const { status, text } = await send({ type: FORM, body: form({ user, pass: '12345678' }) });
        answers.push(`${status} ${text.replace(/"time":[\d.]+/, '')}`);
      }
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toContain('REJECT');
    });

    test('a realm stands for its security domain, and an unknown one for none', async () => {
      const top = await person(stage);
      const { items } = await deployment.api('listSecurityDomains', {});
      const north = items.find(({ name }) => name === 'North');
      const { path } = await stored.db
        .selectFrom('security_domains')
        .select('path')
        .where('id', '=', north?.id ?? '')
        .executeTakeFirstOrThrow();
      const inNorth = await person(stage, { user: { domain: path }, token: { domain: path } });
      const as = (key: string, fields: Readonly<Record<string, string>>) =>
        check(fields, { headers: { 'x-api-key': keys[key] as string } }).then(verdict);
      const realm = 'North.Example';
      expect(await as('realms', { user: top.userId, pass: top.code(0), realm })).toBe('REJECT');
      expect(await as('realms', { user: inNorth.userId, pass: inNorth.code(0), realm: 'south' })).toBe(
        'REJECT',
      );
      expect(await as('northern', { user: top.userId, pass: top.code(0) })).toBe('REJECT');
      expect(await as('realms', { user: inNorth.userId, pass: inNorth.code(0), realm })).toBe('ACCEPT');
      const named = `${inNorth.userId}@north.example`;
      expect(await as('realms', { user: named, pass: inNorth.code(1), realm: '' })).toBe('ACCEPT');
      const again = await person(stage, { user: { domain: path }, token: { domain: path } });
      expect(await as('realms', { user: `${again.userId}@north.example`, pass: again.code(0) })).toBe(
        'ACCEPT',
      );
      expect(await as('realms', { user: top.userId, pass: top.code(0) })).toBe('ACCEPT');
    });

    test('an agent that is moved keeps no realm outside its new security domain', async () => {
      const body = { realms: [{ realm: 'north.example', securityDomain: 'North' }] };
      const made = await deployment.api('addAgent', {
        body: { name: 'moved', kind: 'validate', ...body } as never,
      });
      const { items } = await deployment.api('listSecurityDomains', {});
      const { path } = await stored.db
        .selectFrom('security_domains')
        .select('path')
        .where('id', '=', items.find(({ name }) => name === 'North')?.id ?? '')
        .executeTakeFirstOrThrow();
      const who = await person(stage, { user: { domain: path }, token: { domain: path } });
      const ask = (offset: number) =>
        check(
          { user: who.userId, pass: who.code(offset), realm: 'north.example' },
          { headers: { 'x-api-key': made.key } },
        ).then(verdict);
      expect(await ask(0)).toBe('ACCEPT');
      await deployment.api('addSecurityDomain', { body: { name: `East of ${kind.name}` } });
      const change = { params: { id: made.id }, body: { securityDomain: `East of ${kind.name}` } };
      await deployment.api('editAgent', { ...change, ifMatch: made.version });
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      expect(await ask(1)).toBe('REJECT');
    });

    test('a serial number stands for its user, and no other token of them will do', async () => {
      const [who, other] = [await person(stage), await person(stage)];
      expect(verdict(await check({ serial: other.serial, pass: who.code(0) }))).toBe('REJECT');
      expect(verdict(await check({ serial: other.serial, user: who.userId, pass: who.code(0) }))).toBe(
        'REJECT',
      );
      expect(verdict(await check({ serial: '999999999999', pass: who.code(0) }))).toBe('REJECT');
      expect(await check({ serial: who.serial, pass: who.code(0) })).toMatchObject({
        result: { authentication: 'ACCEPT' },
        detail: { serial: who.serial },
      });
    });

    test('a serial number is read as people write it, and one that is empty is none', async () => {
      const who = await person(stage);
      const grouped = who.serial.replace(/(\d{4})/g, '$1 ');
      expect(verdict(await check({ serial: grouped, pass: who.code(-1) }))).toBe('ACCEPT');
      expect(verdict(await check({ user: '', serial: who.serial, pass: who.code(0) }))).toBe('ACCEPT');
      expect(verdict(await check({ user: who.userId, serial: '', pass: who.code(1) }))).toBe('ACCEPT');
      expect((await check({ serial: '', pass: '1' })).status).toBe(400);
    });

    test('rights: without them nothing is triggered or listed', async () => {
      const who = await person(stage);
      const list = (key: string) =>
        ask({
          method: 'GET',
          path: `/token/?user=${who.userId}`,
          headers: { 'x-api-key': keys[key] as string },
        });
      expect(await list('plain')).toMatchObject({ status: 403, result: { error: { code: 303 } } });
      expect(await list('all')).toMatchObject({
        result: { value: { count: 1, tokens: [{ serial: who.serial, active: true, otplen: 8 }] } },
      });
      const user = await deployment.api('getUser', { params: { userId: who.userId } });
      const disabled = { params: { userId: who.userId }, body: { enabled: false }, ifMatch: user.version };
      await deployment.api('editUser', disabled);
      expect(await list('all')).toMatchObject({ result: { value: { tokens: [{ active: false }] } } });
      const trigger = { path: '/validate/triggerchallenge', type: FORM, body: form({ user: who.userId }) };
      expect((await ask({ ...trigger, headers: { 'x-api-key': keys.plain as string } })).status).toBe(403);
    });

    test('the list of tokens has the one that is named, and none of a user who does not exist for the agent', async () => {
      const [one, other] = [await person(stage), await person(stage)];
      const rowOf = async ({ userId }: Person) =>
        stored.db.selectFrom('users').selectAll().where('user_id', '=', userId).executeTakeFirstOrThrow();
      const { id, user_id_key } = await rowOf(one);
      const ofOther = (await rowOf(other)).id;
      await stored.db.updateTable('tokens').set({ user_id: id }).where('user_id', '=', ofOther).execute();
      const serials = async (query: string): Promise<unknown[]> => {
        const { result } = await ask({ path: `/token/?${query}`, method: 'GET' });
        return (result.value as { tokens: { serial: string }[] }).tokens.map(({ serial }) => serial);
      };
      const all = await serials(`user=${one.userId}`);
      expect(all).toHaveLength(2);
      expect(await serials(`serial=${all[1]}`)).toEqual([all[1]]);
      // Of two people whom directories call by this name.
      await stored.db
        .insertInto('identity_sources')
        .values({
          ...{ id: 'x', name: 'x', name_key: 'x', kind: 'generic', position: 0, enabled: 0, domain: '/' },
          ...{ settings: '{}', actor_kind: 'api-key', actor_id: 'x', actor_name: 'x' },
          ...{ created_at: 0, version: 1, password: null, mark: null, due_at: null },
        })
        .execute();
      await stored.db
        .insertInto('contested_user_ids')
        .values({ source_id: 'x', source_key: 'y', user_id: one.userId, user_id_key })
        .execute();
      expect(await serials(`user=${one.userId}`)).toEqual([]);
      expect(await serials(`serial=${all[1]}`)).toEqual([]);
    });

    test('a token whose new seed waits for its first tokencode is listed once', async () => {
      const who = await person(stage);
      const seeds = stored.db.selectFrom('seeds').where('token_id', '=', who.tokenId as never);
      const seed = await seeds.selectAll().executeTakeFirstOrThrow();
      const pending = { ...seed, id: `${who.seedId}x`, state: 'pending' as const, digits: 6 as const };
      await stored.db.insertInto('seeds').values(pending).execute();
      const list = () => ask({ method: 'GET', path: `/token/?user=${who.userId}` });
      expect((await list()).result.value).toMatchObject({
        count: 1,
        tokens: [{ serial: who.serial, otplen: 8 }],
      });
      await stored.db.deleteFrom('seeds').where('id', '=', who.seedId).execute();
      expect((await list()).result.value).toMatchObject({
        count: 1,
        tokens: [{ serial: who.serial, otplen: 6 }],
      });
    });

    test('the trail has the agent, the user, and where the person is', async () => {
      const who = await person(stage);
      await check({ user: who.userId, pass: 'wrong', client: '198.51.100.7' });
      const query = { object: `user:${who.userId}`, action: 'authenticate' as const };
      const { items } = await deployment.api('listAudit', { query });
      expect(items[0]).toMatchObject({ actor: 'agent:all', result: 'refused', source: '198.51.100.7' });
    });

    test('an agent shows when it was last there, and what it says it is', async () => {
      await check(
        { user: 'nobody', pass: '1' },
        { headers: { 'x-api-key': keys.other as string, 'user-agent': 'plug-in/7' } },
      );
      const { items } = await deployment.api('listAgents', {});
      expect(items.find(({ id }) => id === ids.other)).toMatchObject({
        lastSeenAt: expect.any(String),
        recent: { steps: expect.any(Number), refused: expect.any(Number) },
      });
      // The audit trail escapes what is not plain.
      const body = { name: 'CORP\\plug-in', kind: 'validate', networks: ['127.0.0.0/8'] } as const;
      const made = await deployment.api('addAgent', { body: { ...body, networks: [...body.networks] } });
      for (let step = 0; step < 2; step += 1)
        await check({ user: 'nobody', pass: '1' }, { headers: { 'x-api-key': made.key } });
      const after = await deployment.api('listAgents', {});
      expect(after.items.find(({ id }) => id === made.id)?.recent).toEqual({ steps: 2, refused: 2 });
    });
  });

  test('radiuscheck and simplecheck say it in a status and in two signs', async () => {
    const [who, user] = [await person(stage), await person(stage)];
    const radius = {
      path: '/validate/radiuscheck',
      type: FORM,
      body: form({ user: who.userId, pass: who.code(0) }),
    };
    expect(await send(radius)).toMatchObject({ status: 204, text: '' });
    expect(await send(radius)).toMatchObject({ status: 400, text: '' });
    const simple = {
      path: '/validate/simplecheck',
      type: FORM,
      body: form({ user: user.userId, pass: user.code(0) }),
    };
    expect((await send(simple)).text).toBe(':-)');
    expect((await send(simple)).text).toBe(':-(');
  });

  test.each<[string, number, Sent]>([
    ['an address that is not there', 404, { path: '/validate/nothing', type: FORM, body: 'user=a&pass=1' }],
    ['one below the tokens', 404, { path: '/token/init', type: FORM, body: 'user=a' }],
    ['one below /auth', 404, { path: '/auth/rights', method: 'GET' }],
    ['a method that it does not take', 405, { method: 'DELETE' }],
    ['GET for a token', 405, { path: '/auth', method: 'GET' }],
  ])('%s is refused in the shape', async (_, status, sent) => {
    const { headers, text } = await send(sent);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect({ status, ...(JSON.parse(text) as ValidateAnswer) }).toMatchObject({
      status,
      jsonrpc: '2.0',
      result: { status: false, error: { code: 404, message: expect.stringMatching(/\.$/) } },
      detail: null,
    });
    if (status === 405) expect(headers.allow).toMatch(/POST/);
  });

  test('an agent of the other shape has no realms and no rights', async () => {
    const { api } = deployment;
    const realms = [{ realm: 'north.example', securityDomain: 'North' }];
    const refusedFor = (field: string) => ({ problem: { status: 400, errors: [{ path: field }] } });
    for (const [field, more] of [
      ['realms', { realms }],
      ['rights', { rights: ['tokens'] }],
    ] as const) {
      const name = `in vain ${field}`;
      await expect(api('addAgent', { body: { name, ...more } as never })).rejects.toMatchObject(
        refusedFor(field),
      );
      const { id, version } = await api('addAgent', { body: { name } });
      const change = { params: { id }, ifMatch: version };
      await expect(api('editAgent', { ...change, body: more as never })).rejects.toMatchObject(
        refusedFor(field),
      );
      // Empty ones say the same as none.
      await api('editAgent', { ...change, body: { realms: [], rights: [] } });
    }
  });

  test.each<[string, string, number, string, RegExp]>([
    ['another type', 'text/plain', 400, 'user=a&pass=1', /form .* or JSON\.$/],
    ['JSON that ends too soon', 'application/json', 400, '{"user":', /form .* or JSON\.$/],
    ['too much', FORM, 413, `user=a&pass=${'1'.repeat(70_000)}`, /too large\.$/],
  ])('a body that cannot be read says why: %s', async (_, type, status, body, message) => {
    expect(await ask({ type, body })).toMatchObject({
      status,
      result: { error: { code: 905, message: expect.stringMatching(message) } },
    });
  });

  test('offlinerefill is refused in words', async () => {
    const answer = await ask({
      path: '/validate/offlinerefill',
      type: FORM,
      body: 'serial=1&pass=1&refilltoken=x',
    });
    expect(answer).toMatchObject({
      status: 400,
      result: { status: false, error: { message: expect.stringContaining('no tokencodes') } },
    });
  });

  test.each<[string, Sent]>([
    ['a parameter twice', { type: FORM, body: 'user=a&user=b&pass=1' }],
    [
      'one in the query and in the body',
      { path: '/validate/check?user=a', type: FORM, body: 'user=a&pass=1' },
    ],
    ['a list', { type: FORM, body: 'user[]=a&pass=1' }],
    ['a list beside it', { type: FORM, body: 'user=a&user[0]=b&pass=1' }],
    ['no user', { type: FORM, body: 'pass=1' }],
    ['no passcode', { type: FORM, body: 'user=a' }],
    ['NUL', { type: FORM, body: 'user=a%00&pass=1' }],
    ['NUL encoded twice', { type: FORM, body: 'user=a%2500&pass=1' }],
    ['an endless value', { type: FORM, body: `user=${'a'.repeat(2_000)}&pass=1` }],
    ['a list in JSON', { type: 'application/json', body: '{"user":["a"],"pass":"1"}' }],
    ['an object in JSON', { type: 'application/json', body: '{"user":{"$ne":""},"pass":"1"}' }],
    ['a number in JSON', { type: 'application/json', body: '{"user":"a","pass":123456}' }],
    ['a list as JSON', { type: 'application/json', body: '[]' }],
    ['a prototype in JSON', { type: 'application/json', body: '{"__proto__":{"user":"a"},"pass":"1"}' }],
    ['half of a surrogate pair', { type: 'application/json', body: '{"user":"\\ud83d","pass":"1"}' }],
    ['JSON cut short', { type: 'application/json', body: '{"user":' }],
    ['a type that is not known', { type: 'text/xml', body: '<user/>' }],
    ['no type', { body: 'user=a&pass=1' }],
    [
      'multipart without a boundary',
      { type: 'multipart/form-data', body: multipart({ user: 'a', pass: '1' }) },
    ],
    ['multipart cut short', { type: MULTIPART, body: multipart({ user: 'a', pass: '1' }).slice(0, -60) }],
    [
      'five hundred parts',
      {
        type: MULTIPART,
        body: multipart(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`x${index}`, '1']))),
      },
    ],
    [
      'a file',
      {
        type: MULTIPART,
        body: `--${BOUNDARY}\r\nContent-Disposition: form-data; name="user"; filename="a"\r\n\r\na\r\n--${BOUNDARY}--\r\n`,
      },
    ],
    [
      'a part without a name',
      {
        type: MULTIPART,
        body: `--${BOUNDARY}\r\ncontent-disposition: form-data; nam\r\n\r\n1\r\n--${BOUNDARY}--\r\n`,
      },
    ],
    [
      'a part with endless headers',
      { type: MULTIPART, body: `--${BOUNDARY}\r\nx: ${'y'.repeat(9_000)}\r\n\r\n1\r\n--${BOUNDARY}--\r\n` },
    ],
  ])('bad input: %s', async (_, sent) => {
    expect(await ask(sent)).toMatchObject({ status: 400, result: { status: false, error: { code: 905 } } });
  });

  test('a body that is too large is refused as such', async () => {
    expect((await ask({ type: FORM, body: 'x'.repeat(100_000) })).status).toBe(413);
  });

  test('a transaction that never was is refused, and is no guess', async () => {
    const who = await person(stage);
    for (const transaction_id of ['0'.repeat(20), 'x', '9'.repeat(500)])
      expect(verdict(await check({ user: who.userId, pass: who.code(0), transaction_id }))).toBe('REJECT');
    expect(verdict(await check({ user: who.userId, pass: who.code(0) }))).toBe('ACCEPT');
  });
});
