/** The OpenAPI document, from the table of operations: media types, answers, headers, who may call. */

import { OPERATIONS, type Operation, type OperationName } from '@sower/api/operations';
import { problemSchema } from '@sower/api/problems';
import { TAGS, tagOf } from '@sower/api/tags';
import { inEnglish, text } from '@sower/texts/outcomes';
import { z } from 'zod';
import { SESSION_COOKIE, USER_SESSION_COOKIE } from './caller/cookies.ts';

type Json = Readonly<Record<string, unknown>>;
/** Schemas that have a name, by it: requests and answers apart, since a request may leave out what has a default. */
type Schemas = Record<string, Json>;

const cookie = (name: string) => ({ type: 'apiKey', in: 'cookie', name }) as const;

export function openApi(version: string, publicUrl: string): Json {
  const schemas: Schemas = {};
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, operation] of Object.entries<Operation>(OPERATIONS)) {
    const path = `/api/v1${operation.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = {
      ...paths[path],
      [operation.method.toLowerCase()]: described(schemas, name as OperationName, operation),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sower',
      version,
      description:
        'Administer and use software one-time-password tokens. Problems are RFC 9457 documents, in English or German (Accept-Language); edits take If-Match.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer' },
        administratorSession: cookie(SESSION_COOKIE),
        userSession: cookie(USER_SESSION_COOKIE),
      },
      schemas,
    },
    paths,
    servers: [{ url: publicUrl }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  };
}

/** What the form of a request is called that differs from the answer's. */
export const REQUEST_FORM = 'Input';

/** @param form `input`: as it is sent, `output`: as it is answered */
function schemaIn(schemas: Schemas, schema: z.ZodType, form: 'input' | 'output'): Json {
  const suffix = form === 'input' ? REQUEST_FORM : '';
  const {
    $defs,
    $schema: _,
    ...own
  } = z.toJSONSchema(schema, {
    io: form,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      // Of a choice, what JSON cannot say.
      if (zodSchema._zod.def.type === 'union' && jsonSchema.anyOf)
        jsonSchema.anyOf = jsonSchema.anyOf.filter((each) => Object.keys(each).length > 0);
    },
  });
  const value = (key: string, part: unknown): unknown => {
    if (key === '$ref') return String(part).replace(/^#\/\$defs\/(.*)$/, `#/components/schemas/$1${suffix}`);
    if (Array.isArray(part)) return part.map((each) => value('', each));
    return typeof part === 'object' && part !== null ? named(part) : part;
  };
  const named = (part: object): Json =>
    Object.fromEntries(Object.entries(part).map(([key, each]) => [key, value(key, each)]));
  const define = (id: string, { id: _id, ...part }: Json): void => {
    schemas[id + suffix] ??= named(part);
  };
  for (const [id, part] of Object.entries($defs ?? {})) define(id, part as Json);
  const id = z.globalRegistry.get(schema)?.id;
  if (id === undefined) return named(own);
  define(id, own);
  return { $ref: `#/components/schemas/${id}${suffix}` };
}

function described(schemas: Schemas, name: OperationName, operation: Operation): Json {
  const { summary, permission, params, query, body, ifMatch, once } = operation;
  // Not among the checked parts: without If-Match the answer is 428.
  const headers = ifMatch ? IF_MATCH : once ? IDEMPOTENCY_KEY : [];
  const parameters = [
    ...parametersOf(schemas, 'query', query),
    ...parametersOf(schemas, 'path', params),
    ...headers,
  ];
  return {
    operationId: name,
    summary,
    tags: [tagOf(operation)],
    ...(permission === undefined ? {} : { description: permissionWords(operation) }),
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaIn(schemas, body, 'input') } },
      },
    }),
    ...(parameters.length > 0 && { parameters }),
    security: security(operation),
    responses: {
      ...success(schemas, operation),
      '4XX': problem(schemas, 'The request was refused'),
      '5XX': problem(schemas, inEnglish(text('problem.unavailable'))),
    },
  };
}

function parametersOf(schemas: Schemas, where: 'query' | 'path', schema: z.ZodType | undefined): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaIn(schemas, schema, 'input') as {
    properties?: Readonly<Record<string, Json>>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    schema: rest,
    in: where,
    name,
    required: where === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
  }));
}

const IF_MATCH = [
  {
    schema: { type: 'string' },
    in: 'header',
    name: 'If-Match',
    required: true,
    description: 'The version that was edited: the ETag it came with, such as "3"',
  },
];

const IDEMPOTENCY_KEY = [
  {
    schema: { type: 'string' },
    in: 'header',
    name: 'Idempotency-Key',
    required: false,
    description:
      'Chosen at random for this act, 16 to 128 characters, such as a UUID: with the same key, the caller does it at most once in a day. Repeated, the answer is 409, and 422 for another request with the key.',
  },
];

function permissionWords({ permission, orPermission, andOneOf = [] }: Operation): string {
  const other = orPermission === undefined ? '' : ` or, for some of it, \`${orPermission}\``;
  const more = [...new Set(andOneOf)].map((each) => `\`${each}\``).join(', ');
  return `Permission: \`${permission}\`${other}${more === '' ? '' : `; and, by what is asked for, one of ${more}`}`;
}

function success(schemas: Schemas, { method, response, created }: Operation): Json {
  if (!response) return { 204: { description: 'Done' } };
  const content = { 'application/json': { schema: schemaIn(schemas, response, 'output') } };
  return {
    [created ? 201 : 200]: { description: created ? 'Made' : 'Done', content },
    ...(method === 'GET' && hasVersion(response)
      ? { 304: { description: 'Unchanged (If-None-Match)' } }
      : {}),
  };
}

const hasVersion = (response: z.ZodType): boolean =>
  response instanceof z.ZodObject && response.shape.version instanceof z.ZodNumber;

const problem = (schemas: Schemas, description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: schemaIn(schemas, problemSchema, 'output') } },
});

/** Any one of these admits a caller; none at all means that anyone may call. */
function security({ permission, ownSession, user }: Operation): Record<string, []>[] {
  if (permission !== undefined) return [{ apiKey: [] }, { administratorSession: [] }];
  if (ownSession) return [{ administratorSession: [] }];
  return user ? [{ userSession: [] }] : [];
}
