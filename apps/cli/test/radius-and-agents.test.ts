import type { Agent } from '@sower/api/agents';
import type { RadiusClient } from '@sower/api/radius-clients';
import { afterEach, describe, expect, test } from 'vitest';
import { type FakeServer, fakeServer, problem, type Routes } from './fake-server.ts';
import { sower } from './fake-terminal.ts';
import { NOW } from './resources.ts';

let server: FakeServer;
afterEach(() => server.close());

async function against(routes: Routes, argv: string[], stdin = '') {
  server = await fakeServer(routes);
  return sower(argv, { stdin, env: server.env });
}

const CLIENT: RadiusClient = {
  id: 'rad_1',
  name: 'VPN',
  network: '192.0.2.0/24',
  messageAuthenticator: 'required',
  password: 'none',
  otherNames: false,
  replyAttributes: [],
  securityDomain: 'Top domain',
  onlyGroups: [],
  enabled: true,
  createdAt: NOW,
  version: 3,
};
const AGENT: Agent = {
  id: 'agt_1',
  name: 'Portal',
  kind: 'authentication-api',
  securityDomain: 'North',
  onlyGroups: [],
  networks: [],
  realms: [],
  rights: [],
  registeredItself: false,
  recent: { steps: 0, refused: 0 },
  enabled: true,
  createdAt: NOW,
  createdBy: 'administrator:admin',
  version: 4,
};

describe('radius-client', () => {
  const listing: Routes = {
    'GET /radius-clients': () => ({
      body: {
        items: [CLIENT, { ...CLIENT, id: 'rad_2', name: 'Old', messageAuthenticator: 'optional' }],
        listeners: [],
      },
    }),
  };

  test('are listed, with where the server listens', async () => {
    const ran = await against(listing, ['radius-client', 'list']);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('VPN   192.0.2.0/24  Top domain  required');
    expect(ran.err).toContain('start it with --radius');
  });

  test('are added with a secret that is shown once, or with one from standard input', async () => {
    const routes: Routes = {
      'POST /radius-clients': ({ body }) => ({
        status: 201,
        body: {
          ...CLIENT,
          messageAuthenticator: 'optional',
          ...((body as { secret?: string }).secret === undefined ? { secret: 'made-by-the-server' } : {}),
        },
      }),
    };
    const ran = await against(routes, [
      'radius-client',
      'add',
      'VPN',
      '192.0.2.0/24',
      '--attribute',
      'Filter-Id=vpn',
      '--attribute',
      'Class=a=b',
      '--attribute',
      '[Guests [all]] Class = guest',
      '--without-message-authenticator',
      '--security-domain',
      'North',
    ]);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('made-by-the-server');
    expect(ran.err).toContain('shown only once');
    expect(ran.err).toContain('CVE-2024-3596');
    expect(server.asked[0]?.body).toEqual({
      name: 'VPN',
      network: '192.0.2.0/24',
      messageAuthenticator: 'optional',
      securityDomain: 'North',
      replyAttributes: [
        { name: 'Filter-Id', value: 'vpn' },
        { name: 'Class', value: 'a=b' },
        { name: 'Class', value: 'guest', securityDomain: 'Guests [all]' },
      ],
    });
    const typed = await sower(['radius-client', 'add', 'VPN', '192.0.2.0/24', '--secret-from-input'], {
      stdin: 'typed-secret-0123456\n',
      env: server.env,
    });
    expect(typed.out).toBe('RADIUS client VPN is added.\n');
    expect(server.asked[1]?.body).toMatchObject({ secret: 'typed-secret-0123456' });
    const wrong = await sower(['radius-client', 'add', 'VPN', '1.2.3.4', '--attribute', 'x'], {
      env: server.env,
    });
    expect([wrong.code, wrong.err.includes('NAME=VALUE')]).toEqual([2, true]);
  });

  test('are edited against their version, given another secret, deleted', async () => {
    const routes: Routes = {
      ...listing,
      'PATCH /radius-clients/:id': () => ({ body: CLIENT }),
      'PUT /radius-clients/:id/secret': () => ({ body: { ...CLIENT, secret: 'another-made' } }),
      'DELETE /radius-clients/:id': () => ({ status: 204 }),
    };
    const ran = await against(routes, [
      'radius-client',
      'edit',
      'vpn',
      '--disable',
      '--message-authenticator',
    ]);
    expect(ran.out).toBe('RADIUS client VPN is saved.\n');
    expect(server.asked[1]).toMatchObject({
      body: { enabled: false, messageAuthenticator: 'required' },
      headers: { 'if-match': '"3"' },
    });
    const secret = await sower(['radius-client', 'secret', 'VPN'], { env: server.env });
    expect(secret.out).toContain('another-made');
    const gone = await sower(['radius-client', 'delete', 'VPN', '--yes'], { env: server.env });
    expect(gone.out).toBe('RADIUS client VPN is deleted.\n');
    const none = await sower(['radius-client', 'delete', 'nobody', '--yes'], { env: server.env });
    expect([none.code, none.err.includes('sower radius-client list')]).toEqual([1, true]);
    const nothing = await sower(['radius-client', 'edit', 'VPN'], { env: server.env });
    expect(nothing.code).toBe(2);
    const both = await sower(['radius-client', 'edit', 'VPN', '--enable', '--disable'], { env: server.env });
    expect(both.code).toBe(2);
  });

  test('what the server refuses is said', async () => {
    const ran = await against({ 'POST /radius-clients': () => problem('already-exists', 'Edit that one.') }, [
      'radius-client',
      'add',
      'VPN',
      '1.2.3.4',
    ]);
    expect([ran.code, ran.err.includes('Edit that one.')]).toEqual([1, true]);
  });
});

describe('agent', () => {
  const routes: Routes = {
    'GET /agents': () => ({ body: { items: [AGENT] } }),
    'POST /agents': () => ({ status: 201, body: { ...AGENT, key: 'key-of-the-agent' } }),
    'PUT /agents/:id/key': () => ({ body: { ...AGENT, key: 'next-key' } }),
    'PATCH /agents/:id': () => ({ body: { ...AGENT, name: 'Web' } }),
    'DELETE /agents/:id': () => ({ status: 204 }),
  };

  test('list, add, edit, key, delete', async () => {
    const listed = await against(routes, ['agent', 'list']);
    expect(listed.out).toContain('Portal  authentication-api  North     enabled');
    const run = (...argv: string[]) => sower(['agent', ...argv], { env: server.env });
    const added = await run('add', 'Portal', '--security-domain', 'North');
    expect(added.out).toContain('key-of-the-agent');
    expect(added.err).toContain('client-key');
    expect((await run('key', 'portal')).out).toContain('next-key');
    expect((await run('edit', 'Portal', '--name', 'Web', '--enable')).out).toBe(
      'Authentication agent Web is saved.\n',
    );
    expect((await run('edit', 'Portal')).code).toBe(2);
    expect((await run('edit', 'Portal', '--enable', '--disable')).code).toBe(2);
    expect((await run('delete', 'Portal', '--yes')).out).toBe('Authentication agent Portal is deleted.\n');
    expect((await run('delete', 'x', '--yes')).code).toBe(1);
    const asked = server.asked.filter(({ method }) => method !== 'GET').map(({ body }) => body);
    expect(asked.slice(0, 3)).toEqual([
      { name: 'Portal', securityDomain: 'North' },
      undefined,
      { name: 'Web', enabled: true },
    ]);
  });
});

test('verify gives up what the server asks for beyond the passcode, and says what it was', async () => {
  const ran = await against(
    {
      'POST /authentications': () => ({
        body: {
          result: 'challenge',
          id: 'att_1',
          challenge: { kind: 'next-tokencode' },
          prompt: 'Wait.',
          expiresAt: NOW,
        },
      }),
      'DELETE /authentications/:id': () => ({ status: 204 }),
    },
    ['verify', 'ada'],
    '12345678',
  );
  expect([ran.code, ran.out.includes('next-tokencode')]).toEqual([1, true]);
  expect(server.asked.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
});
