/**
 * The recipes of docs/integrations/linux.md, literally as they stand there: ssh with keyboard-interactive to an sshd on the loopback address, and
 * sudo. On Debian: apt-get install openssh-server sudo libpam-radius-auth.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sealing } from '@sower/server/keys/seal/sealing';
import { userIdKey } from '@sower/server/store/directory/users';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SQLITE } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { freePort } from '../../harness/processes/free-port.ts';
import { spawn } from '../../harness/processes/spawn.ts';
import { RADIUS_OPTIONS, radiusPort } from '../../harness/radius/client.ts';
import { recipe } from '../../harness/radius/recipes.ts';
import { type Person, person, random, roomInTheMinute, type Stage } from '../../harness/token-modes.ts';

const PAGE = 'integrations/linux.md';
const SECRET = 'secret-of-the-recipe-0';
/** An account of every Debian that is none of the system's own by number. */
const LOCAL = 'nobody';
const NAME = `sower-recipe-${process.pid}`;
const has = (...paths: readonly string[]): boolean => paths.every((path) => globSync(path).length > 0);
const canRun = process.getuid?.() === 0 && has('/usr/lib/*/security/pam_radius_auth.so');
const hasSsh = canRun && has('/usr/sbin/sshd', '/usr/bin/ssh', '/usr/bin/ssh-keygen');
const hasSudo = canRun && has('/usr/bin/sudo', '/usr/bin/setpriv');
if (!hasSsh || !hasSudo)
  console.warn('Recipes for Linux are skipped (apt-get install openssh-server sudo libpam-radius-auth).');

describe.runIf(hasSsh || hasSudo)('recipes for Linux', () => {
  const { database, deployment } = deployed(SQLITE, {
    arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS],
  });
  const stored = openedFor(database);
  let stage: Stage;
  let folder: string;
  let conf: string;
  const children: ChildProcess[] = [];
  const made: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-linux-'));
    const masterKey = Buffer.from(readFileSync(join(deployment.dataFolder, 'master.key'), 'utf8'), 'base64');
    stage = { db: stored.db, sealing: sealing(masterKey, random), now: () => Date.now() };
    await deployment.api('addRadiusClient', { body: { name: 'host', network: '127.0.0.1', secret: SECRET } });
    const port = radiusPort(deployment.servers[0] as never, 'authentication');
    conf = file(
      'pam_radius_auth.conf',
      recipe('pam_radius_auth.conf', { '192.0.2.1:1812': `127.0.0.1:${port}`, SECRET }),
    );
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    for (const path of made.splice(0)) rmSync(path, { force: true });
    // The name of the account is free for the next.
    await stored.db
      .updateTable('users')
      .set(({ ref, fn, val }) => ({
        user_id: fn('concat', [val('gone-'), ref('id')]),
        user_id_key: fn('concat', [val('gone-'), ref('id')]),
      }))
      .where('user_id_key', '=', userIdKey(LOCAL))
      .execute();
  });
  afterAll(async () => {
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  function file(name: string, content: string, mode = 0o600): string {
    const path = join(folder, name);
    writeFileSync(path, content, { mode });
    chmodSync(path, mode);
    return path;
  }
  /** Where the system looks for it; taken away after the test. */
  function system(path: string, content: string): void {
    if (existsSync(path)) throw new Error(`${path} is there`);
    made.push(path);
    writeFileSync(path, content, { mode: 0o440 });
  }
  const holder = (shape: Parameters<typeof person>[1] = {}): Promise<Person> =>
    person(stage, { ...shape, user: { user_id: LOCAL as never, user_id_key: userIdKey(LOCAL) } });
  const trail = async () =>
    (
      await deployment.api('listAudit', {
        query: { object: `user:${LOCAL}`, action: 'authenticate' as const },
      })
    ).items;

  describe.runIf(hasSsh)('ssh with keyboard-interactive', () => {
    let port: number;

    beforeAll(() => {
      // Where sshd locks itself in before it knows who calls: the package makes it at the start of the service.
      mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
      const key = join(folder, 'host-key');
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    });

    async function startSshd(): Promise<() => string> {
      port = await freePort();
      system(
        `/etc/pam.d/${NAME}`,
        `${recipe('pam.d/sshd', { '/etc/pam_radius_auth.conf': conf })}account required pam_permit.so\nsession required pam_permit.so\n`,
      );
      const lines = [
        recipe('sshd', {}, PAGE),
        ...[`PAMServiceName ${NAME}`, `Port ${port}`, 'ListenAddress 127.0.0.1'],
        ...[`HostKey ${join(folder, 'host-key')}`, 'PidFile none', 'LogLevel VERBOSE'],
      ];
      const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', file('sshd_config', `${lines.join('\n')}\n`)]);
      children.push(sshd);
      let said = '';
      sshd.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      for (let tries = 0; ; tries += 1) {
        const socket = connect(port, '127.0.0.1');
        const open = await Promise.race([
          once(socket, 'connect').then(() => true),
          once(socket, 'error').then(() => false),
        ]).catch(() => false);
        socket.destroy();
        if (open) return () => said;
        if (tries > 200) throw new Error(`sshd does not listen:\n${said}`);
        await wait(50);
      }
    }

    /** @param answers to what it asks for, one after the other */
    function ssh(userId: string, ...answers: readonly string[]): string {
      const left = file('answers', `${answers.join('\n')}\n`);
      const ask = file(
        'ask',
        `#!/bin/sh\nprintf '%s\\n' "$1" >> ${folder}/asked\nhead -n 1 ${left}\nsed -i 1d ${left}\n`,
        0o700,
      );
      rmSync(join(folder, 'asked'), { force: true });
      const options = {
        StrictHostKeyChecking: 'no',
        UserKnownHostsFile: '/dev/null',
        PreferredAuthentications: 'keyboard-interactive',
        NumberOfPasswordPrompts: '1',
        ConnectTimeout: '30',
      };
      const { stderr, stdout } = spawnSync(
        'ssh',
        [
          ...['-v', '-F', 'none', '-p', String(port)],
          ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
          ...[`${userId}@localhost`, 'true'],
        ],
        {
          encoding: 'utf8',
          timeout: 120_000,
          env: { PATH: process.env.PATH, HOME: folder, SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force' },
        },
      );
      const asked = existsSync(join(folder, 'asked')) ? readFileSync(join(folder, 'asked'), 'utf8') : '';
      return `${asked}${stdout}${stderr}`;
    }
    const IN = /Authenticated to localhost .* using "keyboard-interactive"/;

    test('a passcode lets in once; a wrong one, and an account of the system, do not', async () => {
      const said = await startSshd();
      const who = await holder();
      await roomInTheMinute(stage, 20_000);
      expect(ssh(LOCAL, '00000000'), said()).toContain('Permission denied');
      const code = who.code(0);
      expect(ssh(LOCAL, code), said()).toMatch(IN);
      expect(ssh(LOCAL, code)).toContain('Permission denied');
      expect(ssh('root', code)).toContain('Permission denied');
      const rows = await trail();
      expect(rows.slice(0, 3).map(({ result }) => result)).toEqual(['refused', 'success', 'refused']);
      expect(rows[1]).toMatchObject({ actor: 'radius:host', source: '127.0.0.1' });
      const root = await deployment.api('listAudit', { query: { object: 'user:root' } });
      expect(root.items).toEqual([]);
    });

    test('the next tokencode is a question of its own', async () => {
      const said = await startSshd();
      await roomInTheMinute(stage, 30_000);
      const who = await holder({ token: { failures: 10, last_failure_at: Date.now() - 600_000 } });
      const output = ssh(LOCAL, who.code(-1), who.code(0));
      expect(output, said()).toMatch(/Wait until your tokencode changes/);
      expect(output).toMatch(IN);
    });
  });

  test.runIf(hasSudo)('sudo: the passcode of the person who calls it, once', async () => {
    system(
      `/etc/pam.d/${NAME}`,
      `${recipe('sudo', { '/etc/pam_radius_auth.conf': conf }, PAGE)}account required pam_permit.so\nsession required pam_permit.so\n`,
    );
    system(
      `/etc/sudoers.d/${NAME}`,
      `Defaults:${LOCAL} pam_service=${NAME}, passwd_tries=1\n${LOCAL} ALL=(root) /usr/bin/id -u\n`,
    );
    const who = await holder();
    await roomInTheMinute(stage, 20_000);
    const sudo = (passcode: string) =>
      spawnSync(
        'setpriv',
        ['--reuid', LOCAL, '--regid', 'nogroup', '--clear-groups', 'sudo', '-k', '-S', '/usr/bin/id', '-u'],
        { input: `${passcode}\n`, encoding: 'utf8', timeout: 60_000, cwd: '/' },
      );
    const wrong = sudo('00000000');
    expect([wrong.status, wrong.stdout]).toEqual([1, '']);
    const code = who.code(0);
    const right = sudo(code);
    expect([right.stdout, right.stderr]).toEqual(['0\n', expect.any(String)]);
    const again = sudo(code);
    expect(again.status).toBe(1);
    expect(again.stderr).toContain('incorrect password attempt');
    expect((await trail()).slice(0, 3).map(({ result }) => result)).toEqual([
      'refused',
      'success',
      'refused',
    ]);
  });
});
