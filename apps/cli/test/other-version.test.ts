/** A server of another version: what it answers differently, and what it does not know, ends in a sentence. */
import { afterEach, expect, test } from 'vitest';
import { type FakeServer, fakeServer, problem } from './fake-server.ts';
import { sower } from './fake-terminal.ts';

let server: FakeServer;
afterEach(() => server.close());

const USER = { userId: 'ada', firstName: '', lastName: '', enabled: 'yes', telephone: '' };

test('an answer without fields that this version has: which they are, and what to compare', async () => {
  server = await fakeServer({ 'GET /users': () => ({ body: { items: [USER] } }) });
  for (const argv of ['user list', 'user list --all', 'user list --json']) {
    const { code, err } = await sower(argv.split(' '), { env: server.env });
    expect(code, argv).toBe(3);
    expect(err, argv).toContain('not of the version of this command (items.0.email, items.0.enabled, ');
    expect(err, argv).toContain('Do the server and this command have the same version');
    expect(err, argv).not.toMatch(/Zod|invalid_type|\bat \S+:\d/);
  }
});

test('an operation that the server does not know', async () => {
  const unknown = problem('not-found', 'Nothing is served at this address.');
  server = await fakeServer({
    'GET /alerts': () => ({
      ...unknown,
      body: { ...(unknown.body as object), reason: 'request.no-operation' },
    }),
  });
  const { code, err } = await sower(['alerts'], { env: server.env });
  expect(code).toBe(1);
  expect(err).toContain('Do the server and this command have the same version');
});
