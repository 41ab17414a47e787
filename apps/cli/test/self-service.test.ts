import { afterEach, describe, expect, test } from 'vitest';
import { type FakeServer, fakeServer, problem, type Routes } from './fake-server.ts';
import { sower } from './fake-terminal.ts';

let server: FakeServer;
afterEach(() => server.close());

async function against(routes: Routes, argv: string[], stdin = '') {
  server = await fakeServer(routes);
  return sower(argv, { stdin, env: server.env });
}

describe('the password of a user', () => {
  const route = 'PUT /users/:userId/password';

  test('comes from standard input, and is to be changed unless said otherwise', async () => {
    const ran = await against({ [route]: () => ({}) }, ['user', 'password', 'ada', '--json'], 'a new one\n');
    expect(JSON.parse(ran.out)).toEqual({ userId: 'ada', passwordSet: true, mustChange: true });
    expect(server.asked[0]).toMatchObject({
      path: '/users/ada/password',
      body: { password: 'a new one', mustChange: true },
    });
    const kept = await sower(['user', 'password', 'ada', '--keep'], { stdin: 'another\n', env: server.env });
    expect(kept.out).toBe('The password of ada is set; their sessions have ended.\n');
    expect(server.asked[1]?.body).toEqual({ password: 'another', mustChange: false });
    const none = await sower(['user', 'password', 'ada'], { env: server.env });
    expect(none.code).toBe(2);
    expect(server.asked).toHaveLength(2);
  });

  test('is taken away without asking for another', async () => {
    const ran = await against({ 'DELETE /users/:userId/password': () => ({}) }, [
      'user',
      'password',
      'ada',
      '--remove',
      '--json',
    ]);
    expect(JSON.parse(ran.out)).toEqual({ userId: 'ada', passwordSet: false });
  });
});

describe('an activation window', () => {
  const state = {
    passwordSet: false,
    mustChange: false,
    hasConfirmedToken: true,
    activationWindow: {
      openedAt: '2026-06-15T12:00:00.000Z',
      expiresAt: '2026-06-16T12:00:00.000Z',
      openedBy: 'api-key:admin',
    },
  };

  test('opens, and says what is missing', async () => {
    const ran = await against({ 'POST /users/:userId/activation-window': () => ({ body: state }) }, [
      'user',
      'activation-window',
      'ada',
    ]);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('The activation window of ada is open.');
    expect(ran.out).toContain('api-key:admin');
    expect(ran.err).toContain('sower user password ada');
  });

  test('closes; that none is open is no success', async () => {
    const argv = ['user', 'activation-window', 'ada', '--close', '--json'];
    const route = 'DELETE /users/:userId/activation-window';
    const ran = await against({ [route]: () => ({}) }, argv);
    expect(JSON.parse(ran.out)).toEqual({ userId: 'ada', open: false });
    await server.close();
    const none = await against({ [route]: () => problem('wrong-state') }, argv);
    expect(none.code).toBe(1);
  });
});
