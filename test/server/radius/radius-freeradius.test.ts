/**
 * The programs of FreeRADIUS against a server process: radclient, radtest, and a FreeRADIUS that proxies in between. On Debian:
 * apt-get install freeradius freeradius-utils libpam-radius-auth pamtester.
 */
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptAround, provisioned, tokencode } from '../../harness/authenticator.ts';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { spawn } from '../../harness/processes/spawn.ts';
import { RADIUS_OPTIONS, radiusPort } from '../../harness/radius/client.ts';
import {
  access,
  hasFreeradius,
  radclient as runRadclient,
  startProxy,
  stateOf,
} from '../../harness/radius/freeradius.ts';
import { roomInTheMinute } from '../../harness/token-modes.ts';

/** It needs a file in /etc/pam.d: only where landing is decided, on a machine made for it. */
const PAM =
  process.env.CI !== undefined &&
  process.getuid?.() === 0 &&
  spawnSync('sh', [
    '-c',
    'command -v pamtester && ls /lib/*/security/pam_radius_auth.so /usr/lib/*/security/pam_radius_auth.so',
  ])
    .stdout.toString()
    .includes('pam_radius_auth.so');

const SECRET = 'secret-of-the-radius-client-0';
const PROXY_SECRET = 'secret-between-client-and-proxy';

describe.skipIf(!hasFreeradius)('FreeRADIUS', () => {
  const { deployment } = deployed(SQLITE, { arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS] });
  let port: number;
  const ends: (() => Promise<void> | void)[] = [];

  async function holder(
    userId: string,
    { profile = 'p', domain }: { profile?: string; domain?: string } = {},
  ) {
    const { api } = deployment;
    await acceptAround(api);
    await api('addUser', {
      body: { userId, ...(domain === undefined ? {} : { securityDomain: domain }) },
    });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId } });
    return provisioned(deployment, await api('distributeToken', { params: { serial }, body: { profile } }));
  }

  const radclient = (
    attributes: string,
    options: { port?: number; secret?: string; more?: string[]; command?: string } = {},
  ) => runRadclient(attributes, { port, secret: SECRET, more: ['-r', '2', '-t', '3'], ...options });

  beforeAll(async () => {
    port = radiusPort(deployment.servers[0] as never, 'authentication');
    const { api } = deployment;
    await api('addProfile', {
      body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
    });
    await api('addRadiusClient', {
      body: {
        name: 'radclient',
        network: '127.0.0.1',
        secret: SECRET,
        replyAttributes: [
          { name: 'Filter-Id', value: 'staff' },
          { name: 'Framed-IPv6-Prefix', value: '2001:db8:1::/48' },
          { name: 'Cisco-AVPair', value: 'shell:priv-lvl=15' },
        ],
      },
    });
    await api('addProfile', {
      body: { name: 'fob', deviceType: 'sower', delivery: 'url', authenticationType: 'fob' },
    });
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  test('radclient: accept with attributes, reject, wrong secret, Status-Server, accounting', async () => {
    const token = await holder('anna');
    // Once: a minute may end in between, and the next tokencode is good.
    const code = tokencode(token);
    const right = radclient(access('anna', code));
    expect(right.output).toContain('Received Access-Accept');
    for (const line of [
      'Filter-Id = "staff"',
      'Framed-IPv6-Prefix = 2001:db8:1::/48',
      'Cisco-AVPair = "shell:priv-lvl=15"',
    ]) {
      expect(right.output).toContain(line);
    }
    expect(right.status).toBe(0);
    const used = radclient(access('anna', code));
    expect([used.status, used.output.includes('Received Access-Reject')]).toEqual([1, true]);
    const wrong = radclient(access('anna', tokencode(token, 1)), {
      secret: 'another-secret-0',
      more: ['-r', '2', '-t', '1'],
    });
    // It says that there was no reply, unless it has ended without having waited for one.
    expect([wrong.status, /received|verif/i.test(wrong.output)]).toEqual([1, false]);
    const status = radclient('Message-Authenticator = 0x00', { command: 'status' });
    expect(status.output).toContain('Received Access-Accept');
    const accounting = radclient('Acct-Status-Type = Start\nUser-Name = "anna"\nAcct-Session-Id = "17"', {
      command: 'acct',
      port: radiusPort(deployment.servers[0] as never, 'accounting'),
    });
    expect(accounting.output).toContain('Received Accounting-Response');
  });

  test('radclient: a new PIN, chosen in two challenges, and Next Tokencode after wrong passcodes', async () => {
    const { api } = deployment;
    await roomInTheMinute({ now: Date.now });
    const { id } = await api('addSecurityDomain', { body: { name: 'strict' } });
    // No delay between the wrong ones, so that the test need not wait.
    await api('editTokenPolicy', {
      params: { domain: id },
      body: { wrongBeforeNextTokencode: 2, wrongBeforeHoldBack: 100 },
      ifMatch: 0,
    });
    const token = await holder('nina', { profile: 'fob', domain: id });
    await api('requireNewPin', { params: { serial: token.serial }, body: { required: true } });
    const answer = (passcode: string, state: string) =>
      radclient(`${access('nina', passcode)}\nState = ${state}`).output;

    const first = stateOf(radclient(access('nina', tokencode(token, -1))).output);
    const second = stateOf(answer('a1', first));
    const third = stateOf(answer('4826ab', second));
    expect(answer(`4826ab${tokencode(token)}`, third)).toContain('Received Access-Accept');
    // Each State is good for one answer.
    expect(answer(`4826ab${tokencode(token, 1)}`, third)).toContain('Received Access-Reject');

    for (const wrong of ['4826ab00000000', '4826ab00000001'])
      expect(radclient(access('nina', wrong)).output).toContain('Received Access-Reject');
    const next = stateOf(radclient(access('nina', `4826ab${tokencode(token, 1)}`)).output);
    expect(answer(tokencode(token, 2), next)).toContain('Received Access-Accept');
  });

  test('radclient sends again what was not answered: the same octets come back, and the passcode was verified once', async () => {
    const token = await holder('rita');
    /** Loses the first answer on its way. */
    const relay = createSocket('udp4');
    const answers: string[] = [];
    let client = 0;
    let sent = 0;
    relay.on('message', (octets, from) => {
      if (from.port !== port) {
        client = from.port;
        sent += 1;
        relay.send(octets, port, '127.0.0.1');
      } else if (answers.push(octets.toString('hex')) > 1) {
        relay.send(octets, client, '127.0.0.1');
      }
    });
    relay.bind(0, '127.0.0.1');
    await once(relay, 'listening');
    ends.push(() => void relay.close());
    const child = spawn('radclient', [
      ...['-x', '-b', '-r', '3', '-t', '1'],
      ...[`127.0.0.1:${relay.address().port}`, 'auth', SECRET],
    ]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stdin.end(`${access('rita', tokencode(token))}\n`);
    expect((await once(child, 'exit'))[0], output).toBe(0);
    expect(output).toContain('Received Access-Accept');
    expect(sent).toBe(2);
    expect(answers).toHaveLength(2);
    expect(answers[1]).toBe(answers[0]);
    const trail = await deployment.api('listAudit', {
      query: { object: 'user:rita', action: 'authenticate' },
    });
    expect(trail.items.map(({ result }) => result)).toEqual(['success']);
  });

  test('radtest accepts', async () => {
    const token = await holder('berta');
    const { stdout, status } = spawnSync(
      'radtest',
      ['berta', tokencode(token), `127.0.0.1:${port}`, '0', SECRET],
      { encoding: 'utf8', timeout: 30_000 },
    );
    expect([status, stdout.includes('Received Access-Accept')]).toEqual([0, true]);
  });

  test.skipIf(!PAM)('pam_radius: a Linux host asks with what was entered', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sower-pam-'));
    const service = `sower-test-${process.pid}`;
    const configuration = join(folder, 'pam_radius_auth.conf');
    writeFileSync(configuration, `127.0.0.1:${port} ${SECRET} 3\n`, { mode: 0o600 });
    writeFileSync(
      join('/etc/pam.d', service),
      `auth required pam_radius_auth.so conf=${configuration} require_message_authenticator\naccount required pam_permit.so\n`,
    );
    try {
      const token = await holder('dora');
      const enter = (passcode: string) =>
        spawnSync('pamtester', [service, 'dora', 'authenticate'], {
          input: `${passcode}\n`,
          encoding: 'utf8',
          timeout: 30_000,
        });
      expect(enter('00000000').status).toBe(1);
      const right = enter(tokencode(token));
      expect([right.status, right.stdout + right.stderr]).toEqual([
        0,
        expect.stringContaining('successfully authenticated'),
      ]);
      expect(enter(tokencode(token)).status).toBe(1);

      // A new PIN, asked for over the conversation of PAM.
      await roomInTheMinute({ now: Date.now });
      const fob = await holder('dora-fob', { profile: 'fob' });
      await deployment.api('requireNewPin', { params: { serial: fob.serial }, body: { required: true } });
      const child = spawn('pamtester', [service, 'dora-fob', 'authenticate']);
      const lines = [tokencode(fob, -1), '4826ab', `4826ab${tokencode(fob)}`];
      let said = '';
      const read = (chunk: Buffer): void => {
        said += chunk.toString();
        if (/(: |\.\s*)$/.test(said)) child.stdin.write(`${lines.shift() ?? ''}\n`);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      const [code] = await once(child, 'exit');
      expect([code, lines, said]).toEqual([0, [], expect.stringContaining('Choose a new PIN')]);
      expect(said).toContain('successfully authenticated');
    } finally {
      rmSync(join('/etc/pam.d', service));
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('a FreeRADIUS in between: its Proxy-State comes back, and a passcode is verified once', async () => {
    const proxy = await startProxy({ home: port, secret: SECRET, clientSecret: PROXY_SECRET });
    ends.push(() => proxy.stop());
    const token = await holder('carla');
    const through = { port: proxy.ports[0] as number, secret: PROXY_SECRET };
    const passcode = tokencode(token);
    const right = radclient(access('carla', passcode), through);
    expect(right.output, proxy.output()).toContain('Received Access-Accept');
    expect(right.output).toContain('Filter-Id = "staff"');
    expect(right.output).not.toContain('Proxy-State');
    expect(radclient(access('carla', passcode), through).output).toContain('Received Access-Reject');
    const trail = await deployment.api('listAudit', {
      query: { object: 'user:carla', action: 'authenticate' },
    });
    expect(trail.items.map(({ result }) => result)).toEqual(['refused', 'success']);

    // Challenges pass through it too.
    await roomInTheMinute({ now: Date.now });
    const fob = await holder('olga', { profile: 'fob' });
    await deployment.api('requireNewPin', { params: { serial: fob.serial }, body: { required: true } });
    const first = stateOf(radclient(access('olga', tokencode(fob, -1)), through).output);
    const second = stateOf(radclient(`${access('olga', '4826ab')}\nState = ${first}`, through).output);
    const last = `${access('olga', `4826ab${tokencode(fob)}`)}\nState = ${second}`;
    expect(radclient(last, through).output).toContain('Received Access-Accept');
  });
});
