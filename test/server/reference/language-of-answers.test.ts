/**
 * The words of the API in every language: each operation is called in ways that it refuses, in the pseudo-locale, in German and in
 * English. What comes without brackets, or is the same in German as in English, is not from the catalogue.
 */
import { OPERATIONS, type Operation, type OperationName } from '@sower/api/operations';
import type { ProblemDocument } from '@sower/api/problems';
import { PSEUDO } from '@sower/texts/language';
import { beforeAll, expect, test } from 'vitest';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';

const { deployment } = deployed(SQLITE);
let key: string;
let little: string;
let serials: string[];

beforeAll(async () => {
  const { api } = deployment;
  key = deployment.apiKey;
  little = (await api('addApiKey', { body: { name: 'little', permissions: ['users:view'] } })).key;
  const { first, last } = await api('mintTokens', { body: { count: 3 } });
  serials = [first, last];
});

type Call = {
  readonly operation: Operation;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  readonly bearer?: string | undefined;
};

async function answer(language: string, call: Call): Promise<{ status: number; body: string }> {
  const { operation, params = {}, query = '', body, bearer } = call;
  const path = operation.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? 'none'),
  );
  const sent = body === undefined || operation.method === 'GET' ? {} : { body: JSON.stringify(body) };
  const { status, body: octets } = await deployment.send(0, {
    method: operation.method,
    path: `/api/v1${path}${query}`,
    headers: {
      'accept-language': language,
      'if-match': '"1"',
      ...('body' in sent ? { 'content-type': 'application/json' } : {}),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
    ...sent,
  });
  return { status, body: octets.toString() };
}

/** Title, detail and messages of a problem. */
const wordsOf = ({ title, detail, errors = [] }: ProblemDocument): string[] => [
  title,
  ...(detail === undefined ? [] : [detail]),
  ...errors.map(({ message }) => message),
];

/** Only the pseudo-locale's own brackets enclose it; values may be anything. */
function foreign(words: string, values: string): string | undefined {
  let depth = 0;
  let outside = '';
  for (const character of words) {
    if (character === '⟦') depth += 1;
    else if (character === '⟧') depth -= 1;
    else if (depth === 0) outside += character;
  }
  if (outside.trim() !== '' || depth !== 0) return words;
  // Two plain words beside each other are English, unless a value has them.
  const [phrase] = /\b[a-z]{3,} [a-z]{3,}\b/.exec(words) ?? [];
  return phrase !== undefined && !values.includes(phrase) ? words : undefined;
}

const PARAMS: Readonly<Record<string, string>> = {
  serial: '000000000000',
  userId: 'somebody',
  userName: 'somebody',
  id: 'none',
  kind: 'token',
  domain: 'none',
  permission: 'none',
  event: 'token-ready',
  name: 'none',
};

test('every operation, refused for want of anything: unknown things, empty bodies, no right, nobody', async () => {
  const foreigners: string[] = [];
  const german: string[] = [];
  let refused = 0;
  for (const [name, operation] of Object.entries(OPERATIONS) as [OperationName, Operation][]) {
    if (operation.method === 'GET' && !operation.path.includes(':')) continue;
    if (name === 'rotateServerKey') continue;
    for (const bearer of [undefined, little, key]) {
      const call: Call = { operation, params: PARAMS, body: {}, bearer };
      const pseudo = await answer(PSEUDO, call);
      if (pseudo.status < 400) continue;
      refused += 1;
      const problem = JSON.parse(pseudo.body) as ProblemDocument;
      const values = JSON.stringify([problem.params, problem.errors]);
      foreigners.push(
        ...wordsOf(problem).flatMap((words) => {
          const found = foreign(words, values);
          return found === undefined ? [] : [`${name}: ${found}`];
        }),
      );
      expect(problem.reason, name).toMatch(/^[\w-]+\.[\w-]+$/);
      const [de, en] = (await Promise.all(['de', 'en'].map((language) => answer(language, call)))).map(
        ({ body }) => wordsOf(JSON.parse(body) as ProblemDocument),
      );
      german.push(
        ...(de ?? []).filter((words, index) => words === en?.[index]).map((words) => `${name}: ${words}`),
      );
    }
  }
  expect(refused).toBeGreaterThan(150);
  expect(foreigners).toEqual([]);
  expect(german).toEqual([]);
});

test('what stands in the way of deleting a security domain is counted in the language of the caller', async () => {
  const { api } = deployment;
  const domain = await api('addSecurityDomain', { body: { name: 'tokens (5)' } });
  await api('addUser', { body: { userId: 'somebody', securityDomain: domain.name } });
  await api('addRadiusClient', {
    body: { name: 'vpn', network: '192.0.2.7', securityDomain: domain.name } as never,
  });
  const call: Call = {
    operation: OPERATIONS.deleteSecurityDomain as Operation,
    params: { id: domain.id },
    bearer: key,
  };
  const problem = JSON.parse((await answer('de', call)).body) as ProblemDocument;
  expect(problem).toMatchObject({
    code: 'in-use',
    reason: 'domain.in-use',
    detail:
      'Die Sicherheitsdomäne enthält noch 1 Benutzer und 1 RADIUS-Client. Verschieben oder löschen Sie das zuerst.',
  });
  expect(problem.params).toEqual({
    contents: [
      { code: 'domain.users', values: { count: 1 } },
      { code: 'domain.radius-clients', values: { count: 1 } },
    ],
  });
  const taken: Call = {
    operation: OPERATIONS.addSecurityDomain as Operation,
    body: { name: 'tokens (5)' },
    bearer: key,
  };
  expect(JSON.parse((await answer('de', taken)).body)).toMatchObject({
    detail: 'Es gibt schon eine Sicherheitsdomäne „tokens (5)“.',
  });
});

test('values are words of the caller, never of ours: a token of "somebody"', async () => {
  const { api } = deployment;
  const [serial = ''] = serials;
  await api('assignToken', { params: { serial }, body: { userId: 'somebody' } });
  const assign: Call = {
    operation: OPERATIONS.deleteToken as Operation,
    params: { serial },
    bearer: key,
  };
  expect(JSON.parse((await answer('de', assign)).body)).toMatchObject({
    reason: 'token.assigned',
    params: { user: 'somebody' },
    detail: 'Das Token ist somebody zugewiesen. Heben Sie die Zuweisung zuerst auf.',
  });
});

test('why a bulk action left tokens out is said in the language of the caller', async () => {
  const call: Call = {
    operation: OPERATIONS.doToTokens as Operation,
    body: { action: 'clearPin', choose: { search: {}, upTo: serials[1] } },
    bearer: key,
  };
  const { status, body } = await answer('de', call);
  expect(status, body).toBe(201);
  const { id, failed } = JSON.parse(body) as { id: string; failed: number };
  expect(failed).toBeGreaterThan(0);
  const rows: Call = {
    operation: OPERATIONS.listJobRows as Operation,
    params: { id },
    query: '?state=failed',
    bearer: key,
  };
  const { items } = JSON.parse((await answer('de', rows)).body) as {
    items: { detail: string; reason: string }[];
  };
  expect(items).toHaveLength(failed);
  for (const { detail, reason } of items) {
    expect(reason).toBe('token.not-assigned-assign');
    expect(detail).toBe('Das Token ist nicht zugewiesen. Weisen Sie es zuerst einem Benutzer zu.');
  }
});

test('the audit trail is read in the language of its reader, and exported in English', async () => {
  const [serial = ''] = serials;
  await deployment.api('authenticate', { body: { userId: 'somebody', passcode: '000000' } });
  const { id, version } = await deployment.api('addAgent', { body: { name: 'portal' } });
  await deployment.api('editAgent', { params: { id }, ifMatch: version, body: { enabled: false } });
  const list: Call = { operation: OPERATIONS.listAudit as Operation, query: '?limit=50', bearer: key };
  const reasons = async (language: string) =>
    (JSON.parse((await answer(language, list)).body) as { items: { action: string; reason?: string }[] })
      .items;
  const german = await reasons('de');
  const english = await reasons('en');
  const refused = { action: 'authenticate', object: 'user:somebody' };
  expect(german).toContainEqual(
    expect.objectContaining({ ...refused, reason: 'der Benutzer hat kein aktiviertes Token' }),
  );
  expect(english).toContainEqual(
    expect.objectContaining({
      ...refused,
      reason: 'the user has no provisioned token',
      reasonCode: 'event.no-provisioned-token',
    }),
  );
  expect(german).toContainEqual(expect.objectContaining({ action: 'agent.edit', reason: 'deaktiviert' }));
  const assigned = { action: 'token.assign', object: `token:${serial}`, reasonCode: 'event.moved-into' };
  expect(german).toContainEqual(
    expect.objectContaining({
      ...assigned,
      reason: expect.stringMatching(/^an somebody, von .* nach tokens \(5\)$/),
    }),
  );
  const exported = await deployment.send(0, {
    path: '/api/v1/audit/chain/rows?limit=500',
    headers: { authorization: `Bearer ${key}`, 'accept-language': 'de' },
  });
  expect(exported.body.toString()).toContain('the user has no provisioned token');
});
