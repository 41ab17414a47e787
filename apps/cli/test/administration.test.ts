import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { DEFAULT_MAIL_SETTINGS } from '@sower/api/mail';
import type { Command } from 'commander';
import { afterEach, describe, expect, test } from 'vitest';
import { program } from '../src/main.ts';
import { processTerminal } from '../src/terminal/terminal.ts';
import { speak } from '../src/texts.ts';
import { type FakeServer, fakeServer, problem, type Routes } from './fake-server.ts';
import { sower, sowerTyping } from './fake-terminal.ts';
import { DISTRIBUTION, NOW, PROFILE, TOKEN, USER, WAITING_JOB } from './resources.ts';

let server: FakeServer;
afterEach(() => server.close());

async function against(routes: Routes, argv: string[], stdin = '') {
  server = await fakeServer(routes);
  return sower(argv, { stdin, env: server.env });
}

describe('verify: the exit code is the answer', () => {
  test.each([
    [{ result: 'accepted', userId: 'ada', means: 'emergency-tokencode' }, 0],
    [{ result: 'rejected' }, 1],
  ] as const)('$result', async (answer, code) => {
    const ran = await against(
      { 'POST /authentications': () => ({ body: answer }) },
      ['verify', 'ada', '--json'],
      '12345678\r\nmore\n',
    );
    expect(ran).toMatchObject({ code, err: '' });
    expect(JSON.parse(ran.out)).toEqual({
      result: answer.result,
      ...('means' in answer ? { means: answer.means } : {}),
    });
    expect(server.asked[0]?.body).toEqual({ userId: 'ada', passcode: '12345678' });
    expect(server.asked[0]?.headers.authorization).toBe('Bearer key-of-the-test');
  });

  test('in a sentence for people', async () => {
    const ran = await against(
      { 'POST /authentications': () => ({ body: { result: 'rejected' } }) },
      ['verify', 'ada'],
      '1',
    );
    expect(ran).toMatchObject({ code: 1, out: 'The passcode of ada is rejected.\n' });
  });

  test('without a passcode nothing is asked', async () => {
    const ran = await against({}, ['verify', 'ada']);
    expect(ran.code).toBe(2);
    expect(server.asked).toEqual([]);
  });

  test('a server that fails has neither accepted nor rejected', async () => {
    const ran = await against(
      { 'POST /authentications': () => problem('unavailable') },
      ['verify', 'ada'],
      '1',
    );
    expect(ran.code).toBe(3);
  });
});

describe('token bulk', () => {
  test('counts, asks, has a job do it, and lists what failed; named ones are asked about too', async () => {
    const job = {
      ...WAITING_JOB,
      ...{ kind: 'tokens', name: 'disable', action: 'disable', permission: 'tokens:edit' },
      ...{ state: 'done', phase: 'work', total: 4, position: 4, done: 3, leftOut: 0, failed: 1 },
      endedAt: '2026-06-15T12:00:01.000Z',
    };
    const row = { number: 3, subject: '000100000003', state: 'failed', detail: 'The token is not assigned.' };
    const routes: Routes = {
      'GET /tokens/count': () => ({ body: { count: 4, last: '000100000004' } }),
      'POST /jobs/token-actions': () => ({ status: 201, body: job }),
      'GET /jobs/:id': () => ({ body: job }),
      'GET /jobs/:id/rows': () => ({ body: { items: [row] } }),
    };
    const argv = ['token', 'bulk', 'disable', '--contains', '0001', '--assigned'];
    const asked = await against(routes, argv);
    expect(asked.code).toBe(2);
    expect(asked.err).toContain('This disables 4 tokens.');
    expect(server.asked).toHaveLength(1);
    await server.close();
    const ran = await against(routes, [...argv, '--yes', '--json']);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({
      error: { reason: 'some-failed', job: 'j1', count: 4, done: 3, failures: [{ serial: '000100000003' }] },
    });
    const search = { serialContains: '0001', assigned: 'true' };
    expect(server.asked[1]?.body).toEqual({ action: 'disable', choose: { search, upTo: '000100000004' } });
    await server.close();
    const serials = ['000100000001', '000100000003'];
    expect((await against(routes, ['token', 'bulk', 'lost', ...serials, '--yes'])).code).toBe(1);
    expect(server.asked[0]?.body).toEqual({ action: 'lost', choose: { serials } });
    await server.close();
    expect((await against(routes, ['token', 'bulk', 'lost', ...serials, '--assigned'])).code).toBe(2);
    expect(server.asked).toEqual([]);
  });
});

describe('token replace', () => {
  test('sends what was chosen, and says what comes next', async () => {
    const replacement = { ...TOKEN, serial: '000100000002', replaces: TOKEN.serial };
    const ran = await against({ 'POST /tokens/:serial/replace': () => ({ body: replacement }) }, [
      'token',
      'replace',
      TOKEN.serial,
      '--by',
      replacement.serial,
      '--new-pin',
      '--delete-replaced',
    ]);
    expect(server.asked[0]?.body).toEqual({
      replacement: replacement.serial,
      keepPin: false,
      afterwards: 'delete',
    });
    expect(ran.code).toBe(0);
    expect(ran.out).toContain(`Token 000100000002 takes the place of ${TOKEN.serial}`);
    expect(ran.err).toContain('sower token distribute 000100000002 --profile NAME');
  });
});

describe('a refusal', () => {
  const refused = () =>
    problem('code-refused', 'too like \u001b[31mthe serial', [
      { path: 'activationCode', message: 'too short\u0007' },
    ]);

  test('is printed on stderr without its control characters, with exit code 1', async () => {
    const ran = await against({ 'POST /tokens/:serial/distributions': refused }, [
      'token',
      'distribute',
      TOKEN.serial,
      '--profile',
      'x',
    ]);
    expect(ran.code).toBe(1);
    expect(ran.out).toBe('');
    expect(ran.err).toBe(
      'sower: This activation code cannot be used: too like \\u001b[31mthe serial\n  activationCode: too short\\u0007\n',
    );
  });

  test('is one JSON document on stdout with --json', async () => {
    const ran = await against({ 'POST /tokens/:serial/distributions': refused }, [
      'token',
      'distribute',
      TOKEN.serial,
      '--profile',
      'x',
      '--json',
    ]);
    expect(JSON.parse(ran.out)).toMatchObject({ error: { reason: 'code-refused', status: 422 } });
  });

  test('does not say twice what is wrong', async () => {
    const twice = () => problem('invalid-request', 'id: too long', [{ path: 'id', message: 'too long' }]);
    const ran = await against({ 'GET /users/:id': twice }, ['user', 'show', 'x']);
    expect(ran.err).toBe('sower: Invalid request:\n  id: too long\n');
  });

  test('of a field names the option that fills it', async () => {
    const fields = ['directoryUser', 'grants.0.role'].map((path) => ({ path, message: 'not there' }));
    const ran = await against({ 'POST /administrators': () => problem('not-found', 'not there', fields) }, [
      ...['administrator', 'add', 'henry', '--role', 'Night', '--directory-user', 'zzz'],
    ]);
    expect(ran.err).toBe('sower: Not found:\n  --directory-user: not there\n  grants.0.role: not there\n');
  });

  test('an unknown key names the next step', async () => {
    const ran = await against({ 'GET /users': () => problem('not-authenticated') }, ['user', 'list']);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('sower api-key add');
  });

  test('what is no API at all is exit code 3', async () => {
    const ran = await against({ 'GET /users': () => ({ raw: '<html>' }) }, ['user', 'list']);
    expect(ran.code).toBe(3);
    expect(ran.err).toContain('address');
  });

  test('an answer of another shape is exit code 3, not a crash', async () => {
    const ran = await against({ 'GET /users': () => ({ body: { people: [] } }) }, ['user', 'list']);
    expect(ran.code).toBe(3);
  });
});

describe('token distribute', () => {
  const result = {
    id: '019ab0c0-0000-7000-8000-000000000001',
    serial: TOKEN.serial,
    delivery: 'url',
    ctkipUrl: 'https://sower.test/ctkip/services/CtkipService',
    activationCode: '123456789012',
    link: 'com.rsa.securid://ctkip?scheme=https',
    expiresAt: NOW,
    bindingEnforced: false,
    notices: ['The binding is recorded only.'],
  };
  const routes: Routes = { 'POST /tokens/:serial/distributions': () => ({ status: 201, body: result }) };

  test('sends every choice, and prints the answer as it is', async () => {
    const ran = await against(
      routes,
      `token distribute ${TOKEN.serial} --profile Android --device-serial AB12 --nickname Work --code long --code-expires 12h --revoke-now --json`.split(
        ' ',
      ),
    );
    expect(server.asked[0]?.body).toEqual({
      profile: 'Android',
      deviceBinding: { kind: 'id', deviceId: 'AB12' },
      nickname: 'Work',
      activationCode: { kind: 'long' },
      codeExpires: '12h',
      revokeNow: true,
    });
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toEqual(result);
    expect(ran.err).toContain('The binding is recorded only.');
  });

  test('leaves the server its defaults', async () => {
    await against(routes, ['token', 'distribute', TOKEN.serial, '--profile', 'Android']);
    expect(server.asked[0]?.body).toEqual({ profile: 'Android', deviceBinding: { kind: 'class' } });
  });

  test('takes a code of its own from standard input or the command line', async () => {
    const argv = ['token', 'distribute', TOKEN.serial, '--profile', 'A', '--device-any', '--code'];
    await against(routes, [...argv, '-'], 'correct horse\n');
    expect(server.asked[0]?.body).toMatchObject({
      deviceBinding: { kind: 'any' },
      activationCode: { kind: 'chosen', value: 'correct horse' },
    });
    await sower([...argv, 'battery staple'], { env: server.env });
    expect(server.asked[1]?.body).toMatchObject({
      activationCode: { kind: 'chosen', value: 'battery staple' },
    });
  });

  test('no code is shown where there is none', async () => {
    const { activationCode: _, link: __, ...qr } = { ...result, delivery: 'qr' };
    const ran = await against({ 'POST /tokens/:serial/distributions': () => ({ status: 201, body: qr }) }, [
      'token',
      'distribute',
      TOKEN.serial,
      '--profile',
      'A',
    ]);
    expect(ran.out).not.toContain('Activation code');
    expect(ran.err).not.toContain('activation code is shown');
  });
});

describe('wrong use ends with 2 and asks the server nothing', () => {
  test.each([
    ['token show 1/2'],
    ['token mint --count 0'],
    ['token mint --count 1 --expires 2026-02-30'],
    ['job start 1 --yes --at 2027-02-30T08:00'],
    ['token distribute 000100000001'],
    ['token distribute 000100000001 --profile A --device-serial X --device-any'],
    ['token distribute 000100000001 --profile A --code-expires soon'],
    ['profile add X --device-type android --delivery letter'],
    ['profile edit X'],
    ['user edit ada'],
    ['token list --assigned --unassigned'],
    ['api-key add X --permission fly'],
    ['settings set no.such 1'],
    ['settings set tokens.maxPerUser many'],
    ['settings set tokens.maxPerUser 0'],
    ['token delete 000100000001'],
    ['token unassign 000100000001'],
    ['nonsense'],
    ['serve'],
  ])('%s', async (line) => {
    const ran = await against({}, line.split(' '));
    expect(ran.code).toBe(2);
    expect(ran.err).not.toBe('');
    expect(server.asked).toEqual([]);
  });

  test('and says so in JSON where that was asked for', async () => {
    const ran = await against({}, ['token', 'show', '1/2', '--json']);
    expect(JSON.parse(ran.out)).toMatchObject({ error: { reason: 'usage' } });
  });
});

describe('what cannot be undone', () => {
  const routes: Routes = {
    'DELETE /tokens/:serial': () => ({}),
    'POST /tokens/:serial/unassign': () => ({ body: { ...TOKEN, userId: undefined, enabled: false } }),
  };

  test('goes on with --yes', async () => {
    const ran = await against(routes, ['token', 'delete', TOKEN.serial, '--yes', '--json']);
    expect(JSON.parse(ran.out)).toEqual({ deleted: TOKEN.serial });
    expect(server.asked).toHaveLength(1);
  });

  test('goes on when the serial number is typed, and not for anything else', async () => {
    server = await fakeServer(routes);
    const argv = ['token', 'unassign', TOKEN.serial];
    const wrong = await sowerTyping(argv, '000100000002\r', 'to continue', server.env);
    expect(wrong.code).toBe(1);
    const cancelled = await sowerTyping(argv, '\u0003', 'to continue', server.env);
    expect(cancelled.code).toBe(130);
    expect(server.asked).toEqual([]);
    const right = await sowerTyping(argv, `${TOKEN.serial}\r`, 'to continue', server.env);
    expect(right.code).toBe(0);
    expect(server.asked).toHaveLength(1);
  });
});

test('a secret typed in a terminal is not echoed', async () => {
  server = await fakeServer({ 'PUT /tokens/:serial/pin': () => ({}) });
  const ran = await sowerTyping(['token', 'pin', TOKEN.serial], '97531\r', 'PIN', server.env);
  expect(ran.code).toBe(0);
  expect(server.asked[0]?.body).toEqual({ pin: '97531' });
  // Neither the PIN nor a mark for each of its digits: only the question and its frame.
  expect(stripVTControlCharacters(ran.err).replace(/PIN:|[│|◆*◇o└—_\s]/g, '')).toBe('');
  expect(ran.out).not.toContain('97531');
});

test('an edit names the version it was read at', async () => {
  await against(
    {
      'GET /token-profiles': () => ({
        body: { items: [{ ...PROFILE, id: 'prf_0', name: 'Other' }, PROFILE] },
      }),
      'PATCH /token-profiles/:id': () => ({ body: { ...PROFILE, digits: 6 } }),
    },
    ['profile', 'edit', 'Android phones', '--digits', '6'],
  );
  expect(server.asked[1]).toMatchObject({ path: '/token-profiles/prf_1', body: { digits: 6 } });
  expect(server.asked[1]?.headers['if-match']).toBe('"4"');
});

describe('lists', () => {
  const users = Array.from({ length: 2500 }, (_, index) => ({ ...USER, userId: `user${index}` }));
  const routes: Routes = {
    'GET /users': ({ query }) => {
      const from = Number(query.cursor ?? 0);
      const to = from + Number(query.limit);
      return { body: { items: users.slice(from, to), ...(to < users.length ? { next: String(to) } : {}) } };
    },
  };

  test('follow the pages when everything is wanted', async () => {
    const ran = await against(routes, ['user', 'list', '--all', '--json']);
    const { items, next } = JSON.parse(ran.out);
    expect(items).toHaveLength(2500);
    expect(next).toBeUndefined();
  });

  test('stop at the limit and say that there is more', async () => {
    const ran = await against(routes, ['user', 'list', '--limit', '1500', '--json']);
    expect(JSON.parse(ran.out)).toMatchObject({ next: '1500' });
    expect(JSON.parse(ran.out).items).toHaveLength(1500);
    expect(ran.err).toContain('--cursor 1500');
  });

  test('an empty one says what to do', async () => {
    const ran = await against({ 'GET /tokens': () => ({ body: { items: [] } }) }, ['token', 'list']);
    expect(ran).toMatchObject({ code: 0, out: '' });
    expect(ran.err).toContain('sower token mint');
  });

  test('every list can be had in chosen columns, and as CSV', async () => {
    const leaves = (command: Command, above = ''): [string, Command][] =>
      command.commands.flatMap((each) => {
        const path = `${above}${each.name()}`;
        return each.commands.length === 0 ? [[path, each] as [string, Command]] : leaves(each, `${path} `);
      });
    await speak('en');
    const all = leaves(program({ terminal: processTerminal(() => '0.1.1'), exit: 0 }));
    const lists = all.filter(([path]) => / list$|^(alerts|who-can|user activity|report show)$/.test(path));
    const without = lists.filter(([, { options }]) => !options.some(({ long }) => long === '--csv'));
    expect(lists.length).toBeGreaterThan(25);
    expect(without.map(([path]) => path)).toEqual([]);
    const kept = { 'GET /security-domains': () => ({ body: { items: [] } }) };
    expect((await against(kept, ['security-domain', 'list', '--csv'])).out).toBe('name,id\n');
  });

  test('a report is shown in chosen columns and as CSV like a list, though its columns come with the answer', async () => {
    const columns = [
      { name: 'serial', label: 'Serial number', kind: 'text' },
      { name: 'expires', label: 'Expires', kind: 'date' },
    ];
    const items = [
      ['000100000001', '2027-01-31'],
      ['=1+1', ''],
    ];
    const report = { report: 'expiring-tokens', title: 'Tokens that expire', days: 30, columns, items };
    const routes: Routes = { 'GET /reports/tokens/expiring-tokens': () => ({ body: report }) };
    const ask = async (...more: string[]) => {
      const ran = await against(routes, ['report', 'show', 'expiring-tokens', ...more]);
      await server.close();
      return ran;
    };
    expect((await ask('--csv')).out).toBe("serial,expires\r\n000100000001,2027-01-31\r\n'=1+1,\n");
    expect((await ask('--csv', '--fields', 'expires')).out).toBe('expires\r\n2027-01-31\r\n\n');
    expect((await ask('--fields', 'expires,serial')).out.split('\n')[0]).toMatch(/^Expires +Serial number$/);
    const wrong = await ask('--fields', 'phone');
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('There is no field phone here. Fields: serial, expires');
    server = await fakeServer(routes);
  });

  test('in the chosen columns, and as CSV with names that no language changes', async () => {
    const people = [
      { ...USER, userId: 'ada', lastName: 'Lovelace, Countess', email: '' },
      { ...USER, userId: 'bob', lastName: '=1+1', email: 'bob@example.com' },
    ];
    const some: Routes = { 'GET /users': () => ({ body: { items: people } }) };
    const ask = async (...more: string[]) => {
      const ran = await against(some, ['user', 'list', ...more]);
      await server.close();
      return ran;
    };
    const columns = ['--fields', 'lastName, userId'];
    expect((await ask(...columns)).out.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['Last name', 'User ID'],
      ['Lovelace, Countess', 'ada'],
      ['=1+1', 'bob'],
      [''],
    ]);
    expect((await ask(...columns, '--csv')).out).toBe(
      'lastName,userId\r\n"Lovelace, Countess",ada\r\n\'=1+1,bob\n',
    );
    const [head, ...rows] = (await ask('--csv')).out.trim().split('\r\n');
    expect(head?.split(',').slice(0, 4)).toEqual(['userId', 'firstName', 'lastName', 'email']);
    expect(rows).toHaveLength(2);
    const wrong = await ask('--fields', 'userId,phone');
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('There is no field phone here. Fields: userId, firstName');
    expect((await ask('--csv', '--json')).code).toBe(2);
    server = await fakeServer(some);
  });

  test('on a screen titles and failures stand out, unless NO_COLOR is set', async () => {
    server = await fakeServer({ 'GET /users': () => ({ body: { items: [USER] } }) });
    const ask = (argv: string[], env: object = {}) =>
      sower(argv, { env: { ...server.env, ...env }, screen: true });
    const list = ['user', 'list', '--fields', 'userId'];
    const [titles, row] = (await ask(list)).out.split('\n');
    expect(titles).toBe('\u001b[1mUser ID\u001b[22m');
    expect(row).toBe(USER.userId);
    const failed = ['user', 'list', '--limit', '1', '--source', 'x'];
    await server.close();
    expect((await ask(failed)).err.startsWith('\u001b[31msower:\u001b[39m ')).toBe(true);
    expect((await ask(failed, { NO_COLOR: '1' })).err).toMatch(/^sower: /);
    server = await fakeServer({});
  });

  test('search options reach the server', async () => {
    await against(
      { 'GET /tokens': () => ({ body: { items: [] } }) },
      `token list --serial 0001 --user ada --assigned --disabled --distribution issued --expires-before 2030-01-01`.split(
        ' ',
      ),
    );
    expect(server.asked[0]?.query).toEqual({
      limit: '100',
      serial: '0001',
      userId: 'ada',
      assigned: 'true',
      enabled: 'false',
      distribution: 'issued',
      expiresBefore: '2030-01-01',
    });
  });
});

describe('a token shown', () => {
  test('has its distribution with history', async () => {
    const ran = await against({ 'GET /tokens/:serial': () => ({ body: TOKEN }) }, [
      'token',
      'show',
      TOKEN.serial,
    ]);
    expect(ran.out).toContain('Distribution:    provisioned');
    expect(ran.out).toMatch(
      /provisioned\s+2026-11-24 11:00:00 UTC\s+192\.0\.2\.7\s+ABCDEF0123456789ABCDEF01/,
    );
  });

  test('cannot drive the terminal with what others stored', async () => {
    const hostile = {
      ...TOKEN,
      userId: 'ada\u001b[1A\u001b[2K',
      distribution: { ...DISTRIBUTION, deviceId: '\u001b]52;c;ZXZpbA==\u0007', reason: 'x\r\ny' },
    };
    const ran = await against({ 'GET /tokens/:serial': () => ({ body: hostile }) }, [
      'token',
      'show',
      TOKEN.serial,
    ]);
    expect(ran.code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
    expect(ran.out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(ran.out).toContain('ada\\u001b[1A');
  });
});

test('a setting of thousands of characters is shown as far as a person reads', async () => {
  const settings = { 'organization.logo': `data:image/png;base64,${'A'.repeat(5000)}` };
  const routes: Routes = { 'GET /settings': () => ({ body: { settings, version: 9 } }) };
  const ran = await against(routes, ['settings', 'list']);
  expect(ran.code).toBe(0);
  expect(Math.max(...ran.out.split('\n').map((line) => line.length))).toBeLessThan(600);
  await server.close();
  const json = JSON.parse((await against(routes, ['settings', 'list', '--json'])).out);
  expect(json.settings).toMatchObject(settings);
});

test('settings are numbers, and edited at the version they were read at', async () => {
  const settings = {
    'tokens.maxPerUser': 3,
    'tokens.lifetimeDays': 3650,
    'activation.minChosenLength': 10,
    'activation.resendSeconds': 600,
    'verify.window': 1,
    'verify.firstUseSeconds': 300,
    'verify.maxDriftSeconds': 600,
    'verify.hotpLookAhead': 10,
    'verify.failoverHotpJump': 0,
  };
  const ran = await against(
    {
      'GET /settings': () => ({ body: { settings, version: 9 } }),
      'PATCH /settings': () => ({ body: { settings: { ...settings, 'tokens.maxPerUser': 5 }, version: 10 } }),
    },
    ['settings', 'set', 'tokens.maxPerUser', '5'],
  );
  expect(ran).toMatchObject({ code: 0, out: 'tokens.maxPerUser is 5.\n' });
  expect(server.asked[1]?.body).toEqual({ 'tokens.maxPerUser': 5 });
  expect(server.asked[1]?.headers['if-match']).toBe('"9"');
});

test('a setting out of its bounds is refused by them, and a text of digits is taken as one', async () => {
  const many = await against({}, ['settings', 'set', 'tokens.maxPerUser', '99']);
  expect(many).toMatchObject({ code: 2, err: expect.stringContaining('Must be 10 or less.') });
  await server.close();
  const mail = { settings: DEFAULT_MAIL_SETTINGS, passwordSet: false, version: 3 };
  const digits = await against(
    {
      'GET /mail/settings': () => ({ body: mail }),
      'PATCH /mail/settings': () => ({ body: mail }),
    },
    ['mail', 'set', 'user', '40123'],
  );
  expect(digits.code).toBe(0);
  expect(server.asked[1]?.body).toEqual({ user: '40123' });
});

test.each([
  ['settings', 'set', 'constructor', '3'],
  ['mail', 'set', 'toString', '3'],
  ['certificate', 'acme', 'set', 'valueOf', '3'],
  ['policy', 'set', 'token', 'constructor', '3'],
])('no setting: %s %s %s %s', async (...words) => {
  expect(await against({}, words)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/constructor|toString|valueOf/),
  });
});

test('the help says of each option of a list of jobs what it leaves', async () => {
  server = await fakeServer({});
  const { out } = await sower(['job', 'list', '--help'], {});
  expect(out).toMatch(/--kind <kind> +only jobs of this kind/);
  expect(out).toMatch(/--state <state> +only these/);
});

test('the help lists the commands, serve among them, and the exit codes', async () => {
  server = await fakeServer({});
  const ran = await sower(['--help'], {});
  expect(ran.code).toBe(0);
  for (const word of ['serve', 'profile', 'authenticator', 'SOWER_URL', '130  interrupted']) {
    expect(ran.out).toContain(word);
  }
  expect((await sower(['--version'], {})).out).toBe('0.1.1+gtest\n');
});

test('an API key is shown once, with the permissions that were asked for', async () => {
  const made = {
    id: 'key_1',
    name: 'portal',
    permissions: ['authenticate', 'tokens:view', 'users:view'],
    securityDomain: 'Top domain',
    createdAt: NOW,
    createdBy: 'admin',
    owner: 'admin',
    standing: 'active',
    lacks: [],
    expiresAt: '2030-01-31T23:59:59Z',
    key: 'sower_abcdef',
  };
  const ran = await against(
    { 'POST /api-keys': () => ({ status: 201, body: made }) },
    'api-key add portal --permission authenticate,tokens:view --permission users:view --expires 2030-01-31'.split(
      ' ',
    ),
  );
  expect(server.asked[0]?.body).toEqual({
    name: 'portal',
    permissions: ['authenticate', 'tokens:view', 'users:view'],
    expiresAt: '2030-01-31T23:59:59Z',
  });
  expect(ran.out).toContain('sower_abcdef');
});

describe('an API key is taken over', () => {
  const key = {
    id: 'key_1',
    name: 'portal',
    permissions: ['users:view'],
    securityDomain: 'Top domain',
    createdAt: NOW,
    createdBy: 'administrator:bea',
    owner: 'bea',
    standing: 'owner-deleted',
    lacks: [],
  };
  const routes: Routes = {
    'GET /api-keys': () => ({ body: { items: [key] } }),
    'POST /api-keys/:id/take-over': () => ({ body: { ...key, owner: 'ada', standing: 'active' } }),
  };

  test('and says to whom it belongs', async () => {
    const ran = await against(routes, ['api-key', 'take-over', 'key_1', '--yes']);
    expect(ran).toMatchObject({ code: 0, out: 'API key portal belongs to ada now.\n' });
    expect(server.asked.at(-1)).toMatchObject({ method: 'POST', path: '/api-keys/key_1/take-over' });
  });

  test('one that is not there, or without a confirmation, is not', async () => {
    expect((await against(routes, ['api-key', 'take-over', 'key_2', '--yes'])).code).toBe(1);
    expect((await against(routes, ['api-key', 'take-over', 'key_1'])).code).toBe(2);
    expect(server.asked.map(({ method }) => method)).toEqual(['GET']);
  });
});

test('a certificate request does not take the place of another file, and none is made for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sower-request-'));
  const file = join(folder, 'server.key');
  writeFileSync(file, 'a key');
  const ran = await against({}, ['certificate', 'request', '--name', 'otp.example.com', '--out', file]);
  expect([ran.code, server.asked]).toEqual([2, []]);
  expect(readFileSync(file, 'utf8')).toBe('a key');
  rmSync(folder, { recursive: true });
});
