import { DEFAULT_POLICIES } from '@sower/api/policies';
import { afterEach, expect, test } from 'vitest';
import { type FakeServer, fakeServer, type Routes } from './fake-server.ts';
import { sower } from './fake-terminal.ts';
import { NOW } from './resources.ts';

let server: FakeServer;
afterEach(() => server.close());

async function against(routes: Routes, argv: string[], stdin = '') {
  server = await fakeServer(routes);
  return sower(argv, { stdin, env: server.env });
}

const SERIAL = '000100000001';
const VIEW = {
  kind: 'token',
  domain: 'n1',
  domainName: 'North\u001b[2J',
  own: false,
  from: 'Top domain',
  policy: DEFAULT_POLICIES.token,
  version: 0,
};
const REACH = {
  domains: ['North', 'City'],
  users: 7,
  tokens: 9,
  tokensWithPin: 1,
  tokensWithoutPin: 4,
  usersLocked: 0,
  tokensInEmergency: 0,
};
const POLICY: Routes = {
  'GET /policies/token/:domain': () => ({ body: VIEW }),
  'GET /policies/token/:domain/reach': () => ({ body: REACH }),
  'PUT /policies/token/:domain': ({ body }) => ({
    body: { ...VIEW, own: true, version: 1, policy: body },
  }),
};

test('a policy is changed a field at a time, at the version it was read at', async () => {
  const argv = [
    'policy',
    'set',
    'token',
    'pinExcludedWords',
    'sower,word',
    '--security-domain',
    'North',
    '--yes',
  ];
  const ran = await against(POLICY, argv);
  expect(ran.code).toBe(0);
  const put = server.asked.find(({ method }) => method === 'PUT');
  expect(put).toMatchObject({
    path: '/policies/token/North',
    body: { ...DEFAULT_POLICIES.token, pinExcludedWords: ['sower', 'word'] },
  });
  expect(put?.headers['if-match']).toBe('"0"');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
  expect(ran.out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
});

test('whom a change touches is said before, and nothing is sent without a yes', async () => {
  const ran = await against(POLICY, ['policy', 'set', 'token', 'pinRequired', 'true']);
  expect(ran.code).not.toBe(0);
  expect(ran.err).toContain('7 users and 9 tokens in North, City; 4 fob or PINPad tokens have no PIN');
  expect(server.asked.some(({ method }) => method === 'PUT')).toBe(false);
});

test.each([
  [['policy', 'set', 'token', 'nothing', '1', '--yes'], /has no field nothing/],
  [['policy', 'set', 'token', 'pinMinLength', '99', '--yes'], /pinMinLength: /],
  [['policy', 'set', 'token', 'pinChosenBy', 'nobody', '--yes'], /pinChosenBy: /],
  [['policy', 'show', 'other'], /Allowed choices are token, lockout, emergency/],
] as const)('%j is refused before the server hears of it', async (argv, message) => {
  const ran = await against(POLICY, [...argv]);
  expect(ran.code).toBe(2);
  expect(ran.err).toMatch(message);
  expect(server.asked).toEqual([]);
});

test('a token is resynchronized by two codes on standard input', async () => {
  const routes: Routes = { 'POST /tokens/:serial/resynchronise': () => ({ status: 204 }) };
  const ran = await against(routes, ['token', 'resync', SERIAL], '12345678 87654321\n');
  expect(ran).toMatchObject({
    code: 0,
    out: `Token ${SERIAL} is resynchronized. The next tokencode can be used.\n`,
  });
  expect(server.asked[0]?.body).toEqual({ first: '12345678', second: '87654321' });
  await server.close();
  expect(await against(routes, ['token', 'resync', SERIAL], '12345678\n')).toMatchObject({ code: 2 });
});

test('a test that is rejected says why and ends with 1', async () => {
  const detail = 'This tokencode was used already.';
  const routes: Routes = {
    'POST /tokens/:serial/test': () => ({ body: { result: 'rejected', detail } }),
  };
  const ran = await against(routes, ['token', 'test', SERIAL], '12345678\n');
  expect(ran).toMatchObject({ code: 1, out: `rejected: ${detail}\n` });
});

test('emergency codes stand on stdout, a line each, and what goes with them on stderr', async () => {
  const routes: Routes = {
    'POST /tokens/:serial/emergency-access': () => ({
      status: 201,
      body: {
        kind: 'set',
        codes: ['11112222', '33334444'],
        withPin: true,
        until: NOW,
        whenTokenReturns: 'end',
      },
    }),
  };
  const ran = await against(routes, ['token', 'emergency', 'give', SERIAL, '--set', '--days', '3']);
  expect(ran).toMatchObject({ code: 0, out: '11112222\n33334444\n' });
  expect(ran.err).toContain('The PIN is entered before the code.');
  expect(server.asked[0]?.body).toEqual({ kind: 'set', days: 3 });
});

test('the activity of a user, and that they are locked', async () => {
  const entry = {
    id: 'a',
    at: NOW,
    actor: 'api-key:vpn',
    action: 'authenticate',
    object: 'user:ada',
    result: 'refused',
  };
  const routes: Routes = {
    'GET /users/:userId/activity': () => ({
      body: { lockedUntil: NOW, failures: 4, since: NOW, items: [{ ...entry, reason: 'wrong passcode' }] },
    }),
    'POST /users/:userId/unlock': () => ({ status: 204 }),
  };
  const ran = await against(routes, ['user', 'activity', 'ada']);
  expect(ran.out).toMatch(/Locked until: .*UTC/);
  expect(ran.out).toContain('wrong passcode');
  await server.close();
  expect(await against(routes, ['user', 'unlock', 'ada'])).toMatchObject({
    code: 0,
    out: 'User ada is unlocked.\n',
  });
});
