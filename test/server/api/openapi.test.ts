/** What the produced OpenAPI document says of each operation, and that it is so. */
import { OPERATIONS, type Operation, type OperationName } from '@sower/api/operations';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import {
  assertDeclared,
  type Described,
  describedOperation,
  type OpenApiDocument,
} from '../../harness/documents/openapi-document.ts';

const PROBLEM = 'application/problem+json';
const NAMES = Object.keys(OPERATIONS) as OperationName[];
const operationOf = (name: OperationName): Operation => OPERATIONS[name];

describe('the OpenAPI document', () => {
  const { deployment } = deployed(SQLITE);
  let document: OpenApiDocument;
  beforeAll(async () => {
    document = JSON.parse((await deployment.send(0, { path: '/api/openapi.json' })).body.toString());
  });

  const described = (name: OperationName): Described => {
    const found = Object.values(document.paths)
      .flatMap((methods) => Object.values(methods))
      .find(({ operationId }) => operationId === name);
    if (!found) throw new Error(`${name} is not in the document`);
    return found;
  };

  test('what a request may leave out is optional for generators of clients, which take a default for a promise', () => {
    type Part = Record<string, unknown> & { properties?: Record<string, Part>; required?: string[] };
    const schemas = document.components.schemas as Record<string, Part>;
    const optional: string[] = [];
    const wrong: string[] = [];
    const seen = new Set<unknown>();
    const look = (part: unknown, where: string): void => {
      if (typeof part !== 'object' || part === null || seen.has(part)) return;
      seen.add(part);
      const { properties = {}, required = [], $ref } = part as Part;
      if (typeof $ref === 'string') look(schemas[$ref.slice('#/components/schemas/'.length)], $ref);
      for (const [name, field] of Object.entries(properties)) {
        if ('default' in field) wrong.push(`${where}.${name}`);
        if (!required.includes(name)) optional.push(`${where}.${name}: ${field.description}`);
      }
      for (const each of Object.values(part)) look(each, where);
    };
    for (const name of NAMES) look((described(name) as { requestBody?: unknown }).requestBody, name);
    expect(wrong).toEqual([]);
    expect(optional).toContain('#/components/schemas/NewUser.firstName: Default: "".');
    expect(optional.filter((each) => each.includes('Default: ')).length).toBeGreaterThan(60);
  });

  test('declares one success with JSON or 204 without content, and problems for 4XX and 5XX', () => {
    for (const name of NAMES) {
      const { method, response, created } = operationOf(name);
      const { responses } = described(name);
      // For If-None-Match.
      const { version } = response instanceof z.ZodObject ? response.shape : {};
      const unchanged = method === 'GET' && version instanceof z.ZodNumber ? ['304'] : [];
      const success = response ? (created ? '201' : '200') : '204';
      expect(Object.keys(responses).sort(), name).toEqual([success, ...unchanged, '4XX', '5XX']);
      expect(Object.keys(responses[success]?.content ?? {}), name).toEqual(
        response ? ['application/json'] : [],
      );
      for (const refused of ['4XX', '5XX']) {
        const content = responses[refused]?.content ?? {};
        expect(Object.keys(content), name).toEqual([PROBLEM]);
        expect(content[PROBLEM]?.schema?.$ref, name).toBe('#/components/schemas/Problem');
      }
      for (const [status, { description }] of Object.entries(responses)) {
        expect(description, `${name} ${status}`).toMatch(/^(?!Default)\w/);
      }
    }
  });

  test('declares If-Match, required, where an edit takes it, Idempotency-Key where an act does, and nowhere else', () => {
    const editing = NAMES.filter((name) => operationOf(name).ifMatch);
    expect(editing.length).toBeGreaterThan(3);
    for (const name of NAMES) {
      const headers = (described(name).parameters ?? []).filter((parameter) => parameter.in === 'header');
      expect(
        headers.map((header) => [header.name, header.required]),
        name,
      ).toEqual([
        ...(editing.includes(name) ? [['If-Match', true]] : []),
        ...(operationOf(name).once ? [['Idempotency-Key', false]] : []),
      ]);
    }
  });

  test('says for every operation who may call: whoever has no credentials gets 401 from all but the public ones', async () => {
    const schemes = Object.keys(document.components.securitySchemes);
    const open: string[] = [];
    for (const name of NAMES) {
      const { security } = described(name);
      expect(Array.isArray(security), name).toBe(true);
      for (const alternative of security ?? []) expect(schemes).toContain(Object.keys(alternative)[0]);
      if (security?.length === 0) open.push(name);
    }
    // A new one here lets anybody call: it has to be meant.
    expect(open.sort()).toEqual([
      'challengePasskeyLogOn',
      'closeSession',
      'closeUserSession',
      'getServer',
      'getSession',
      'getUserSession',
      'openPasskeySession',
      'openSession',
      'openUserSession',
    ]);
    for (const name of NAMES) {
      const { method, path, body } = operationOf(name);
      // A request that the schema refuses is refused before anybody asks who it is from.
      if (body || open.includes(name)) continue;
      const answer = await deployment.send(0, {
        method,
        headers: { origin: deployment.servers[0]?.url ?? '' },
        path: `/api/v1${path
          .replace(/:serial/, '000100000001')
          .replace(/:language/, 'en')
          .replace(/:\w+/g, 'x')}`,
      });
      if (answer.status === 400) continue;
      expect(answer.status, name).toBe(401);
    }
  });

  test('an answer of another status, another type or with content that is not declared is found', () => {
    const answer = {
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: Buffer.from('{}'),
    };
    const check =
      (change: Partial<typeof answer>, method = 'GET', path = '/api/v1/server') =>
      () =>
        assertDeclared(document, method, path, { ...answer, ...change });
    expect(check({})).not.toThrow();
    expect(check({ status: 201 })).toThrow('not declared');
    expect(check({ status: 404 })).toThrow('application/json');
    expect(check({ headers: { 'content-type': 'text/html' } })).toThrow('text/html');
    expect(check({ status: 204 }, 'DELETE', '/api/v1/session')).toThrow('content');
    expect(check({ status: 204, body: Buffer.from('') }, 'DELETE', '/api/v1/session')).not.toThrow();
    expect(describedOperation(document, 'POST', '/api/v1/jobs/token-actions')?.operationId).toBe(
      'doToTokens',
    );
  });
});
