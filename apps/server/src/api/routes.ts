/** The REST edge: registers every operation in the table, identifies the caller, and turns outcomes into answers. */

import type { OutgoingHttpHeaders } from 'node:http';
import type { ApiKeyStanding } from '@sower/api/api-keys';
import { OPERATIONS, type Operation, type OperationName, type ResponseOf } from '@sower/api/operations';
import { type Text, text } from '@sower/messages/outcomes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Actor, actorName } from '../core/actor.ts';
import { done, type Outcome, type Refused, refused } from '../core/outcome.ts';
import { apiKeyReader } from '../directory/api-keys.ts';
import { resumeSession, type Session } from '../log-on/log-on.ts';
import { proofLacking } from '../log-on/proof.ts';
import type { ApiContext } from './call.ts';
import { browserMarks, SESSION_COOKIE, setSessionCookie, setUserSessionCookie } from './cookies.ts';
import { HANDLERS } from './handlers.ts';
import { wordsFor } from './language.ts';
import { operationSchema } from './openapi.ts';
import { sendProblem } from './problem.ts';
import { sameSite } from './same-site.ts';
import { isQuiet, selfServiceCaller } from './self-service-caller.ts';
import '@fastify/cookie';

const NOBODY: Actor = { kind: 'system', name: 'anonymous', grants: [] };

export async function apiRoutes(app: FastifyInstance, context: ApiContext): Promise<void> {
  const readApiKey = apiKeyReader(context);
  const selfServiceCallers = selfServiceCaller(context);

  async function callerOf(
    request: FastifyRequest,
    operation: Operation,
  ): Promise<Outcome<{ actor: Actor; session?: Session } | undefined>> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const key = /^Bearer ([\w-]+)$/i.exec(authorization)?.[1];
      const found = key === undefined ? undefined : await readApiKey(key, request.ip);
      if (!found) {
        context.refusals.countStranger('api-key', request.ip);
        return refused('not-authenticated', text('api-key.unknown'));
      }
      if ('actor' in found) return { ok: true, value: found };
      const { name, standing } = found.stopped;
      context.refusals.countStopped({ actor: `api-key:${name}`, standing, source: request.ip });
      return refused('not-authenticated', STOPPED[standing] ?? text('api-key.unknown'));
    }
    const sessionId = request.cookies[SESSION_COOKIE];
    if (sessionId === undefined) return { ok: true, value: undefined };
    if (request.method !== 'GET' && !sameSite(request, [context.publicUrl])) {
      return refused('cross-site', text('request.cross-site'));
    }
    const session = await resumeSession(context, sessionId, request.ip, !isQuiet(operation, request));
    return { ok: true, value: session && { actor: session.actor, session } };
  }

  /** Before the caller is identified. */
  function refuse(reply: FastifyReply, refusal: Refused): FastifyReply {
    if (refusal.problem === 'cross-site') context.refusals.countStranger('cross-site', reply.request.ip);
    return sendProblem(reply, refusal);
  }

  for (const name of Object.keys(OPERATIONS) as OperationName[]) {
    const operation: Operation = OPERATIONS[name];
    const anonymous = operation.permission === undefined;
    const selfService = operation.path.startsWith('/self-service/');
    app.route({
      method: operation.method,
      url: `/api/v1${operation.path}`,
      schema: operationSchema(name, operation),
      ...(operation.bodyLimit === undefined
        ? {}
        : {
            bodyLimit: operation.bodyLimit,
            // Before the body is read: a stranger cannot send anything large.
            onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
              const caller = await callerOf(request, operation);
              if (caller.ok && caller.value !== undefined) return;
              return refuse(
                reply,
                caller.ok ? refused('not-authenticated', text('request.not-authenticated')) : caller,
              );
            },
          }),
      handler: async (request, reply) => {
        const visit = selfService ? await selfServiceCallers.callerOf(request, operation) : undefined;
        if (visit?.ok === false) return refuse(reply, visit);
        const caller: Awaited<ReturnType<typeof callerOf>> = visit
          ? done(undefined)
          : await callerOf(request, operation);
        if (!caller.ok) return refuse(reply, caller);
        if (visit?.value) request.actorName = visit.value.auditActor.name;
        else if (caller.value) request.actorName = actorName(caller.value.actor);
        if (!anonymous && caller.value === undefined) {
          return sendProblem(reply, refused('not-authenticated', text('request.not-authenticated')));
        }
        const session = caller.value?.session;
        if (session?.mustChangePassword && !operation.beforePasswordChange) {
          return sendProblem(reply, refused('password-change-needed', text('password.change-required')));
        }
        const lacking = operation.freshProof && session && (await proofLacking(context, session));
        if (lacking) return sendProblem(reply, lacking);
        const version = ifMatch(request);
        if (operation.ifMatch && version === undefined) {
          return sendProblem(reply, refused('version-required', text('request.version-required')));
        }
        const call = {
          params: request.params,
          query: request.query,
          body: request.body,
          actor: caller.value?.actor ?? NOBODY,
          version: version ?? 0,
          source: request.ip,
          inWords: wordsFor(request.headers['accept-language']),
          userAgent: request.headers['user-agent'],
          ...(session === undefined ? {} : { session }),
          setSession: (id: string | undefined) => setSessionCookie(reply, id),
          setUserSession: (id: string | undefined) => setUserSessionCookie(reply, id),
          ...browserMarks(request, reply),
          ...(visit?.value === undefined ? {} : { signedInUser: visit.value }),
        };
        const handler = HANDLERS[name] as (
          context: ApiContext,
          call: unknown,
        ) => Promise<Outcome<ResponseOf<OperationName>>>;
        const outcome = await handler(context, call);
        if (!outcome.ok) {
          if (outcome.problem === 'not-permitted') {
            context.refusals.countDenied({
              actor: request.actorName ?? actorName(call.actor),
              operation: name,
              permission: outcome.permission,
              source: request.ip,
            });
          }
          return sendProblem(reply, outcome);
        }
        reply.headers(NO_STORE);
        if (outcome.value === undefined) return reply.code(204).send();
        // Fastify would send null as an empty body.
        if (outcome.value === null) return reply.type('application/json').send('null');
        const held = (outcome.value as { version?: unknown }).version;
        if (typeof held === 'number') reply.header('etag', `"${held}"`);
        return reply.code(operation.created ? 201 : 200).send(outcome.value);
      },
    });
  }
}

/** The sender has the key, so the answer may say this. */
const STOPPED: Readonly<Partial<Record<ApiKeyStanding, Text>>> = {
  expired: text('api-key.expired'),
  'owner-disabled': text('api-key.owner-disabled'),
  'owner-deleted': text('api-key.owner-gone'),
  'owner-may-not': text('api-key.owner-without-rights'),
  altered: text('api-key.altered'),
};

/** Answers contain people's data and, once, an activation code: nothing may be cached. */
const NO_STORE: OutgoingHttpHeaders = { 'cache-control': 'no-store' };

function ifMatch(request: FastifyRequest): number | undefined {
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(request.headers['if-match'] ?? '')?.[1];
  return version === undefined ? undefined : Number(version);
}
