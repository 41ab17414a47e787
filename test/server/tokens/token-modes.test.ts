/**
 * The table of token modes (token-modes.json), played over everything that a person authenticates with: RADIUS, the API, the agents'
 * interface, and the log-ons of both consoles. On both databases. The domain below plays it too, in apps/server/test.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attempts } from '@sower/server/authentication/challenge/attempt';
import { sealing } from '@sower/server/keys/seal/sealing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import {
  overAgents,
  overApi,
  overRadius,
  overSecurityConsole,
  overSelfService,
  overValidate,
} from '../../harness/edges/authenticating.ts';
import { RADIUS_OPTIONS, type RadiusPeer, radiusPeer, radiusPort } from '../../harness/radius/client.ts';
import { person, play, prepareModes, random, type Stage, TRANSITIONS } from '../../harness/token-modes.ts';

const SECRET = 'secret-of-the-radius-client-0';
const PASSWORD = 'seven green bottles';

onBothDatabases('token modes', (kind) => {
  const { database, deployment } = deployed(kind, {
    arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS],
  });
  const stored = openedFor(database);
  let stage: Stage;
  let peer: RadiusPeer;
  let agentKey: string;
  let validateKey: string;

  beforeAll(async () => {
    const { api, servers, dataFolder } = deployment;
    const masterKey = Buffer.from(readFileSync(join(dataFolder, 'master.key'), 'utf8'), 'base64');
    stage = { db: stored.db, sealing: sealing(masterKey, random), now: () => Date.now() };
    await prepareModes(stage);
    await api('addRadiusClient', { body: { name: 'vpn', network: '127.0.0.1', secret: SECRET } });
    agentKey = (await api('addAgent', { body: { name: 'portal' } })).key;
    validateKey = (await api('addAgent', { body: { name: 'plug-in', kind: 'validate' } })).key;
    peer = await radiusPeer(radiusPort(servers[0] as never, 'authentication'));
    // For so long the server remembers policies.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
  });
  afterAll(async () => {
    peer?.close();
  });

  const edges: Readonly<Record<string, () => Attempts>> = {
    RADIUS: () => overRadius(peer, SECRET),
    'the API': () => overApi(deployment.api),
    agents: () => overAgents(deployment, agentKey),
    'the validate API': () => overValidate(deployment, validateKey),
    'the Self-Service Console': () => overSelfService(deployment),
    'the Security Console': () => overSecurityConsole(deployment, stage, PASSWORD),
  };
  test('the API: a challenge carries what the user is to read, in the language of the request', async () => {
    const who = await person(stage, { token: { failures: 10, last_failure_at: Date.now() - 600_000 } });
    const answer = await deployment.send(0, {
      method: 'POST',
      path: '/api/v1/authentications',
      headers: {
        authorization: `Bearer ${deployment.apiKey}`,
        'content-type': 'application/json',
        'accept-language': 'de',
      },
      body: JSON.stringify({ userId: who.userId, passcode: who.code(0) }),
    });
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      challenge: { kind: 'next-tokencode' },
      prompt: expect.stringMatching(/^Warten Sie/),
    });
  });

  describe.each(Object.keys(edges))('over %s', (edge) => {
    test.each(TRANSITIONS)('$mode: $shows -> $told', async (transition) => {
      const played = await play(stage, (edges[edge] as () => Attempts)(), transition);
      expect(played.told).toEqual(transition.told);
      const { serial } = played.person;
      expect((await deployment.api('getTokenAccess', { params: { serial } })).mode).toBe(transition.becomes);
    });
  });
});
