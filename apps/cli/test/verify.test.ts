/** `sower verify --answer`: the questions after a right passcode, answered from a pipe. */
import { afterEach, expect, test } from 'vitest';
import { type FakeServer, fakeServer } from './fake-server.ts';
import { sower, sowerTyping } from './fake-terminal.ts';

let server: FakeServer;
afterEach(() => server.close());

const open = (id: string, challenge: object) => ({
  body: {
    result: 'challenge',
    id,
    prompt: 'What the user reads.',
    expiresAt: '2026-06-15T12:00:00.000Z',
    challenge,
  },
});
const RULES = { minLength: 4, maxLength: 8, alphanumeric: false };
const asking = () =>
  fakeServer({
    'POST /authentications': () => open('one', { kind: 'new-pin', rules: RULES }),
    'POST /authentications/one': () =>
      open('two', { kind: 'new-pin', rules: RULES, refused: 'The PIN is too short.' }),
    'POST /authentications/two': () => open('three', { kind: 'system-pin', pin: '4711' }),
    'POST /authentications/three': () => ({ body: { result: 'accepted', userId: 'ada', means: 'passcode' } }),
    'DELETE /authentications/:id': () => ({ status: 204 }),
  });
const bodies = () =>
  server.asked.filter(({ method }) => method === 'POST').map(({ body }) => body as { answer?: string });

test('each answer is a line, for the challenge that the last one led to', async () => {
  server = await asking();
  const ran = await sower(['verify', 'ada', '--answer', '--json'], {
    env: server.env,
    stdin: '12345678\n12\n8642\ny\n',
  });
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(ran.out)).toEqual({ result: 'accepted', means: 'passcode' });
  expect(bodies()).toEqual([
    { userId: 'ada', passcode: '12345678' },
    { userId: 'ada', answer: '12' },
    { userId: 'ada', answer: '8642' },
    { userId: 'ada', answer: 'y' },
  ]);
});

test('where no answer follows, or none is to be given, the attempt is canceled', async () => {
  server = await asking();
  const short = await sower(['verify', 'ada', '--answer'], { env: server.env, stdin: '12345678\n12\n' });
  expect(short.code).toBe(2);
  expect(short.err).toContain('The PIN is too short. New PIN');
  const without = await sower(['verify', 'ada'], { env: server.env, stdin: '12345678\n' });
  expect(without.code).toBe(1);
  expect(server.asked.filter(({ method }) => method === 'DELETE').map(({ path }) => path)).toEqual([
    '/authentications/two',
    '/authentications/one',
  ]);
});

test('a generated PIN is shown to whoever types', async () => {
  server = await fakeServer({
    'POST /authentications': () => open('three', { kind: 'system-pin', pin: '4711' }),
    'POST /authentications/three': () => ({ body: { result: 'rejected' } }),
  });
  const ran = await sowerTyping(['verify', 'ada', '--answer'], '12345678\r', 'Passcode', server.env, {
    keys: 'y\r',
    awaited: 'Your new PIN is 4711',
  });
  expect(ran.code).toBe(1);
  expect(bodies()[1]).toEqual({ userId: 'ada', answer: 'y' });
});
