/**
 * The table of token modes (token-modes.json), played over everything that a person authenticates with: RADIUS, the API, the agents'
 * interface, and the log-ons of both consoles. On both databases. The domain below plays it too, in apps/server/test.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenChallenge } from '@sower/api/challenges';
import { type ApiClient, ApiProblem } from '@sower/api/client';
import { TYPE } from '@sower/radius/attributes';
import { textOf, utf8 } from '@sower/radius/octets';
import { CODE, findAttribute } from '@sower/radius/packet';
import type { AttemptStep, Attempts, Challenge } from '@sower/server/authentication/attempt';
import { sealing } from '@sower/server/keys/sealing';
import { type OpenDatabase, openDatabase } from '@sower/server/store/open';
import { userIdKey } from '@sower/server/store/users';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from './databases.ts';
import { type Deployment, deploy } from './deployment.ts';
import { ask, RADIUS_OPTIONS, type RadiusPeer, radiusPeer, radiusPort } from './radius-client.ts';
import { play, prepareModes, random, type Stage, TRANSITIONS } from './token-modes.ts';
import { visitor } from './visitor.ts';

const SECRET = 'secret-of-the-radius-client-0';
const PASSWORD = 'seven green bottles';
/** Steps as an edge tells them; who was accepted, none of them says. */
const ACCEPTED: AttemptStep = { state: 'accepted', userId: '', serial: '', domain: '' };
const REJECTED: AttemptStep = { state: 'rejected' };
const asks = (attempt: string, challenge: Challenge): AttemptStep => ({
  state: 'challenge',
  attempt,
  challenge,
  expiresAt: 0,
});
const RULES = { minLength: 0, maxLength: 0, alphanumeric: false };
const unused = async (): Promise<void> => {
  throw new Error('the table gives nothing up');
};

onBothDatabases('token modes', (kind) => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let stored: OpenDatabase;
  let stage: Stage;
  let peer: RadiusPeer;
  let agentKey: string;

  beforeAll(async () => {
    database = await kind.fresh();
    deployment = await deploy(database, { arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS] });
    const { api, servers, dataFolder } = deployment;
    stored = await openDatabase(database.location);
    const masterKey = Buffer.from(readFileSync(join(dataFolder, 'master.key'), 'utf8'), 'base64');
    stage = { db: stored.db, sealing: sealing(masterKey, random), now: () => Date.now() };
    await prepareModes(stage);
    await api('addRadiusClient', { body: { name: 'vpn', network: '127.0.0.1', secret: SECRET } });
    await api('addAdministrator', {
      body: { userName: 'grace', password: PASSWORD, grants: [{ role: 'super-admin' }] },
    });
    agentKey = (await api('addAgent', { body: { name: 'portal' } })).key;
    peer = await radiusPeer(radiusPort(servers[0] as never, 'authentication'));
    // For so long the server remembers policies.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
  });
  afterAll(async () => {
    peer?.close();
    await stored?.close();
    await deployment?.stop();
    await database?.drop();
  });

  const edges: Readonly<Record<string, () => Attempts>> = {
    RADIUS: () => overRadius(peer),
    'the API': () => overApi(deployment.api),
    agents: () => overAgents(deployment, agentKey),
    'the Self-Service Console': () => overSelfService(deployment),
    'the Security Console': () => overSecurityConsole(deployment, stage),
  };
  describe.each(Object.keys(edges))('over %s', (edge) => {
    test.each(TRANSITIONS)('$mode: $shows -> $told', async (transition) => {
      const played = await play(stage, (edges[edge] as () => Attempts)(), transition);
      expect(played.told).toEqual(transition.told);
      const { serial } = played.person;
      expect((await deployment.api('getTokenAccess', { params: { serial } })).mode).toBe(transition.becomes);
    });
  });
});

function overApi(api: ApiClient): Attempts {
  const stepOf = (answer: Awaited<ReturnType<typeof begin>>): AttemptStep => {
    if (answer.result === 'challenge') return asks(answer.id, answer.challenge as Challenge);
    return answer.result === 'accepted' ? ACCEPTED : REJECTED;
  };
  const begin = (userId: string, passcode: string) => api('authenticate', { body: { userId, passcode } });
  return {
    start: async ({ userId, passcode }) => stepOf(await begin(userId, passcode)),
    answer: async ({ attempt, answer }) =>
      stepOf(await api('answerChallenge', { params: { id: attempt }, body: { answer } })),
    cancel: unused,
  };
}

/** As a user reads it: what is asked stands in the Reply-Message. */
function overRadius(peer: RadiusPeer): Attempts {
  const challengeIn = (message: string): Challenge => {
    const pin = /^Your new PIN is (\S+)\. /.exec(message)?.[1];
    if (pin !== undefined) return { kind: 'system-pin', pin };
    if (message.startsWith('Wait until')) return { kind: 'next-tokencode' };
    if (message.startsWith('Your PIN is set')) return { kind: 'passcode-with-new-pin' };
    if (!message.includes('Choose a new PIN: ')) throw new Error(message);
    return { kind: message.includes('Or enter nothing') ? 'new-pin-or-system' : 'new-pin', rules: RULES };
  };
  const send = async (userId: string, entered: string, state?: string): Promise<AttemptStep> => {
    const attributes = state === undefined ? [] : [{ type: TYPE.state, value: utf8(state) }];
    const answer = await ask(peer, SECRET, userId, entered, attributes);
    if (!answer.ok) throw new Error(answer.reason);
    const { reply } = answer;
    const text = (type: number): string => textOf(findAttribute(reply, type) ?? new Uint8Array());
    if (reply.code === CODE.accessChallenge) {
      return asks(text(TYPE.state), challengeIn(text(TYPE.replyMessage)));
    }
    return reply.code === CODE.accessAccept ? ACCEPTED : REJECTED;
  };
  return {
    start: ({ userId, passcode }) => send(userId, passcode),
    answer: ({ attempt, answer }) => send('whoever', answer, attempt),
    cancel: unused,
  };
}

function overAgents(deployment: Deployment, key: string): Attempts {
  type Answer = {
    context: { authnAttemptId: string; messageId: string };
    attemptResponseCode: 'CHALLENGE' | 'SUCCESS' | 'FAIL';
    challengeMethods: {
      challenges: {
        requiredMethods: {
          methodId: string;
          versions: { prompt: { promptResourceId: string; defaultText: string; minLength: number } }[];
        }[];
      }[];
    };
  };
  const post = async (call: string, body: object): Promise<Answer> => {
    const answer = await deployment.send(0, {
      method: 'POST',
      path: `/mfa/v1_1/authn/${call}`,
      headers: { 'client-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return JSON.parse(answer.body.toString()) as Answer;
  };
  const entered = (value: string) => [
    { methodId: 'SECURID', collectedInputs: [{ name: 'SECURID', value, dataType: 'STRING' }] },
  ];
  const stepOf = (answer: Answer): AttemptStep => {
    if (answer.attemptResponseCode === 'SUCCESS') return ACCEPTED;
    if (answer.attemptResponseCode === 'FAIL') return REJECTED;
    const method = answer.challengeMethods.challenges[0]?.requiredMethods[0];
    const prompt = method?.versions[0]?.prompt;
    if (!method || !prompt) throw new Error(JSON.stringify(answer));
    const challenge = (): Challenge => {
      if (method.methodId === 'SECURID_NEXT_TOKENCODE') return { kind: 'next-tokencode' };
      if (method.methodId === 'SECURID_NEWPIN') {
        return { kind: prompt.minLength === 0 ? 'new-pin-or-system' : 'new-pin', rules: RULES };
      }
      if (method.methodId === 'SECURID_SYSTEM_GENERATED_PIN') {
        return { kind: 'system-pin', pin: /PIN is (\S+)\./.exec(prompt.defaultText)?.[1] as string };
      }
      expect(prompt.promptResourceId).toBe('PASSCODE_WITH_NEW_PIN');
      return { kind: 'passcode-with-new-pin' };
    };
    const { authnAttemptId, messageId } = answer.context;
    return asks(JSON.stringify({ authnAttemptId, inResponseTo: messageId }), challenge());
  };
  return {
    start: async ({ userId, passcode }) => {
      const begun = await post('initialize', { clientId: 'portal', subjectName: userId });
      const { authnAttemptId, messageId } = begun.context;
      return stepOf(
        await post('verify', {
          subjectCredentials: entered(passcode),
          context: { authnAttemptId, inResponseTo: messageId },
        }),
      );
    },
    answer: async ({ attempt, answer }) =>
      stepOf(await post('verify', { subjectCredentials: entered(answer), context: JSON.parse(attempt) })),
    cancel: unused,
  };
}

/** Log-ons: what is asked comes as a problem that says what. */
async function logOn(work: Promise<unknown>): Promise<{ step: AttemptStep; open?: OpenChallenge }> {
  try {
    await work;
    return { step: ACCEPTED };
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const { code, challenge: open } = error.problem;
    if (code === 'log-on-failed') return { step: REJECTED };
    expect(code).toBe('answer-needed');
    if (!open) throw error;
    return { step: asks(open.id, open.challenge as Challenge), open };
  }
}

function overSelfService(deployment: Deployment): Attempts {
  const browser = visitor(deployment);
  let userId = '';
  const show = async (passcode: string, challenge?: string): Promise<AttemptStep> => {
    const body = { method: 'passcode', userId, passcode, challenge } as const;
    const { step } = await logOn(browser.api('openUserSession', { body }));
    if (step.state === 'accepted') {
      expect(await browser.api('getUserSession', {})).toMatchObject({ userId, method: 'passcode' });
    }
    return step;
  };
  return {
    start: (request) => {
      userId = request.userId;
      return show(request.passcode);
    },
    answer: ({ attempt, answer }) => show(answer, attempt),
    cancel: unused,
  };
}

/** An administrator who shows the token of whoever the row is about. */
function overSecurityConsole(deployment: Deployment, stage: Stage): Attempts {
  const browser = visitor(deployment);
  const show = async (passcode: string, challenge?: string): Promise<AttemptStep> => {
    const body = { userName: 'grace', password: PASSWORD, passcode, challenge };
    const { step } = await logOn(browser.api('openSession', { body }));
    if (step.state === 'accepted') {
      expect(await browser.api('getSession', {})).toMatchObject({ userName: 'grace' });
    }
    return step;
  };
  return {
    start: async ({ userId, passcode }) => {
      const { id } = await stage.db
        .selectFrom('users')
        .select('id')
        .where('user_id_key', '=', userIdKey(userId))
        .executeTakeFirstOrThrow();
      await stage.db
        .updateTable('administrators')
        .set({ token_user_id: id })
        .where('user_name_key', '=', 'grace')
        .execute();
      return show(passcode);
    },
    answer: ({ attempt, answer }) => show(answer, attempt),
    cancel: unused,
  };
}
