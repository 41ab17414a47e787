/**
 * The recipe of docs/integrations/web.md for Apache, literally as it stands there. On Debian: apt-get install apache2 libapache2-mod-authnz-pam
 * libpam-radius-auth.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { freePort } from '../../harness/processes/free-port.ts';
import { spawn } from '../../harness/processes/spawn.ts';
import { RADIUS_OPTIONS, radiusPort } from '../../harness/radius/client.ts';
import { recipe } from '../../harness/radius/recipes.ts';

const PAGE = 'integrations/web.md';
const SECRET = 'secret-of-the-recipe-0';
const MODULES = '/usr/lib/apache2/modules';
const SERVICE = `sower-web-${process.pid}`;
const canRun =
  process.getuid?.() === 0 &&
  ['/usr/sbin/apache2', `${MODULES}/mod_authnz_pam.so`, '/usr/lib/*/security/pam_radius_auth.so'].every(
    (path) => globSync(path).length > 0,
  );
if (!canRun)
  console.warn(
    'The recipe of Apache is skipped (apt-get install apache2 libapache2-mod-authnz-pam libpam-radius-auth).',
  );

describe.runIf(canRun)('Apache in front of a web application', () => {
  const { deployment } = deployed(SQLITE, { arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS] });
  let folder: string;
  let apache: ChildProcess;
  let application: Server;
  let port: number;
  let said = '';
  let code: (offset: number) => string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-web-'));
    chmodSync(folder, 0o755);
    const { api } = deployment;
    const profile = {
      name: 'p',
      deviceType: 'sower',
      delivery: 'url',
      authenticationType: 'tokencode',
    } as const;
    await api('addProfile', { body: profile });
    await api('addUser', { body: { userId: 'ada' } });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId: 'ada' } });
    const given = await api('distributeToken', { params: { serial }, body: { profile: 'p' } });
    const token = await provisioned(deployment, given);
    code = (offset) => tokencode(token, offset);
    await api('addRadiusClient', { body: { name: 'web', network: '127.0.0.1', secret: SECRET } });
    const radius = radiusPort(deployment.servers[0] as never, 'authentication');
    const conf = file(
      'pam_radius_web.conf',
      recipe('pam_radius_auth.conf', { '192.0.2.1:1812': `127.0.0.1:${radius}`, SECRET }),
      0o640,
    );
    chownSync(conf, 0, Number(spawnSync('id', ['-g', 'www-data'], { encoding: 'utf8' }).stdout));
    writeFileSync(
      `/etc/pam.d/${SERVICE}`,
      recipe('pam.d/sower-web', { '/etc/pam_radius_web.conf': conf }, PAGE),
    );
    file('log-on.html', recipe('log-on.html', {}, PAGE), 0o644);
    application = createServer((asked, answer) => answer.end(`hello ${asked.headers['x-remote-user']}`));
    application.listen(0, '127.0.0.1');
    await once(application, 'listening');
    await startApache((application.address() as AddressInfo).port);
  });
  afterAll(async () => {
    if (apache && apache.exitCode === null && apache.signalCode === null) {
      apache.kill('SIGTERM');
      await once(apache, 'exit');
    }
    application?.close();
    rmSync(`/etc/pam.d/${SERVICE}`, { force: true });
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  function file(name: string, content: string, mode: number): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  }

  /** What Debian has turned on, and what the page turns on. */
  async function startApache(behind: number): Promise<void> {
    port = await freePort();
    const names = [
      ...['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'alias', 'mime'],
      ...['auth_form', 'request', 'session', 'session_cookie', 'session_crypto', 'authnz_pam', 'headers'],
      ...['proxy', 'proxy_http'],
    ];
    const lines = [
      `ServerRoot ${folder}`,
      ...names.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`),
      ...[`Listen 127.0.0.1:${port}`, 'ServerName localhost', 'User www-data', 'Group www-data'],
      ...[
        `PidFile ${join(folder, 'pid')}`,
        `ErrorLog ${join(folder, 'error.log')}`,
        `DocumentRoot ${folder}`,
      ],
      'TypesConfig /etc/mime.types',
      recipe(
        'apache',
        { 'http://127.0.0.1:8080/': `http://127.0.0.1:${behind}/`, 'sower-web': SERVICE },
        PAGE,
      ),
    ];
    apache = spawn('/usr/sbin/apache2', [
      '-D',
      'FOREGROUND',
      '-f',
      file('apache.conf', `${lines.join('\n')}\n`, 0o600),
    ]);
    apache.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    for (let tries = 0; !existsSync(join(folder, 'pid')); tries += 1) {
      if (tries > 400) throw new Error(`Apache does not start:\n${said}`);
      await wait(50);
    }
  }

  type Answer = { status: number; headers: IncomingHttpHeaders; body: string };
  const send = (path: string, options: { cookie?: string; form?: Record<string, string> } = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const body = options.form && new URLSearchParams(options.form).toString();
      const sent = request(
        {
          ...{ host: '127.0.0.1', port, path, method: body === undefined ? 'GET' : 'POST' },
          headers: {
            ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
            ...(options.cookie === undefined ? {} : { cookie: options.cookie }),
            'x-remote-user': 'root',
          },
        },
        (answer) => {
          let text = '';
          answer.on('data', (chunk: Buffer) => {
            text += chunk.toString();
          });
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  const logOn = (userId: string, passcode: string) =>
    send('/log-on', { form: { httpd_username: userId, httpd_password: passcode } });
  const cookieOf = ({ headers }: Answer): string => headers['set-cookie']?.[0]?.split(';')[0] ?? '';

  test('lets in with a passcode, once, for a session; and tells the application who it is', async () => {
    const stranger = await send('/page');
    expect([stranger.status, stranger.body], said).toEqual([
      401,
      expect.stringContaining('action="/log-on"'),
    ]);
    expect((await send('/log-on.html')).status).toBe(200);
    expect((await logOn('ada', '00000000')).status).toBe(401);
    // Both in one minute.
    const left = 60_000 - (Date.now() % 60_000);
    if (left < 15_000) await wait(left);
    const passcode = code(0);
    const right = await logOn('ada', passcode);
    expect([right.status, right.headers.location], said).toEqual([302, expect.stringMatching(/\/$/)]);
    expect(right.headers['set-cookie']?.[0]).toMatch(/httponly;secure;samesite=lax/i);
    const cookie = cookieOf(right);
    for (let at = 0; at < 3; at += 1)
      expect(await send('/page', { cookie })).toMatchObject({ status: 200, body: 'hello ada' });
    expect((await logOn('ada', passcode)).status).toBe(401);
    const half = Math.floor(cookie.length / 2);
    const altered = `${cookie.slice(0, half)}${cookie[half] === 'A' ? 'B' : 'A'}${cookie.slice(half + 1)}`;
    expect((await send('/page', { cookie: altered })).status).toBe(401);
    const query = { object: 'user:ada', action: 'authenticate' } as const;
    const { items } = await deployment.api('listAudit', { query });
    expect(items.map(({ result }) => result)).toEqual(['refused', 'success', 'refused']);
    expect(items[1]).toMatchObject({ actor: 'radius:web', source: '127.0.0.1' });
  });
});
