/** The agents' interface over a scripted domain, on a real database: what is asked, what is answered, what an attempt is good for. */

import { randomBytes } from 'node:crypto';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { text } from '@sower/texts/outcomes';
import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { edgeAlone, type Listening } from '../../../../test/harness/edges/alone.ts';
import { freshSqlite } from '../../../../test/harness/fresh-database.ts';
import { type AgentContext, agentRoutes } from '../../src/agents/endpoint.ts';
import { promptsWith } from '../../src/agents/prompts.ts';
import type { AttemptStep, RequestingClient } from '../../src/authentication/challenge/attempt.ts';
import { credentialReader } from '../../src/clients/agent-credentials.ts';
import {
  addAgent,
  agentReader,
  changeAgentKey,
  editAgent,
  removeAgent,
  showAgents,
} from '../../src/clients/agents.ts';
import type { Actor } from '../../src/core/actor.ts';
import { record } from '../../src/core/record.ts';
import { sealing } from '../../src/keys/seal/sealing.ts';
import { listAudit } from '../../src/store/audit/search.ts';
import { type OpenDatabase, openDatabase } from '../../src/store/db/open.ts';
import { TOP_DOMAIN } from '../../src/store/directory/domains.ts';

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const actor: Actor = {
  kind: 'administrator',
  name: 'admin',
  grants: [{ permissions: new Set(['agents:view', 'agents:edit']), domain: '/' }],
};

const prompts = promptsWith(DEFAULT_SETTINGS);
let now = 1_800_000_000_000;
let steps: AttemptStep[] = [];
/** The domain waits for this before it answers. */
let slow: Promise<void> | undefined;
let log: (RequestingClient & Record<string, unknown>)[] = [];
let app: Listening;
let database: OpenDatabase;
let fresh: Awaited<ReturnType<typeof freshSqlite>>;
let uses: Parameters<typeof addAgent>[0];
let key: string;

beforeAll(async () => {
  fresh = await freshSqlite();
  database = await openDatabase(fresh.location);
  uses = { db: database.db, sealing: sealing(random(32), random), now: () => now, random };
  await database.db
    .insertInto('security_domains')
    .values({
      id: TOP_DOMAIN.id,
      name: 'Top',
      name_key: 'top',
      path: '/',
      parent_id: null,
      created_at: now,
      version: 1,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const next = async (request: RequestingClient & Record<string, unknown>): Promise<AttemptStep> => {
    log.push(request);
    const step = steps.shift() ?? { state: 'rejected' };
    await slow;
    return step;
  };
  const agents: AgentContext = {
    ...uses,
    agents: agentReader(uses),
    credentials: credentialReader(uses),
    settings: { current: async () => DEFAULT_SETTINGS, forget() {} },
    counters: { authentication: () => {} },
    refusals: { countStranger: () => {} },
    attempts: {
      start: next,
      answer: next,
      cancel: async (request) => {
        log.push({ ...request, cancelled: true });
      },
    },
  };
  app = await edgeAlone((routes) => agentRoutes(routes, agents));
  const made = await addAgent(uses, actor, { name: 'Web portal' });
  if (!made.ok) throw new Error(made.detail.code);
  key = made.value.key;
});
afterAll(async () => {
  await app.close();
  await database.close();
  await fresh.drop();
});

type Answer = {
  context: { authnAttemptId: string; messageId: string; inResponseTo: string | null };
  attemptResponseCode: string;
  attemptReasonCode: string;
  credentialValidationResults: { methodId: string; methodResponseCode: string }[];
  challengeMethods: {
    challenges: { requiredMethods: { methodId: string; versions: { prompt: object }[] }[] }[];
  };
};

async function post(name: string, body: unknown, clientKey = key): Promise<{ status: number; body: Answer }> {
  const answer = await app.send({
    method: 'POST',
    url: `/mfa/v1_1/authn/${name}`,
    headers: { 'client-key': clientKey, 'content-type': 'application/json' },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.statusCode, body: JSON.parse(answer.body) as Answer };
}
const initialize = (body: object = {}, clientKey?: string) =>
  post(
    'initialize',
    { clientId: 'web portal', subjectName: 'anna', context: { messageId: 'm1' }, more: 1, ...body },
    clientKey,
  );
const credentials = (value: string, methodId = 'SECURID') => [
  { methodId, collectedInputs: [{ name: methodId, value, dataType: 'STRING' }] },
];
const verify = (context: Answer['context'], value: string, clientKey?: string) =>
  post(
    'verify',
    {
      subjectCredentials: credentials(value),
      context: { authnAttemptId: context.authnAttemptId, messageId: 'm2', inResponseTo: context.messageId },
    },
    clientKey,
  );
const methodsOf = (answer: Answer): string[] =>
  answer.challengeMethods.challenges.flatMap(({ requiredMethods }) =>
    requiredMethods.map(({ methodId }) => methodId),
  );

const ACCEPTED: AttemptStep = { state: 'accepted', userId: 'anna', serial: '000100000001', domain: '/' };
/** Each call into the domain names the user and the attempt. */
const client = {
  client: 'agent:Web portal',
  userId: 'anna',
  binding: expect.stringMatching(/^[\w+/=-]{20,}$/),
  source: '127.0.0.1',
  within: ['/'],
  handsOn: { name: 'anna', otherNames: false },
};

test('initialize asks for a passcode, verify answers, status knows how it ended', async () => {
  [steps, log] = [[ACCEPTED], []];
  const { body: begun } = await initialize();
  expect(begun).toMatchObject({
    attemptResponseCode: 'CHALLENGE',
    attemptReasonCode: 'AUTHENTICATION_REQUIRED',
    context: { inResponseTo: 'm1' },
  });
  expect(methodsOf(begun)).toEqual(['SECURID']);
  expect(log).toEqual([]);
  const { authnAttemptId } = begun.context;
  expect((await post('status', { authnAttemptId })).body.attemptResponseCode).toBe('CHALLENGE');
  const { body: ended } = await verify(begun.context, '12345678');
  expect(ended).toMatchObject({
    attemptResponseCode: 'SUCCESS',
    attemptReasonCode: 'CREDENTIAL_VERIFIED',
    context: { authnAttemptId, inResponseTo: 'm2' },
    credentialValidationResults: [{ methodId: 'SECURID', methodResponseCode: 'SUCCESS' }],
  });
  expect(log).toEqual([{ ...client, passcode: '12345678' }]);
  expect((await post('status', { authnAttemptId })).body.attemptResponseCode).toBe('SUCCESS');
  // It is over: nothing is asked any more.
  expect((await verify(begun.context, '12345678')).body.attemptResponseCode).toBe('FAIL');
  expect(log).toHaveLength(1);
});

test('one call suffices when the passcode comes with it', async () => {
  [steps, log] = [[ACCEPTED, { state: 'rejected' }], []];
  const right = await initialize({ subjectCredentials: credentials('1') });
  const wrong = await initialize({ subjectCredentials: credentials('2') });
  expect([right.body.attemptResponseCode, wrong.body.attemptResponseCode]).toEqual(['SUCCESS', 'FAIL']);
  expect(
    (await post('status', { authnAttemptId: wrong.body.context.authnAttemptId })).body.attemptResponseCode,
  ).toBe('FAIL');
});

test('challenges go on under one attempt, each answered by the message that put it', async () => {
  const rules = { minLength: 4, maxLength: 8, alphanumeric: false };
  const expiresAt = now + 60_000;
  steps = [
    { state: 'challenge', attempt: 'one', challenge: { kind: 'new-pin', rules }, expiresAt },
    { state: 'challenge', attempt: 'two', challenge: { kind: 'passcode-with-new-pin' }, expiresAt },
    ACCEPTED,
  ];
  log = [];
  let { body } = await initialize();
  const { authnAttemptId } = body.context;
  const seen: string[] = [];
  for (const value of ['12345678', '2468', '246812345679']) {
    body = (await verify(body.context, value)).body;
    seen.push(`${body.attemptResponseCode} ${methodsOf(body).join()}`);
    expect(body.context.authnAttemptId).toBe(authnAttemptId);
  }
  expect(seen).toEqual(['CHALLENGE SECURID_NEWPIN', 'CHALLENGE SECURID', 'SUCCESS ']);
  expect(log.slice(1)).toEqual([
    { ...client, attempt: 'one', answer: '2468' },
    { ...client, attempt: 'two', answer: '246812345679' },
  ]);
  expect(prompts.methodOf({ kind: 'new-pin', rules }).prompt).toMatchObject({
    minLength: 4,
    maxLength: 8,
    formatRegex: '^[0-9]*$',
    valueBeingDefined: true,
  });
});

test('a challenge that follows carries the result of what was verified, or some agents ask for the same code again', async () => {
  const rules = { minLength: 4, maxLength: 8, alphanumeric: false };
  const expiresAt = now + 60_000;
  const refused = { code: 'pin.unchanged' } as never;
  steps = [
    { state: 'challenge', attempt: 'one', challenge: { kind: 'next-tokencode' }, expiresAt },
    { state: 'challenge', attempt: 'two', challenge: { kind: 'new-pin', rules }, expiresAt },
    { state: 'challenge', attempt: 'three', challenge: { kind: 'new-pin', rules, refused }, expiresAt },
    { state: 'challenge', attempt: 'four', challenge: { kind: 'passcode-with-new-pin' }, expiresAt },
  ];
  log = [];
  // The fields that ForgeRock's node and HPE's plug-in for Keycloak send, beside those that mean something here.
  let { body } = await initialize({
    clientId: 'Web portal',
    assurancePolicyId: null,
    sessionAttributes: [],
    keepAttempt: true,
    lang: 'us_EN',
    authnAttemptTimeout: 180,
    subjectCredentials: credentials('12345678'),
  });
  const results = [body.credentialValidationResults];
  for (const method of ['SECURID_NEXT_TOKENCODE', 'SECURID_NEWPIN', 'SECURID_NEWPIN']) {
    const { authnAttemptId, messageId } = body.context;
    const answered = await post('verify', {
      subjectCredentials: credentials('2468', method),
      context: { authnAttemptId, messageId: 'm2', inResponseTo: messageId },
    });
    body = answered.body;
    results.push(body.credentialValidationResults);
  }
  const verified = (methodId: string) => [
    {
      methodId,
      methodResponseCode: 'SUCCESS',
      methodReasonCode: 'CREDENTIAL_VERIFIED',
      authnAttributes: [],
    },
  ];
  expect(results).toEqual([
    verified('SECURID'),
    verified('SECURID_NEXT_TOKENCODE'),
    // The PIN was refused.
    [],
    verified('SECURID_NEWPIN'),
  ]);
  // And before anything was shown there is nothing.
  expect((await initialize()).body.credentialValidationResults).toEqual([]);
});

test('cancel ends the attempt and the challenge', async () => {
  steps = [
    { state: 'challenge', attempt: 'one', challenge: { kind: 'next-tokencode' }, expiresAt: now + 1000 },
  ];
  log = [];
  const { body: begun } = await initialize({ subjectCredentials: credentials('1') });
  expect(methodsOf(begun)).toEqual(['SECURID_NEXT_TOKENCODE']);
  const { authnAttemptId, messageId } = begun.context;
  const cancelled = await post('cancel', {
    context: { authnAttemptId, messageId: 'm', inResponseTo: messageId },
  });
  expect(cancelled.body).toMatchObject({ attemptResponseCode: 'FAIL', attemptReasonCode: 'CANCELLED' });
  expect(log.at(-1)).toEqual({ ...client, cancelled: true });
  expect(log.at(-1)?.binding).toBe(log[0]?.binding);
  expect((await verify(begun.context, '2')).body.attemptResponseCode).toBe('FAIL');
  expect(log).toHaveLength(2);
});

test('cancel as published: flat, with a reason; the context of old is taken too, and the two may not differ', async () => {
  const { body: one } = await initialize();
  const { body: two } = await initialize();
  const [first, second] = [one.context.authnAttemptId, two.context.authnAttemptId];
  log = [];
  const flat = await post('cancel', { authnAttemptId: first, reason: 'USER_ACTION', removeAttemptId: false });
  expect(flat).toMatchObject({
    status: 200,
    body: {
      context: { authnAttemptId: first, inResponseTo: null },
      attemptResponseCode: 'FAIL',
      attemptReasonCode: 'CANCELLED',
    },
  });
  expect(log).toEqual([{ ...client, cancelled: true }]);
  expect((await verify(one.context, '1')).body.attemptResponseCode).toBe('FAIL');
  expect((await post('status', { authnAttemptId: first })).body).toMatchObject({
    attemptReasonCode: 'CANCELLED',
    subjectName: 'anna',
  });
  for (const body of [
    {},
    { reason: 'TIME_OUT' },
    { context: { messageId: 'm' } },
    { authnAttemptId: first, context: { authnAttemptId: second } },
  ]) {
    expect((await post('cancel', body)).status).toBe(400);
  }
  expect((await post('status', { authnAttemptId: second })).body.attemptResponseCode).toBe('CHALLENGE');
});

test('status as published: who, by what, until when, and no context that would displace the open challenge', async () => {
  [steps, log] = [[ACCEPTED], []];
  const expires = new Date(now + 5 * 60_000).toISOString();
  const { body: begun } = await initialize();
  const { authnAttemptId } = begun.context;
  const status = async (more: object = {}) => (await post('status', { authnAttemptId, ...more })).body;
  const known = { subjectName: 'anna', attemptExpires: expires, sessionAttributes: [] };
  expect(await status()).toEqual({
    attemptResponseCode: 'CHALLENGE',
    attemptReasonCode: 'AUTHENTICATION_REQUIRED',
    successfulMethods: [],
    ...known,
  });
  await verify(begun.context, '1');
  const success = {
    attemptResponseCode: 'SUCCESS',
    attemptReasonCode: 'CREDENTIAL_VERIFIED',
    successfulMethods: ['SECURID'],
    ...known,
  };
  expect(await status()).toEqual(success);
  // The last time: from here on the attempt is one that never was.
  expect(await status({ removeAttemptId: true })).toEqual(success);
  const unknown = (await post('status', { authnAttemptId: 'none' })).body;
  expect(unknown).toEqual({
    attemptResponseCode: 'FAIL',
    attemptReasonCode: 'VERIFY_ERROR',
    sessionAttributes: [],
    successfulMethods: [],
  });
  expect(await status()).toEqual(unknown);
  // Removed while it is open, it takes no answer, not even a right one.
  const { body: open } = await initialize();
  await post('status', { authnAttemptId: open.context.authnAttemptId, removeAttemptId: true });
  steps = [ACCEPTED];
  expect((await verify(open.context, '1')).body.attemptResponseCode).toBe('FAIL');
  const { body: gone } = await initialize();
  await post('cancel', { authnAttemptId: gone.context.authnAttemptId, removeAttemptId: true });
  expect((await post('status', { authnAttemptId: gone.context.authnAttemptId })).body).toEqual(unknown);
  steps = [];
});

test('clientId may be left out: the key says which agent it is', async () => {
  for (const clientId of [undefined, null, '']) {
    [steps, log] = [[ACCEPTED], []];
    const { body } = await initialize({ clientId, subjectCredentials: credentials('1') });
    expect(body.attemptResponseCode).toBe('SUCCESS');
    expect(body.credentialValidationResults).toMatchObject([
      { authnAttributes: [{ name: 'subjectName', value: 'anna', dataType: 'STRING' }] },
    ]);
    expect(log).toEqual([{ ...client, passcode: '1' }]);
  }
});

test('resources: the texts of prompts by their ids, as every challenge names them', async () => {
  const resources = async (query = '', clientKey = key) => {
    const url = `/mfa/v1_1/authn/resources${query}`;
    const answer = await app.send({ method: 'GET', url, headers: { 'client-key': clientKey } });
    return { status: answer.statusCode, body: JSON.parse(answer.body) as { name: string; value: string }[] };
  };
  expect((await resources('', 'sower_agent_none')).status).toBe(401);
  const { body: all } = await resources('?lang=en_US');
  const rules = { minLength: 4, maxLength: 8, alphanumeric: true };
  for (const challenge of [
    { kind: 'next-tokencode' },
    { kind: 'new-pin', rules },
    { kind: 'new-pin-or-system', rules, refused: text('pin.excluded-word') },
    { kind: 'system-pin', pin: '4711' },
    { kind: 'passcode-with-new-pin' },
  ] as const) {
    const { promptResourceId, promptArgs, defaultText } = prompts.methodOf(challenge).prompt;
    const { body } = await resources(`?lang=en_US&resourceId=${promptResourceId}`);
    expect(body).toEqual(all.filter(({ name }) => name === promptResourceId));
    const filled = body[0]?.value.replaceAll(/\{(\d)\}/g, (_, index) => promptArgs[Number(index)] ?? '');
    expect(filled).toBe(defaultText);
  }
  expect((await resources('?resourceId=NONE')).body).toEqual([]);
});

test('an attempt is of one agent, for five minutes, and cannot be made up', async () => {
  const other = await addAgent(uses, actor, { name: 'Other' });
  if (!other.ok) throw new Error(other.detail.code);
  [steps, log] = [[ACCEPTED, ACCEPTED, ACCEPTED], []];
  const { body: begun } = await initialize();
  expect((await verify(begun.context, '1', other.value.key)).body.attemptResponseCode).toBe('FAIL');
  for (const authnAttemptId of ['', 'x', `${begun.context.authnAttemptId}A`, '💥', 'A'.repeat(1000)]) {
    expect((await verify({ ...begun.context, authnAttemptId }, '1')).body.attemptResponseCode).toBe('FAIL');
    expect((await post('status', { authnAttemptId })).body.attemptResponseCode).toBe('FAIL');
  }
  now += 5 * 60_000 + 1;
  expect((await verify(begun.context, '1')).body.attemptResponseCode).toBe('FAIL');
  expect(
    (await initialize({ clientId: 'Other', subjectCredentials: credentials('1') })).body.attemptResponseCode,
  ).toBe('FAIL');
  const trail = await listAudit(database.db, { object: 'user:anna' }, 100);
  expect(trail.filter(({ reason }) => reason?.includes('under the name "Other"'))).toMatchObject([
    { actor: 'agent:Web portal', action: 'authenticate', result: 'refused', source: '127.0.0.1' },
  ]);
  expect(log).toEqual([]);
});

test('50 answers to one attempt at once: one success', async () => {
  const { body: begun } = await initialize();
  steps = Array.from({ length: 50 }, () => ACCEPTED);
  const all = await Promise.all(Array.from({ length: 50 }, () => verify(begun.context, '1')));
  expect(all.filter(({ body }) => body.attemptResponseCode === 'SUCCESS')).toHaveLength(1);
  steps = [];
});

test('a copy of the right answer that loses the race does not turn the acceptance into a failure', async () => {
  const { body: begun } = await initialize();
  let release = (): void => {};
  const late = new Promise<void>((resolve) => {
    release = resolve;
  });
  steps = [ACCEPTED, { state: 'rejected' }];
  slow = late;
  const right = verify(begun.context, '1');
  await vi.waitFor(() => expect(steps).toHaveLength(1));
  slow = undefined;
  expect((await verify(begun.context, '1')).body.attemptResponseCode).toBe('FAIL');
  release();
  expect((await right).body.attemptResponseCode).toBe('SUCCESS');
  const { authnAttemptId } = begun.context;
  expect((await post('status', { authnAttemptId })).body.attemptResponseCode).toBe('SUCCESS');
});

test('the list counts what each agent was refused, in as many statements for ten as for one', async () => {
  const name = 'Counted';
  const made = await addAgent(uses, actor, { name });
  if (!made.ok) throw new Error(made.detail.code);
  const refused = { action: 'authenticate', object: 'user:anna', result: 'refused' } as const;
  const accepted = { ...refused, result: 'success' } as const;
  const of = { name: `agent:${name}` };
  for (let at = 0; at < 110; at += 1) await record(database.db, uses, of, at % 10 === 0 ? refused : accepted);
  const statementsOf = async () => {
    let statements = 0;
    const counting: KyselyPlugin = {
      transformQuery({ node }) {
        statements += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const shown = await showAgents({ db: database.db.withPlugin(counting) }, actor);
    if (!shown.ok) throw new Error(shown.detail.code);
    return { statements, items: shown.value.items };
  };
  const before = await statementsOf();
  // Of the last hundred.
  expect(before.items.find((agent) => agent.name === name)?.recent).toEqual({ steps: 100, refused: 10 });
  for (let at = 0; at < 10; at += 1) await addAgent(uses, actor, { name: `${name} ${at}` });
  const after = await statementsOf();
  expect(after.items).toHaveLength(before.items.length + 10);
  expect(after.statements).toBe(before.statements);
});

test('keys: unknown, changed, of a disabled or deleted agent; bodies that cannot be read', async () => {
  expect((await initialize({}, 'sower_agent_none')).status).toBe(401);
  expect((await initialize({}, '')).status).toBe(401);
  for (const [body, status] of [
    ['{', 400],
    ['[]', 400],
    [{ clientId: 'x' }, 400],
    [{ clientId: 'web portal', subjectName: 'x'.repeat(254) }, 400],
    ['"'.repeat(20_000), 413],
  ] as const) {
    expect((await post('initialize', body)).status, String(status)).toBe(status);
  }
  const made = await addAgent(uses, actor, { name: 'Short-lived' });
  if (!made.ok) throw new Error(made.detail.code);
  const { id, version } = made.value;
  expect(await addAgent(uses, actor, { name: ' short-LIVED' })).toMatchObject({
    ok: false,
    problem: 'already-exists',
  });
  const changed = await changeAgentKey(uses, actor, id);
  if (!changed.ok) throw new Error(changed.detail.code);
  expect((await initialize({}, made.value.key)).status).toBe(401);
  const edited = await editAgent(uses, actor, {
    id,
    version: changed.value.version,
    change: { enabled: false },
  });
  expect(edited).toMatchObject({ ok: true, value: { enabled: false, version: version + 2 } });
  expect((await initialize({}, changed.value.key)).status).toBe(401);
  expect((await removeAgent(uses, actor, id)).ok).toBe(true);
  expect((await removeAgent(uses, actor, id)).ok).toBe(false);
  expect(await addAgent(uses, { ...actor, grants: [] }, { name: 'x' })).toMatchObject({
    problem: 'not-permitted',
  });
  expect(await showAgents(uses, { ...actor, grants: [] })).toMatchObject({ problem: 'not-permitted' });
});
