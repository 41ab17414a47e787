/**
 * The recipe of docs/integrations/validate.md for FreeRADIUS with rlm_rest, literally as it stands there. On Debian: apt-get install
 * freeradius freeradius-rest freeradius-utils.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import {
  access,
  hasFreeradius,
  MODULES,
  type RadiusProxy,
  radclient,
  startProxy,
} from '../../harness/radius/freeradius.ts';
import { recipe } from '../../harness/radius/recipes.ts';

const PAGE = 'integrations/validate.md';
const SECRET = 'secret-of-the-recipe-0';
const hasRest = hasFreeradius && existsSync(join(MODULES ?? '', 'rlm_rest.so'));
if (!hasRest) console.warn('The recipe of rlm_rest is skipped (apt-get install freeradius freeradius-rest).');

describe.runIf(hasRest)('FreeRADIUS with rlm_rest', () => {
  const { deployment } = deployed(SQLITE);
  let server: RadiusProxy;
  let folder: string;
  let code: (offset: number) => string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-rest-'));
    const { api } = deployment;
    await api('addProfile', {
      body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
    });
    await api('addUser', { body: { userId: 'ada' } });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId: 'ada' } });
    const token = await provisioned(
      deployment,
      await api('distributeToken', { params: { serial }, body: { profile: 'p' } }),
    );
    code = (offset) => tokencode(token, offset);
    const { key } = await api('addAgent', { body: { name: 'FreeRADIUS', kind: 'validate' } });
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, deployment.ca);
    const module = recipe(
      'rest',
      {
        'https://sower.example': `https://localhost:${deployment.servers[0]?.port}`,
        '/etc/freeradius/sower-ca.pem': ca,
      },
      PAGE,
    );
    const rest = { module, server: recipe('rest-server', { KEY: key }, PAGE) };
    server = await startProxy({ home: 0, secret: SECRET, clientSecret: SECRET, rest });
  });
  afterAll(async () => {
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const ask = (userId: string, passcode: string): string =>
    radclient(access(userId, passcode), { port: server.ports[0] as number, secret: SECRET }).output;

  test('lets in whoever has the passcode, once, and nobody else', async () => {
    const passcode = code(0);
    expect(ask('ada', passcode)).toContain('Received Access-Accept');
    expect(ask('ada', passcode)).toContain('Received Access-Reject');
    expect(ask('ada', '00000000')).toContain('Received Access-Reject');
    expect(ask('nobody', passcode)).toContain('Received Access-Reject');
    const { items } = await deployment.api('listAudit', { query: { actor: 'agent:FreeRADIUS' } });
    expect(items.map(({ result, source }) => [result, source])).toEqual([
      ['refused', '127.0.0.1'],
      ['refused', '127.0.0.1'],
      ['refused', '127.0.0.1'],
      ['success', '127.0.0.1'],
    ]);
  });
});
