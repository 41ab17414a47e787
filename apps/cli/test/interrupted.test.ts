/** What the command line leaves behind when it is stopped, the disk cannot be written, or nobody reads what it says. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { spawn } from '../../../test/harness/processes/spawn.ts';
import { CODE, ctkipResponder } from './authenticator/ctkip-responder.ts';
import { CERTIFICATE, type FakeServer, fakeServer, problem } from './fake-server.ts';
import { sower } from './fake-terminal.ts';

const LAUNCHER = fileURLToPath(new URL('../bin/sower.js', import.meta.url));

let folder: string;
let server: FakeServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sower-interrupted-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

test('an audit trail that was exported in part is not left behind: it would prove itself', async () => {
  const said = { actor: 'system', action: 'user.add', object: 'user:a', result: 'success', hash: 'h' };
  const row = { seq: 1, id: 'x', at: 1781526896000, reason: null, source: null, ...said };
  server = await fakeServer({
    'GET /audit/chain/rows': ({ query }) =>
      query.after === '0' ? { body: { items: [row] } } : problem('not-permitted'),
  });
  const path = join(folder, 'audit.jsonl');
  expect((await sower(['audit', 'export', path], { env: server.env })).code).toBe(1);
  expect(server.asked).toHaveLength(2);
  expect(existsSync(path)).toBe(false);
});

test('Ctrl-C leaves no half file', async () => {
  const asked = Promise.withResolvers<void>();
  server = await fakeServer({
    'GET /users': () => {
      asked.resolve();
      // Nobody answers.
      return { status: 103, raw: '' };
    },
  });
  const path = join(folder, 'users.csv');
  const child = spawn(process.execPath, [LAUNCHER, 'user', 'export', path], {
    env: { ...process.env, ...server.env },
    stdio: 'ignore',
  });
  await asked.promise;
  expect(existsSync(path)).toBe(true);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([130, null]);
  expect(existsSync(path)).toBe(false);
});

test('the exit code stays the same if nobody reads the messages', async () => {
  const child = spawn(process.execPath, [LAUNCHER, 'no-such-command'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.destroy();
  expect(await once(child, 'exit')).toEqual([2, null]);
});

test.skipIf(process.getuid?.() !== 0)('a store that cannot be written costs no activation code', async () => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
  const responder = await ctkipResponder({});
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, CERTIFICATE);
  try {
    const env = { SOWER_AUTHENTICATOR: join(folder, 'authenticator.json') };
    expect((await sower(['authenticator', 'about'], { env })).code).toBe(0);
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    const link = `com.rsa.securid://ctkip?scheme=https&url=localhost:${responder.port}/ctkip&activationCode=${CODE}`;
    const ran = await sower(['authenticator', 'import', link, '--ca', ca, '--json'], { env });
    expect(ran.code).toBe(2);
    expect(JSON.parse(ran.out).error.reason).toBe('store-unusable');
    expect(responder.asked).toEqual([]);
  } finally {
    await responder.close();
    execFileSync('umount', ['-l', folder]);
  }
});
