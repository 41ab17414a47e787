/** What OpenAPI says about each operation, from the table: media types, answers, headers, who may call. */

import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { OPERATIONS, type Operation, type OperationName } from '@sower/api/operations';
import { problemSchema } from '@sower/api/problems';
import { TAGS, tagOf } from '@sower/api/tags';
import { inEnglish, text } from '@sower/texts/outcomes';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { SESSION_COOKIE, USER_SESSION_COOKIE } from './caller/cookies.ts';

const cookie = (name: string) => ({ type: 'apiKey', in: 'cookie', name }) as const;

export function openApi(version: string, publicUrl: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sower',
        version,
        description:
          'Administer and use software one-time-password tokens. Problems are RFC 9457 documents, in English or German (Accept-Language); edits take If-Match.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: publicUrl }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer' },
          administratorSession: cookie(SESSION_COOKIE),
          userSession: cookie(USER_SESSION_COOKIE),
        },
      },
    },
    transform: (route) => {
      const { schema, url } = jsonSchemaTransform(route);
      const name = (schema as { operationId?: string }).operationId;
      const operation = name === undefined ? undefined : (OPERATIONS[name as OperationName] as Operation);
      // Here and not in the route's schema: without the header the answer is 428, which header validation would not give.
      const headers = operation?.ifMatch ? IF_MATCH : operation?.once ? IDEMPOTENCY_KEY : undefined;
      return { schema: headers ? { ...schema, headers } : schema, url };
    },
    transformObject: jsonSchemaTransformObject,
  };
}

const IF_MATCH = {
  type: 'object',
  required: ['If-Match'],
  properties: {
    'If-Match': {
      type: 'string',
      description: 'The version that was edited: the ETag it came with, such as "3"',
    },
  },
};

const IDEMPOTENCY_KEY = {
  type: 'object',
  properties: {
    'Idempotency-Key': {
      type: 'string',
      description:
        'Chosen at random for this act, 16 to 128 characters, such as a UUID: with the same key, the caller does it at most once in a day. Repeated, the answer is 409, and 422 for another request with the key.',
    },
  },
};

/** The route's schema, by which the server checks requests and answers. */
export function operationSchema(name: OperationName, operation: Operation): Record<string, unknown> {
  const { summary, permission, params, query, body } = operation;
  return {
    operationId: name,
    summary,
    ...(permission === undefined ? {} : { description: permissionWords(operation) }),
    tags: [tagOf(operation)],
    ...(params ? { params } : {}),
    ...(query ? { querystring: query } : {}),
    ...(body ? { body } : {}),
    response: {
      ...success(operation),
      '4xx': problem('The request was refused'),
      '5xx': problem(inEnglish(text('problem.unavailable'))),
    },
    security: security(operation),
  };
}

function permissionWords({ permission, orPermission, andOneOf = [] }: Operation): string {
  const other = orPermission === undefined ? '' : ` or, for what is about users, \`${orPermission}\``;
  const more = [...new Set(andOneOf)].map((each) => `\`${each}\``).join(', ');
  return `Permission: \`${permission}\`${other}${more === '' ? '' : `; and, by what is asked for, one of ${more}`}`;
}

function success({ method, response, created }: Operation): Record<string, unknown> {
  if (!response) return { 204: z.null().describe('Done') };
  const content = { 'application/json': { schema: response } };
  return {
    [created ? 201 : 200]: { description: created ? 'Made' : 'Done', content },
    ...(method === 'GET' && hasVersion(response)
      ? { 304: z.null().describe('Unchanged (If-None-Match)') }
      : {}),
  };
}

const hasVersion = (response: z.ZodType): boolean =>
  response instanceof z.ZodObject && response.shape.version instanceof z.ZodNumber;

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

/** Any one of these admits a caller; none at all means that anyone may call. */
function security({ permission, ownSession, user }: Operation): Record<string, []>[] {
  if (permission !== undefined) return [{ apiKey: [] }, { administratorSession: [] }];
  if (ownSession) return [{ administratorSession: [] }];
  return user ? [{ userSession: [] }] : [];
}
