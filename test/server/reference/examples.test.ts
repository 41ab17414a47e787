/**
 * Every example of the API's document, made in its order on a new installation: each is answered as the document says. `SOWER_WRITE_TABLES=1`
 * writes down the answers that the document shows.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { type ApiClient, ApiProblem } from '@sower/api/client';
import { type Example, filled } from '@sower/api/examples/filled';
import { EXAMPLES } from '@sower/api/examples/requests';
import { OPERATIONS, type Operation, type OperationName } from '@sower/api/operations';
import { problemSchema } from '@sower/api/problems';
import type { ProvisionedToken } from '@sower/ctkip/provision';
import RECORDED from '@sower/server/http/reference/answers.json' with { type: 'json' };
import { expect, test } from 'vitest';
import { adminPassword } from '../../harness/administrator.ts';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { issue } from '../../harness/authority.ts';
import { softwarePasskey } from '../../harness/browser/passkey.ts';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { jobSettled } from '../../harness/jobs/ended.ts';
import { selfServiceClient } from '../../harness/self-service-client.ts';

const ANSWERS: Readonly<Record<string, unknown>> = RECORDED;
const WRITTEN = fileURLToPath(
  new URL('../../../apps/server/src/http/reference/answers.json', import.meta.url),
);
const NAMES = Object.keys(EXAMPLES) as OperationName[];

const { deployment } = deployed(SQLITE);

/** A key grants no more than it has, owns nothing, and nobody approves what they asked for. */
const BY_A_PERSON = new Set<OperationName>(['addApiKey', 'takeOverApiKey', 'requestToken']);

/** When the days in the examples were as far ahead as they are meant to be. */
const WRITTEN_ON = Date.parse('2026-11-30');
const DAY_OR_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?$/;
/** Each day and time of a request as far ahead of now: the examples are made for years. */
const asFarAhead = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (_, value: unknown) =>
    typeof value === 'string' && DAY_OR_TIME.test(value)
      ? `${new Date(Date.parse(value) + Date.now() - WRITTEN_ON).toISOString().slice(0, 19)}Z`.slice(
          0,
          value.length,
        )
      : value,
  );

/** Fields that name something else, which has to exist. */
const NAMING =
  /(^|\.)(profile|offer|userId|role|standIn|replacement|replaces|instead|group|securityDomain|parent|radiusClient|tokenOf|directoryUser|deviceType|source)$/;
/** Here they name what is made, or are attributes and groups of a directory. */
const FREE_NAMES = /^addUser userId$|IdentitySource /;
/** As a name, and as a serial number. */
const MISSING = ['no-such-thing', '990000000001'];

/** A body with each field that names something in turn naming what does not exist. */
function* withMissingNames(body: unknown, path = ''): Generator<{ path: string; changed: unknown }> {
  if (typeof body === 'string' && NAMING.test(path)) for (const changed of MISSING) yield { path, changed };
  if (typeof body !== 'object' || body === null) return;
  for (const [key, value] of Object.entries(body))
    for (const { changed, ...inner } of withMissingNames(value, path === '' ? key : `${path}.${key}`))
      yield {
        ...inner,
        changed: Array.isArray(body) ? body.with(Number(key), changed) : { ...body, [key]: changed },
      };
}

type Live = Partial<Record<OperationName, () => Promise<Example> | Example>>;

test('every example is answered as the document says', async () => {
  const { api } = deployment;
  const answers: Record<string, unknown> = {};
  const answer = <T>(name: OperationName): T => answers[name] as T;
  const administrator = selfServiceClient(deployment);
  const user = selfServiceClient(deployment);
  const live = await livePartsOf({ answer, api, administrator: administrator.api });

  const clientFor = (name: OperationName): ApiClient => {
    const { path }: Operation = OPERATIONS[name];
    if (path.startsWith('/self-service/')) return user.api;
    if (path.startsWith('/session') || BY_A_PERSON.has(name)) return administrator.api;
    if (name === 'openActivation') return deployment.apiOf(0, answer<{ key: string }>('addApiKey').key);
    return api;
  };

  const wrong: string[] = [];
  const marked = new Set<string>();
  const unmarked: string[] = [];
  const callWithMissingNames = async (name: OperationName, { body, ...rest }: Example): Promise<void> => {
    for (const { path, changed } of withMissingNames(body)) {
      if (FREE_NAMES.test(`${name} ${path}`)) continue;
      const problem = await clientFor(name)(name as 'getServer', { ...rest, body: changed } as never).then(
        () => undefined,
        (error: unknown) => (error instanceof ApiProblem ? error.problem : undefined),
      );
      const { code, detail = '', errors = [] } = problem ?? {};
      if (code !== 'not-found' || !MISSING.some((missing) => detail.includes(missing))) continue;
      const fields = errors.map((error) => error.path);
      if (isDeepStrictEqual(fields, [path])) marked.add(`${name} ${path}`);
      else unmarked.push(`${name} ${path}: ${detail}`);
    }
  };
  for (const name of NAMES) {
    const { refused, ...example } = EXAMPLES[name];
    let said = 'done';
    try {
      const written = filled<Example>(example, answers);
      const request = {
        ...written,
        ...(written.body === undefined ? {} : { body: asFarAhead(written.body) }),
        ...(await live[name]?.()),
      };
      await callWithMissingNames(name, request);
      answers[name] = await clientFor(name)(name as 'getServer', request as never);
    } catch (error) {
      if (!(error instanceof ApiProblem)) said = String(error);
      else if (error.problem.code !== refused) said = JSON.stringify(error.problem);
      else {
        said = refused;
        answers[name] = error.problem;
      }
    }
    if (said !== (refused ?? 'done')) wrong.push(`${name}: ${said}`);
  }
  if (process.env.SOWER_WRITE_TABLES) write(answers);
  expect(wrong).toEqual([]);
  // The message about a name that does not exist belongs to the field that has it.
  expect(unmarked).toEqual([]);
  expect([...marked]).toEqual(
    expect.arrayContaining(['addOffer profile', 'requestToken userId', 'replaceToken replacement']),
  );

  // What the document shows is of the same form.
  for (const name of NAMES) {
    const response = formOf(name);
    const shown = ANSWERS[name];
    expect(typeof shown, name).toBe(typeof answers[name]);
    if (shown !== undefined) expect(response?.safeParse(shown).error, name).toBe(undefined);
  }
});

test('what is made says where it is, and is found there', async () => {
  const headers = { authorization: `Bearer ${deployment.apiKey}`, 'content-type': 'application/json' };
  const made = async (path: string, body: object) => {
    const answer = await deployment.send(0, {
      method: 'POST',
      path: `/api/v1${path}`,
      headers,
      body: JSON.stringify(body),
    });
    expect(answer.status, answer.body.toString()).toBe(201);
    return String(answer.headers.location);
  };
  const paths = Object.values(OPERATIONS).map(
    ({ path }) => new RegExp(`^/api/v1${path.replace(/:\w+/g, '[^/]+')}$`),
  );
  for (const [path, body] of [
    ['/users', { userId: "o'neill/ж" }],
    ['/security-domains', { name: 'Made' }],
    ['/roles', { name: 'Made', permissions: ['users:view'] }],
    ['/tokens', { count: 2 }],
    ['/jobs/user-imports', { name: 'Made', file: 'userId\nmade\n', securityDomain: 'Top domain' }],
    ['/agents', { name: 'Made' }],
  ] as const) {
    const location = await made(path, body);
    expect(
      paths.some((each) => each.test(location)),
      location,
    ).toBe(true);
    // What has no GET can still be edited or deleted there.
    const { status } = await deployment.send(0, { path: location, headers });
    expect([200, 405], location).toContain(status);
  }
});

test('every request of the document is one that its operation takes', () => {
  for (const name of NAMES) {
    const { params, query, body }: Operation = OPERATIONS[name];
    const example = filled<Example>(EXAMPLES[name], ANSWERS);
    if (params) expect(params.safeParse(example.params).error, name).toBe(undefined);
    if (query && example.query) expect(query.safeParse(texts(example.query)).error, name).toBe(undefined);
    expect(body === undefined, name).toBe(example.body === undefined);
    if (body) expect(body.safeParse(example.body).error, name).toBe(undefined);
  }
});

const formOf = (name: OperationName) => {
  const { response }: Operation = OPERATIONS[name];
  return EXAMPLES[name].refused === undefined ? response : problemSchema;
};

const texts = (query: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(query).map(([key, value]) => [key, String(value)]));

/** What an example cannot say in advance: passwords of this installation, tokencodes, and what a browser or a job does in between. */
async function livePartsOf({
  answer,
  api,
  administrator,
}: {
  readonly answer: <T>(name: OperationName) => T;
  readonly api: ApiClient;
  readonly administrator: ApiClient;
}): Promise<Live> {
  const passkey = softwarePasskey(deployment.servers[0]?.url as string);
  const password = await adminPassword(deployment);
  type Challenge = { state: string; options: { challenge: string } };
  type Id = { id: string; version: number };
  const use = ({ state, options }: Challenge) => ({
    body: { state, response: passkey.use(options.challenge) },
  });
  let token: ProvisionedToken;
  const code = (offset = 0) => tokencode(token, offset);
  const otherSession = (name: OperationName) =>
    answer<{ items: { id: string; current: boolean }[] }>(name).items.find(({ current }) => !current)?.id;
  const adas = () => filled({ serial: '{mintTokens.serials.0}' }, { mintTokens: answer('mintTokens') });
  const inAMonth = () => new Date(Date.now() + 30 * 86_400_000).toISOString();
  const requestOfAlan = async () => {
    const { id, version } = await api('requestToken', { body: { userId: 'alan', offer: 'Phone' } });
    return { params: { id }, ifMatch: version };
  };
  return {
    openSession: () => ({ body: { userName: 'admin', password } }),
    proveSession: () => ({ body: { password } }),
    addPasskey: () => {
      const { state, options } = answer<Challenge>('challengePasskey');
      return { body: { state, name: 'Laptop', response: passkey.register(options.challenge) } };
    },
    openPasskeySession: () => use(answer<Challenge>('challengePasskeyLogOn')),
    provePasskeySession: async () => use((await administrator('challengePasskeyLogOn', {})) as Challenge),
    setOwnPassword: () => ({ body: { password, newPassword: `${password} and more` } }),

    // There is no such directory: the run fails before anything is asked about it.
    listSourceRuns: async () => {
      const params = { id: answer<Id>('addIdentitySource').id, run: answer<Id>('startSourceRun').id };
      await expect
        .poll(async () => (await api('getSourceRun', { params })).state, { timeout: 60_000 })
        .toBe('failed');
      return {};
    },
    addUser: async () => {
      for (const userId of ['grace', 'alan']) await api('addUser', { body: { userId } });
      await api('addProfile', { body: { name: 'By letter', deviceType: 'sower', delivery: 'url' } });
      return {};
    },
    listDistributions: async () => {
      const { activationCode } = answer<{ activationCode: string }>('openActivation');
      token = await provisioned(deployment, {
        ...answer<{ ctkipUrl: string }>('distributeToken'),
        activationCode,
      });
      return {};
    },
    testToken: () => ({ body: { passcode: code(-1) } }),
    authenticate: () => ({ body: { userId: 'ada', passcode: code() } }),
    resynchronizeToken: () => ({ body: { first: code(1), second: code(2) } }),
    withdrawDistribution: async () => {
      const { serial } = filled({ serial: '{mintTokens.serials.1}' }, { mintTokens: answer('mintTokens') });
      await api('assignToken', { params: { serial }, body: { userId: 'grace' } }).catch(() => {});
      await api('distributeToken', { params: { serial }, body: { profile: 'Phones' } });
      return {};
    },

    startJob: async () => {
      await jobSettled(api, answer<Id>('distributeMany').id);
      return {};
    },
    listJobs: async () => {
      await jobSettled(api, answer<Id>('distributeMany').id);
      return {};
    },
    pauseJob: async () => {
      await jobSettled(api, answer<Id>('importUsers').id);
      return {};
    },
    rejectRequest: requestOfAlan,
    cancelRequest: requestOfAlan,
    decideRequests: async () => {
      const { params, ifMatch } = await requestOfAlan();
      return { body: { decision: 'approve', items: [{ id: params.id, version: ifMatch }] } };
    },

    deferRequest: () => ({ body: { until: inAMonth(), comment: 'Not before the holidays' } }),
    addStandIn: () => ({ body: { administrator: 'admin', standIn: 'hopper', until: inAMonth() } }),
    // The server writes them down soon after its start.
    listSchedules: async () => {
      await expect.poll(async () => (await api('listSchedules', {})).items.length).toBeGreaterThan(2);
      return {};
    },
    editSchedule: () => {
      const { items } = answer<{ items: Id[] }>('listSchedules');
      return { ifMatch: items.find(({ id }) => id === 'clean-up')?.version };
    },
    deleteSecurityDomain: async () => {
      const { id } = await api('addSecurityDomain', { body: { name: 'Closed office' } });
      return { params: { id } };
    },

    openUserSession: async () => {
      const { serial } = adas();
      await api('requireNewPin', { params: { serial }, body: { required: false } });
      // The token has none, and the examples show what a bare tokencode opens.
      await api('editTokenPolicy', {
        params: { domain: 'top' },
        ifMatch: 0,
        body: { pinRequired: false },
      });
      return {};
    },
    replaceOwnPin: async () => {
      const { version } = await api('getSettings', {});
      await api('editSettings', { ifMatch: version, body: { 'selfService.replacePin': true } });
      return { body: { pin: '370159', first: code(6), second: code(7) } };
    },
    resynchronizeOwnToken: () => ({ body: { first: code(4), second: code(5) } }),
    openOwnActivation: async () => {
      const { serial } = adas();
      await api('distributeToken', { params: { serial }, body: { profile: 'Phones' } });
      return {};
    },
    proveToken: () => ({ body: { passcode: code(3) } }),
    listOwnUserSessions: async () => {
      await selfServiceClient(deployment).api('openUserSession', {
        body: { method: 'password', userId: 'ada', password: 'a phrase of my own' },
      });
      return {};
    },
    endOwnUserSession: () => ({ params: { id: otherSession('listOwnUserSessions') } }),
    endOwnSession: () => ({ params: { id: otherSession('listOwnSessions') } }),
    ...(await certificates()),
    checkAddress: () => ({ body: { host: 'localhost', port: deployment.servers[0]?.port as number } }),
  };
}

async function certificates(): Promise<Live> {
  const { pem, keyPem } = await issue({ subject: 'CN=localhost', names: ['localhost'] });
  const body = { kind: 'pem', chain: pem, key: keyPem };
  return {
    checkCertificate: () => ({ body }),
    addCertificate: () => ({ body }),
    // Another one, and nothing here would trust the server any more.
    useCertificate: () => ({ params: { id: 'own' } }),
  };
}

/** Lists and texts are shown from their beginnings. */
function shortened(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const most = key === 'serials' ? 8 : 3;
    return value.slice(0, most).map((each) => shortened(each));
  }
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shortened(each, name)]));
  if (typeof value !== 'string') return value;
  return value.slice(0, 1200).replaceAll(/localhost(:|%3A)\d+/g, 'otp.example.com');
}

/** An answer that the document shows already stays, so that one new operation does not change all of them. */
function write(answers: Readonly<Record<string, unknown>>): void {
  const isGood = (name: OperationName): boolean => {
    const response = formOf(name);
    return (
      typeof ANSWERS[name] === typeof answers[name] &&
      // With nothing filled in: an answer has all that has a default.
      isDeepStrictEqual(response?.safeParse(ANSWERS[name]).data, ANSWERS[name])
    );
  };
  const shown = Object.fromEntries(
    NAMES.filter((name) => answers[name] !== undefined).map((name) => [
      name,
      isGood(name) ? ANSWERS[name] : shortened(answers[name]),
    ]),
  );
  // A line for each operation.
  const lines = Object.entries(shown).map((entry) => entry.map((part) => JSON.stringify(part)).join(': '));
  writeFileSync(WRITTEN, `{\n${lines.join(',\n')}\n}\n`);
}
