/**
 * The recipes of docs/radius.md, literally as they stand there, with the programs that people run: pam_radius, FreeRADIUS, ocserv with
 * openconnect, and OpenVPN. On Debian: apt-get install libpam-radius-auth pamtester freeradius ocserv openconnect openvpn openvpn-auth-radius.
 *
 * What is tested is the authentication, up to the session: no address is given to anything, and no packet goes through a tunnel.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { type Issued, makeAuthority } from '../../harness/authority.ts';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { freePort } from '../../harness/processes/free-port.ts';
import { spawn } from '../../harness/processes/spawn.ts';
import { RADIUS_OPTIONS, radiusPort } from '../../harness/radius/client.ts';
import { access, hasFreeradius, radclient, startProxy, stateOf } from '../../harness/radius/freeradius.ts';
import { recipe } from '../../harness/radius/recipes.ts';

const LAUNCHER = fileURLToPath(new URL('../../../apps/cli/bin/sower.js', import.meta.url));
const isRoot = process.getuid?.() === 0;
/** Says which program is missing, and its package. */
function has(needs: Readonly<Record<string, string>>): boolean {
  const missing = Object.entries(needs).filter(
    ([what]) =>
      spawnSync('sh', ['-c', what.startsWith('/') ? `ls ${what}` : `command -v ${what}`]).status !== 0,
  );
  if (missing.length > 0)
    console.warn(
      `A recipe of docs/radius.md is skipped: no ${missing.map(([what]) => what).join(', ')} (apt-get install ${missing.map(([, name]) => name).join(' ')}).`,
    );
  return isRoot && missing.length === 0;
}
const PAM_RADIUS = { '/usr/lib/*/security/pam_radius_auth.so': 'libpam-radius-auth' };
const hasPam = has({ pamtester: 'pamtester', ...PAM_RADIUS });
const OCSERV = { ocserv: 'ocserv', openconnect: 'openconnect' };
const hasOcserv = has(OCSERV);
const hasOcservPam = has({ ...OCSERV, ...PAM_RADIUS });
/** OpenVPN opens one before it listens. */
function canTun(): boolean {
  const device = ['--dev', `tun${process.pid % 1000}`];
  const can = spawnSync('openvpn', ['--mktun', ...device]).status === 0;
  if (can) spawnSync('openvpn', ['--rmtun', ...device]);
  else console.warn('The recipes of OpenVPN are skipped: no program, or no tun device can be made here.');
  return can;
}
const hasTun = canTun();
const hasOpenvpnPam =
  hasTun &&
  has({
    openvpn: 'openvpn',
    '/usr/lib/openvpn/openvpn-plugin-auth-pam.so': 'openvpn',
    ...PAM_RADIUS,
  });
const hasOpenvpnRadius =
  hasTun &&
  has({
    openvpn: 'openvpn',
    '/usr/lib/openvpn/radiusplugin.so': 'openvpn-auth-radius',
  });

const SECRET = 'secret-of-the-recipe-0';
const PASSWORD = 'green bottles on seven walls';
/** An account of every Debian that is none of the system's own by number. */
const LOCAL = 'nobody';

describe('the recipes of docs/radius.md', () => {
  const { deployment } = deployed(SQLITE, { arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS] });
  let port: number;
  let folder: string;
  let authority: Awaited<ReturnType<typeof makeAuthority>>;
  let certificate: Issued;
  const children: ChildProcess[] = [];
  const sockets: Socket[] = [];
  /** What was there before. */
  const services = new Map<string, string | undefined>();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-recipes-'));
    authority = await makeAuthority(['localhost']);
    certificate = await authority.issue();
    port = radiusPort(deployment.servers[0] as never, 'authentication');
    const { api } = deployment;
    await api('addProfile', {
      body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
    });
    await api('addRadiusClient', { body: { name: 'recipe', network: '127.0.0.1', secret: SECRET } });
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      // A plugin of OpenVPN may never end.
      const late = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await once(child, 'exit');
      clearTimeout(late);
    }
    for (const socket of sockets.splice(0)) socket.close();
    for (const [name, before] of services) {
      if (before === undefined) rmSync(join('/etc/pam.d', name), { force: true });
      else writeFileSync(join('/etc/pam.d', name), before);
    }
    services.clear();
    await set({ messageAuthenticator: 'required', password: 'none' });
  });
  afterAll(async () => {
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  async function set(change: {
    messageAuthenticator?: 'required' | 'optional';
    password?: 'none' | 'then-passcode' | 'with-passcode';
  }): Promise<void> {
    const { items } = await deployment.api('listRadiusClients', {});
    const { id, version } = items[0] as (typeof items)[number];
    await deployment.api('editRadiusClient', { params: { id }, body: change, ifMatch: version });
  }
  /** @returns the passcodes of someone who has a token, and a password of ours */
  async function holder(userId: string) {
    const { api } = deployment;
    await api('addUser', { body: { userId } });
    await api('setUserPassword', { params: { userId }, body: { password: PASSWORD, mustChange: false } });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId } });
    const given = await api('distributeToken', { params: { serial }, body: { profile: 'p' } });
    const token = await provisioned(deployment, given);
    return (offset: number) => tokencode(token, offset);
  }
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const pamRadius = (): string =>
    file(
      'pam_radius_auth.conf',
      recipe('pam_radius_auth.conf', { '192.0.2.1:1812': `127.0.0.1:${port}`, SECRET }),
    );
  /** As a service of PAM; what was there is put back after the test. */
  function service(name: string, content: string): void {
    const path = join('/etc/pam.d', name);
    services.set(name, existsSync(path) ? readFileSync(path, 'utf8') : undefined);
    writeFileSync(path, content);
  }
  function start(program: string, args: readonly string[]): { child: ChildProcess; said: () => string } {
    const child = spawn(program, args, { cwd: folder });
    children.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    return { child, said: () => said };
  }
  async function until(said: () => string, what: RegExp): Promise<void> {
    for (let tries = 0; !what.test(said()); tries += 1) {
      if (tries > 900 || /^Options error/m.test(said())) throw new Error(`${what} was not said:\n${said()}`);
      await wait(50);
    }
  }
  const trail = async (userId: string) =>
    (
      await deployment.api('listAudit', { query: { object: `user:${userId}`, action: 'authenticate' } })
    ).items.map(({ result }) => result);

  test.skipIf(!hasPam)('pam_radius: as it stands there; not for an account of the system', async () => {
    const name = `sower-recipe-${process.pid}`;
    const conf = pamRadius();
    service(
      name,
      `${recipe('pam.d/sshd', { '/etc/pam_radius_auth.conf': conf })}account required pam_permit.so\n`,
    );
    const code = await holder(LOCAL);
    const asRoot = await holder('root');
    const enter = (userId: string, passcode: string) =>
      spawnSync('pamtester', [name, userId, 'authenticate'], {
        input: `${passcode}\n`,
        encoding: 'utf8',
        timeout: 60_000,
      });
    expect(enter(LOCAL, '00000000').status).toBe(1);
    expect(enter(LOCAL, code(0)).status).toBe(0);
    // A user of Sower who is called so, with the right passcode.
    expect(enter('root', asRoot(0)).status).toBe(1);
    expect(await trail('root')).toEqual([]);
  });

  test.skipIf(!hasFreeradius)(
    'FreeRADIUS in between: as it stands there, with challenges and the User-Name of the answer',
    async () => {
      const proxy = await startProxy({
        ...{ home: port, secret: SECRET, clientSecret: 'secret-of-the-gateway-0' },
        recipe: {
          proxy: recipe('proxy.conf', {
            'ipaddr = 192.0.2.1': 'ipaddr = 127.0.0.1',
            'port = 1812': `port = ${port}`,
            SECRET,
          }),
          authorize: recipe('authorize'),
        },
      });
      try {
        const code = await holder('frida');
        const through = { port: proxy.ports[0] as number, secret: 'secret-of-the-gateway-0' };
        const right = radclient(access('FRIDA', code(-1)), through).output;
        expect(right, proxy.output()).toMatch(/Received Access-Accept[\s\S]*User-Name = "frida"/);
        await set({ password: 'then-passcode' });
        const state = stateOf(radclient(access('frida', PASSWORD), through).output);
        expect(radclient(`${access('frida', code(0))}\nState = ${state}`, through).output).toContain(
          'Received Access-Accept',
        );
      } finally {
        await proxy.stop();
      }
    },
  );

  /** A gateway with these lines, and what openconnect says with these answers. */
  async function ocserv(lines: string) {
    const tcp = await freePort();
    const configuration = file(
      'ocserv.conf',
      `${lines}
tcp-port = ${tcp}
listen-host = 127.0.0.1
run-as-user = root
run-as-group = root
socket-file = ${join(folder, 'ocserv-socket')}
server-cert = ${file('cert.pem', certificate.pem + authority.intermediate.pem)}
server-key = ${file('key.pem', certificate.keyPem)}
isolate-workers = false
max-clients = 16
max-same-clients = 2
device = sower
ipv4-network = 192.0.2.0
ipv4-netmask = 255.255.255.0
`,
    );
    const { said } = start('ocserv', ['-f', '-d', '3', '-c', configuration]);
    await until(said, /initialized ocserv|listening|init_control|max_clients|sec-mod/i);
    await wait(500);
    const enter = async (userId: string, ...answers: readonly string[]) => {
      const child = spawn(
        'openconnect',
        [
          ...['--protocol=anyconnect', '--authenticate', `--user=${userId}`, '--no-dtls'],
          ...[`--cafile=${file('ca.pem', authority.root.pem)}`, `https://localhost:${tcp}/`],
        ],
        { cwd: folder },
      );
      children.push(child);
      // It may have ended by then.
      child.stdin?.on('error', () => {});
      let shown = '';
      const waiting = [...answers];
      const read = (chunk: Buffer): void => {
        shown += chunk.toString();
        // It asks, and waits for a line.
        if (/(?:assword|asscode|esponse)[^\n]*: ?$/i.test(shown) && waiting.length > 0) {
          shown += '\n';
          child.stdin.write(`${waiting.shift()}\n`);
        } else if (/: ?$/.test(shown) && waiting.length === 0) child.stdin.end();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      const late = setTimeout(() => child.kill('SIGKILL'), 40_000);
      const [status] = await once(child, 'exit');
      clearTimeout(late);
      return { status, shown, gateway: said() };
    };
    return Object.assign(enter, { url: `https://localhost:${tcp}/` });
  }

  test.skipIf(!hasOcservPam)('ocserv through PAM: as it stands there, with a challenge', async () => {
    const conf = pamRadius();
    service('ocserv', recipe('pam.d/ocserv', { '/etc/pam_radius_auth.conf': conf }));
    const code = await holder('olaf');
    const enter = await ocserv(recipe('ocserv.conf'));
    const right = await enter('olaf', code(-1));
    expect([right.status, right.shown], right.gateway).toEqual([0, expect.stringContaining('COOKIE=')]);
    const wrong = await enter('olaf', '00000000');
    expect(wrong.shown).not.toContain('COOKIE=');
    await set({ password: 'then-passcode' });
    const both = await enter('olaf', PASSWORD, code(0));
    expect([both.status, both.shown], both.gateway).toEqual([0, expect.stringContaining('COOKIE=')]);
  });

  test.skipIf(!hasOcservPam)(
    'openconnect with the tokencode of the command-line authenticator: as it stands there',
    async () => {
      service('ocserv', recipe('pam.d/ocserv', { '/etc/pam_radius_auth.conf': pamRadius() }));
      const { api, dataFolder } = deployment;
      await api('addUser', { body: { userId: 'anna' } });
      const { first: serial } = await api('mintTokens', { body: {} });
      await api('assignToken', { params: { serial }, body: { userId: 'anna' } });
      const { link } = await api('distributeToken', { params: { serial }, body: { profile: 'p' } });
      const sower = file('sower', `#!/bin/sh\nexec ${process.execPath} ${LAUNCHER} "$@"\n`);
      chmodSync(sower, 0o700);
      const env = { ...process.env, HOME: folder, PATH: `${folder}:${process.env.PATH}` };
      const imported = spawnSync(
        sower,
        ['authenticator', 'import', '--ca', join(dataFolder, 'tls/ca.pem'), link as string],
        { env, encoding: 'utf8' },
      );
      expect(imported.status, imported.stderr).toBe(0);
      const enter = await ocserv(recipe('ocserv.conf'));
      const line = recipe(
        'openconnect',
        {
          'https://vpn.example.com/': `--cafile=${file('ca.pem', authority.root.pem)} --authenticate --no-dtls ${enter.url}`,
        },
        'integrations/vpn.md',
      );
      const log = (): string => {
        const { stdout, stderr } = spawnSync('sh', ['-c', line], {
          env,
          encoding: 'utf8',
          timeout: 60_000,
        });
        return stdout + stderr;
      };
      // Both in one minute.
      const left = 60_000 - (Date.now() % 60_000);
      if (left < 15_000) await wait(left);
      expect(log()).toContain('COOKIE=');
      expect(log()).not.toContain('COOKIE=');
      expect(await trail('anna')).toEqual(['refused', 'success']);
    },
  );

  test.skipIf(!hasOcserv)(
    'ocserv with its own RADIUS: as it stands there, and only where Message-Authenticator is optional',
    async () => {
      const client = file(
        'radiusclient.conf',
        recipe('radiusclient.conf', {
          '192.0.2.1:1812': `127.0.0.1:${port}`,
          '/etc/radcli/servers': file('servers', recipe('servers', { '192.0.2.1': '127.0.0.1', SECRET })),
        }),
      );
      const code = await holder('otto');
      const enter = await ocserv(recipe('ocserv-radius.conf', { '/etc/radcli/radiusclient.conf': client }));
      const refused = await enter('otto', code(-1));
      expect(refused.shown).not.toContain('COOKIE=');
      expect(await trail('otto')).toEqual([]);
      await set({ messageAuthenticator: 'optional' });
      const right = await enter('otto', code(-1));
      expect([right.status, right.shown], right.gateway).toEqual([0, expect.stringContaining('COOKIE=')]);
      expect(await trail('otto')).toEqual(['success']);
    },
  );

  /** A gateway with these lines, and how a client ends with this password. */
  async function openvpn(lines: string) {
    const tcp = await freePort();
    const ca = file('ca.pem', authority.root.pem);
    const configuration = file(
      'openvpn.conf',
      `${lines}
server 192.0.2.0 255.255.255.0
topology subnet
proto tcp-server
local 127.0.0.1
port ${tcp}
dev tun
ifconfig-noexec
route-noexec
dh none
ca ${ca}
cert ${file('cert.pem', certificate.pem + authority.intermediate.pem)}
key ${file('key.pem', certificate.keyPem)}
verb 4
`,
    );
    const { said } = start('openvpn', ['--config', configuration]);
    await until(said, /Initialization Sequence Completed/);
    return async (userId: string, password: string) => {
      const client = start('openvpn', [
        ...[
          '--tls-client',
          '--pull',
          '--proto',
          'tcp-client',
          '--dev',
          'null',
          '--remote',
          '127.0.0.1',
          String(tcp),
        ],
        ...['--ca', ca, '--auth-user-pass', file('login', `${userId}\n${password}\n`)],
        ...['--ifconfig-noexec', '--route-noexec', '--connect-retry-max', '1', '--verb', '3'],
      ]);
      await until(
        () => (client.child.exitCode === null ? client.said() : `${client.said()} ended`),
        /Initialization Sequence Completed|AUTH_FAILED|ended/,
      );
      return { shown: client.said(), gateway: said() };
    };
  }

  test.skipIf(!hasOpenvpnPam)(
    'OpenVPN through PAM: as it stands there, with the password in front of the passcode',
    async () => {
      const conf = pamRadius();
      service('openvpn', recipe('pam.d/openvpn', { '/etc/pam_radius_auth.conf': conf }));
      const code = await holder('vera');
      const enter = await openvpn(recipe('openvpn.conf'));
      const right = await enter('vera', code(-1));
      expect(right.shown, right.gateway).toContain('Initialization Sequence Completed');
      expect((await enter('vera', '00000000')).shown).toContain('AUTH_FAILED');
      await set({ password: 'with-passcode' });
      const both = await enter('vera', `${PASSWORD}${code(0)}`);
      expect(both.shown, both.gateway).toContain('Initialization Sequence Completed');
    },
  );

  /** The plugin sends to ports 1812 and 1813, whatever its file says: an address of loopback of its own has these. */
  async function atUsualPorts(): Promise<string> {
    const address = `127.${1 + (process.pid % 250)}.18.12`;
    const accounting = radiusPort(deployment.servers[0] as never, 'accounting');
    for (const [usual, here] of [
      [1812, port],
      [1813, accounting],
    ] as const) {
      const [front, back] = [createSocket('udp4'), createSocket('udp4')];
      sockets.push(front, back);
      let from: { address: string; port: number } | undefined;
      front.on('message', (octets, sender) => {
        from = sender;
        back.send(octets, here, '127.0.0.1');
      });
      back.on('message', (octets) => from && front.send(octets, from.port, from.address));
      front.bind(usual, address);
      back.bind(0, '127.0.0.1');
      await Promise.all([once(front, 'listening'), once(back, 'listening')]);
    }
    return address;
  }

  test.skipIf(!hasOpenvpnRadius)('openvpn-auth-radius: as it stands there', async () => {
    const code = await holder('wilma');
    const plugin = file(
      'radiusplugin.cnf',
      recipe('radiusplugin.cnf', {
        '192.0.2.7': '127.0.0.1',
        '192.0.2.1': await atUsualPorts(),
        '/etc/openvpn/server.conf': join(folder, 'openvpn.conf'),
        SECRET,
      }),
    );
    const enter = await openvpn(recipe('openvpn-radius.conf', { '/etc/openvpn/radiusplugin.cnf': plugin }));
    const right = await enter('wilma', code(-1));
    expect(right.shown, right.gateway).toContain('Initialization Sequence Completed');
    expect((await enter('wilma', '00000000')).shown).toContain('AUTH_FAILED');
    expect(await trail('wilma')).toEqual(['refused', 'success']);
  });
});
