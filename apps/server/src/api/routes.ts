/** The REST edge: registers every operation in the table, and turns outcomes into answers. */

import type { OutgoingHttpHeaders } from 'node:http';
import { OPERATIONS, type Operation, type OperationName, type ResponseOf } from '@sower/api/operations';
import { text } from '@sower/texts/outcomes';
import type { FastifyInstance } from 'fastify';
import { type Outcome, refused } from '../core/outcome.ts';
import type { ApiContext } from './call.ts';
import { type Caller, callers, countDenied } from './caller/caller.ts';
import { browserMarks, setSessionCookie, setUserSessionCookie } from './caller/cookies.ts';
import { largeBodies } from './caller/large-bodies.ts';
import { entityTag, isUnchanged, versionsIn } from './conditions.ts';
import { HANDLERS } from './handlers.ts';
import { atMostOnce } from './idempotency.ts';
import { wordsFor } from './language.ts';
import { filledIn, locationOf } from './location.ts';
import { operationSchema } from './openapi.ts';
import { sendProblem } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Known, and permitted to call the operation, before the body is read. */
    caller?: Caller;
  }
}

export async function apiRoutes(app: FastifyInstance, context: ApiContext): Promise<void> {
  const callerOf = callers(context);
  const beginLarge = largeBodies();
  app.decorateRequest('caller', undefined);

  for (const name of Object.keys(OPERATIONS) as OperationName[]) {
    const operation: Operation = OPERATIONS[name];
    const location = locationOf(operation);
    app.route({
      method: operation.method,
      url: `/api/v1${operation.path}`,
      schema: operationSchema(name, operation),
      ...(operation.bodyLimit === undefined ? {} : { bodyLimit: operation.bodyLimit }),
      onRequest: async (request, reply) => {
        const caller = await callerOf(request, name, operation);
        if (!caller.ok) return sendProblem(reply, caller);
        const busy = operation.bodyLimit === undefined ? undefined : beginLarge(request, reply, caller.value);
        if (busy) return sendProblem(reply, busy);
        request.caller = caller.value;
      },
      handler: async (request, reply) => {
        const { actor, session, signedInUser } = request.caller as Caller;
        const versions = operation.ifMatch ? versionsIn(request.headers['if-match']) : NO_VERSIONS;
        if (versions === 'absent')
          return sendProblem(reply, refused('version-required', text('request.version-required')));
        if (versions === 'malformed')
          return sendProblem(reply, refused('invalid-request', text('request.bad-if-match')));
        const call = {
          params: request.params,
          query: request.query,
          body: request.body,
          actor,
          source: request.ip,
          inWords: wordsFor(request.headers['accept-language']),
          userAgent: request.headers['user-agent'],
          ...(session === undefined ? {} : { session }),
          setSession: (id: string | undefined) => setSessionCookie(reply, id),
          setUserSession: (id: string | undefined) => setUserSessionCookie(reply, id),
          ...browserMarks(request, reply),
          ...(signedInUser === undefined ? {} : { signedInUser }),
        };
        const handler = HANDLERS[name] as (
          context: ApiContext,
          call: unknown,
        ) => Promise<Outcome<ResponseOf<OperationName>>>;
        const [first = 0, ...others] = versions;
        const begin = () => handler(context, { ...call, version: first });
        const { params, body } = request;
        let outcome = await (operation.once
          ? atMostOnce(
              context,
              call.actor,
              request.headers['idempotency-key'],
              { operation: name, params, body },
              begin,
            )
          : begin());
        for (const version of others) {
          if (outcome.ok || outcome.problem !== 'edited-meanwhile') break;
          outcome = await handler(context, { ...call, version });
        }
        if (!outcome.ok) {
          if (outcome.problem === 'not-permitted') countDenied(context, request, name, actor, outcome);
          return sendProblem(reply, outcome);
        }
        reply.headers(NO_STORE);
        if (outcome.value === undefined) return reply.code(204).send();
        // Fastify would send null as an empty body.
        if (outcome.value === null) return reply.type('application/json').send('null');
        const tag = entityTag(outcome.value);
        if (tag !== undefined) reply.header('etag', tag);
        if (operation.method === 'GET' && tag !== undefined) {
          if (isUnchanged(request.headers['if-none-match'], tag)) return reply.code(304).send();
        }
        if (location !== undefined)
          reply.header('location', filledIn(location, outcome.value, request.params));
        return reply.code(operation.created ? 201 : 200).send(outcome.value);
      },
    });
  }
}

/** Answers contain people's data and, once, an activation code: nothing may be cached. */
const NO_STORE: OutgoingHttpHeaders = { 'cache-control': 'no-store' };

const NO_VERSIONS = [0];
