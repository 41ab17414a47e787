/**
 * Every edge that authenticates users, behind one interface: RADIUS over UDP and TLS, the API, the agents' interface, and the logons of both
 * consoles. Each talks to a running server over its own protocol.
 */

import { once } from 'node:events';
import { connect } from 'node:tls';
import type { OpenChallenge } from '@sower/api/challenges';
import { type ApiClient, ApiProblem } from '@sower/api/client';
import { utf8 } from '@sower/bytes/octets';
import { TYPE } from '@sower/radius/attributes';
import { readReply } from '@sower/radius/client';
import { textOf } from '@sower/radius/octets';
import { type Attribute, CODE, findAttribute } from '@sower/radius/packet';
import type { AttemptStep, Attempts, Challenge } from '@sower/server/authentication/challenge/attempt';
import { userIdKey } from '@sower/server/store/directory/users';
import { markAllRows } from '@sower/server/store/keys/marked-rows';
import { expect } from 'vitest';
import { newAdministrator } from '../administrator.ts';
import type { Deployment } from '../deployment.ts';
import { ask, type RadiusPeer, request } from '../radius/client.ts';
import { selfServiceClient } from '../self-service-client.ts';
import type { Stage } from '../token-modes.ts';

/** The accepted user, if the edge names one. */
const accepted = (userId = ''): AttemptStep => ({ state: 'accepted', userId, serial: '', domain: '' });
const REJECTED: AttemptStep = { state: 'rejected' };
const asks = (attempt: string, challenge: Challenge): AttemptStep => ({
  state: 'challenge',
  attempt,
  challenge,
  expiresAt: 0,
});
const RULES = { minLength: 0, maxLength: 0, alphanumeric: false };
const unused = async (): Promise<void> => {
  throw new Error('this edge cannot cancel');
};

export function overApi(api: ApiClient): Attempts {
  const begin = (userId: string, passcode: string) => api('authenticate', { body: { userId, passcode } });
  const stepOf = (answer: Awaited<ReturnType<typeof begin>>): AttemptStep => {
    if (answer.result === 'challenge') return asks(answer.id, answer.challenge as Challenge);
    return answer.result === 'accepted' ? accepted(answer.userId) : REJECTED;
  };
  return {
    start: async ({ userId, passcode }) => stepOf(await begin(userId, passcode)),
    answer: async ({ userId, attempt, answer }) =>
      stepOf(await api('answerChallenge', { params: { id: attempt }, body: { userId, answer } })),
    cancel: async ({ userId, attempt = '' }) => {
      await api('cancelAuthentication', { params: { id: attempt }, query: { userId } });
    },
  };
}

type AskRadius = (userName: string, password: string, more: readonly Attribute[]) => ReturnType<typeof ask>;

/** As a user reads it: what is asked stands in the Reply-Message. */
export function overRadius(peer: RadiusPeer, secret: string): Attempts {
  return radiusEdge((userName, password, more) => ask(peer, secret, userName, password, more));
}

/** RADIUS in TLS: a connection for each request. @param pair certificate and key that the client shows, PEM */
export function overRadsec(port: number, pair: { readonly cert: string; readonly key: string }): Attempts {
  return radiusEdge(async (userName, password, more) => {
    const octets = request('radsec', userName, password, more);
    const socket = connect({ ...pair, host: '127.0.0.1', port, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    socket.write(octets);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return readReply(new Uint8Array(answer), octets, utf8('radsec'));
  });
}

/** From the words that a user reads. */
function challengeIn(message: string): Challenge {
  const pin = /^Your new PIN is (\S+)\. /.exec(message)?.[1];
  if (pin !== undefined) return { kind: 'system-pin', pin };
  if (message.startsWith('Wait until')) return { kind: 'next-tokencode' };
  if (message.startsWith('Your PIN is set')) return { kind: 'passcode-with-new-pin' };
  if (!message.includes('Choose a new PIN: ')) throw new Error(message);
  return { kind: message.includes('Or enter nothing') ? 'new-pin-or-system' : 'new-pin', rules: RULES };
}

function radiusEdge(exchange: AskRadius): Attempts {
  const send = async (userId: string, entered: string, state?: string): Promise<AttemptStep> => {
    const attributes = state === undefined ? [] : [{ type: TYPE.state, value: utf8(state) }];
    const answer = await exchange(userId, entered, attributes);
    if (!answer.ok) throw new Error(answer.reason);
    const { reply } = answer;
    const text = (type: number): string => textOf(findAttribute(reply, type) ?? new Uint8Array());
    if (reply.code === CODE.accessChallenge) {
      return asks(text(TYPE.state), challengeIn(text(TYPE.replyMessage)));
    }
    return reply.code === CODE.accessAccept ? accepted() : REJECTED;
  };
  return {
    start: ({ userId, passcode }) => send(userId, passcode),
    answer: ({ userId, attempt, answer }) => send(userId, answer, attempt),
    cancel: unused,
  };
}

/** An agent names the user by its attempt: an answer for another user comes with an attempt of that user. */
export function overAgents(deployment: Deployment, key: string): Attempts {
  type Answer = {
    context: { authnAttemptId: string; messageId: string };
    attemptResponseCode: 'CHALLENGE' | 'SUCCESS' | 'FAIL';
    credentialValidationResults: { authnAttributes: { name: string; value: string }[] }[];
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
  const stepOf = (userId: string, answer: Answer): AttemptStep => {
    if (answer.attemptResponseCode === 'SUCCESS') {
      const attributes = answer.credentialValidationResults.flatMap(({ authnAttributes }) => authnAttributes);
      return accepted(attributes.find(({ name }) => name === 'subjectName')?.value);
    }
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
    return asks(JSON.stringify({ userId, authnAttemptId, inResponseTo: messageId }), challenge());
  };
  const begin = (userId: string) => post('initialize', { clientId: 'portal', subjectName: userId });
  return {
    start: async ({ userId, passcode }) => {
      const { authnAttemptId, messageId } = (await begin(userId)).context;
      const context = { authnAttemptId, inResponseTo: messageId };
      return stepOf(userId, await post('verify', { subjectCredentials: entered(passcode), context }));
    },
    answer: async ({ userId, attempt, answer }) => {
      const { userId: asked, ...context } = JSON.parse(attempt);
      if (userId !== asked) context.authnAttemptId = (await begin(userId)).context.authnAttemptId;
      return stepOf(userId, await post('verify', { subjectCredentials: entered(answer), context }));
    },
    cancel: async ({ userId, attempt = '' }) => {
      const { userId: asked, ...context } = JSON.parse(attempt);
      if (userId !== asked) context.authnAttemptId = (await begin(userId)).context.authnAttemptId;
      await post('cancel', { context });
    },
  };
}

export type ValidateAnswer = {
  readonly result: {
    readonly status: boolean;
    readonly value?: unknown;
    readonly authentication?: string;
    readonly error?: { readonly code: number; readonly message: string };
  };
  readonly detail?: {
    readonly message?: string;
    readonly transaction_id?: string;
    readonly serial?: string;
  } | null;
};

/** As privacyIDEA's plug-ins send it, with the key as they can carry it. */
export function overValidate(deployment: Deployment, key: string): Attempts {
  const check = async (fields: Readonly<Record<string, string>>): Promise<AttemptStep> => {
    const answer = await deployment.send(0, {
      method: 'POST',
      path: '/validate/check',
      headers: {
        authorization: `Basic ${Buffer.from(`agent:${key}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(fields).toString(),
    });
    const { result, detail } = JSON.parse(answer.body.toString()) as ValidateAnswer;
    expect([answer.status, result.status, typeof detail?.message]).toEqual([200, true, 'string']);
    expect(result.value).toBe(result.authentication === 'ACCEPT');
    const { transaction_id: transaction, message = '' } = detail ?? {};
    expect(transaction !== undefined).toBe(result.authentication === 'CHALLENGE');
    if (transaction !== undefined) return asks(transaction, challengeIn(message));
    return result.value === true ? accepted() : REJECTED;
  };
  return {
    start: ({ userId, passcode }) => check({ user: userId, pass: passcode }),
    answer: ({ userId, attempt, answer }) => check({ user: userId, pass: answer, state: attempt }),
    cancel: unused,
  };
}

/** Log-ons: what is asked comes as a problem that says what. */
async function logOn(work: Promise<unknown>): Promise<AttemptStep> {
  try {
    await work;
    return accepted();
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const { code, challenge: open } = error.problem;
    if (code === 'log-on-failed') return REJECTED;
    expect(code).toBe('answer-needed');
    if (!open) throw error;
    return asks((open as OpenChallenge).id, open.challenge as Challenge);
  }
}

export function overSelfService(deployment: Deployment): Attempts {
  const browser = selfServiceClient(deployment);
  const show = async (userId: string, passcode: string, challenge?: string): Promise<AttemptStep> => {
    const body = { method: 'passcode', userId, passcode, challenge } as const;
    const step = await logOn(browser.api('openUserSession', { body }));
    if (step.state !== 'accepted') return step;
    const session = await browser.api('getUserSession', {});
    expect(session.method).toBe('passcode');
    return accepted(session.userId);
  };
  return {
    start: ({ userId, passcode }) => show(userId, passcode),
    answer: ({ userId, attempt, answer }) => show(userId, answer, attempt),
    cancel: unused,
  };
}

/** A user who is logged on with a password shows the token. @param password set for each user on first use */
export function overProof(deployment: Deployment, password: string): Attempts {
  const browsers = new Map<string, ReturnType<typeof selfServiceClient>>();
  const show = async (userId: string, passcode: string, challenge?: string): Promise<AttemptStep> => {
    const browser = browsers.get(userId) ?? selfServiceClient(deployment);
    if (!browsers.has(userId)) {
      browsers.set(userId, browser);
      await deployment.api('setUserPassword', { params: { userId }, body: { password, mustChange: false } });
      await browser.api('openUserSession', { body: { method: 'password', userId, password } });
    }
    const step = await logOn(browser.api('proveToken', { body: { passcode, challenge } }));
    return step.state === 'accepted' ? accepted((await browser.api('getUserSession', {})).userId) : step;
  };
  return {
    start: ({ userId, passcode }) => show(userId, passcode),
    answer: ({ userId, attempt, answer }) => show(userId, answer, attempt),
    cancel: unused,
  };
}

/** For each user an administrator who logs on with that user's token. */
export function overSecurityConsole(deployment: Deployment, stage: Stage, password: string): Attempts {
  const known = new Set<string>();
  const show = async (userId: string, passcode: string, challenge?: string): Promise<AttemptStep> => {
    const userName = `admin ${userId}`;
    if (!known.has(userId)) {
      known.add(userId);
      await newAdministrator(deployment, { userName, password, grants: [{ role: 'super-admin' }] });
      const { id } = await stage.db
        .selectFrom('users')
        .select('id')
        .where('user_id_key', '=', userIdKey(userId))
        .executeTakeFirstOrThrow();
      await stage.db
        .updateTable('administrators')
        .set({ token_user_id: id })
        .where('user_name_key', '=', userIdKey(userName))
        .execute();
      await markAllRows(stage.db, stage);
    }
    const browser = selfServiceClient(deployment);
    const step = await logOn(
      browser.api('openSession', { body: { userName, password, passcode, challenge } }),
    );
    if (step.state !== 'accepted') return step;
    expect(await browser.api('getSession', {})).toMatchObject({ userName });
    return accepted(userId);
  };
  return {
    start: ({ userId, passcode }) => show(userId, passcode),
    answer: ({ userId, attempt, answer }) => show(userId, answer, attempt),
    cancel: unused,
  };
}
