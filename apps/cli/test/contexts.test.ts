import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeServer, fakeServer, problem, type Routes } from './fake-server.ts';
import { sower } from './fake-terminal.ts';

const routes: Routes = {
  // Known, and without this permission.
  'GET /server/setup-progress': () => problem('not-permitted'),
  'GET /users': () => ({ body: { items: [] } }),
};

describe('servers by name', () => {
  let folder: string;
  let servers: FakeServer[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sower-contexts-'));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    for (const server of servers) await server.close();
    servers = [];
  });
  const started = async (given = routes): Promise<FakeServer> => {
    const server = await fakeServer(given);
    servers.push(server);
    return server;
  };
  const run = (argv: string[], stdin = '', env: Record<string, string> = {}) =>
    sower(argv, { stdin, env: { XDG_CONFIG_HOME: folder, ...env } });
  const file = () => join(folder, 'sower', 'contexts.json');
  const urlOf = (server: FakeServer) => server.env.SOWER_URL as string;
  const keysAsked = ({ asked }: FakeServer) => asked.slice(1).map(({ headers }) => headers.authorization);

  test('logs in, keeps the key for this user only, and each command goes to the one that is meant', async () => {
    const [one, two] = [await started(), await started()];
    expect(await run(['login', urlOf(one), '--name', 'one'], 'key-1\n')).toMatchObject({ code: 0, err: '' });
    expect((await run(['login', urlOf(two), '--name', 'two'], 'key-2\n')).code).toBe(0);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'sower')).mode & 0o777).toBe(0o700);
    expect((await run(['user', 'list'])).code).toBe(0);
    expect((await run(['user', 'list', '--context', 'one'])).code).toBe(0);
    expect([keysAsked(one), keysAsked(two)]).toEqual([['Bearer key-1'], ['Bearer key-2']]);
    // What the environment says goes before the current one.
    const third = await started();
    expect((await run(['user', 'list'], '', third.env)).code).toBe(0);
    expect(third.asked).toHaveLength(1);
    const listed = JSON.parse((await run(['context', 'list', '--json'])).out);
    expect(listed.items).toEqual([
      { name: 'one', url: urlOf(one), current: false },
      { name: 'two', url: urlOf(two), current: true },
    ]);
    expect((await run(['context', 'list'])).out).not.toContain('key-');
    expect((await run(['context', 'use', 'one'])).code).toBe(0);
    expect((await run(['user', 'list'])).code).toBe(0);
    expect(keysAsked(one)).toHaveLength(2);
    expect((await run(['context', 'remove', 'one'])).code).toBe(0);
    expect(readFileSync(file(), 'utf8')).not.toContain('key-1');
    for (const argv of [
      ['context', 'use', 'one'],
      ['context', 'remove', 'one'],
      ['user', 'list', '--context', 'one'],
    ])
      expect(await run(argv)).toMatchObject({ code: 2, err: expect.stringContaining('called one') });
  });

  test('a key that the server does not know is not kept; nor is one sent in the clear', async () => {
    const server = await started({
      ...routes,
      'GET /server/setup-progress': () => problem('not-authenticated'),
    });
    expect((await run(['login', urlOf(server)], 'wrong\n')).code).not.toBe(0);
    expect(await run(['login', 'http://otp.example.com'], 'key\n')).toMatchObject({ code: 2 });
    expect((await run(['context', 'list'])).err).toContain('sower login');
  });

  test('a file that something else has written is named', async () => {
    const server = await started();
    await run(['login', urlOf(server), '--name', 'one'], 'key-1\n');
    for (const text of ['{', '[]', '{"contexts":{"one":{"url":1}}}']) {
      writeFileSync(file(), text);
      expect(await run(['user', 'list'])).toMatchObject({ code: 2, err: expect.stringContaining(file()) });
    }
  });
});
